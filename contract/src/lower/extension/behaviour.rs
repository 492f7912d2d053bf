//! `x-idempotency` on the root, `x-pagination`, `x-payload-hash`, `x-bound`, `x-lifecycle`.

use super::reader::Reader;
use crate::{
    diag::{Code, Diagnostic},
    document::Extensions,
    ir::{self, PayloadSource, Word as _},
    lower::context::Context,
    source::{Member, Node, NodeId},
};

const PAGINATION: &str = "x-pagination";
const PAYLOAD: &str = "x-payload-hash";

/// `x-pagination`, as far as one place states it.
#[derive(Debug, Default, Clone)]
pub(in crate::lower) struct StatedPaging {
    cursor: Option<String>,
    limit: Option<String>,
    items: Option<ir::Pointer>,
    next: Option<ir::Pointer>,
    more: Option<ir::More>,
    /// True if a pointer in it is invalid, which was reported.
    broken: bool,
}

impl StatedPaging {
    fn read(reader: &mut Reader<'_, '_>) -> Self {
        let (cursor, limit) = (reader.text("cursor"), reader.text("limit"));
        let (items, next) = (reader.pointer("items"), reader.pointer("next"));
        let (more, done) = (reader.pointer("more"), reader.pointer("done"));
        if let Some(node) = reader.get("done").filter(|_| reader.get("more").is_some()) {
            let help = "keep one of them: `more: false` or `done: true` ends the list";
            reader.fault(node, "both `done` and `more` are set", help);
        }
        let read = [("items", &items), ("next", &next), ("more", &more), ("done", &done)];
        let broken = read
            .iter()
            .any(|(key, pointer)| pointer.is_none() && reader.get(key).is_some());
        let more = more.map(|at| ir::More { at, end: false });
        Self {
            cursor,
            limit,
            items,
            next,
            more: more.or(done.map(|at| ir::More { at, end: true })),
            broken,
        }
    }
}

impl Context<'_, '_> {
    /// Root `x-idempotency`.
    pub(in crate::lower) fn idempotency(&mut self, extensions: &Extensions) -> Option<ir::Idempotency> {
        let mut reader = self.reader_of(extensions, "x-idempotency")?;
        let header = reader.header("header");
        reader.need("retention");
        let retention = reader.number("retention");
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
            header: header?,
            key_length,
            retention: retention?,
            replayed,
            conflict: problem("conflict"),
            in_progress: problem("inProgress"),
        })
    }

    /// Root `x-pagination`: the style.
    pub(in crate::lower) fn paging_style(&mut self, extensions: &Extensions) -> Option<StatedPaging> {
        Some(StatedPaging::read(&mut self.reader_of(extensions, PAGINATION)?))
    }

    /// `x-pagination` of an operation, completed by the style.
    pub(in crate::lower) fn pagination(
        &mut self,
        extensions: &Extensions,
        style: Option<&StatedPaging>,
    ) -> Option<ir::Pagination> {
        let node = extensions.get(PAGINATION)?;
        let style = style.cloned().unwrap_or_default();
        let own = match self.document.node(node).as_bool() {
            Some(false) => return None,
            Some(true) => StatedPaging::default(),
            None => StatedPaging::read(&mut self.reader(node, PAGINATION)?),
        };
        // A misspelt word of the root is reported as such.
        let is_told = self.report.is_held_to_vocabulary() && self.document.extensions.has_misspelt(PAGINATION);
        let cursor = own.cursor.or(style.cursor);
        let (items, next) = (own.items.or(style.items), own.next.or(style.next));
        let missing = [cursor.is_none(), items.is_none(), next.is_none()];
        for (missing, name) in missing.into_iter().zip(["cursor", "items", "next"]) {
            if missing && !own.broken && !style.broken && !is_told {
                let message = format!("`x-pagination`: neither the operation nor the root has `{name}`");
                self.fault(
                    Code::BadExtension,
                    node,
                    message,
                    "write it here or in `x-pagination` of the root",
                );
            }
        }
        let limit = own.limit.or(style.limit);
        Some(ir::Pagination {
            cursor: ir::Cursor(cursor?),
            limit,
            items: items?,
            next: next?,
            more: own.more.or(style.more),
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
