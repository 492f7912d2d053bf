//! Checks a tree against the ledger: unknown keywords, keywords of another version, wrong kinds, missing fields.
//!
//! The parser skips silently whatever is reported here. Each node is visited once, however often it is referenced.

mod extensions;
mod words;

use super::condition::condition;
use super::dialects::{BESIDE, is_added_in_32};
use super::ledger::{self, KeyForm, Keyword, ObjectKind, Rule, ValueKind};
use super::model::Dialect;
use crate::diag::{Code, Diagnostic, Level, Levels, Report, nearest};
use crate::ir::Scalar;
use crate::source::{Day, Member, Node, NodeId, Notation, escape};
use crate::text::{FileId, Span};
use std::collections::{HashMap, HashSet};
use words::{describe, one_of, wrong_kind};

/// Reason that a keyword is perhaps an extension, and its report in a contract that uses them.
#[derive(Debug)]
enum Doubt {
    /// Has another form than the extension of its name.
    Form(&'static Keyword),
    /// Is near to an extension, or at another place than it.
    Meant(&'static str, Box<Diagnostic>),
}

const ONLY_CONDITIONS: &str =
    "only conditions are checked (members that are required if others have a certain text); the server checks the rest";

/// The state of a walk.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "they are facts about the contract")]
pub(super) struct KeywordWalk<'t> {
    dialect: Dialect,
    is_32: bool,
    strict: bool,
    /// By place: its keywords in order, and the required ones.
    words: Vec<Vec<&'static Keyword>>,
    required: Vec<Vec<&'static Keyword>>,
    /// By node: the place it was visited as.
    visited: Vec<Option<ObjectKind>>,
    /// Values of `not` that are part of a condition.
    held: HashSet<NodeId>,
    /// Values of our words in another shape.
    foreign: HashSet<NodeId>,
    /// Values of our words that were read or reported.
    met: HashSet<NodeId>,
    /// Security schemes with a word that is near to `x-signing`.
    misspelt: HashSet<NodeId>,
    /// Foreign words already reported.
    said: HashSet<&'t str>,
    /// Words of our vocabulary that unknown words probably mean, by word and place.
    meant: HashMap<(&'t str, ObjectKind), Option<&'static str>>,
    /// Nodes visited during a trial of [`Self::fault`]; `None` outside of a trial.
    trail: Option<Vec<NodeId>>,
    /// Files of overlays.
    overlays: Vec<FileId>,
    /// The contract itself has a mark of using the extensions, and not an overlay alone.
    pub(super) by_contract: bool,
    /// The contract has an extension of ours.
    uses: bool,
    /// Extensions of ours.
    used: Vec<(&'static str, Member<'t>)>,
    /// Words that are perhaps ours, with their report as a foreign extension.
    doubts: Vec<(Member<'t>, Doubt, Diagnostic)>,
}

impl<'t> KeywordWalk<'t> {
    pub(super) fn new(dialect: Dialect, is_32: bool, strict: bool, nodes: usize, overlays: Vec<FileId>) -> Self {
        let mut words = Vec::with_capacity(ObjectKind::ALL.len());
        let mut required = Vec::with_capacity(ObjectKind::ALL.len());
        for place in ObjectKind::ALL {
            let mut rows: Vec<&'static Keyword> = place.rows().iter().chain(ledger::EVERYWHERE).collect();
            required.push(
                rows.iter()
                    .copied()
                    .filter(|row| row.is_required(dialect, is_32))
                    .collect(),
            );
            rows.sort_unstable_by_key(|row| row.keyword);
            words.push(rows);
        }
        let visited = vec![None; nodes];
        Self {
            dialect,
            is_32,
            strict,
            words,
            required,
            visited,
            held: HashSet::new(),
            foreign: HashSet::new(),
            met: HashSet::new(),
            misspelt: HashSet::new(),
            said: HashSet::new(),
            meant: HashMap::new(),
            trail: None,
            overlays,
            by_contract: false,
            uses: false,
            used: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Returns the row of a keyword.
    fn row(&self, place: ObjectKind, keyword: &str) -> Option<&'static Keyword> {
        let rows = &self.words[place as usize];
        rows.binary_search_by(|row| row.keyword.cmp(keyword))
            .ok()
            .map(|at| rows[at])
    }

    /// Marks a node as visited; returns true on the first visit.
    fn visit(&mut self, node: NodeId, place: ObjectKind) -> bool {
        let before = &mut self.visited[node.0 as usize];
        let first = before.is_none();
        before.get_or_insert(place);
        if let Some(trail) = self.trail.as_mut().filter(|_| first) {
            trail.push(node);
        }
        first
    }

    /// Returns the place a node was walked as.
    pub(super) fn place_of(&self, node: NodeId) -> Option<ObjectKind> {
        self.visited[node.0 as usize]
    }

    /// Walks an object of that kind and everything below it, unless it was walked before.
    pub(super) fn run(&mut self, node: Node<'t>, place: ObjectKind, report: &mut Report) {
        if node.is_map() && self.visited[node.id().0 as usize].is_some() {
            return;
        }
        let value = if place == ObjectKind::Schema {
            ValueKind::Schema
        } else {
            ValueKind::Referable(place)
        };
        self.value(node, &value, report);
    }

    /// Returns true for the value of a word of our vocabulary in another shape.
    pub(super) fn is_foreign(&self, node: NodeId) -> bool {
        self.foreign.contains(&node)
    }

    /// Returns the first fault of a value, if it does not fit. Reports nothing, and marks nothing as visited.
    fn fault(&mut self, node: Node<'t>, value: &ValueKind) -> Option<String> {
        let (before, said) = (self.trail.replace(Vec::new()), self.said.clone());
        let mut report = Report::new(Levels::strict());
        self.value(node, value, &mut report);
        for visited in std::mem::replace(&mut self.trail, before).into_iter().flatten() {
            self.visited[visited.0 as usize] = None;
        }
        self.said = said;
        let faults = report.diagnostics().into_iter();
        let mut errors = faults.filter(|fault| fault.level == Level::Error);
        errors.next().map(|fault| fault.message.clone())
    }

    fn object(&mut self, node: Node<'t>, place: ObjectKind, report: &mut Report) {
        if !node.is_map() {
            wrong_kind(node, "an object", report);
            return;
        }
        if !self.visit(node.id(), place) {
            return;
        }
        for member in node.members() {
            match self.row(place, member.key) {
                Some(row) => self.word(member, row, report),
                None if place == ObjectKind::Callback && !member.key.starts_with("x-") => {
                    self.value(member.value, &ValueKind::Referable(ObjectKind::PathItem), report);
                }
                None => self.unknown(member, place, report),
            }
        }
        for row in &self.required[place as usize] {
            // A misspelt keyword is reported as such.
            let is_misspelt = |key: &str| self.row(place, key).is_none() && nearest(key, [row.keyword]).is_some();
            if node.get(row.keyword).is_none() && !node.members().any(|member| is_misspelt(member.key)) {
                let message = format!("{} needs `{}`", place.name(), row.keyword);
                let missing = Diagnostic::new(Code::MissingField, message);
                report.push(match removed(node, row.keyword) {
                    Some(by) => missing
                        .at(by)
                        .label("removed here")
                        .also(node.name_span(), "needed here"),
                    None => missing.at(node.name_span()).help(format!("add `{}`", row.keyword)),
                });
            }
        }
    }

    fn word(&mut self, member: Member<'t>, row: &'static Keyword, report: &mut Report) {
        if self.is_32 && is_added_in_32(&member) {
            return;
        }
        if row.dialect.is_some_and(|dialect| dialect != self.dialect) {
            let (other, own) = if self.dialect == Dialect::V30 {
                ("3.1", "3.0")
            } else {
                ("3.0", "3.1")
            };
            let message = format!("`{}` is a keyword of OpenAPI {other}", member.key);
            let diagnostic = Diagnostic::new(Code::OtherDialect, message)
                .at(member.key_span)
                .note(format!(
                    "the contract is OpenAPI {own}; the keyword is applied nevertheless"
                ));
            report.push(diagnostic.help(match member.key {
                "nullable" => "write `null` as one of the types, such as `type: [string, 'null']`".to_owned(),
                _ => format!("replace it, or correct `openapi` if the contract is meant to be OpenAPI {other}"),
            }));
        }
        match row.rule {
            Rule::Read if member.key == "not" && !self.held.contains(&member.value.id()) => {
                // The members required under a condition stand in a `not` of their own.
                match condition(member.value) {
                    Some(_) => self.held.extend(member.value.get("not").map(Node::id)),
                    None => not_checked(member, ONLY_CONDITIONS, report),
                }
            }
            Rule::Read => {}
            Rule::Noted(why) => report.say(Code::NotedKeyword, || {
                let message = format!("`{}` has no effect on the generated code", member.key);
                Diagnostic::new(Code::NotedKeyword, message)
                    .at(member.key_span)
                    .note(why)
            }),
            Rule::Unchecked(why) => not_checked(member, why, report),
            Rule::Refused(what_to_do) => {
                let message = format!("no correct code can be generated for `{}`", member.key);
                report.fault(Code::RefusedKeyword, member.key_span, message, what_to_do);
            }
        }
        if row.keyword.starts_with("x-") {
            self.ours(member, row, report);
        } else {
            self.value(member.value, &row.value, report);
        }
    }

    fn value(&mut self, node: Node<'t>, value: &ValueKind, report: &mut Report) {
        match value {
            ValueKind::Text => text(node, report),
            ValueKind::Filled => {
                text(node, report);
                if node.as_str() == Some("") {
                    wrong_value(node, "an empty text is not allowed here", report);
                }
            }
            ValueKind::Date if node.text().and_then(Day::parse).is_none() => {
                wrong_kind(node, "a date such as `2027-06-30`", report);
            }
            ValueKind::Bool if node.as_bool().is_none() => wrong_kind(node, "`true` or `false`", report),
            ValueKind::Number if node.as_number().is_none() => wrong_kind(node, "a number", report),
            ValueKind::Whole(least) => match node.as_u64() {
                Some(number) if number < u64::from(*least) => {
                    let (message, help) = (
                        format!("`{number}` has no meaning here"),
                        format!("write a whole number of at least {least}, or remove it"),
                    );
                    report.fault(Code::WrongValue, node.span(), message, &help);
                }
                Some(_) => {}
                None => wrong_kind(node, "a whole number", report),
            },
            ValueKind::Any | ValueKind::Date | ValueKind::Bool | ValueKind::Number => {}
            ValueKind::Words(words) => one_of(node, words, report),
            ValueKind::Types => self.types(node, report),
            ValueKind::ExclusiveBound => self.exclusive_bound(node, report),
            ValueKind::Object(place) => self.object(node, *place, report),
            ValueKind::Referable(place) => match node.get("$ref") {
                Some(_) => self.beside_reference(node, *place, report),
                None => self.object(node, *place, report),
            },
            ValueKind::Schema | ValueKind::SchemaOrBool => self.schema(node, *value == ValueKind::SchemaOrBool, report),
            ValueKind::List(item) => {
                if !node.is_seq() {
                    wrong_kind(node, "a list", report);
                }
                for node in node.items() {
                    self.value(node, item, report);
                }
            }
            ValueKind::Map(item) => {
                if !node.is_map() {
                    wrong_kind(node, "an object", report);
                }
                for member in node.members() {
                    if !self.is_slip(member, item, report) {
                        self.value(member.value, item, report);
                    }
                }
            }
            ValueKind::Keyed(keys, item) => self.keyed(node, *keys, item, report),
            ValueKind::Either(one, other) => {
                let is_neither = |walk: &mut Self| [one, other].iter().all(|kind| walk.fault(node, kind).is_some());
                if matches!(**one, ValueKind::Whole(_)) && node.as_str().is_some() && is_neither(self) {
                    return words::no_number(node, other, report);
                }
                let is_one = match [one, other].map(|kind| kind.is_possible(node)) {
                    [true, false] => true,
                    [false, true] => false,
                    _ => self.fault(node, one).is_none(),
                };
                self.value(node, if is_one { one } else { other }, report);
            }
        }
    }

    fn keyed(&mut self, node: Node<'t>, keys: KeyForm, item: &ValueKind, report: &mut Report) {
        let holder = match keys {
            KeyForm::Paths => ObjectKind::Paths,
            KeyForm::Statuses => ObjectKind::Responses,
        };
        if !node.is_map() {
            wrong_kind(node, "an object", report);
        }
        for member in node.members() {
            if let Some(row) = ledger::EVERYWHERE.iter().find(|row| row.keyword == member.key) {
                self.word(member, row, report);
            } else if member.key.starts_with("x-") {
                self.unknown(member, holder, report);
            } else if keys != KeyForm::Paths || member.key.starts_with('/') {
                self.value(member.value, item, report);
            }
        }
    }

    fn schema(&mut self, node: Node<'t>, boolean: bool, report: &mut Report) {
        if node.as_bool().is_some() {
            if self.dialect == Dialect::V30 && !boolean {
                let message = "a schema that is `true` or `false` requires OpenAPI 3.1";
                report.push(Diagnostic::new(Code::OtherDialect, message).at(node.span()));
            }
            return;
        }
        if self.dialect == Dialect::V30 && node.get("$ref").is_some_and(|reference| reference.text().is_some()) {
            self.beside_reference(node, ObjectKind::Schema, report);
            return;
        }
        self.object(node, ObjectKind::Schema, report);
        let array = node.get("type").and_then(Node::text) == Some("array");
        if array && self.dialect == Dialect::V30 && node.get("items").is_none() {
            let missing =
                Diagnostic::new(Code::MissingField, "an array needs `items` in OpenAPI 3.0").at(node.name_span());
            report.push(missing.help("add `items: {}` if anything may be in it"));
        }
    }

    /// Reports siblings of a `$ref` that are not allowed there.
    fn beside_reference(&mut self, node: Node<'t>, place: ObjectKind, report: &mut Report) {
        if !self.visit(node.id(), place) {
            return;
        }
        if place == ObjectKind::PathItem {
            self.beside_path_reference(node, report);
            return;
        }
        for member in node.members().filter(|member| member.key != "$ref") {
            let text = matches!(member.key, "summary" | "description");
            let legal = self.dialect == Dialect::V31 && text && place != ObjectKind::Schema;
            if legal {
                continue;
            }
            let known = place == ObjectKind::Schema && self.row(place, member.key).is_some();
            if !known && self.meant(member.key, place).is_some() {
                self.unread_beside(member, place, report);
                continue;
            }
            let read = place == ObjectKind::Schema && (BESIDE.contains(&member.key) || member.key.starts_with("x-"));
            let message = format!("`{}` is next to a `$ref`, which must be alone", member.key);
            let what = if read {
                "it is applied nevertheless"
            } else {
                "it is ignored"
            };
            let diagnostic = Diagnostic::new(Code::ReferenceSiblings, message)
                .at(member.key_span)
                .note(what);
            let diagnostic = if place == ObjectKind::Schema {
                diagnostic.help("write `allOf` with the `$ref` as its only item, and the other keywords next to it")
            } else {
                diagnostic
            };
            report.push(diagnostic);
            if read && let Some(row) = self.row(place, member.key) {
                self.word(member, row, report);
            }
        }
    }

    fn beside_path_reference(&mut self, node: Node<'t>, report: &mut Report) {
        for member in node.members().filter(|member| member.key != "$ref") {
            match self.row(ObjectKind::PathItem, member.key) {
                Some(row) => self.word(member, row, report),
                None => self.unknown(member, ObjectKind::PathItem, report),
            }
        }
    }

    fn types(&mut self, node: Node<'t>, report: &mut Report) {
        let words: &[&str] = &["null", "boolean", "integer", "number", "string", "array", "object"];
        if !node.is_seq() {
            match (node.text(), self.dialect) {
                // A plain `null` as a type is the type `null`.
                (Some("null"), Dialect::V31) => {}
                (Some("null"), Dialect::V30) => {
                    let message = "the type `null` requires OpenAPI 3.1";
                    let other = Diagnostic::new(Code::OtherDialect, message).at(node.span());
                    report.push(
                        other
                            .help("write `nullable: true` in the schema that may be null")
                            .note("the contract is OpenAPI 3.0; the type is applied nevertheless"),
                    );
                }
                (_, Dialect::V30) => one_of(node, &words[1..], report),
                (_, Dialect::V31) => one_of(node, words, report),
            }
            return;
        }
        if self.dialect == Dialect::V30 {
            let message = "a list of types requires OpenAPI 3.1";
            report.fault(Code::OtherDialect, node.span(), message, "write `nullable` or `anyOf`");
        }
        for item in node.items().filter(|item| item.text() != Some("null")) {
            one_of(item, words, report);
        }
    }

    fn exclusive_bound(&mut self, node: Node<'t>, report: &mut Report) {
        let (fits, other) = match self.dialect {
            Dialect::V30 => (node.as_bool().is_some(), node.as_number().is_some()),
            Dialect::V31 => (node.as_number().is_some(), node.as_bool().is_some()),
        };
        let (wanted, instead) = match self.dialect {
            Dialect::V30 => (
                "`true` or `false`",
                "write the number as `minimum` or `maximum`, and `true` here",
            ),
            Dialect::V31 => (
                "a number",
                "write the bound itself here, and remove `minimum` or `maximum`",
            ),
        };
        if other {
            let message = format!("this version of OpenAPI requires {wanted} here; the value is applied nevertheless");
            report.fault(Code::OtherDialect, node.span(), message, instead);
        } else if !fits {
            wrong_kind(node, wanted, report);
        }
    }
}

/// Returns the overlay action that removed a member of a node, if any.
fn removed(node: Node<'_>, keyword: &str) -> Option<Span> {
    let tree = node.tree();
    let is_below = tree.is_layered() && tree.root().is_some_and(|root| root.document() == node.document());
    is_below.then(|| tree.removed_at(&format!("{}/{}", node.pointer(), escape(keyword))))?
}

fn text(node: Node<'_>, report: &mut Report) {
    if node.style().is_some_and(|style| style != Notation::Plain) {
        return;
    }
    match node.scalar() {
        Some(Scalar::String(_)) => {}
        Some(Scalar::Number(_) | Scalar::Bool(_)) => {
            let message = format!("expected a text, found {}", describe(node));
            let quotes = Diagnostic::new(Code::WrongKind, message)
                .at(node.span())
                .help("put it in quotes");
            report.push(quotes.note("in lenient mode it is handled as text"));
        }
        Some(Scalar::Null) | None => wrong_kind(node, "a text", report),
    }
}

fn wrong_value(node: Node<'_>, message: &str, report: &mut Report) {
    report.fault(
        Code::WrongValue,
        node.span(),
        message,
        "write a text, or remove the keyword",
    );
}

/// Reports a constraint that values are not checked against before they are sent.
fn not_checked(member: Member<'_>, why: &'static str, report: &mut Report) {
    report.say(Code::RuleNotChecked, || {
        let message = format!("the client does not check `{}` before it sends a request", member.key);
        Diagnostic::new(Code::RuleNotChecked, message)
            .at(member.key_span)
            .note(why)
    });
}
