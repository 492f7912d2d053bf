//! `x-problem-registry` on the enum of codes, `x-problems`, `x-rules` and `x-scenarios` on operations.

use crate::{
    contract::Extensions,
    diag::{Code, Diagnostic},
    ir::{self, Retry, Scalar},
    lower::context::Context,
    source::{Node, NodeId},
};

const WORD: &str = "x-problem-registry";

impl Context<'_, '_> {
    /// Reads the registry: one row per value of the enum, in its order.
    pub(in crate::lower) fn registry(&mut self, node: NodeId, values: &[ir::EnumValue]) -> Option<ir::ProblemModel> {
        let map = self.document.node(node);
        self.reader(node, WORD)?;
        let is_value = |code: &str| {
            values
                .iter()
                .any(|value| matches!(&value.value, Scalar::String(text) if text == code))
        };
        for member in map.members() {
            if !is_value(member.key) {
                let known = values.iter().filter_map(|value| match &value.value {
                    Scalar::String(text) => Some(text.as_str()),
                    _ => None,
                });
                let message = format!("the registry has a row for `{}`, the enum no such value", member.key);
                let diagnostic = Diagnostic::new(Code::RegistryGap, message).at(member.key_span);
                self.report.push(
                    diagnostic
                        .did_you_mean(member.key, known)
                        .help("add the value to the enum, or remove the row"),
                );
            }
        }
        let mut rows = Vec::new();
        for value in values {
            let Scalar::String(code) = &value.value else { continue };
            let Some(row) = map.get(code) else {
                let message = format!("the registry has no row for `{code}`");
                self.fault(
                    Code::RegistryGap,
                    node,
                    message,
                    "add a row that says what the code means for the caller",
                );
                continue;
            };
            rows.extend(self.registry_row(row.id(), code));
        }
        Some(ir::ProblemModel { rows })
    }

