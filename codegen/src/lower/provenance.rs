//! `x-documented`: what the API's owner documents, and where generated text says that something is our reading.
//!
//! It is said once, at the topmost node that is not documented; below it everything is silent. A contract without any
//! mark is documented throughout.

use super::merge::Merged;
use crate::{
    contract::Document,
    ir::{self, Provenance},
    source::{Node, NodeId},
};

const MARK: &str = "x-documented";

/// Whether the contract has marks at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    any: bool,
}

impl Marks {
    pub(super) fn of(document: &Document) -> Self {
        let nodes = u32::try_from(document.tree.len()).unwrap_or(u32::MAX);
        Self {
            any: (0..nodes).any(|index| {
                document
                    .tree
                    .node(NodeId(index))
                    .members()
                    .any(|member| member.key == MARK)
            }),
        }
    }

    /// True where the contract marks what is documented.
    pub(super) fn are_there(self) -> bool {
        self.any
    }

    /// True where the contract marks what is documented, and this node as documented.
    pub(super) fn is_marked(self, node: Node<'_>) -> bool {
        self.any && is_documented(node)
    }

    /// True where the contract marks what is documented, and not this node.
    pub(super) fn is_reading(self, node: Node<'_>) -> bool {
        self.any && !is_documented(node)
    }

    /// The members of a row that are documented, if the contract marks any.
    pub(super) fn of_row(self, row: Node<'_>) -> Option<Vec<String>> {
        let listed = row.get(MARK).into_iter().flat_map(Node::items).filter_map(Node::text);
        self.any.then(|| listed.map(str::to_owned).collect())
    }

    /// What is said of a node that nothing stands above: a component, an operation.
    pub(super) fn of_top(self, node: Node<'_>) -> Provenance {
        if !self.any {
            return Provenance::Silent;
        }
        if node.get(MARK).and_then(Node::text) == Some("name") {
            return Provenance::NameOnly;
        }
        if is_documented(node) {
            Provenance::Silent
        } else {
            Provenance::OurReading
        }
    }

    /// What is said of a member, beside what is said of the object it belongs to.
    pub(super) fn of_member(self, node: Node<'_>) -> Provenance {
        match owner(node) {
            Some(owner) => self.of_part(node, owner),
            None => self.of_top(node),
        }
    }

    /// What is said of a part of something, beside what is said of the whole.
    pub(super) fn of_part(self, node: Node<'_>, whole: Node<'_>) -> Provenance {
        match self.of_top(node) {
            Provenance::Silent => Provenance::Silent,
            // The whole says it for all of its parts.
            _ if self.of_top(whole) != Provenance::Silent => Provenance::Silent,
            own => own,
        }
    }
}

/// Is the nearest mark at or above the node one that says so?
fn is_documented(node: Node<'_>) -> bool {
    let mut at = Some(node);
    let mut own = true;
    while let Some(node) = at {
        if let Some(mark) = node.get(MARK) {
            // A name or a list speaks of the node itself, not of what is below it.
            return match mark.as_bool() {
                Some(yes) => yes,
                None => own && mark.is_seq(),
            };
        }
        own = false;
        at = node.parent();
    }
    false
}

/// The schema whose member stands at this node.
fn owner(node: Node<'_>) -> Option<Node<'_>> {
    node.parent()?.parent()
}

/// Marks the values of an enumeration: with a list, those that are not in it are our reading.
pub(super) fn mark_values(merged: &Merged<'_>, document: &Document, values: &mut [ir::EnumValue]) {
    let Some(node) = merged.extension(MARK) else { return };
    let list = document.node(node);
    if !list.is_seq() {
        return;
    }
    for value in values {
        if !list.items().any(|item| item.text() == Some(value.value.text())) {
            value.text.provenance = Provenance::OurReading;
        }
    }
}
