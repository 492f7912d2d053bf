//! Everything that the contract says and its owner does not document (`x-documented`).
//!
//! In: the document as it was written. Out: one row per place that one would change, in the order of the contract, members of words of
//! ours by name; none where the contract marks nothing. Never: what is documented, or a place twice.

use super::{places::Places, provenance::Marks};
use crate::{
    contract::Document,
    ir::{Reading, ReadingKind},
    source::{Member, Node, to_sorted_json},
};

/// The words of the root that say how the API behaves.
const WORDS: &[&str] = &["x-sdk", "x-idempotency", "x-pagination", "x-webhooks"];
/// Members that say nothing about the API.
const SILENT: &[&str] = &["x-documented", "owner", "description", "summary", "example", "examples"];
/// The statements of an operation.
const SAID: [&str; 7] = [
    "parameters",
    "requestBody",
    "responses",
    "x-idempotency",
    "x-effect",
    "x-pagination",
    "x-problems",
];
/// Those of them that no mark on the operation documents.
const BESIDE: [&str; 2] = ["x-effect", "x-problems"];
/// Longest value that is shown.
const SHOWN: usize = 72;

struct Rows<'a, 'd> {
    marks: Marks,
    places: &'a Places<'d>,
    found: Vec<Reading>,
}

/// All readings of a contract.
pub(super) fn readings(document: &Document, marks: Marks, places: &Places<'_>) -> Vec<Reading> {
    let mut rows = Rows {
        marks,
        places,
        found: Vec::new(),
    };
    let Some(root) = document.tree.root().filter(|_| marks.are_there()) else {
        return Vec::new();
    };
    for word in WORDS.iter().filter_map(|word| root.get(word)) {
        rows.word(word);
    }
    for scheme in root
        .at("/components/securitySchemes")
        .into_iter()
        .flat_map(Node::members)
    {
        scheme
            .value
            .get("x-signing")
            .into_iter()
            .for_each(|word| rows.word(word));
    }
    for path in root.get("paths").into_iter().flat_map(Node::members) {
        rows.path(path);
    }
    for schema in root.at("/components/schemas").into_iter().flat_map(Node::members) {
        rows.schema(schema.value);
    }
    rows.found
}

impl Rows<'_, '_> {
    fn push(&mut self, kind: ReadingKind, node: Node<'_>, says: String) {
        let place = self.places.pointer(node.id());
        self.found.push(Reading { kind, place, says });
    }

    /// True where a member of an object of ours is a reading: not in its list, or below no mark.
    fn is_reading(&self, holder: Node<'_>, member: Member<'_>) -> bool {
        match holder.get("x-documented").filter(|mark| mark.is_seq()) {
            Some(list) => !list.items().any(|item| item.text() == Some(member.key)),
            None => self.marks.is_reading(member.value),
        }
    }

    /// The members of a word, and of what is marked for itself below it.
    fn word(&mut self, word: Node<'_>) {
        let silent = |member: &Member<'_>| !SILENT.contains(&member.key);
        for member in by_name(word).into_iter().filter(silent) {
            let value = member.value;
            if value.members().any(|below| below.key == "x-documented") {
                self.word(value);
            } else if member.key != "events" && self.is_reading(word, member) {
                self.push(ReadingKind::Word, value, shown(value));
            }
        }
    }

    fn path(&mut self, path: Member<'_>) {
        if self.marks.is_reading(path.value) && path.value.get("x-documented").is_none() {
            self.push(ReadingKind::Path, path.value, "the path".to_owned());
        }
        let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
        for operation in path.value.members().filter(|member| methods.contains(&member.key)) {
            let operation = operation.value;
            let is_documented = operation.get("x-documented").and_then(Node::as_bool) == Some(true);
            let words: &[&str] = if is_documented { &BESIDE } else { &SAID };
            let there = words.iter().filter(|word| operation.get(word).is_some());
            let mut there: Vec<String> = there.map(|word| format!("`{word}`")).collect();
            if is_documented && operation.get("responses").is_some() {
                there.push("the statuses of `responses`".to_owned());
            }
            self.push(ReadingKind::Operation, operation, there.join(", "));
        }
    }

    fn schema(&mut self, schema: Node<'_>) {
        if let Some(registry) = schema.get("x-problem-registry") {
            for row in by_name(registry) {
                let reading =
                    |member: &Member<'_>| !SILENT.contains(&member.key) && self.is_reading(row.value, *member);
                let says: Vec<String> = by_name(row.value)
                    .into_iter()
                    .filter(reading)
                    .filter(|member| member.key != "advice")
                    .map(|member| format!("{} {}", member.key, shown(member.value)))
                    .collect();
                if !says.is_empty() {
                    self.push(ReadingKind::Code, row.value, says.join(", "));
                }
            }
        }
        if let Some(moves) = schema.get("x-lifecycle").filter(|node| self.marks.is_reading(*node)) {
            let count = moves.get("transitions").map_or(0, Node::len);
            self.push(ReadingKind::Schema, moves, format!("{count} transitions"));
        }
        let mark = schema.get("x-documented");
        if let Some(list) = mark.filter(|mark| mark.is_seq()) {
            let known = |value: &Node<'_>| list.items().any(|item| item.text() == value.text());
            let values = schema.get("enum").into_iter().flat_map(Node::items);
            let ours: Vec<String> = values.filter(|value| !known(value)).map(shown).collect();
            if let Some(values) = schema.get("enum").filter(|_| !ours.is_empty()) {
                self.push(ReadingKind::Schema, values, ours.join(", "));
            }
            return;
        }
        let members = schema.get("properties").into_iter().flat_map(Node::members);
        let ours: Vec<String> = members
            .filter(|member| self.marks.is_reading(member.value))
            .map(|member| format!("`{}`", member.key))
            .collect();
        if !ours.is_empty() {
            self.push(ReadingKind::Schema, schema, ours.join(", "));
        } else if schema.get("properties").is_none() && self.marks.is_reading(schema) {
            let what = schema.get("enum").map_or_else(
                || "its form".to_owned(),
                |values| values.items().map(shown).collect::<Vec<_>>().join(", "),
            );
            self.push(ReadingKind::Schema, schema, what);
        }
    }
}

/// The members of a word of ours: their order means nothing.
fn by_name<'d>(word: Node<'d>) -> Vec<Member<'d>> {
    let mut members: Vec<Member<'d>> = word.members().collect();
    members.sort_by_key(|member| member.key);
    members
}

/// A value as code, cut where it is long.
fn shown(value: Node<'_>) -> String {
    let text = value
        .text()
        .map_or_else(|| to_sorted_json(value), str::to_owned)
        .replace(['`', '\n', '\r'], " ");
    let cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() {
        format!("`{cut}` ...")
    } else {
        format!("`{cut}`")
    }
}
