//! Provenance (`x-documented`): the nodes that the API's owner documents, and the nodes whose docs state that they are
//! unconfirmed.
//!
//! Stated once, at the topmost node that is not documented; not repeated below it. A contract without marks is
//! documented throughout.

use std::collections::HashSet;

use super::merge::Merged;
use crate::{
    document::Document,
    ir::{self, Provenance},
    source::{Node, NodeId},
};

const MARK: &str = "x-documented";

/// True if the contract has marks at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocumentedMarks {
    any: bool,
}

impl DocumentedMarks {
    pub(super) fn new(document: &Document) -> Self {
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

    /// Returns true if the contract marks what is documented.
    pub(super) fn are_there(self) -> bool {
        self.any
    }

    /// Returns true if the contract marks what is documented, and this node is.
    pub(super) fn is_marked(self, node: Node<'_>) -> bool {
        self.any && is_documented(node)
    }

    /// Returns true if the contract marks what is documented, and this node is not.
    pub(super) fn is_unconfirmed(self, node: Node<'_>) -> bool {
        self.any && !is_documented(node)
    }

    /// Returns the documented members of a row, if the contract marks any.
    pub(super) fn of_row(self, row: Node<'_>) -> Option<Vec<String>> {
        let listed = row.get(MARK).into_iter().flat_map(Node::items).filter_map(Node::text);
        self.any.then(|| listed.map(str::to_owned).collect())
    }

    /// Returns the provenance of a top-level node: a component, an operation.
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
            Provenance::Unconfirmed
        }
    }

    /// Returns the provenance of a member, relative to that of its object.
    pub(super) fn of_member(self, node: Node<'_>) -> Provenance {
        match owner(node) {
            Some(owner) => self.of_part(node, owner),
            None => self.of_top(node),
        }
    }

    /// Returns the provenance of a part, relative to that of the whole.
    pub(super) fn of_part(self, node: Node<'_>, whole: Node<'_>) -> Provenance {
        match self.of_top(node) {
            Provenance::Silent => Provenance::Silent,
            // The whole states it for all of its parts.
            _ if self.of_top(whole) != Provenance::Silent => Provenance::Silent,
            own => own,
        }
    }
}

/// Returns true if the nearest mark at or above the node documents it.
fn is_documented(node: Node<'_>) -> bool {
    let mut at = Some(node);
    let mut own = true;
    while let Some(node) = at {
        if let Some(mark) = node.get(MARK) {
            // A name or a list applies to the node itself, not to its descendants.
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

/// Returns the schema that has the member at this node.
fn owner(node: Node<'_>) -> Option<Node<'_>> {
    node.parent()?.parent()
}

/// Marks the values of an enumeration: with a list, values not in it are unconfirmed.
pub(super) fn mark_values(merged: &Merged<'_>, document: &Document, values: &mut [ir::EnumValue]) {
    let Some(node) = merged.extension(MARK) else { return };
    let list = document.node(node);
    if !list.is_seq() {
        return;
    }
    let documented: HashSet<&str> = list.items().filter_map(Node::text).collect();
    for value in values {
        if !documented.contains(value.value.text()) {
            value.text.provenance = Provenance::Unconfirmed;
        }
    }
}
