//! How the server treats keys, and which failures a client retries: root `x-idempotency` and `x-retry`, `x-problem-registry` on the enum
//! of codes, and `x-problems` on operations.

use std::collections::HashSet;

use super::reader::{Reader, word_of};
use crate::constant::{list, text};
use crate::diag::{Code, Diagnostic};
use crate::document::Extensions;
use crate::ir::{self, KeyAnswer, KeyState, RetryClass, Statuses, Word as _};
use crate::lower::context::Context;
use crate::source::{Node, NodeId, pointer};

/// `x-idempotency.retention` of a server that does not publish it.
const UNKNOWN: &str = "unknown";
const REGISTRY: &str = "x-problem-registry";

impl Context<'_, '_> {
    /// Root `x-idempotency`: the rules, and where they count.
    pub(in crate::lower) fn idempotency(&mut self, extensions: &Extensions) -> Option<(ir::Idempotency, ir::KeyScope)> {
        let mut reader = self.reader_of(extensions, "x-idempotency")?;
        let is_stated = reader.get("header").is_some();
        let header = reader.header("header");
        let on = methods(&mut reader, is_stated);
        let member = member(&mut reader, is_stated);
        let retention = match reader.need("retention").and_then(Node::as_str) {
            Some(UNKNOWN) => Some(ir::Retention::Unknown),
            _ => reader.number("retention").map(ir::Retention::Seconds),
        };
        let key_length = key_length(&mut reader);
        let replayed = reader
            .below("replayed")
            .and_then(|mut mark| mark.header("header").zip(mark.text("value")))
            .map(|(header, value)| (text(&header), text(&value)));
        let problem = |name: &str| Some(text(&reader.text_below("problems", name)?));
        let (conflict, in_progress) = (problem("conflict"), problem("inProgress"));
        let answers = answers(&mut reader);
        let rules = ir::Idempotency {
            header: if is_stated { Some(text(&header?)) } else { None },
            key_length,
            retention: retention?,
            replayed,
            conflict,
            in_progress,
            answers,
            not_after: statuses(&mut reader, "notAfter", true),
            minimum_delay: minimum_delay(&mut reader, retention?),
            is_of_account: reader.text("scope").as_deref() == Some("account"),
        };
        Some((rules, ir::KeyScope { on, member }))
    }

    /// Root `x-retry`.
    pub(in crate::lower) fn retry(&mut self, extensions: &Extensions) -> Option<ir::RetryRules> {
        let mut reader = self.reader_of(extensions, "x-retry")?;
        let statuses = reader.get("statuses").map(|_| statuses(&mut reader, "statuses", false));
        let wait = reader.header("waitHeader").map(|name| ir::RetryWait {
            name: text(&name),
            unit: reader.word("waitUnit").unwrap_or(ir::WaitUnit::Milliseconds),
        });
        if let Some(unit) = reader.get("waitUnit").filter(|_| reader.get("waitHeader").is_none()) {
            let help = "add `waitHeader`, or remove `waitUnit`";
            reader.fault(unit, "`waitUnit` has no effect without `waitHeader`", help);
        } else if reader.get("advice").is_none() && statuses.is_none() && reader.get("waitHeader").is_none() {
            reader.fault(
                reader.node,
                "it has neither `advice` nor `statuses` nor `waitHeader`",
                "add one of them, or remove it",
            );
        }
        let advice = reader.below("advice").and_then(|mut advice| {
            let (header, again, never) = (advice.header("header"), advice.text("again"), advice.text("never"));
            if again == never {
                let message = if again.is_none() {
                    "it has neither `again` nor `never`"
                } else {
                    "`again` and `never` are the same value"
                };
                advice.fault(
                    advice.node,
                    message,
                    "write the value of the header that requests a retry, or forbids it",
                );
            }
            let [again, never] = [again, never].map(|value| value.as_deref().map(text));
            Some(ir::RetryHeader {
                name: text(&header?),
                again,
                never,
            })
        });
        Some(ir::RetryRules { advice, statuses, wait })
    }

