//! The files that were read, by id: resolves a span to text, line and column.

use super::span::{FileId, Span};
use std::sync::Arc;

/// One file that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// Path for diagnostics.
    pub name: Arc<str>,
    /// Content; if the bytes are not UTF-8, the part before the error.
    pub text: Arc<str>,
    /// Offset of each line.
    lines: Arc<[u32]>,
}

impl File {
    fn new(name: &str, text: Arc<str>) -> Self {
        // Not byte by byte: a contract may be one line of many megabytes.
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends);
        Self {
            name: name.into(),
            lines: lines.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect(),
            text,
        }
    }

    /// Returns the line of an offset, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start as usize <= at)
    }

    /// Returns the start of the line of an offset.
    pub fn line_start(&self, at: usize) -> usize {
        let line = self.lines.get(self.line(at).saturating_sub(1));
        line.map_or(0, |start| *start as usize)
    }

    /// Returns the end of the line of an offset, without its line break.
    pub fn line_end(&self, at: usize) -> usize {
        let next = self.lines.get(self.line(at));
        next.map_or(self.text.len(), |start| (*start as usize).saturating_sub(1))
    }
}

/// All files of a run.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<File>,
}

/// Line and column from 1; columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

impl SourceMap {
    /// Adds a file. `None` when there are too many.
    pub fn add(&mut self, name: &str, text: Arc<str>) -> Option<FileId> {
        let id = u16::try_from(self.files.len()).ok().filter(|id| *id < u16::MAX)?;
        self.files.push(File::new(name, text));
        Some(FileId(id))
    }

    /// Returns the file with this id.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(usize::from(id.0))
    }

    /// Returns all files in the order they were added.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Returns the text of a span; empty for [`Span::NOWHERE`].
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// Returns line and column of the start of a span.
    pub fn line_column(&self, span: Span) -> Option<LineColumn> {
        let (file, at) = (self.file(span.file)?, span.start as usize);
        let before = file.text.get(file.line_start(at)..at)?;
        Some(LineColumn {
            line: file.line(at),
            column: before.chars().count() + 1,
        })
    }
}
