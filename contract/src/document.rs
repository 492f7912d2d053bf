//! Tree to [`Document`]: permitted keywords, their typed values, and references.
//!
//! [`parse()`] takes the tree of `source` and returns a typed document in the vocabulary of OpenAPI 3.1. Nothing is
//! dropped silently: every keyword is in the [`ledger`] or is reported. Never reads a file itself, decides on Rust
//! types, or stops at the first error.

mod condition;
mod dialects;
pub mod gate;
pub mod ledger;
mod model;
mod parse;
mod references;
mod schema;
mod select;
mod walk;

use crate::diag::Report;
use crate::ir::ParameterStyle;
use crate::source::{Node, NodeId, Tree};
use references::ReferenceIndex;

pub use condition::conditions;
pub use ledger::words;
pub use model::{
    Callback, Components, Dialect, Document, Encoding, Encodings, Example, Link, MediaType, Operation, Parameter,
    PathItem, RequestBody, RequiredScheme, Requirement, Response, SchemeForm, SecurityScheme, Server, Tag,
};
pub(crate) use parse::said;
pub use parse::{parse, parse_only};
pub use references::{Others, Unread};
pub(crate) use references::{References, gather};
pub use schema::{
    Constraints, Discriminator, Extension, Extensions, JsonType, Literal, Mapping, Property, Rare, Reference, Schema,
    SchemaId, Types,
};
pub use select::{Chosen, Only};

/// Largest file that is read, in bytes.
pub const LARGEST_FILE: usize = crate::limits::FILE_BYTES;

/// A contract with the files it refers to, before any keyword is read: a tree whose references can be followed. For readers that need
/// more of a contract than [`Document`] keeps, and for contracts that the parser refuses.
#[derive(Debug)]
pub struct ResolvedTree {
    tree: Tree,
    index: ReferenceIndex,
    dialect: Dialect,
}

impl ResolvedTree {
    /// Reads all files that a contract refers to. `None`: the version is not read, and the report has the reason. The
    /// arguments are those of [`parse_only`].
    pub fn link(mut tree: Tree, others: &Others<'_>, inside: &str, report: &mut Report) -> Option<Self> {
        let dialect = dialects::detect(tree.root()?, report)?;
        let index = gather(&mut tree, others, inside, report);
        tree.index_wide_maps();
        Some(Self { tree, index, dialect })
    }

    /// Returns all nodes.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Returns the version that the contract is written in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the node that the text of a `$ref` names, one step; `None` if it names nothing.
    pub fn target<'t>(&'t self, reference: Node<'t>) -> Option<Node<'t>> {
        References::new(&self.tree, &self.index).look(reference)
    }

    /// Returns true if one reference text can name two nodes in one file (`$id`).
    pub fn has_resources(&self) -> bool {
        References::new(&self.tree, &self.index).has_resources()
    }
}

/// A value that the contract shows for a schema.
#[derive(Debug, Clone, Copy)]
pub struct SchemaExample<'d> {
    /// The schema that describes it.
    pub schema: SchemaId,
    /// The value.
    pub value: NodeId,
    /// The object that shows it.
    pub shown_by: ShownBy<'d>,
}

/// An object with examples.
#[derive(Debug, Clone, Copy)]
pub enum ShownBy<'d> {
    /// The schema itself.
    Schema,
    /// A parameter or a header of a response.
    Parameter(ParameterStyle),
    /// One form of a body.
    Body(&'d MediaType),
}

impl Document {
    /// Returns the examples in the form of the wire (`serializedValue`). Their values are texts.
    pub fn serialized_examples(&self) -> impl Iterator<Item = SchemaExample<'_>> {
        self.shown(|example| example.serialized)
    }

    /// Returns the examples of schemas, then those of the operations and of webhooks, in order. Examples outside of the contract
    /// (`externalValue`) have no value here.
    pub fn examples(&self) -> impl Iterator<Item = SchemaExample<'_>> {
        let own = (0u32..).map(SchemaId).zip(&self.schemas).flat_map(|(schema, one)| {
            one.examples.iter().map(move |value| SchemaExample {
                schema,
                value: *value,
                shown_by: ShownBy::Schema,
            })
        });
        own.chain(self.shown(|example| example.value))
    }

    fn shown(&self, value: fn(&Example) -> Option<NodeId>) -> impl Iterator<Item = SchemaExample<'_>> {
        let callbacks = self.callbacks.iter().flat_map(|callback| &callback.items);
        let items = self.paths.iter().chain(&self.webhooks).chain(callbacks);
        let operations = items.flat_map(|item| &item.operations);
        operations.flat_map(move |operation| {
            let responses = &operation.responses;
            let body = operation.body.iter().flat_map(|body| &body.content);
            let headers = responses.iter().flat_map(|response| &response.headers);
            let parameters = operation.parameters.iter().chain(headers);
            let parameters = parameters.flat_map(move |one| of_parameter(one, value));
            let bodies = body.chain(responses.iter().flat_map(|response| &response.content));
            parameters.chain(bodies.flat_map(move |form| of_body(form, value)))
        })
    }
}

fn of_parameter(
    parameter: &Parameter,
    value: fn(&Example) -> Option<NodeId>,
) -> impl Iterator<Item = SchemaExample<'_>> {
    beside(
        parameter.schema,
        &parameter.examples,
        ShownBy::Parameter(parameter.style),
        value,
    )
}

fn of_body(form: &MediaType, value: fn(&Example) -> Option<NodeId>) -> impl Iterator<Item = SchemaExample<'_>> {
    beside(form.schema, &form.examples, ShownBy::Body(form), value)
}

fn beside<'d>(
    schema: Option<SchemaId>,
    examples: &'d [Example],
    shown_by: ShownBy<'d>,
    value: fn(&Example) -> Option<NodeId>,
) -> impl Iterator<Item = SchemaExample<'d>> {
    let values = examples.iter().filter_map(value);
    values.filter_map(move |value| {
        Some(SchemaExample {
            schema: schema?,
            value,
            shown_by,
        })
    })
}

#[cfg(test)]
mod tests;