    /// Reads the registry: one row per value of the enum, in its order.
    pub(in crate::lower) fn registry(&mut self, node: NodeId, values: &[ir::EnumValue]) -> Option<ir::ProblemModel> {
        let map = self.document.node(node);
        self.reader(node, REGISTRY)?;
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
        let mut reader = self.reader(node, REGISTRY)?;
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

/// Reads `on`.
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

/// Reads `member`: a member of the JSON object in the body.
fn member(reader: &mut Reader<'_, '_>, has_header: bool) -> Option<String> {
    let node = reader.get("member")?;
    if has_header {
        let help = "keep the one that the API reads: with both, a request has two keys";
        reader.fault(node, "`member` cannot be combined with `header`", help);
    }
    let pointer = reader.pointer("member")?;
    let [name] = pointer.as_slice() else {
        reader.fault(
            node,
            "a key is a member of the body itself",
            "write `/` and the name of the member, such as `/request_key`",
        );
        return None;
    };
    Some(name.clone())
}

fn key_length(reader: &mut Reader<'_, '_>) -> (u32, u32) {
    let Some(mut key) = reader.below("key") else {
        return (1, 255);
    };
    let length = (
        key.number("minLength").unwrap_or(1),
        key.number("maxLength").unwrap_or(255),
    );
    if length.0 > length.1 || length.1 == 0 {
        let help = "write a `minLength` of at most `maxLength`";
        key.fault(key.node, "no idempotency key can have such a length", help);
    }
    length
}

/// Reads the responses that show the state of a key.
fn answers(reader: &mut Reader<'_, '_>) -> &'static [(KeyState, KeyAnswer)] {
    let mut all: Vec<(KeyState, KeyAnswer)> = Vec::new();
    for (word, state) in KeyState::WORDS {
        let Some(answer) = answer(reader, word, *state) else {
            continue;
        };
        if let (Some((other, _)), Some(node)) = (all.iter().find(|(_, other)| *other == answer), reader.get(word)) {
            let message = format!("`{}` and `{word}` are the same response", other.word());
            reader.fault(node, message, "add `at` and `is` to one of them");
        }
        all.push((*state, answer));
    }
    list(all)
}

fn answer(reader: &mut Reader<'_, '_>, word: &str, state: KeyState) -> Option<KeyAnswer> {
    let node = reader.get(word)?;
    if reader.text_below("problems", word).is_some() {
        let message = format!("`{word}` cannot be combined with `problems.{word}`");
        reader.fault(node, message, "keep one of them");
    }
    let mut below = reader.below(word)?;
    let (at, is) = (below.pointer("at"), below.text("is"));
    let help = "write `at`, a JSON Pointer into the response, and `is`, the text at that place";
    if below.get("at").is_some() != below.get("is").is_some() {
        below.fault(below.node, "`at` and `is` belong together", help);
    } else if state == KeyState::Used && at.is_none() {
        below.fault(
            below.node,
            "a status alone does not prove that the action was executed",
            help,
        );
    }
    let id = below.pointer("id").map(|at| text(&pointer(&at)));
    let status = below.get("status")?;
    Some(KeyAnswer {
        statuses: self::status(&mut below, status)?,
        text: at.zip(is).map(|(at, is)| (text(&pointer(&at)), text(&is))),
        id,
    })
}

/// Reads a list of statuses.
fn statuses(reader: &mut Reader<'_, '_>, name: &str, is_filled: bool) -> &'static [Statuses] {
    let Some(node) = reader.get(name) else { return &[] };
    if is_filled && node.items().next().is_none() {
        reader.fault(
            node,
            format_args!("`{name}` names no status"),
            "add a status such as `5XX`, or remove it",
        );
    }
    let items: Vec<Node<'_>> = node.items().collect();
    list(items.into_iter().filter_map(|item| status(reader, item)).collect())
}

/// Reads a status of failures: `409` or `5XX`.
fn status(reader: &mut Reader<'_, '_>, node: Node<'_>) -> Option<Statuses> {
    match node.as_str() {
        Some("4XX") => return Some((400, 499)),
        Some("5XX") => return Some((500, 599)),
        _ => {}
    }
    let number = node.as_u64()?;
    let status = u16::try_from(number).ok().filter(|status| (400..600).contains(status));
    if status.is_none() {
        reader.fault(
            node,
            format_args!("`{number}` is not the status of a failure"),
            "write a status from 400 to 599",
        );
    }
    status.map(|status| (status, status))
}

/// Reads `minimumDelay`, in seconds.
fn minimum_delay(reader: &mut Reader<'_, '_>, retention: ir::Retention) -> u32 {
    let (Some(node), Some(delay)) = (reader.get("minimumDelay"), reader.number("minimumDelay")) else {
        return 0;
    };
    let is_late = matches!(retention, ir::Retention::Seconds(seconds) if delay >= seconds);
    if is_late {
        let help = "write a `minimumDelay` in seconds that is shorter than `retention`";
        reader.fault(node, "the server forgets a key before it may be repeated", help);
    }
    delay
}

/// Reads `outcome`: that of other operations, and that of operations which create a resource.
fn outcomes(node: Node<'_>) -> Option<(ir::RowOutcome, ir::RowOutcome)> {
    let Some(creating) = node.get("creating") else {
        let outcome = word_of(node)?;
        return Some((outcome, outcome));
    };
    Some((word_of(node.get("otherwise")?)?, word_of(creating)?))
}
