//! Behaviour of operations and schemas: `x-payload-hash`, `x-bound`, `x-lifecycle`, `x-repeats`; and what the local sandbox follows and
//! the documentation shows: `x-rules`, `x-derives` and `x-scenarios`.

use super::reader::Reader;
use crate::diag::{Code, Diagnostic};
use crate::document::Extensions;
use crate::ir::{self, Comparison, PayloadSource, Word as _};
use crate::lower::context::Context;
use crate::lower::places::Places;
use crate::source::{Member, Node, NodeId};

const PAYLOAD: &str = "x-payload-hash";
const REPEATS: &str = "x-repeats";

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

    /// Reads `x-repeats` of an operation. `rules` checks later that the members exist.
    pub(in crate::lower) fn repeats(&mut self, extensions: &Extensions) -> Vec<ir::Repeat> {
        let Some(list) = extensions.get(REPEATS).map(|node| self.document.node(node)) else {
            return Vec::new();
        };
        let mut reader = Reader::new(list, REPEATS, self.report);
        if list.is_seq() && list.is_empty() {
            let help = "list at least one member with `sent`, or remove `x-repeats`";
            reader.fault(list, "`sent` is empty", help);
        }
        let mut rows: Vec<ir::Repeat> = Vec::new();
        for node in list.items() {
            let Some(row) = reader.inside(node).and_then(|mut row| repeat(&mut row, &self.places)) else {
                continue;
            };
            let is_same = |known: &ir::Repeat| known.sent == row.sent && known.received == row.received;
            if rows.iter().any(is_same) {
                reader.fault(node, "the same pair is listed twice", "remove one of the two");
            } else {
                rows.push(row);
            }
        }
        rows
    }

    /// Reads `x-rules`: their words, and codes of the operation; and holds pointers of `x-derives` to their form.
    pub(in crate::lower) fn server_rules(&mut self, extensions: &Extensions) -> Vec<ir::ServerRule> {
        for (word, member) in [("x-rules", "at"), ("x-derives", "member")] {
            for item in self.rows(extensions, word) {
                if let Some(mut reader) = self.reader(item, word) {
                    reader.pointer(member);
                }
            }
        }
        let known = self.problems_of(extensions);
        let mut rules = Vec::new();
        for item in self.rows(extensions, "x-rules") {
            let item = self.document.node(item);
            let code = row_text(item, "code");
            if let (Some(code), Some(node)) = (&code, item.get("code"))
                && !known.contains(code)
            {
                let message = format!("`{code}` is not in `x-problems` of the operation");
                let help = "add it to `x-problems`, or remove `code`";
                self.fault(Code::BadExtension, node.id(), message, help);
            }
            rules.extend(row_text(item, "message").map(|message| ir::ServerRule { message, code }));
        }
        rules
    }

    /// Reads `x-rules` of a schema, in words, and holds their pointers to their form.
    pub(in crate::lower) fn rules_in_words(&mut self, extensions: &Extensions) -> Option<String> {
        let mut words = Vec::new();
        for item in self.rows(extensions, "x-rules") {
            self.reader(item, "x-rules")?.pointer("at");
            let item = self.document.node(item);
            let message = row_text(item, "message")?.trim_end_matches('.').to_owned();
            words.push(row_text(item, "code").map_or(message.clone(), |code| format!("{message} (`{code}`)")));
        }
        (!words.is_empty()).then(|| format!("Rules that the server checks: {}.", words.join("; ")))
    }

    /// Checks `x-scenarios`: names, codes of the operation, and that each states one ending.
    pub(in crate::lower) fn check_scenarios(&mut self, extensions: &Extensions) {
        let codes = self.problems_of(extensions);
        let mut names = Vec::new();
        for item in self.rows(extensions, "x-scenarios") {
            let Some(mut reader) = self.reader(item, "x-scenarios") else {
                continue;
            };
            one_ending(&mut reader);
            for code in reader.get("refuses").into_iter().filter(|node| node.as_str().is_some()) {
                let name = code.as_str().unwrap_or_default();
                if !codes.iter().any(|known| known == name) {
                    let message = format!("`{name}` is not in `x-problems` of the operation");
                    reader.fault(code, message, "add it to `x-problems`, or write another code");
                }
            }
            way(&mut reader);
            if let Some(name) = reader.get("name").filter(|node| node.as_str().is_some()) {
                if names.contains(&name.as_str()) {
                    let message = "two scenarios of the operation have this name";
                    reader.fault(name, message, "give one of them another name");
                }
                names.push(name.as_str());
            }
        }
    }

    /// Returns the rows of a word whose value is a list.
    fn rows(&self, extensions: &Extensions, word: &str) -> Vec<NodeId> {
        let list = extensions.get(word).map(|node| self.document.node(node));
        list.into_iter().flat_map(Node::items).map(Node::id).collect()
    }
}

