//! Places in what was read: files, spans, lines and columns, and text in quotes.
//!
//! The ground under everything: it knows no tree, no contract and no diagnostic, and reports nothing.

mod map;
mod quoted;
mod span;

pub use map::{File, LineColumn, SourceMap};
pub use quoted::quote;
pub(crate) use quoted::quote_into;
pub use span::{FileId, Span};