    fn registry_row(&mut self, node: NodeId, code: &str) -> Option<ir::ProblemRow> {
        let origin = self.places.origin(node);
        let documented = self.marks.of_row(self.document.node(node));
        let mut reader = self.reader(node, WORD)?;
        let status = reader.number("status");
        let outcome = reader.word("outcome");
        let retry = reader.word("retry");
        let stored = reader.get("stored").and_then(crate::source::Node::as_bool);
        let actor = reader.text("actor");
        let advice = reader.text("advice");
        let (title, new_key, correct_clock) =
            (reader.text("title"), reader.flag("newKey"), reader.flag("correctClock"));
        if let Some(at) = reader
            .get("newKey")
            .filter(|_| retry.is_some_and(|retry| retry != Retry::AfterChange))
        {
            reader.fault(
                at,
                "`newKey` belongs to `retry: after-change`",
                "remove `newKey`, or change `retry`",
            );
        }
        if let Some(at) = reader
            .get("correctClock")
            .filter(|_| retry.is_some_and(|retry| retry != Retry::ResignOnce))
        {
            reader.fault(
                at,
                "`correctClock` belongs to `retry: resign-once`",
                "remove `correctClock`, or change `retry`",
            );
        }
        let known = status
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (400..600).contains(status));
        if let (Some(_), None, Some(at)) = (status, known, reader.get("status")) {
            reader.fault(at, "no HTTP status", "write a status from 400 to 599");
        }
        Some(ir::ProblemRow {
            code: code.to_owned(),
            status: known?,
            title,
            outcome: outcome?,
            retry: retry?,
            new_key,
            correct_clock,
            stored: stored?,
            actor: actor?,
            advice: advice?,
            documented,
            origin,
        })
    }

    /// Reads `x-problems` of an operation.
    /// Reads `x-rules`: their words, and codes of the operation; and holds pointers of `x-derives` to their form.
    pub(in crate::lower) fn server_rules(&mut self, extensions: &Extensions) -> Vec<ir::ServerRule> {
        for (word, member) in [("x-rules", "at"), ("x-derives", "member")] {
            let list = extensions.get(word).map(|node| self.document.node(node));
            for item in list.into_iter().flat_map(Node::items) {
                if let Some(mut reader) = self.reader(item.id(), word) {
                    reader.pointer(member);
                }
            }
        }
        let list = extensions.get("x-rules").map(|node| self.document.node(node));
        let known = self.problems_of(extensions);
        let mut rules = Vec::new();
        for item in list.into_iter().flat_map(Node::items) {
            let text = |name: &str| item.get(name).and_then(|node| node.text().map(str::to_owned));
            let code = text("code");
            if let (Some(code), Some(node)) = (&code, item.get("code"))
                && !known.contains(code)
            {
                let message = format!("`{code}` is not in `x-problems` of the operation");
                let help = "add it to `x-problems`, or leave `code` out";
                self.fault(Code::BadExtension, node.id(), message, help);
            }
            rules.extend(text("message").map(|message| ir::ServerRule { message, code }));
        }
        rules
    }

    /// Reads `x-scenarios`: names, codes of the operation, and that each states one ending.
    pub(in crate::lower) fn scenarios(&mut self, extensions: &Extensions) -> Vec<ir::Scenario> {
        let list = extensions.get("x-scenarios").map(|node| self.document.node(node));
        let codes = self.problems_of(extensions);
        let (mut scenarios, mut names) = (Vec::new(), Vec::new());
        for item in list.into_iter().flat_map(Node::items) {
            let Some(mut reader) = self.reader(item.id(), "x-scenarios") else {
                continue;
            };
            let (refuses, to) = (reader.get("refuses"), reader.get("to"));
            let leads = to.or(reader.get("after")).or(reader.get("makes"));
            match (refuses, leads) {
                (None, None) => {
                    let help = "add `refuses` with a code, `to` with a state, or `after` with seconds";
                    reader.fault(item, "the scenario has no ending", help);
                }
                (Some(_), Some(other)) => {
                    let help = "remove `refuses`, or write two scenarios";
                    reader.fault(other, "a call that is refused leads nothing", help);
                }
                _ => {}
            }
            if let (Some(of), Some(_)) = (reader.get("of"), reader.get("makes").or(refuses)) {
                reader.fault(
                    of,
                    "`of` belongs to a scenario that leads what the call names",
                    "remove `of`",
                );
            }
            if let Some(code) = refuses.filter(|node| {
                node.as_str()
                    .is_some_and(|code| !codes.iter().any(|known| known == code))
            }) {
                let message = format!(
                    "`{}` is not in `x-problems` of the operation",
                    code.as_str().unwrap_or_default()
                );
                reader.fault(code, message, "add it to `x-problems`, or refuse with another code");
            }
            if let Some(empty) = to.filter(|node| node.is_seq() && node.items().next().is_none()) {
                reader.fault(
                    empty,
                    "the list has no state",
                    "name the states that the resource comes to",
                );
            }
            if let (Some(0), Some(after)) = (reader.number("after"), reader.get("after")) {
                reader.fault(
                    after,
                    "a step takes a second at least",
                    "write 1 or more, or leave `after` out",
                );
            }
            if let Some(name) = reader.get("name").filter(|node| node.as_str().is_some()) {
                if names.contains(&name.as_str()) {
                    reader.fault(
                        name,
                        "two scenarios of the operation have this name",
                        "give one of them another name",
                    );
                }
                names.push(name.as_str());
            }
            let ends = refuses.into_iter().chain(to).flat_map(|node| {
                let items: Vec<Node<'_>> = if node.is_seq() {
                    node.items().collect()
                } else {
                    vec![node]
                };
                items.into_iter().filter_map(|item| item.as_str().map(str::to_owned))
            });
            let ends = ends.collect();
            let message = reader.text("message");
            scenarios.extend(message.map(|message| ir::Scenario { message, ends }));
        }
        scenarios
    }

    /// Reads `x-rules` of a schema, in words, and holds their pointers to their form.
    pub(in crate::lower) fn rules_in_words(&mut self, extensions: &Extensions) -> Option<String> {
        let list = self.document.node(extensions.get("x-rules")?);
        let mut words = Vec::new();
        for item in list.items() {
            self.reader(item.id(), "x-rules")?.pointer("at");
            let text = |name: &str| item.get(name).and_then(|node| node.text().map(str::to_owned));
            let message = text("message")?.trim_end_matches('.').to_owned();
            words.push(text("code").map_or(message.clone(), |code| format!("{message} (`{code}`)")));
        }
        (!words.is_empty()).then(|| format!("Rules of the server: {}.", words.join("; ")))
    }

    fn problems_of(&self, extensions: &Extensions) -> Vec<String> {
        let list = extensions.get("x-problems").map(|node| self.document.node(node));
        let codes = list.into_iter().flat_map(Node::items);
        codes.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

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