fn repeat(reader: &mut Reader<'_, '_>, places: &Places<'_>) -> Option<ir::Repeat> {
    let sent = reader.pointer("sent")?;
    let received = match reader.get("received") {
        Some(_) => reader.pointer("received")?,
        None => sent.clone(),
    };
    let comparison = match (reader.get("last"), reader.get("folded")) {
        (Some(last), None) => {
            let count = last.as_u64()?;
            let count = u8::try_from(count).ok();
            if count.is_none() {
                reader.fault(
                    last,
                    "`last` must be a number of characters from 1 to 255",
                    "write a whole number from 1 to 255, such as 4",
                );
            }
            Comparison::Last(count?)
        }
        (Some(_), Some(folded)) => {
            let help = "remove `folded`: `last` always ignores case and blanks";
            reader.fault(folded, "`folded` has no effect next to `last`", help);
            return None;
        }
        _ if reader.flag("folded") => Comparison::Folded,
        _ => Comparison::Exact,
    };
    let comparison = match (reader.get("decimal"), reader.flag("decimal"), comparison) {
        (_, true, Comparison::Exact) => Comparison::Decimal,
        (Some(decimal), true, _) => {
            let help = "remove `decimal`, or `last` and `folded`: numbers are compared as a whole";
            reader.fault(decimal, "`decimal` excludes `last` and `folded`", help);
            return None;
        }
        _ => comparison,
    };
    Some(ir::Repeat {
        origin: places.origin(reader.node.id()),
        sent,
        received,
        comparison,
    })
}

/// Checks that a scenario does not both refuse the call and lead a resource.
fn one_ending(reader: &mut Reader<'_, '_>) {
    let refuses = reader.get("refuses");
    let leads = reader.get("to").or(reader.get("after")).or(reader.get("makes"));
    if let (Some(_), Some(leads)) = (refuses, leads) {
        let help = "remove `refuses`, or write two separate scenarios";
        reader.fault(leads, "a refused call causes no transitions", help);
    }
    if let (Some(of), Some(_)) = (reader.get("of"), reader.get("makes").or(refuses)) {
        let message = "`of` is only allowed in a scenario that moves the resource of the call";
        reader.fault(of, message, "remove `of`");
    }
}

/// Checks the states and the time of the way on which a resource is led.
fn way(reader: &mut Reader<'_, '_>) {
    if let Some(to) = reader.get("to").filter(|to| to.is_seq() && to.items().next().is_none()) {
        reader.fault(
            to,
            "the list of states is empty",
            "list the states that the resource goes through",
        );
    }
    if let (Some(0), Some(after)) = (reader.number("after"), reader.get("after")) {
        reader.fault(
            after,
            "a step must take at least one second",
            "write 1 or more, or remove `after`",
        );
    }
}

/// Returns the text of a member.
fn row_text(row: Node<'_>, name: &str) -> Option<String> {
    row.get(name)?.text().map(str::to_owned)
}
