//! Readings: everything that the contract states and its owner does not document (`x-documented`).
//!
//! In: the document as it was written. Out: one row per place to correct, in the order of the contract, members of our
//! words by name; empty if the contract marks nothing. Never a documented statement, or a place twice.

use super::{places::Places, provenance::Marks};
use crate::limits;
use crate::{
    contract::Document,
    ir::{Reading, ReadingKind},
    source::{Member, Node, to_sorted_json},
};

/// Root words that describe the behaviour of the API.
const WORDS: &[&str] = &["x-sdk", "x-idempotency", "x-pagination", "x-webhooks"];
/// Members that state nothing about the API.
const SILENT: &[&str] = &["x-documented", "owner", "description", "summary", "example", "examples"];
/// Statements of an operation.
const SAID: [&str; 7] = [
    "parameters",
    "requestBody",
    "responses",
    "x-idempotency",
    "x-effect",
    "x-pagination",
    "x-problems",
];
/// Those that no mark on the operation documents.
const BESIDE: [&str; 2] = ["x-effect", "x-problems"];
/// Constraints of a schema besides its type. A mark on a member documents none of them but the format.
const LIMITS: [&str; 21] = [
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "nullable",
    "default",
    "const",
    "enum",
    "x-bound",
];
/// Keywords by which an object schema constrains more than its members.
const CONDITIONS: [&str; 6] = ["allOf", "anyOf", "oneOf", "not", "if", "dependentRequired"];

struct Rows<'a, 'd> {
    marks: Marks,
    places: &'a Places<'d>,
    found: Vec<Reading>,
}

/// Returns all readings of a contract.
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
    for parameter in root.at("/components/parameters").into_iter().flat_map(Node::members) {
        rows.parameter(parameter.value);
    }
    for header in root.at("/components/headers").into_iter().flat_map(Node::members) {
        let says = format!("the header{}", after(&limits(header.value.get("schema"), false)));
        rows.push_reading(ReadingKind::Parameter, header.value, says);
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

    fn push_reading(&mut self, kind: ReadingKind, node: Node<'_>, says: String) {
        if self.marks.is_reading(node) {
            self.push(kind, node, says);
        }
    }

    /// Returns true if a member of one of our objects is a reading: not in its list, or below no mark.
    fn is_reading(&self, holder: Node<'_>, member: Member<'_>) -> bool {
        match holder.get("x-documented").filter(|mark| mark.is_seq()) {
            Some(list) => !list.items().any(|item| item.text() == Some(member.key)),
            None => self.marks.is_reading(member.value),
        }
    }

    /// Adds the members of a word, and of nested objects with marks of their own.
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
        if self.marks.is_reading(path.value) && !is_name_documented(path.value) {
            self.push(ReadingKind::Path, path.value, "the path".to_owned());
        }
        for parameter in path.value.get("parameters").into_iter().flat_map(Node::items) {
            self.parameter(parameter);
        }
        let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
        for operation in path.value.members().filter(|member| methods.contains(&member.key)) {
            let operation = operation.value;
            let is_documented = operation.get("x-documented").and_then(Node::as_bool) == Some(true);
            let words: &[&str] = if is_documented { &BESIDE } else { &SAID };
            let there = words.iter().filter_map(|word| Some((*word, operation.get(word)?)));
            let mut there: Vec<String> = there.map(|(word, value)| said(word, value)).collect();
            if let Some(answers) = operation.get("responses").filter(|_| is_documented) {
                there.push(format!("the statuses of {}", said("responses", answers)));
            }
            self.push(ReadingKind::Operation, operation, there.join(", "));
            for parameter in operation.get("parameters").into_iter().flat_map(Node::items) {
                self.parameter(parameter);
            }
        }
    }

    /// Adds an inline parameter.
    fn parameter(&mut self, parameter: Node<'_>) {
        let Some(name) = parameter.get("name").and_then(Node::text) else {
            return;
        };
        let schema = parameter.get("schema");
        let kind = schema.and_then(|schema| schema.get("$ref")).and_then(Node::text);
        let kind = kind.map(|target| format!("of the type `{}`", last(target)));
        let of: Vec<String> = kind.into_iter().chain(limits(schema, false)).collect();
        let place = parameter.get("in").and_then(Node::text).unwrap_or_default();
        let says = if is_name_documented(parameter) {
            format!("what the {place} parameter `{name}` is{}", after(&of))
        } else {
            format!("the {place} parameter `{name}`{}", after(&of))
        };
        self.push_reading(ReadingKind::Parameter, parameter, says);
    }

    /// Adds the statements of a component. Its members stand in its own row; statements that no mark on a member
    /// documents have a row of their own.
    fn schema(&mut self, schema: Node<'_>) {
        if let Some(registry) = schema.get("x-problem-registry") {
            for row in by_name(registry) {
                let reading =
                    |member: &Member<'_>| !SILENT.contains(&member.key) && self.is_reading(row.value, *member);
                let says: Vec<String> = by_name(row.value)
                    .into_iter()
                    .filter(reading)
                    .map(|member| match member.value.text().filter(|_| member.key == "advice") {
                        Some(advice) => format!("advice: {advice}"),
                        None => format!("{} {}", member.key, shown(member.value)),
                    })
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
        let members = || schema.get("properties").into_iter().flat_map(Node::members);
        let ours = members().filter(|member| self.marks.is_reading(member.value));
        let ours: Vec<String> = ours
            .map(|member| format!("`{}`{}", member.key, within(&limits(Some(member.value), false))))
            .collect();
        if !ours.is_empty() {
            self.push(ReadingKind::Schema, schema, ours.join(", "));
        } else if schema.get("properties").is_none() && self.marks.is_reading(schema) {
            let form = limits(Some(schema), false);
            let what = schema.get("enum").map_or_else(
                || format!("its form{}", after(&form)),
                |values| values.items().map(shown).collect::<Vec<_>>().join(", "),
            );
            self.push(ReadingKind::Schema, schema, what);
        }
        for member in members() {
            let of = limits(Some(member.value), true);
            if !self.marks.is_reading(member.value) && !of.is_empty() {
                self.push(ReadingKind::Schema, member.value, of.join(", "));
            }
            if let Some(hash) = member.value.get("x-payload-hash") {
                self.push(ReadingKind::Schema, hash, shown(hash));
            }
        }
        if let Some(required) = schema.get("required").filter(|names| !names.is_empty()) {
            let names: Vec<String> = required.items().map(shown).collect();
            self.push(ReadingKind::Schema, required, names.join(", "));
        }
        for word in CONDITIONS.iter().filter_map(|word| schema.get(word)) {
            if schema.get("properties").is_some() {
                self.push(ReadingKind::Schema, word, format!("the condition {}", shown(word)));
            }
        }
    }
}

/// Returns true if the owner documents the name of a node alone.
fn is_name_documented(node: Node<'_>) -> bool {
    node.get("x-documented").and_then(Node::text) == Some("name")
}

/// Formats a statement of an operation with its value, if that is short.
fn said(word: &str, value: Node<'_>) -> String {
    let of: Vec<String> = match word {
        "parameters" => value.items().filter_map(parameter_name).map(str::to_owned).collect(),
        "responses" => value.members().map(|member| member.key.to_owned()).collect(),
        "x-effect" | "x-idempotency" => return format!("`{word}` {}", shown(value)),
        _ => return format!("`{word}`"),
    };
    format!("`{word}` ({})", of.join(", "))
}

/// Returns the name of a parameter, or of the component it refers to.
fn parameter_name(parameter: Node<'_>) -> Option<&str> {
    let name = parameter.get("name").and_then(Node::text);
    name.or_else(|| Some(last(parameter.get("$ref")?.text()?)))
}

/// Returns the last segment of a reference.
fn last(target: &str) -> &str {
    target.rsplit('/').next().unwrap_or(target)
}

/// Returns the constraints of a schema on a value, its items and other members, as words and values.
fn limits(schema: Option<Node<'_>>, is_documented: bool) -> Vec<String> {
    let Some(schema) = schema else { return Vec::new() };
    let is_told = |word: &&&str| !(is_documented && ["format", "x-bound", "enum"].contains(*word));
    let own = LIMITS.iter().filter(is_told);
    let own = own.filter_map(|word| Some(format!("{word} {}", shown(schema.get(word)?))));
    let inner = ["items", "additionalProperties"].into_iter().flat_map(|word| {
        let of = limits(schema.get(word), is_documented);
        of.into_iter().map(|limit| format!("each {limit}"))
    });
    own.chain(inner).collect()
}

/// Formats a list after a noun.
fn after(words: &[String]) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(", {}", words.join(", "))
    }
}

