//! Locations in source text: files, spans, lines and columns; quoted text, and characters that cannot be seen.
//!
//! The lowest layer: knows no tree, contract or diagnostic, and reports nothing.

mod hidden;
mod map;
mod quoted;
mod span;

pub use hidden::{is_directional, is_hidden, visible, visible_line};
pub use map::{File, LineColumn, SourceMap};
pub use quoted::quote;
pub(crate) use quoted::quote_into;
pub use span::{FileId, Span};
