//! `x-idempotency` on the root, `x-payload-hash`, `x-bound`, `x-lifecycle`.

use crate::{
    diag::{Code, Diagnostic},
    document::Extensions,
    ir::{self, PayloadSource, Word as _},
    lower::{context::Context, extension::reader::Reader},
    source::{Member, Node, NodeId},
};

/// `x-idempotency.retention` of a server that does not publish it.
const UNKNOWN: &str = "unknown";
const PAYLOAD: &str = "x-payload-hash";

/// Reads `x-idempotency.on`.
fn methods(reader: &mut Reader<'_, '_>, has_header: bool) -> Vec<ir::Method> {
    let Some(on) = reader.get("on") else { return Vec::new() };
    if !has_header {
        let help = "add `header`, or remove `on`: operations that declare a key keep it";
        reader.fault(on, "`on` has no effect without `header`", help);
    } else if on.items().next().is_none() {
        reader.fault(
            on,
            "`on` names no method",
            "add a method such as `POST`, or remove `on`",
        );
    }
    let tokens = on.items().filter_map(Node::as_str);
    tokens
        .filter_map(|token| ir::Method::of_key(&token.to_ascii_lowercase()))
        .collect()
}

impl Context<'_, '_> {
    /// Root `x-idempotency`.
    pub(in crate::lower) fn idempotency(&mut self, extensions: &Extensions) -> Option<ir::Idempotency> {
        let mut reader = self.reader_of(extensions, "x-idempotency")?;
        let is_stated = reader.get("header").is_some();
        let header = reader.header("header");
        let on = methods(&mut reader, is_stated);
        let retention = match reader.need("retention").and_then(Node::as_str) {
            Some(UNKNOWN) => Some(ir::Retention::Unknown),
            _ => reader.number("retention").map(ir::Retention::Seconds),
        };
        let mut key_length = (1, 255);
        if let Some(mut key) = reader.below("key") {
            key_length = (
                key.number("minLength").unwrap_or(1),
                key.number("maxLength").unwrap_or(255),
            );
            if key_length.0 > key_length.1 || key_length.1 == 0 {
                key.fault(
                    key.node,
                    "no idempotency key can have such a length",
                    "write a `minLength` of at most `maxLength`",
                );
            }
        }
        let replayed = reader
            .below("replayed")
            .and_then(|mut mark| mark.header("header").zip(mark.text("value")));
        let problem = |name: &str| reader.text_below("problems", name);
        Some(ir::Idempotency {
            header: if is_stated { Some(header?) } else { None },
            on,
            key_length,
            retention: retention?,
            replayed,
            conflict: problem("conflict"),
            in_progress: problem("inProgress"),
        })
    }

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
