//! Rows of the list of assumptions, with the words in which a row shows a value, and the rows of schemas.

use crate::ir::{Assumption, AssumptionKind};
use crate::limits;
use crate::lower::places::Places;
use crate::lower::provenance::DocumentedMarks;
use crate::source::{Member, Node, to_sorted_json};

/// Members that state nothing about the API.
pub(super) const SILENT: &[&str] = &["x-documented", "owner", "description", "summary", "example", "examples"];

pub(super) struct AssumptionRows<'a, 'd> {
    pub(super) marks: DocumentedMarks,
    pub(super) places: &'a Places<'d>,
    pub(super) found: Vec<Assumption>,
}

impl AssumptionRows<'_, '_> {
    pub(super) fn push(&mut self, kind: AssumptionKind, node: Node<'_>, text: String) {
        let place = self.places.pointer(node.id());
        self.found.push(Assumption { kind, place, text });
    }

    pub(super) fn push_unconfirmed(&mut self, kind: AssumptionKind, node: Node<'_>, says: String) {
        if self.marks.is_unconfirmed(node) {
            self.push(kind, node, says);
        }
    }

    /// Returns true if a member of one of our objects is an assumption: not in its list, or below no mark.
    pub(super) fn is_unconfirmed(&self, holder: Node<'_>, member: Member<'_>) -> bool {
        match holder.get("x-documented").filter(|mark| mark.is_seq()) {
            Some(list) => !list.items().any(|item| item.text() == Some(member.key)),
            None => self.marks.is_unconfirmed(member.value),
        }
    }
}

/// Returns true if the owner documents the name of a node alone.
pub(super) fn is_name_documented(node: Node<'_>) -> bool {
    node.get("x-documented").and_then(Node::text) == Some("name")
}

/// Formats a list after a noun.
pub(super) fn after(words: &[String]) -> String {
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
pub(super) fn by_name<'d>(word: Node<'d>) -> Vec<Member<'d>> {
    let mut members: Vec<Member<'d>> = word.members().collect();
    members.sort_by_key(|member| member.key);
    members
}

/// Formats a value as code, cut if it is long.
pub(super) fn shown(value: Node<'_>) -> String {
    let text = value
        .text()
        .map_or_else(|| to_sorted_json(value), str::to_owned)
        .replace(['`', '\n', '\r'], " ");
    let cut: String = text.chars().take(limits::ASSUMPTION_SHOWN).collect();
    if cut.len() < text.len() {
        format!("`{cut}` ...")
    } else {
        format!("`{cut}`")
    }
}

/// Constraints on a value besides its type. A row names them after the value.
#[rustfmt::skip]
pub(super) const LIMITS: &[&str] = &[
    "format", "pattern", "minLength", "maxLength", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "minItems",
    "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties", "nullable", "default", "const", "enum",
    "x-bound", "contentEncoding", "contentMediaType", "readOnly", "writeOnly", "deprecated", "x-sunset",
];
/// Keywords that a mark on the schema documents, because they are part of its form.
#[rustfmt::skip]
const OF_THE_FORM: &[&str] = &[
    "format", "x-bound", "enum", "contentEncoding", "contentMediaType", "readOnly", "writeOnly", "deprecated", "x-sunset",
];
/// Keywords that constrain a value by other schemas. Each has a row of its own.
#[rustfmt::skip]
pub(super) const CONDITIONS: &[&str] = &[
    "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "propertyNames", "contains", "unevaluatedProperties",
    "unevaluatedItems",
];
/// Keywords whose value is a list of schemas. Beside members each is one condition.
pub(super) const PARTS: &[&str] = &["allOf", "anyOf", "oneOf"];
/// Keywords whose value is the schema of several members or items. `false` is a condition: no others are allowed.
pub(super) const REST: &[&str] = &["items", "additionalProperties"];

/// Place of a schema, which decides what its row says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SchemaRole {
    /// A component: nothing else names it.
    Component,
    /// Another row names the schema and its limits.
    Named,
    /// Nothing else tells its limits.
    Part,
}

