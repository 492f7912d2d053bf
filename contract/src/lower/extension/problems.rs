//! `x-problem-registry` on the enum of codes, and `x-problems` on operations.

use std::collections::HashSet;

use crate::{
    constant::text,
    diag::{Code, Diagnostic},
    document::Extensions,
    ir::{self, RetryClass, Word as _},
    lower::context::Context,
    lower::extension::reader::word_of,
    source::{Node, NodeId},
};

const WORD: &str = "x-problem-registry";

/// Reads `outcome`: that of other operations, and that of operations which create a resource.
fn outcomes(node: Node<'_>) -> Option<(ir::RowOutcome, ir::RowOutcome)> {
    let Some(creating) = node.get("creating") else {
        let outcome = word_of(node)?;
        return Some((outcome, outcome));
    };
    Some((word_of(node.get("otherwise")?)?, word_of(creating)?))
}

impl Context<'_, '_> {
    /// Reads the registry: one row per value of the enum, in its order.
    pub(in crate::lower) fn registry(&mut self, node: NodeId, values: &[ir::EnumValue]) -> Option<ir::ProblemModel> {
        let map = self.document.node(node);
        self.reader(node, WORD)?;
        let texts = || ir::EnumValue::codes(values);
        let known: HashSet<&str> = texts().collect();
        for member in map.members() {
            if !known.contains(member.key) {
                let message = format!(
                    "the problem registry has a row for `{}`, but the enum has no such value",
                    member.key
                );
                let diagnostic = Diagnostic::new(Code::RegistryGap, message).at(member.key_span);
                self.report.push(
                    diagnostic
                        .did_you_mean(member.key, texts())
                        .help("add the value to the enum, or remove the row"),
                );
            }
        }
        let mut rows = Vec::new();
        for code in texts() {
            let Some(row) = map.get(code) else {
                let message = format!("the problem registry has no row for `{code}`");
                self.fault(
                    Code::RegistryGap,
                    node,
                    message,
                    "add a row with the meaning of the code for the caller",
                );
                continue;
            };
            rows.extend(self.registry_row(row.id(), code));
        }
        Some(ir::ProblemModel { rows })
    }

    fn registry_row(&mut self, node: NodeId, code: &str) -> Option<ir::StatedProblem> {
        let origin = self.places.origin(node);
        let documented = self.marks.of_row(self.document.node(node));
        let mut reader = self.reader(node, WORD)?;
        let status = reader.number("status");
        let outcome = reader.get("outcome").and_then(outcomes);
        let retry = reader.word("retry");
        let stored = reader.get("stored").and_then(Node::as_bool);
        let actor = reader.text("actor");
        let advice = reader.text("advice");
        let (title, new_key, correct_clock) =
            (reader.text("title"), reader.flag("newKey"), reader.flag("correctClock"));
        for (word, needed) in [
            ("newKey", RetryClass::AfterChange),
            ("correctClock", RetryClass::ResignOnce),
        ] {
            let is_other = retry.is_some_and(|retry| retry != needed);
            if let Some(at) = reader.get(word).filter(|at| is_other && at.as_bool() == Some(true)) {
                let message = format!("`{word}` is only allowed with `retry: {}`", needed.word());
                reader.fault(at, message, &format!("remove `{word}`, or change `retry`"));
            }
        }
        let known = status
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (400..600).contains(status));
        if let (Some(_), None, Some(at)) = (status, known, reader.get("status")) {
            reader.fault(at, "this is not an HTTP error status", "write a status from 400 to 599");
        }
        let row = ir::ProblemRow {
            code: text(code),
            status: known?,
            title: text(title.as_deref().unwrap_or(code)),
            outcome: outcome?.0,
            creating: outcome?.1,
            retry: retry?,
            new_key,
            correct_clock,
            stored: stored?,
            actor: text(&actor?),
            advice: text(&advice?),
        };
        Some(ir::StatedProblem {
            row,
            documented,
            origin,
        })
    }

    /// Returns the codes of `x-problems`, without reports.
    pub(super) fn problems_of(&self, extensions: &Extensions) -> Vec<String> {
        let list = extensions.get("x-problems").map(|node| self.document.node(node));
        let codes = list.into_iter().flat_map(Node::items);
        codes.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// Reads `x-problems` of an operation.
    pub(in crate::lower) fn problems(&mut self, extensions: &Extensions) -> Vec<String> {
        let Some(node) = extensions.get("x-problems") else {
            return Vec::new();
        };
        let list = self.document.node(node);
        let mut codes = Vec::new();
        for item in list.items() {
            match item.as_str() {
                Some(code) if !codes.iter().any(|known| known == code) => codes.push(code.to_owned()),
                Some(code) => {
                    let message = format!("`{code}` is listed twice in `x-problems`");
                    self.fault(Code::BadExtension, item.id(), message, "remove one of the two");
                }
                None => {}
            }
        }
        codes
    }
}
