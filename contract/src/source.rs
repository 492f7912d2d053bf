//! Bytes to [`Tree`]: the text with its locations, uninterpreted.
//!
//! YAML and JSON are distinguished by their content. A tree is made only of well-formed text within limits; scalars are
//! typed later. Only this module names the YAML reader; the JSON reader is our own. Never opens a file.

mod build;
mod day;
mod edit;
mod json;
mod literal;
mod load;
pub mod number;
mod parts;
mod print;
mod scalar;
mod tree;
mod wide;
mod yaml;
mod yaml_syntax;
mod yaml_text;

pub use crate::text::{FileId, Span};
pub use build::FileLimits;
pub use day::Day;
pub use edit::{Full, Graft};
pub use literal::{Origin, Scalar};
pub use load::{load, load_contract, load_into};
pub use parts::{SourcePart, part_of, to_sorted_json_in_parts};
pub use print::{to_json, to_sorted_json};
pub use tree::{Member, Node, NodeId, NodeKind, Notation, Tree, escape, pointer};
pub use yaml_text::{to_yaml, to_yaml_members, to_yaml_text};

#[cfg(test)]
mod tests;
