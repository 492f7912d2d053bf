//! `x-payload-hash`, `x-bound`, `x-lifecycle`.

use crate::{
    diag::{Code, Diagnostic},
    ir::{self, PayloadSource, Word as _},
    lower::context::Context,
    source::{Member, Node, NodeId},
};

const PAYLOAD: &str = "x-payload-hash";

impl Context<'_, '_> {
    /// `x-payload-hash` of a member.
    pub(in crate::lower) fn payload_hash(&mut self, node: NodeId) -> Option<ir::PayloadHash> {
        let mut reader = self.reader(node, PAYLOAD)?;
        if let Some(of) = reader.get("of") {
            let other = |member: &Member<'_>| !matches!(member.key, "of" | "x-documented");
            if let Some(other) = reader.node.members().find(other) {
                let message = format!("`{}` cannot be combined with `of`", other.key);
                let help = "write the hash on the operation that creates the approval, and `of` on the operation that repeats it";
                reader.fault(other.value, message, help);
            }
            return of.as_str().map(|id| ir::PayloadHash::Of(id.to_owned()));
        }
        for word in ["algorithm", "encoding", "canonical", "into"] {
            reader.need(word);
        }
        let into = reader.text("into");
        let problem = reader.text("problem");
        let list = reader.need("inputs")?;
        let mut inputs = Vec::new();
        for member in list.members() {
            let text = member.value.as_str().unwrap_or_default();
            let source = match text {
                "operationId" => PayloadSource::OperationId,
                "body" => PayloadSource::Body,
                _ => {
                    let Some(name) = text.strip_prefix("path.") else {
                        let help = "write `operationId`, `body` or `path.` and the name of a path parameter";
                        reader.fault(member.value, format_args!("`{text}` is not a source of a value"), help);
                        continue;
                    };
                    PayloadSource::Path(name.to_owned())
                }
            };
            inputs.push(ir::PayloadInput {
                member: member.key.to_owned(),
                source,
            });
        }
        if !inputs.iter().any(|input| input.source == PayloadSource::Body) {
            reader.fault(list, "the hash does not cover the body", "add an input `payload: body`");
        }
        Some(ir::PayloadHash::Approves {
            into: into?,
            inputs,
            problem,
        })
    }

    /// `x-bound` of a member.
    pub(in crate::lower) fn bound(&mut self, node: NodeId) -> Option<String> {
        let bound = self
            .document
            .node(node)
            .text()
            .filter(|word| *word == ir::Component::ClientId.word());
        if bound.is_none() {
            self.fault(
                Code::BadExtension,
                node,
                "`x-bound`: the client has no such value",
                "write `client-id`",
            );
        }
        bound.map(str::to_owned)
    }

    /// Reads `x-lifecycle` of an enum. `rules` checks later that `by` names an operation.
    pub(in crate::lower) fn lifecycle(&mut self, node: NodeId, values: &[ir::EnumValue]) -> Option<ir::Lifecycle> {
        let document = self.document;
        let mut reader = self.reader(node, "x-lifecycle")?;
        let initial = reader.text("initial");
        let (done, terminal, needs_action) = (
            reader.texts("done"),
            reader.texts("terminal"),
            reader.texts("needsAction"),
        );
        let mut transitions = Vec::new();
        let lists = ["done", "terminal", "needsAction", "usable"].map(|key| reader.get(key));
        let listed = lists.into_iter().flatten().flat_map(Node::items);
        let mut named: Vec<Node<'_>> = reader.get("initial").into_iter().chain(listed).collect();
        for row in reader.get("transitions").into_iter().flat_map(Node::items) {
            let Some(mut row) = reader.inside(row) else { continue };
            if let Some(after) = row.get("after") {
                let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                if after.as_u64().is_some() {
                    row.number("after");
                } else if after.text().is_some_and(is_digits) {
                    row.fault(after, "is in quotes, but seconds are a number", "remove the quotes");
                }
            }
            named.extend(["from", "to"].into_iter().filter_map(|key| row.get(key)));
            let (from, to, by) = (row.text("from"), row.text("to"), row.text("by"));
            if let (Some(from), Some(to), Some(by)) = (from, to, by) {
                transitions.push(ir::Transition { from, to, by });
            }
        }
        let states: Vec<&str> = values.iter().filter_map(|value| value.value.string()).collect();
        for node in named {
            let text = node.text().unwrap_or_default();
            if !states.contains(&text) {
                let diagnostic = Diagnostic::new(Code::LifecycleState, format!("`{text}` is not a state of this enum"))
                    .at(node.span());
                self.report.push(
                    diagnostic
                        .did_you_mean(text, states.iter().copied())
                        .help("use one of the values of the enum"),
                );
            }
        }
        Some(ir::Lifecycle {
            is_unconfirmed: self.marks.is_unconfirmed(document.node(node)),
            initial,
            done,
            terminal,
            needs_action,
            transitions,
        })
    }
}
