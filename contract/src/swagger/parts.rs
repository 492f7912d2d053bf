//! The parts of a contract in Swagger 2.0 in all of its files: each is known by the place that it or a reference to it has.

use crate::document::References;
use crate::source::Node;
use std::collections::HashSet;

pub(super) const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// The kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    /// A path with its operations.
    Item,
    /// A parameter, a field or a header.
    Parameter,
    Response,
    Schema,
}

/// A part, which may be a reference to another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'t> {
    pub(super) node: Node<'t>,
    pub(super) kind: PartKind,
}

impl Part<'_> {
    /// Returns true for a part of a map that moves with the root.
    pub(super) fn moves(&self, root: Node<'_>) -> bool {
        let maps = ["paths", "parameters", "responses"].map(|word| root.get(word).map(Node::id));
        let mut above = std::iter::successors(self.node.parent(), |node| node.parent());
        above.any(|node| maps.contains(&Some(node.id())))
    }
}

/// Returns every part that is reached from the root, each once.
pub(super) fn parts<'t>(root: Node<'t>, references: &References<'t>) -> Vec<Part<'t>> {
    let places = [
        ("definitions", PartKind::Schema),
        ("parameters", PartKind::Parameter),
        ("responses", PartKind::Response),
        ("paths", PartKind::Item),
    ];
    let places = places.into_iter();
    let mut open: Vec<Part<'t>> = places.flat_map(|(word, kind)| values(root, word, kind)).collect();
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    while let Some(part) = open.pop() {
        if !known.insert(part.node.id()) {
            continue;
        }
        found.push(part);
        let target = part.node.get("$ref").and_then(|reference| references.look(reference));
        open.extend(target.map(|node| Part { node, ..part }));
        below(part, &mut open);
    }
    found
}

/// Returns the members of a mapping, or the items of a list, that a node has under a keyword.
fn values<'t>(node: Node<'t>, word: &str, kind: PartKind) -> impl Iterator<Item = Part<'t>> {
    let holder = node.get(word).into_iter();
    let values = holder.flat_map(|holder| holder.items().chain(holder.members().map(|member| member.value)));
    values.map(move |node| Part { node, kind })
}

/// Adds the parts directly below one.
fn below<'t>(part: Part<'t>, open: &mut Vec<Part<'t>>) {
    let schema = |node| Part {
        node,
        kind: PartKind::Schema,
    };
    let node = part.node;
    match part.kind {
        PartKind::Item => {
            let operations = METHODS.into_iter().filter_map(|method| node.get(method));
            for holder in operations.chain([node]) {
                open.extend(values(holder, "parameters", PartKind::Parameter));
                open.extend(values(holder, "responses", PartKind::Response));
            }
        }
        PartKind::Parameter => open.extend(
            ["schema", "items"]
                .into_iter()
                .filter_map(|word| node.get(word))
                .map(schema),
        ),
        PartKind::Response => {
            open.extend(node.get("schema").map(schema));
            open.extend(values(node, "headers", PartKind::Parameter));
        }
        PartKind::Schema => open.extend(schemas(node).map(schema)),
    }
}

/// Returns the schemas directly below one. What 3.0 does not have can refer to definitions, too.
fn schemas(schema: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let maps = ["properties", "patternProperties"].into_iter();
    let maps = maps.filter_map(move |word| schema.get(word)).flat_map(Node::members);
    let words = [
        "items",
        "additionalItems",
        "additionalProperties",
        "not",
        "allOf",
        "anyOf",
        "oneOf",
    ];
    let holders = words.into_iter().filter_map(move |word| schema.get(word));
    let schemas = holders.flat_map(|holder| holder.items().chain(holder.is_map().then_some(holder)));
    maps.map(|member| member.value).chain(schemas)
}
