//! Locations in source text: files, spans, lines and columns; and quoted text.
//!
//! The lowest layer: knows no tree, contract or diagnostic, and reports nothing.

mod map;
mod quoted;
mod span;

pub use map::{File, LineColumn, SourceMap};
pub use quoted::quote;
pub(crate) use quoted::quote_into;
pub use span::{FileId, Span};
