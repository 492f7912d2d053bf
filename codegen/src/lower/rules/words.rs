//! The place of a word that only the rules can judge, so that a fault is shown where it was written.
//!
//! In: where a node stands that has words. Out: the span of a part of one, be it in the contract or in an overlay; of the
//! node itself where the part is not there. Nothing is reported.

use crate::{
    contract::Document,
    ir,
    source::{Node, Span},
};

/// The part below a node that a JSON Pointer names.
pub(super) fn place(document: &Document, origin: &ir::Origin, pointer: &str) -> Span {
    let part = node(document, origin).and_then(|node| node.at(pointer));
    part.map_or(origin.span, Node::span)
}

/// `by` of a transition.
pub(super) fn transition(document: &Document, origin: &ir::Origin, step: &ir::Transition) -> Span {
    let rows = node(document, origin).and_then(|node| node.at("/x-lifecycle/transitions"));
    let says = |row: &Node<'_>, name: &str, value: &str| row.get(name).and_then(Node::text) == Some(value);
    let row = rows
        .into_iter()
        .flat_map(Node::items)
        .find(|row| says(row, "from", &step.from) && says(row, "to", &step.to) && says(row, "by", &step.by));
    row.and_then(|row| row.get("by")).map_or(origin.span, Node::span)
}

/// A value of an enum.
pub(super) fn value(document: &Document, origin: &ir::Origin, value: &str) -> Span {
    let values = node(document, origin).and_then(|node| node.get("enum"));
    let is_it = |item: &Node<'_>| item.text() == Some(value);
    let item = values.into_iter().flat_map(Node::items).find(is_it);
    item.map_or(origin.span, Node::span)
}

/// The node of an origin; what an overlay brought belongs to the first file.
fn node<'d>(document: &'d Document, origin: &ir::Origin) -> Option<Node<'d>> {
    let tree = &document.tree;
    let root = tree.root_of(origin.span.file).or_else(|| tree.root())?;
    root.at(&origin.pointer)
}
