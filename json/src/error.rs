//! Errors of a document: place, expectation and finding.
//!
//! Names of members appear here, values of the document must never. Keys of a map are values, too: printed names with more than
//! two digits, or longer than names in a contract, are hidden.

use std::fmt;

/// The kind of a decoding error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// Not JSON (RFC 8259).
    Syntax,
    /// Not UTF-8.
    Encoding,
    /// Too large or too deep.
    Limit,
    /// A name occurs twice in one object.
    Duplicate,
    /// An escape is half of a surrogate pair.
    Surrogate,
    /// A required member is missing.
    Missing,
    /// A value has another JSON kind than the contract says.
    Kind,
    /// A value has the right kind and cannot be represented.
    Value,
}

/// A document that could not be read: the place as JSON Pointer, line and column, with the expectation and the finding.
///
/// Names members, and never shows a value of the document. A name that may be a key of a map prints as `…`;
/// [`pointer`](Self::pointer) returns it unchanged.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<DecodeFault>);

#[derive(Clone, PartialEq, Eq)]
struct DecodeFault {
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
        DecodeError(Box::new(DecodeFault {
            kind,
            expected,
            found: "",
            pointer,
            line,
            column,
        }))
    }

    /// Creates the error of a body that was not decoded at all, because its media type or status is unexpected.
    pub fn unexpected(expected: &'static str, found: &'static str) -> Self {
        let mut error = Self::at(DecodeErrorKind::Kind, expected, String::new(), "", 0);
        error.found(found);
        error
    }

    pub(super) fn found(&mut self, found: &'static str) {
        self.0.found = found;
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// Returns the place as a JSON Pointer (RFC 6901); empty for the whole document. For a syntax error, the place is the
    /// innermost open object or array; for half of a surrogate pair, the string that has it. Cut after 512 bytes.
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// Returns the line, counted from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// Returns the column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.0.column
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeFault {
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
        write!(f, ", at {} (line {line}, column {column})", PointerText(pointer))
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

/// A JSON Pointer in printed form.
struct PointerText<'p>(&'p str);

impl fmt::Display for PointerText<'_> {
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

/// A value that JSON cannot represent, such as a float that is not a number.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("JSON cannot represent {what}, at {}", PointerText(pointer))]
pub struct EncodeError {
    pub(super) what: &'static str,
    pub(super) pointer: String,
}

impl EncodeError {
    /// Returns the place as a JSON Pointer (RFC 6901).
    pub fn pointer(&self) -> &str {
        &self.pointer
    }
}

impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncodeError({self})")
    }
}

/// A text or number of the wrong format. Does not show the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
pub struct ValueError {
    expected: &'static str,
}

impl ValueError {
    pub(crate) const fn new(expected: &'static str) -> Self {
        ValueError { expected }
    }
}
