//! Tree to [`Document`]: which words a contract may use, what it says, and what it refers to.
//!
//! [`parse`] takes the tree of `source` and gives a typed document in the vocabulary of OpenAPI 3.1. Nothing is dropped
//! in silence: every word is in the [`ledger`] or is reported. It never reads a file itself, never decides on Rust types,
//! and never stops at the first fault.

pub mod gate;
pub mod ledger;

mod condition;
mod cutoff;
mod dialects;
mod document;
mod extension;
mod parse;
mod references;
mod schema;
mod select;
mod vocabulary;
mod walk;

pub use condition::conditions;
pub use document::{
    Components, Dialect, Document, Encoding, Example, Info, MediaType, Operation, Parameter, PathItem, RequestBody,
    RequiredScheme, Requirement, Response, SchemeKind, SecurityScheme, Server, ServerVariable, Tag,
};
pub use extension::{Extension, Extensions};
pub use parse::{parse, parse_only};
pub use references::Others;
pub use schema::{
    Discriminator, JsonType, Limits, Literal, Mapping, Property, Rare, Reference, Schema, SchemaId, Types,
};
pub use select::{Chosen, Only};
pub use vocabulary::words;

#[cfg(test)]
mod tests;
