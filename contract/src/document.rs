//! Tree to [`Document`]: permitted keywords, their typed values, and references.
//!
//! [`parse()`] takes the tree of `source` and returns a typed document in the vocabulary of OpenAPI 3.1. Nothing is
//! dropped silently: every keyword is in the [`ledger`] or is reported. Never reads a file itself, decides on Rust
//! types, or stops at the first error.

pub mod gate;
pub mod ledger;

mod condition;
mod dialects;
mod event_data;
mod examples;
mod model;
mod parse;
mod references;
mod resolved_tree;
mod schema;
mod select;
mod vocabulary;
mod walk;

pub use condition::conditions;
pub use examples::{SchemaExample, ShownBy};
pub use model::{
    Callback, Components, Dialect, Document, Encoding, Encodings, Example, Link, MediaType, Operation, Parameter,
    PathItem, RequestBody, RequiredScheme, Requirement, Response, SchemeForm, SecurityScheme, Server, Tag,
};
pub(crate) use parse::said;
pub use parse::{parse, parse_only};
pub use references::{Others, Unread};
pub(crate) use references::{References, gather};
pub use resolved_tree::ResolvedTree;
pub use schema::{
    Constraints, Discriminator, Extension, Extensions, JsonType, Literal, Mapping, Property, Rare, Reference, Schema,
    SchemaId, Types,
};
pub use select::{Chosen, Only};
pub use vocabulary::words;

/// Largest file that is read, in bytes.
pub const LARGEST_FILE: usize = crate::limits::FILE_BYTES;

#[cfg(test)]
mod tests;
