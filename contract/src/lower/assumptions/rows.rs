//! Rows of the list of assumptions, and the words in which a row tells a value.
//!
//! In: nodes that the caller found to be assumptions. Out: rows with pointers, values as Markdown code.

use crate::limits;
use crate::lower::{places::Places, provenance::DocumentedMarks};
use crate::{
    ir::{Assumption, AssumptionKind},
    source::{Member, Node, to_sorted_json},
};

/// Members that state nothing about the API.
pub(super) const SILENT: &[&str] = &["x-documented", "owner", "description", "summary", "example", "examples"];

pub(super) struct AssumptionRows<'a, 'd> {
    pub(super) marks: DocumentedMarks,
    pub(super) places: &'a Places<'d>,
    pub(super) found: Vec<Assumption>,
}

impl AssumptionRows<'_, '_> {
    pub(super) fn push(&mut self, kind: AssumptionKind, node: Node<'_>, text: String) {
        let place = self.places.pointer(node.id());
        self.found.push(Assumption { kind, place, text });
    }

    pub(super) fn push_unconfirmed(&mut self, kind: AssumptionKind, node: Node<'_>, says: String) {
        if self.marks.is_unconfirmed(node) {
            self.push(kind, node, says);
        }
    }

    /// Returns true if a member of one of our objects is an assumption: not in its list, or below no mark.
    pub(super) fn is_unconfirmed(&self, holder: Node<'_>, member: Member<'_>) -> bool {
        match holder.get("x-documented").filter(|mark| mark.is_seq()) {
            Some(list) => !list.items().any(|item| item.text() == Some(member.key)),
            None => self.marks.is_unconfirmed(member.value),
        }
    }
}

/// Returns true if the owner documents the name of a node alone.
pub(super) fn is_name_documented(node: Node<'_>) -> bool {
    node.get("x-documented").and_then(Node::text) == Some("name")
}

/// Formats a list after a noun.
pub(super) fn after(words: &[String]) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(", {}", words.join(", "))
    }
}

/// Formats a list in brackets.
pub(super) fn within(words: &[String]) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(" ({})", words.join(", "))
    }
}

/// Returns the members of one of our words, sorted: their order has no meaning.
pub(super) fn by_name<'d>(word: Node<'d>) -> Vec<Member<'d>> {
    let mut members: Vec<Member<'d>> = word.members().collect();
    members.sort_by_key(|member| member.key);
    members
}

/// Formats a value as code, cut if it is long.
pub(super) fn shown(value: Node<'_>) -> String {
    let text = value
        .text()
        .map_or_else(|| to_sorted_json(value), str::to_owned)
        .replace(['`', '\n', '\r'], " ");
    let cut: String = text.chars().take(limits::ASSUMPTION_SHOWN).collect();
    if cut.len() < text.len() {
        format!("`{cut}` ...")
    } else {
        format!("`{cut}`")
    }
}
