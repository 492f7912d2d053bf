//! Kinds of values that examples show for schemas without `type`, beyond what their keywords describe.
//!
//! In: the document. Out: the schemas whose guessed kind their examples contradict. `items` without `type: array`
//! allows any value that is not an array (JSON Schema 2020-12, 10.3.1.2), `properties` without `type: object` allows
//! `null`; a value in an example of the contract must not be refused. Compares kinds alone, and validates no example.

use std::collections::HashSet;

use super::merge::{Merged, SchemaPart};
use crate::{
    document::{Document, JsonType, Schema, SchemaId},
    source::{Node, NodeId, Scalar},
};

/// Kinds in examples of schemas without `type`, by the schema's node.
#[derive(Debug, Default)]
pub(super) struct ExampleKinds {
    /// Schemas with values of another kind than their keywords describe.
    pub(super) others: HashSet<NodeId>,
    /// Schemas with `null`.
    pub(super) nulls: HashSet<NodeId>,
}

/// Inspects every example of the contract.
pub(super) fn beyond_keywords(document: &Document) -> ExampleKinds {
    let guesses: Vec<Option<JsonType>> = (0u32..)
        .zip(&document.schemas)
        .map(|(id, _)| guess(document, SchemaId(id)))
        .collect();
    // Most contracts state every type: nothing to search.
    if guesses.iter().all(Option::is_none) {
        return ExampleKinds::default();
    }
    let mut look = Look {
        document,
        leads: leads(document, &guesses),
        guesses,
        seen: HashSet::new(),
        found: ExampleKinds::default(),
    };
    for example in document.examples() {
        look.value(example.schema, document.node(example.value));
    }
    look.found
}

/// Marks schemas that are, or contain, one with a guessed kind: values of other schemas are skipped.
fn leads(document: &Document, guesses: &[Option<JsonType>]) -> Vec<bool> {
    let mut owners: Vec<Vec<SchemaId>> = vec![Vec::new(); guesses.len()];
    for (id, schema) in (0u32..).map(SchemaId).zip(&document.schemas) {
        let members = schema.properties.iter().map(|property| property.schema);
        let inner = members
            .chain(schema.additional)
            .chain(schema.items)
            .chain(alike(schema));
        for inner in inner {
            owners[inner.0 as usize].push(id);
        }
    }
    let mut leads: Vec<bool> = guesses.iter().map(Option::is_some).collect();
    let mut open: Vec<usize> = (0..leads.len()).filter(|id| leads[*id]).collect();
    while let Some(id) = open.pop() {
        for owner in &owners[id] {
            let owner = owner.0 as usize;
            if !std::mem::replace(&mut leads[owner], true) {
                open.push(owner);
            }
        }
    }
    leads
}

/// Returns the schemas that constrain the same value.
pub(super) fn alike(schema: &Schema) -> impl Iterator<Item = SchemaId> {
    let parts = schema
        .all_of
        .iter()
        .chain(&schema.any_of)
        .chain(&schema.one_of)
        .copied();
    parts.chain(schema.reference.map(|reference| reference.target))
}

/// Guesses the kind of a schema without `type`.
fn guess(document: &Document, id: SchemaId) -> Option<JsonType> {
    let schema = document.schema(id);
    let silent = schema.types.is_empty()
        && schema.reference.is_none()
        && schema.all_of.is_empty()
        && schema.any_of.is_empty()
        && schema.one_of.is_empty()
        && schema.enumeration.is_none()
        && schema.constant.is_none()
        && !schema.is_unconstrained();
    silent
        .then(|| Merged::new(document, &[SchemaPart::new(id)]).kinds().only())
        .flatten()
}

struct Look<'d> {
    document: &'d Document,
    guesses: Vec<Option<JsonType>>,
    leads: Vec<bool>,
    seen: HashSet<(SchemaId, NodeId)>,
    found: ExampleKinds,
}

impl<'d> Look<'d> {
    /// Inspects a value of a schema, and everything inside of it.
    fn value(&mut self, id: SchemaId, node: Node<'d>) {
        let mut open = vec![(id, node)];
        while let Some((id, node)) = open.pop() {
            if !self.leads.get(id.0 as usize).is_some_and(|leads| *leads) || !self.seen.insert((id, node.id())) {
                continue;
            }
            let schema = self.document.schema(id);
            if let Some(guess) = self.guesses.get(id.0 as usize).copied().flatten()
                && !fits(guess, node)
            {
                let found = if node.is_null() {
                    &mut self.found.nulls
                } else {
                    &mut self.found.others
                };
                found.insert(schema.node);
                continue;
            }
            open.extend(alike(schema).map(|part| (part, node)));
            for member in node.members() {
                let property = schema.properties.iter().find(|property| property.name == member.key);
                let inner = property.map(|property| property.schema).or(schema.additional);
                open.extend(inner.map(|inner| (inner, member.value)));
            }
            if let Some(items) = schema.items {
                open.extend(node.items().map(|item| (items, item)));
            }
        }
    }
}

/// Returns true if the value is of that kind.
fn fits(kind: JsonType, node: Node<'_>) -> bool {
    match (node.is_map(), node.is_seq()) {
        (true, _) => kind == JsonType::Object,
        (_, true) => kind == JsonType::Array,
        _ => match node.scalar() {
            Some(Scalar::String(_)) => kind == JsonType::String,
            Some(Scalar::Number(_)) => kind == JsonType::Number,
            // No keyword describes a boolean or `null`.
            Some(Scalar::Bool(_) | Scalar::Null) | None => false,
        },
    }
}
