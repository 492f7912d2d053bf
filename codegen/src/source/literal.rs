//! What a node says, apart from the tree: a literal as written, and the place where it stands.

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
    /// Its text, without quotes.
    pub fn text(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) | Self::String(text) => text,
        }
    }
}

/// Where a node of the contract stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// JSON Pointer in its file, for people and for naming.
    pub pointer: String,
    /// Place in the sources; what a diagnostic points at.
    pub span: Span,
}
