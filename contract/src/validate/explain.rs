//! Explains why a value does not match a schema: the places in the value, each with the violated keyword.
//!
//! In: a pair that is not valid. Out: one finding for each violated keyword; for alternatives, that of the alternative
//! that was most likely meant.

use std::collections::HashSet;

use super::{schemas::keyword, valid::Validator};
use crate::{
    document::{Document, Schema, SchemaId},
    limits,
    source::{Node, NodeId, Span},
};

/// A violated keyword.
#[derive(Debug)]
pub(super) struct Finding {
    /// Location of the value.
    pub(super) value: Span,
    pub(super) message: String,
    /// The violated keyword.
    pub(super) word: &'static str,
    /// Location of the keyword.
    pub(super) keyword: Span,
}

/// Collects the findings of a pair.
pub(super) fn explain<'d>(validator: &mut Validator<'d>, id: SchemaId, value: Node<'d>) -> Vec<Finding> {
    let mut seen: HashSet<(SchemaId, NodeId)> = HashSet::new();
    let mut found = Vec::new();
    let mut open = vec![(id, value)];
    while let Some((id, value)) = open.pop() {
        if validator.is_valid(id, value) || !seen.insert((id, value.id())) {
            continue;
        }
        let document = validator.document;
        let schema = document.schema(id);
        for violated in validator.violated(schema, value) {
            found.push(Finding {
                value: shown(value, violated.keyword),
                message: violated.message,
                word: violated.keyword,
                keyword: keyword(document, schema, violated.keyword),
            });
        }
        open.extend(validator.inside(schema, value));
        for (word, branches) in [("anyOf", &schema.any_of), ("oneOf", &schema.one_of)] {
            if branches.is_empty() || branches.iter().any(|id| validator.is_valid(*id, value)) {
                continue;
            }
            match meant(validator, schema, branches, value) {
                Some(branch) => open.push((branch, value)),
                None => found.push(Finding {
                    value: value.name_span(),
                    message: format!("it matches none of the {} alternatives", branches.len()),
                    word,
                    keyword: keyword(document, schema, word),
                }),
            }
        }
    }
    found.sort_by_key(|finding| finding.value);
    found
}

/// Returns the location of a value: of its name, where something is missing in it.
fn shown(value: Node<'_>, keyword: &str) -> Span {
    match keyword {
        "required" | "dependentRequired" | "minProperties" | "additionalProperties" => value.name_span(),
        _ => value.span(),
    }
}

/// Returns the only alternative that the value can mean: the one that the discriminator names, or the only one that
/// accepts the type of the value.
fn meant<'d>(
    validator: &mut Validator<'d>,
    schema: &'d Schema,
    branches: &[SchemaId],
    value: Node<'d>,
) -> Option<SchemaId> {
    let document = validator.document;
    if let Some(by) = &schema.discriminator {
        let tag = value.get(&by.property).and_then(Node::text)?;
        let mapped = by
            .mapping
            .iter()
            .find(|mapping| mapping.tag == tag)
            .and_then(|mapping| mapping.target);
        let is_named = |id: &&SchemaId| {
            let target = document
                .schema(**id)
                .reference
                .map_or(**id, |reference| reference.target);
            mapped.map_or_else(
                || document.component_name(target) == Some(tag),
                |mapped| mapped == target,
            )
        };
        return branches.iter().find(is_named).copied();
    }
    let mut accepts = branches.iter().copied().filter(|id| accepts_type(document, *id, value));
    accepts.next().filter(|_| accepts.next().is_none())
}

/// Returns true if neither the schema nor its references state another type.
fn accepts_type(document: &Document, id: SchemaId, value: Node<'_>) -> bool {
    let mut next = Some(id);
    let mut steps = 0;
    while let Some(schema) = next
        .take()
        .map(|id| document.schema(id))
        .filter(|_| steps < limits::EXAMPLE_REFERENCES)
    {
        steps += 1;
        if !schema.types.is_empty() && !super::valid::has_type(schema, value) {
            return false;
        }
        next = schema.reference.map(|reference| reference.target);
    }
    true
}
