//! What went wrong with a document: where, what was expected and what was found.
//!
//! Names of members appear here, values of the document never do. Keys of a map are values, too: in what is printed a name that
//! holds more than two digits, or more than a name of a contract does, is left out.

use std::fmt;

/// Why a document could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// It is not JSON (RFC 8259).
    Syntax,
    /// It is not UTF-8.
    Encoding,
    /// It is too large or too deep.
    Limit,
    /// A name occurs twice in one object.
    Duplicate,
    /// An escape is half of a surrogate pair.
    Surrogate,
    /// A required member is not there.
    Missing,
    /// A value is of another JSON kind than the contract says.
    Kind,
    /// A value is of the right kind, and cannot be held.
    Value,
}

/// A document that could not be read: the place as JSON Pointer, line and column, what was expected and what was found.
///
/// It names members, and never shows a value of the document; a name that may be a key of a map is shown as `…`, and whole by
/// [`pointer`](Self::pointer).
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Fault>);

#[derive(Clone, PartialEq, Eq)]
struct Fault {
    kind: DecodeErrorKind,
    expected: &'static str,
    found: &'static str,
    pointer: String,
    line: usize,
    column: usize,
}

impl DecodeError {
    #[cold]
    pub(super) fn at(
        kind: DecodeErrorKind,
        expected: &'static str,
        pointer: String,
        source: &str,
        offset: usize,
    ) -> Self {
        let before = source.get(..offset).unwrap_or(source);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        DecodeError(Box::new(Fault {
            kind,
            expected,
            found: "",
            pointer,
            line,
            column,
        }))
    }

    /// The error of something that was not read at all, because it is not what was expected: another media type, another status.
    pub fn unexpected(expected: &'static str, found: &'static str) -> Self {
        let mut error = Self::at(DecodeErrorKind::Kind, expected, String::new(), "", 0);
        error.found(found);
        error
    }

    pub(super) fn found(&mut self, found: &'static str) {
        self.0.found = found;
    }

    /// Why the document was refused.
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// The place as a JSON Pointer (RFC 6901); empty for the whole document. Of a syntax error it is the object or array
    /// that was open. It is cut after 512 bytes.
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.0.column
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault {
            kind,
            expected,
            found,
            pointer,
            line,
            column,
        } = &*self.0;
        match kind {
            DecodeErrorKind::Missing => f.write_str("a required member is missing")?,
            DecodeErrorKind::Duplicate => f.write_str("a member occurs twice")?,
            DecodeErrorKind::Surrogate => f.write_str("half of a surrogate pair")?,
            _ => write!(f, "expected {expected}")?,
        }
        if !found.is_empty() {
            write!(f, ", found {found}")?;
        }
        write!(f, ", at {} (line {line}, column {column})", Place(pointer))
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("kind", &self.kind())
            .field("what", &format_args!("{self}"))
            .finish_non_exhaustive()
    }
}

impl std::error::Error for DecodeError {}

/// A JSON Pointer as it is printed.
struct Place<'p>(&'p str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the document");
        }
        for segment in self.0.split('/').skip(1) {
            let digits = segment.bytes().filter(u8::is_ascii_digit).count();
            let is_index = digits == segment.len() && digits < 7;
            let is_name = digits < 3
                && segment.len() <= 48
                && segment
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-$.:~".contains(c));
            write!(f, "/{}", if is_index || is_name { segment } else { "\u{2026}" })?;
        }
        Ok(())
    }
}

/// A value that JSON cannot hold, such as a float that is not a number.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodeError {
    pub(super) what: &'static str,
    pub(super) pointer: String,
}

impl EncodeError {
    /// The place as a JSON Pointer (RFC 6901).
    pub fn pointer(&self) -> &str {
        &self.pointer
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JSON cannot hold {}, at {}", self.what, Place(&self.pointer))
    }
}

impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncodeError({self})")
    }
}

impl std::error::Error for EncodeError {}
