//! Assumptions about the behaviour behind a call: rules, endings, derived members, postings and records that the local
//! sandbox follows, and marks of sensitive values.
//!
//! In: a node with such extensions. Out: one row for each item. A mark on the node does not confirm them, only
//! `x-documented: true` on the item itself.

use super::rows::{Rows, shown};
use crate::{ir::AssumptionKind, source::Node};

impl Rows<'_, '_> {
    /// Adds the rules of an operation or a schema.
    pub(super) fn rules(&mut self, holder: Node<'_>) {
        self.each(AssumptionKind::Rule, holder, "x-rules", |rule| {
            let message = text(rule, "message");
            match rule.get("code") {
                Some(code) => format!("{message} ({})", shown(code)),
                None => message.to_owned(),
            }
        });
    }

    /// Adds the endings and derived members of an operation.
    pub(super) fn endings(&mut self, operation: Node<'_>) {
        self.each(AssumptionKind::Sandbox, operation, "x-scenarios", |scenario| {
            text(scenario, "message").to_owned()
        });
        self.each(AssumptionKind::Sandbox, operation, "x-derives", |derived| {
            format!("{} is {}", part(derived, "member"), part(derived, "value"))
        });
    }

    /// Adds the postings and records of a schema.
    pub(super) fn records(&mut self, schema: Node<'_>) {
        self.each(AssumptionKind::Sandbox, schema, "x-ledger", |posting| {
            let of = |name| part(posting, name);
            format!(
                "in the state {}, {} of {} moves from {} to {}",
                of("to"),
                of("amount"),
                of("unit"),
                of("debit"),
                of("credit")
            )
        });
        self.each(AssumptionKind::Sandbox, schema, "x-records", |record| {
            format!("records {}", part(record, "of"))
        });
    }

    /// Adds what exists when the sandbox starts.
    pub(super) fn seed(&mut self, root: Node<'_>) {
        self.each(AssumptionKind::Sandbox, root, "x-seed", |seed| {
            let state = seed.get("state").map(|state| format!(" in the state {}", shown(state)));
            let source = seed.get("call").or_else(|| seed.get("makes")).map(shown);
            format!(
                "exists at the start: the result of {}{}",
                source.unwrap_or_default(),
                state.unwrap_or_default()
            )
        });
    }

    /// Adds the mark of a sensitive value.
    pub(super) fn sensitive(&mut self, holder: Node<'_>) {
        if let Some(mark) = holder.get("x-sensitive").filter(|mark| mark.as_bool() == Some(true)) {
            self.push(AssumptionKind::Sensitive, mark, "redacted in logs".to_owned());
        }
    }

    /// Adds a row for each item of a list that no mark of its own confirms.
    fn each(&mut self, kind: AssumptionKind, holder: Node<'_>, word: &str, row: impl Fn(Node<'_>) -> String) {
        for item in holder.get(word).into_iter().flat_map(Node::items) {
            if item.get("x-documented").and_then(Node::as_bool) != Some(true) {
                self.push(kind, item, row(item));
            }
        }
    }
}

fn text<'d>(node: Node<'d>, name: &str) -> &'d str {
    let text = node.get(name).and_then(Node::text).unwrap_or_default();
    text.trim_end_matches('.')
}

fn part(node: Node<'_>, name: &str) -> String {
    node.get(name).map(shown).unwrap_or_default()
}
