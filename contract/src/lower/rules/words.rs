//! Locations of words that only the rules can check, so that an error is shown where it was written.
//!
//! In: the location of a node with words. Out: the span of a nested value, in the contract or in an overlay; of the
//! node itself if there is no such value. Reports nothing.

use crate::{
    document::Document,
    ir,
    source::{Node, Span},
};

/// Returns the span of the value below a node at a JSON Pointer.
pub(super) fn place(document: &Document, origin: &ir::Origin, pointer: &str) -> Span {
    let part = node(document, origin).and_then(|node| node.at(pointer));
    part.map_or(origin.span, Node::span)
}

/// Returns the span of `by` of a transition.
pub(super) fn transition(document: &Document, origin: &ir::Origin, step: &ir::Transition) -> Span {
    let rows = node(document, origin).and_then(|node| node.at("/x-lifecycle/transitions"));
    let says = |row: &Node<'_>, name: &str, value: &str| row.get(name).and_then(Node::text) == Some(value);
    let row = rows
        .into_iter()
        .flat_map(Node::items)
        .find(|row| says(row, "from", &step.from) && says(row, "to", &step.to) && says(row, "by", &step.by));
    row.and_then(|row| row.get("by")).map_or(origin.span, Node::span)
}

/// Returns the span of a value of an enum.
pub(super) fn value(document: &Document, origin: &ir::Origin, value: &str) -> Span {
    let values = node(document, origin).and_then(|node| node.get("enum"));
    let is_it = |item: &Node<'_>| item.text() == Some(value);
    let item = values.into_iter().flat_map(Node::items).find(is_it);
    item.map_or(origin.span, Node::span)
}

/// Returns the node of an origin; nodes of overlays belong to the first file.
fn node<'d>(document: &'d Document, origin: &ir::Origin) -> Option<Node<'d>> {
    let tree = &document.tree;
    let root = tree.root_of(origin.span.file).or_else(|| tree.root())?;
    root.at(&origin.pointer)
}