/// Formats a list in brackets.
fn within(words: &[String]) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(" ({})", words.join(", "))
    }
}

/// Returns the members of one of our words, sorted: their order has no meaning.
fn by_name<'d>(word: Node<'d>) -> Vec<Member<'d>> {
    let mut members: Vec<Member<'d>> = word.members().collect();
    members.sort_by_key(|member| member.key);
    members
}

/// Formats a value as code, cut if it is long.
fn shown(value: Node<'_>) -> String {
    let text = value
        .text()
        .map_or_else(|| to_sorted_json(value), str::to_owned)
        .replace(['`', '\n', '\r'], " ");
    let cut: String = text.chars().take(limits::READING_SHOWN).collect();
    if cut.len() < text.len() {
        format!("`{cut}` ...")
    } else {
        format!("`{cut}`")
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMITS, SAID, WORDS};
    use crate::contract::ledger::{self, Place, Value};

    /// Words that name or mark something in the generated code, and state nothing about the API.
    const OF_THE_CODE: [&str; 4] = ["x-documented", "x-newtype", "x-sdk", "x-sensitive"];
    /// Words that `readings` and `schema` look for by name.
    const BY_NAME: [&str; 4] = ["x-lifecycle", "x-payload-hash", "x-problem-registry", "x-signing"];

    #[test]
    fn every_word_and_limit_of_the_ledger_is_a_reading_where_nobody_documents_it() {
        for (place, row) in ledger::all() {
            let word = row.keyword;
            let is_limit = matches!(row.value, Value::Whole | Value::Number | Value::ExclusiveBound);
            let (is_there, list) = match place {
                Some(Place::Root) => (WORDS.contains(&word), "WORDS"),
                Some(Place::Operation) => (SAID.contains(&word), "SAID"),
                Some(Place::Schema) => (LIMITS.contains(&word), "LIMITS"),
                _ => (false, "BY_NAME"),
            };
            let is_ours = word.starts_with("x-") && !OF_THE_CODE.contains(&word) && !BY_NAME.contains(&word);
            let is_wanted = is_ours || (place == Some(Place::Schema) && is_limit);
            assert!(
                is_there || !is_wanted,
                "READINGS.md would not list `{word}` of {place:?}: codegen/src/lower/readings.rs, add it to `{list}`, or to \
                 `OF_THE_CODE` of this test if it states nothing about the API"
            );
        }
    }
}