impl AssumptionRows<'_, '_> {
    /// Adds the statements of a schema that no mark documents, and those of the schemas inside of it. A mark on a schema documents its form
    /// and its members, not `required`, limits and conditions. A schema behind a `$ref` has rows of its own.
    pub(super) fn schema(&mut self, schema: Node<'_>, role: SchemaRole) {
        self.registry(schema);
        if let Some(moves) = schema
            .get("x-lifecycle")
            .filter(|node| self.marks.is_unconfirmed(*node))
        {
            let count = moves.get("transitions").map_or(0, Node::len);
            self.push(AssumptionKind::Schema, moves, format!("{count} transitions"));
        }
        self.sensitive(schema);
        self.rules(schema);
        self.records(schema);
        if let Some(list) = schema.get("x-documented").filter(|mark| mark.is_seq()) {
            let known = |value: &Node<'_>| list.items().any(|item| item.text() == value.text());
            let values = schema.get("enum").into_iter().flat_map(Node::items);
            let ours: Vec<String> = values.filter(|value| !known(value)).map(shown).collect();
            if let Some(values) = schema.get("enum").filter(|_| !ours.is_empty()) {
                self.push(AssumptionKind::Schema, values, ours.join(", "));
            }
            return;
        }
        let says = self.own(schema, role);
        if !says.is_empty() {
            self.push(AssumptionKind::Schema, schema, says.join(", "));
        }
        for member in members(schema, "properties") {
            let is_named = self.marks.is_unconfirmed(member.value);
            self.schema(
                member.value,
                if is_named { SchemaRole::Named } else { SchemaRole::Part },
            );
            if let Some(hash) = member.value.get("x-payload-hash") {
                self.push(AssumptionKind::Schema, hash, shown(hash));
            }
        }
        for member in members(schema, "patternProperties") {
            if self.marks.is_unconfirmed(member.value) {
                let of = limits(Some(member.value), false);
                let says = format!("the members that match its pattern{}", after(&of));
                self.push(AssumptionKind::Schema, member.value, says);
                self.schema(member.value, SchemaRole::Named);
            } else {
                self.schema(member.value, SchemaRole::Part);
            }
        }
        self.conditions(schema);
    }

    /// Returns what the row of a schema says: its undocumented members, and limits that no other row tells.
    fn own(&self, schema: Node<'_>, role: SchemaRole) -> Vec<String> {
        let is_unconfirmed = self.marks.is_unconfirmed(schema);
        let ours = members(schema, "properties").filter(|member| self.marks.is_unconfirmed(member.value));
        let mut says: Vec<String> = ours
            .map(|member| format!("`{}`{}", member.key, within(&limits(Some(member.value), false))))
            .collect();
        if role == SchemaRole::Component && is_unconfirmed && schema.get("properties").is_none() {
            if let Some(values) = schema.get("enum") {
                says.extend(values.items().map(shown));
            } else {
                says.push("its form".to_owned());
                says.extend(limits(Some(schema), false));
            }
        } else if role != SchemaRole::Named {
            says.extend(limits(Some(schema), !is_unconfirmed));
        }
        says
    }

    /// Adds required members, conditions and further schemas.
    fn conditions(&mut self, schema: Node<'_>) {
        if let Some(required) = schema.get("required").filter(|names| !names.is_empty()) {
            let names: Vec<String> = required.items().map(shown).collect();
            self.push(AssumptionKind::Schema, required, names.join(", "));
        }
        let has_members = schema.get("properties").is_some();
        // Beside members, a part is a condition.
        let (beside, parts) = if has_members {
            (PARTS, &[][..])
        } else {
            (&[][..], PARTS)
        };
        for word in beside.iter().chain(CONDITIONS).filter_map(|word| schema.get(word)) {
            self.push(AssumptionKind::Schema, word, format!("the condition {}", shown(word)));
        }
        for rest in REST.iter().filter_map(|word| schema.get(word)) {
            if rest.as_bool() == Some(false) {
                self.push(AssumptionKind::Schema, rest, "the condition `false`".to_owned());
            }
            self.schema(rest, SchemaRole::Named);
        }
        if let Some(tag) = schema.get("discriminator") {
            self.push_unconfirmed(AssumptionKind::Schema, tag, format!("distinguished by {}", shown(tag)));
        }
        let parts = parts.iter().chain(&["prefixItems"]);
        for part in parts.filter_map(|word| schema.get(word)).flat_map(Node::items) {
            self.schema(part, SchemaRole::Part);
        }
    }

    /// Adds the rows of a registry of problem codes.
    fn registry(&mut self, schema: Node<'_>) {
        for row in schema.get("x-problem-registry").into_iter().flat_map(by_name) {
            let is_row = |member: &Member<'_>| !SILENT.contains(&member.key) && self.is_unconfirmed(row.value, *member);
            let says: Vec<String> = by_name(row.value)
                .into_iter()
                .filter(is_row)
                .map(|member| match member.value.text() {
                    Some(advice) if member.key == "advice" => format!("advice: {advice}"),
                    _ => format!("{} {}", member.key, shown(member.value)),
                })
                .collect();
            if !says.is_empty() {
                self.push(AssumptionKind::Code, row.value, says.join(", "));
            }
        }
    }
}

/// Returns the schemas of one map of a schema, with their names.
fn members<'d>(schema: Node<'d>, map: &str) -> impl Iterator<Item = Member<'d>> + use<'d> {
    schema.get(map).into_iter().flat_map(Node::members)
}

/// Returns the limits of a schema on a value, its items and other members, as words and values.
pub(super) fn limits(schema: Option<Node<'_>>, is_documented: bool) -> Vec<String> {
    let Some(schema) = schema else { return Vec::new() };
    let is_told = |word: &&&str| !(is_documented && OF_THE_FORM.contains(*word));
    let own = LIMITS.iter().filter(is_told);
    let own = own.filter_map(|word| Some(format!("{word} {}", shown(schema.get(word)?))));
    let inner = REST.iter().flat_map(|word| {
        let of = limits(schema.get(word), is_documented);
        of.into_iter().map(|limit| format!("each {limit}"))
    });
    own.chain(inner).collect()
}
