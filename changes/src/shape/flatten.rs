//! A schema as the list of parts that all hold: references, `allOf` and alternatives of one are dissolved.

use std::collections::HashSet;

use sdkwright_codegen::source::{Node, NodeId};

use crate::contract::{Contract, is_true, items};

/// Most parts of one schema: more come only from contracts that are made to be large.
const PARTS: usize = 256;

/// Keywords that decide which values fit, or that a reader of values needs, beside references and `allOf`.
const FACTS: [&str; 41] = [
    "type",
    "enum",
    "const",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "minContains",
    "maxContains",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "items",
    "prefixItems",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "x-extensible-enum",
    "oneOf",
    "anyOf",
];

/// Keywords that are kept of a schema with nothing else to say.
const NOTES: [&str; 5] = ["discriminator", "default", "deprecated", "x-stability-level", "xml"];

/// One schema of a list that all hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Part {
    pub(crate) node: NodeId,
    /// Null fits too, whatever the schema says.
    pub(crate) or_null: bool,
}

/// Returns the parts of schemas that all hold, in the order in which they are written.
pub(crate) fn flatten<'t>(contract: &Contract<'t>, schemas: &[Node<'t>]) -> Vec<Part> {
    let mut flat = Flat {
        contract,
        seen: HashSet::new(),
        parts: Vec::new(),
    };
    // A stack instead of recursion: a contract may nest deeper than the program's stack.
    let mut open: Vec<(Node<'t>, bool)> = schemas.iter().rev().map(|node| (*node, false)).collect();
    while let Some((node, or_null)) = open.pop() {
        let below = flat.visit(node, or_null);
        open.extend(below.into_iter().rev());
    }
    flat.parts
}

/// Returns the alternative that stands alone beside null in `oneOf` or `anyOf`, and whether null is one.
pub(crate) fn sole<'t>(contract: &Contract<'t>, schema: Node<'t>, word: &str) -> Option<(Node<'t>, bool)> {
    let mut others = items(schema, word).filter(|alternative| !is_null(contract, *alternative));
    let first = others.next()?;
    let has_null = items(schema, word).count() > 1;
    others.next().is_none().then_some((first, has_null))
}

/// Returns true for a schema that only null fits.
pub(crate) fn is_null<'t>(contract: &Contract<'t>, schema: Node<'t>) -> bool {
    let schema = contract.follow(schema);
    let is_type = |node: Node<'_>| node.text() == Some("null");
    schema
        .get("type")
        .is_some_and(|types| is_type(types) || (types.len() == 1 && types.items().all(is_type)))
        || schema.get("const").is_some_and(Node::is_null)
        || schema
            .get("enum")
            .is_some_and(|values| !values.is_empty() && values.items().all(Node::is_null))
}

struct Flat<'c, 't> {
    contract: &'c Contract<'t>,
    seen: HashSet<(NodeId, bool)>,
    parts: Vec<Part>,
}

impl<'t> Flat<'_, 't> {
    /// Adds a schema, and returns those that it dissolves into.
    fn visit(&mut self, node: Node<'t>, or_null: bool) -> Vec<(Node<'t>, bool)> {
        if !self.seen.insert((node.id(), or_null)) || self.parts.len() >= PARTS {
            return Vec::new();
        }
        if !node.is_map() {
            if node.as_bool() == Some(false) {
                self.push(node, or_null);
            }
            return Vec::new();
        }
        let or_null = or_null || is_true(node, "nullable");
        let mut below = Vec::new();
        let mut has_facts = false;
        let is_only_reference = self.contract.is_only_reference(node);
        for member in node.members() {
            match member.key {
                "allOf" | "oneOf" | "anyOf" if is_only_reference => {}
                "$ref" => match self.contract.target(node) {
                    Some(target) => below.push((target, or_null)),
                    None => has_facts = true,
                },
                "allOf" => below.extend(member.value.items().map(|item| (item, or_null))),
                "oneOf" | "anyOf" => match sole(self.contract, node, member.key) {
                    Some((alternative, null)) => below.push((alternative, or_null || null)),
                    None => has_facts |= !member.value.is_empty(),
                },
                // Without a type it only opens what stands beside it, which has got it.
                "nullable" => {}
                key if is_only_reference => has_facts |= NOTES.contains(&key),
                key => has_facts |= FACTS.contains(&key) || NOTES.contains(&key),
            }
        }
        if has_facts {
            self.push(node, or_null);
        }
        below
    }

    fn push(&mut self, node: Node<'t>, or_null: bool) {
        self.parts.push(Part {
            node: node.id(),
            or_null,
        });
    }
}
