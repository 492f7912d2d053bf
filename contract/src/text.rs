//! Locations in source text: files, spans, lines and columns; quoted text, and characters that cannot be seen.
//!
//! The lowest layer: knows no tree, contract or diagnostic, and reports nothing.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

// The files that were read, by id: resolves a span to text, line and column.

/// One file that was read.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Path for diagnostics.
    pub name: Arc<str>,
    /// Content; if the bytes are not UTF-8, the part before the error.
    pub text: Arc<str>,
    /// Offset of each line.
    lines: Arc<[u32]>,
}

impl SourceText {
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
    files: Vec<SourceText>,
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
        self.files.push(SourceText::new(name, text));
        Some(FileId(id))
    }

    /// Returns the file with this id.
    pub fn file(&self, id: FileId) -> Option<&SourceText> {
        self.files.get(usize::from(id.0))
    }

    /// Returns all files in the order they were added.
    pub fn files(&self) -> &[SourceText] {
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

// Text in quotes, as JSON writes it.

/// Returns a text as a JSON string, with hidden characters as escapes.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote_into(text, &mut out);
    out
}

/// Writes a text as a JSON string.
pub(crate) fn quote_into(text: &str, out: &mut String) {
    out.push('"');
    // The first bytes of hidden characters beyond ASCII are not those of most letters.
    let may_be_hidden = |byte: u8| matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF);
    let escaped = |byte: u8| byte < b' ' || matches!(byte, b'"' | b'\\') || may_be_hidden(byte);
    // Most texts have nothing to escape, which is seen without a branch for each byte.
    if !text.bytes().fold(false, |found, byte| found | escaped(byte)) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(escaped).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

// Locations in the sources: a file and a byte range, for every node, key and diagnostic.

/// Index of a file in a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u16);

/// A byte range of one file. The default is [`Span::NOWHERE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// No location: for nodes without a source.
    pub const NOWHERE: Self = Self {
        file: FileId(u16::MAX),
        start: 0,
        end: 0,
    };

    /// Returns a range of a file.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self {
            file,
            start,
            end: end.max(start),
        }
    }

    /// Returns true if it is [`Span::NOWHERE`].
    pub fn is_nowhere(self) -> bool {
        self == Self::NOWHERE
    }
}

impl Default for Span {
    fn default() -> Self {
        Self::NOWHERE
    }
}

// Characters that cannot be seen, or that turn the direction of writing: with them a text looks different from its content.

/// Returns true for control characters (tab and line feed included), the marks of bidirectional text, line and paragraph
/// separators, and the byte order mark.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_directional(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Returns true for the marks of bidirectional text (Unicode, UAX #9).
pub fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text with U+FFFD for each hidden character but line feeds and tabs.
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

/// Returns a text in one line: with U+FFFD for each hidden character.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    replaced(text, is_hidden)
}

fn replaced(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Most texts are ASCII without control characters, which is seen without a branch for each byte.
    let plain = |byte: u8| (b' '..0x7F).contains(&byte);
    if text.bytes().fold(true, |all, byte| all & plain(byte)) || !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c });
    Cow::Owned(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::{visible, visible_line};

    #[test]
    fn a_hidden_character_is_replaced_and_a_letter_is_not() {
        for hidden in
            "\u{0}\u{1b}\r\u{7f}\u{85}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}"
                .chars()
        {
            assert_eq!(
                visible(&format!("a{hidden}b")),
                "a\u{fffd}b",
                "U+{:04X}",
                u32::from(hidden)
            );
        }
        for kept in ["a\n\tb", "ä字\u{200d}\u{2010}\u{2065}\u{206a}"] {
            assert_eq!(visible(kept), kept);
        }
        assert_eq!(visible_line("a\nb"), "a\u{fffd}b");
    }
}
