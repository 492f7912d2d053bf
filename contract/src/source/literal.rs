//! A literal as written, and the origin of a node, both independent of the tree.

use crate::text::Span;

/// A literal of the contract, with its text as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A JSON number, digits as written.
    Number(String),
    /// A string.
    String(String),
}

impl Scalar {
    /// Returns the text of a string.
    pub fn string(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns its text without quotes.
    pub fn text(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) | Self::String(text) => text,
        }
    }
}

/// Location of a node in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// JSON Pointer in its file, for people and for naming.
    pub pointer: String,
    /// Location in the sources, for diagnostics.
    pub span: Span,
}
