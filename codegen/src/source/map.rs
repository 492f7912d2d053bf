//! The files that were read, by id: what turns a span back into text, line and column.

use super::{FileId, Span};
use std::sync::Arc;

/// One file that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// The path as shown to people.
    pub name: Arc<str>,
    /// The text; where the bytes are not UTF-8, the part before the fault.
    pub text: Arc<str>,
}

/// All files of a run.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<File>,
}

/// A place as people count: from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

impl SourceMap {
    /// Adds a file. `None` when there are too many to count.
    pub fn add(&mut self, name: &str, text: Arc<str>) -> Option<FileId> {
        let id = u16::try_from(self.files.len()).ok().filter(|id| *id < u16::MAX)?;
        self.files.push(File {
            name: name.into(),
            text,
        });
        Some(FileId(id))
    }

    /// The file behind an id.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(usize::from(id.0))
    }

    /// All files in the order they were added.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The text of a span; empty when it is nowhere.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// Line and column of the start of a span.
    pub fn line_column(&self, span: Span) -> Option<LineColumn> {
        let before = self.file(span.file)?.text.get(..span.start as usize)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() + 1;
        Some(LineColumn {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column,
        })
    }
}
