//! Decides whether a value of the contract matches a schema, in the meaning of JSON Schema 2020-12.
//!
//! In: a schema and a node. Out: true or false; each pair is decided once. `format` is an annotation, unless the client
//! reads a type from it (instants and dates). Not decided: `propertyNames`, `contains`, `dependentSchemas`,
//! `unevaluatedProperties`, `unevaluatedItems`, and patterns that the engine does not read. One valid branch of `oneOf`
//! is enough. A required member may be missing if it is `readOnly` or `writeOnly`.

use std::{cmp::Ordering, collections::HashMap};

use regex_lite::Regex;

use crate::{
    document::{Constraints, Document, JsonType, Literal, Schema, SchemaId},
    limits, pattern,
    source::{Node, NodeId, Scalar, number},
};

/// Decides about pairs of schema and value.
pub(super) struct Validator<'d> {
    pub(super) document: &'d Document,
    known: HashMap<(SchemaId, NodeId), bool>,
    patterns: HashMap<&'d str, Option<Regex>>,
    depth: usize,
}

/// A keyword that a value violates by itself: neither a member, an item nor an alternative decides it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Violated {
    pub(super) keyword: &'static str,
    pub(super) message: String,
}

impl<'d> Validator<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            known: HashMap::new(),
            patterns: HashMap::new(),
            depth: 0,
        }
    }

    /// Returns true if the value matches the schema.
    pub(super) fn is_valid(&mut self, id: SchemaId, value: Node<'d>) -> bool {
        let schema = self.document.schema(id);
        if is_simple(schema) && !value.is_map() && !value.is_seq() {
            return self.violated(schema, value).is_empty() || value.is_null() && schema.nullable;
        }
        if let Some(known) = self.known.get(&(id, value.id())) {
            return *known;
        }
        // `nullable` counts beside `allOf` and `$ref` too, as the generated types do.
        if self.depth >= limits::EXAMPLE_DEPTH || value.is_null() && schema.nullable {
            return true;
        }
        // A schema that is a part of itself adds nothing to itself.
        self.known.insert((id, value.id()), true);
        self.depth += 1;
        let valid = self.violated(schema, value).is_empty()
            && self
                .inside(schema, value)
                .into_iter()
                .all(|(id, value)| self.is_valid(id, value))
            && [&schema.any_of, &schema.one_of]
                .into_iter()
                .all(|branches| branches.is_empty() || branches.iter().any(|id| self.is_valid(*id, value)));
        self.depth -= 1;
        if !valid {
            self.known.insert((id, value.id()), false);
        }
        valid
    }

    /// Returns the schemas that the value, its members and its items have to match.
    pub(super) fn inside(&mut self, schema: &'d Schema, value: Node<'d>) -> Vec<(SchemaId, Node<'d>)> {
        let rare = schema.rare();
        let target = schema.reference.map(|reference| reference.target);
        let mut pairs: Vec<_> = schema
            .all_of
            .iter()
            .copied()
            .chain(target)
            .map(|id| (id, value))
            .collect();
        if let Some(condition) = rare.if_ {
            let branch = if self.is_valid(condition, value) {
                rare.then
            } else {
                rare.else_
            };
            pairs.extend(branch.map(|id| (id, value)));
        }
        for member in value.members() {
            let before = pairs.len();
            let named = schema.properties.iter().filter(|property| property.name == member.key);
            pairs.extend(named.map(|property| (property.schema, member.value)));
            let mut is_decided = true;
            for by_pattern in &rare.pattern_properties {
                match self.finds(&by_pattern.name, member.key) {
                    Some(true) => pairs.push((by_pattern.schema, member.value)),
                    Some(false) => {}
                    None => is_decided = false,
                }
            }
            if pairs.len() == before && is_decided {
                pairs.extend(schema.additional.map(|id| (id, member.value)));
            }
        }
        for (at, item) in value.items().enumerate() {
            pairs.extend(rare.prefix_items.get(at).copied().or(schema.items).map(|id| (id, item)));
        }
        pairs
    }

    /// Returns the keywords that the value violates by itself.
    pub(super) fn violated(&mut self, schema: &'d Schema, value: Node<'d>) -> Vec<Violated> {
        let mut found = Vec::new();
        let mut violated = |keyword, message: String| found.push(Violated { keyword, message });
        if schema.boolean == Some(false) {
            violated("additionalProperties", "the schema allows no value here".to_owned());
            return found;
        }
        let kind = kind(value);
        if !schema.types.is_empty() && !has_type(schema, value) {
            let wanted: Vec<&str> = schema.types.iter().map(JsonType::word).collect();
            violated(
                "type",
                format!("it is {}, and not of type {}", called(kind), wanted.join(" or ")),
            );
            return found;
        }
        let read = value.scalar();
        let is_literal = |literal: &Literal| is_literal(self.document, literal, value, read.as_ref());
        if let Some(values) = &schema.enumeration
            && !values.iter().any(is_literal)
        {
            violated("enum", "it is not one of the values of the `enum`".to_owned());
        }
        if let Some(constant) = &schema.constant
            && !is_literal(constant)
        {
            violated("const", "it is not the value of `const`".to_owned());
        }
        if value.is_map() {
            members(self.document, schema, value, &mut violated);
        } else if value.is_seq() {
            items(schema.limits(), value, &mut violated);
        } else if let Some(Scalar::Number(number)) = &read {
            bounds(schema.limits(), number, &mut violated);
        } else if let Some(Scalar::String(text)) = &read {
            let limits = schema.limits();
            let length = text.chars().count() as u64;
            let words = ("minLength", "maxLength", "characters");
            sized(words, length, (limits.min_length, limits.max_length), &mut violated);
            if let Some(form) = schema.format.as_deref().filter(|form| !has_form(form, text)) {
                violated("format", format!("it is not a `{form}` (RFC 3339)"));
            }
            let pattern = limits.pattern.as_deref();
            if pattern.is_some_and(|pattern| self.finds(pattern, text) == Some(false)) {
                found.push(Violated {
                    keyword: "pattern",
                    message: "it does not match the `pattern`".to_owned(),
                });
            }
        }
        if let Some(not) = schema.rare().not.filter(|not| self.is_decided(*not))
            && self.is_valid(not, value)
        {
            found.push(Violated {
                keyword: "not",
                message: "it matches the schema of `not`".to_owned(),
            });
        }
        found
    }

    /// Returns true if all keywords of the schema itself are decided here: a `not` around another one says nothing.
    fn is_decided(&self, id: SchemaId) -> bool {
        let schema = self.document.schema(id);
        let rare = schema.rare();
        rare.property_names.is_none()
            && rare.contains.is_none()
            && rare.dependent_schemas.is_empty()
            && rare.unevaluated_items.is_none()
            && rare.unevaluated_properties.is_none()
            && schema.limits().pattern.is_none()
    }

    /// Returns true if the pattern occurs in the text; `None` if the engine does not read the pattern.
    fn finds(&mut self, pattern: &'d str, text: &str) -> Option<bool> {
        let engine = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| Regex::new(&pattern::translate(pattern).ok()?).ok());
        engine.as_ref().map(|engine| engine.is_match(text))
    }
}

fn members(document: &Document, schema: &Schema, value: Node<'_>, violated: &mut impl FnMut(&'static str, String)) {
    let is_exempt = |name: &str| {
        let property = schema.properties.iter().find(|property| property.name == *name);
        match property {
            Some(property) => is_one_way(document, property.schema),
            // `lower` reports a required member that is not declared.
            None => !schema.properties.is_empty() && schema.all_of.is_empty() && schema.reference.is_none(),
        }
    };
    let is_missing = |name: &&str| value.get(name).is_none() && !is_exempt(name);
    let missing: Vec<&str> = schema
        .required
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(is_missing)
        .collect();
    match missing.as_slice() {
        [] => {}
        [name] => violated("required", format!("the required member `{name}` is missing")),
        names => violated(
            "required",
            format!("the required members `{}` are missing", names.join("`, `")),
        ),
    }
    for (name, needed) in &schema.rare().dependent_required {
        for other in needed.iter().filter(|_| value.get(name).is_some()) {
            if value.get(other).is_none() && !is_exempt(other) {
                violated(
                    "dependentRequired",
                    format!("`{other}` is missing, which `{name}` requires"),
                );
            }
        }
    }
    let limits = schema.limits();
    let count = value.len() as u64;
    let words = ("minProperties", "maxProperties", "members");
    sized(words, count, (limits.min_properties, limits.max_properties), violated);
}

fn items(limits: &Constraints, value: Node<'_>, violated: &mut impl FnMut(&'static str, String)) {
    let count = value.len() as u64;
    let words = ("minItems", "maxItems", "items");
    sized(words, count, (limits.min_items, limits.max_items), violated);
    let items: Vec<Node<'_>> = value.items().collect();
    let is_repeated = |at: usize| items[..at].iter().any(|before| is_same(*before, items[at]));
    if limits.unique_items && items.len() <= limits::EXAMPLE_ITEMS && (1..items.len()).any(is_repeated) {
        violated("uniqueItems", "it contains an item twice".to_owned());
    }
}

/// Compares a length with its bounds.
fn sized(
    (least_word, most_word, unit): (&'static str, &'static str, &str),
    length: u64,
    (least, most): (Option<u64>, Option<u64>),
    violated: &mut impl FnMut(&'static str, String),
) {
    if let Some(least) = least.filter(|least| length < *least) {
        violated(least_word, format!("its number of {unit} is {length}, below {least}"));
    }
    if let Some(most) = most.filter(|most| length > *most) {
        violated(most_word, format!("its number of {unit} is {length}, above {most}"));
    }
}

fn bounds(limits: &Constraints, number: &str, violated: &mut impl FnMut(&'static str, String)) {
    use Ordering::{Equal, Greater, Less};
    let mut bound = |keyword, bound: Option<&String>, wrong: &[Ordering], word: &str| {
        if let Some(bound) = bound
            && number::compare(number, bound).is_some_and(|order| wrong.contains(&order))
        {
            violated(keyword, format!("{number} is {word} {bound}"));
        }
    };
    bound("minimum", limits.minimum.as_ref(), &[Less], "below");
    bound("maximum", limits.maximum.as_ref(), &[Greater], "above");
    bound(
        "exclusiveMinimum",
        limits.exclusive_minimum.as_ref(),
        &[Less, Equal],
        "not above",
    );
    bound(
        "exclusiveMaximum",
        limits.exclusive_maximum.as_ref(),
        &[Greater, Equal],
        "not below",
    );
    if let Some(of) = &limits.multiple_of
        && number::is_multiple(number, of) == Some(false)
    {
        violated("multipleOf", format!("{number} is not a multiple of {of}"));
    }
}

/// Returns true for a schema that no other schema is a part of.
fn is_simple(schema: &Schema) -> bool {
    let composed = [&schema.all_of, &schema.any_of, &schema.one_of];
    schema.reference.is_none() && schema.rare().if_.is_none() && composed.iter().all(|parts| parts.is_empty())
}

/// Returns true for a member that only one direction has.
fn is_one_way(document: &Document, id: SchemaId) -> bool {
    let schema = document.schema(id);
    let behind = schema.reference.map(|reference| document.schema(reference.target));
    std::iter::once(schema)
        .chain(behind)
        .any(|schema| schema.read_only || schema.write_only)
}

/// Returns the type of a value; an integer is a number.
fn kind(value: Node<'_>) -> JsonType {
    match (value.is_map(), value.is_seq(), value.scalar()) {
        (true, ..) => JsonType::Object,
        (_, true, _) => JsonType::Array,
        (.., Some(Scalar::String(_))) => JsonType::String,
        (.., Some(Scalar::Number(_))) => JsonType::Number,
        (.., Some(Scalar::Bool(_))) => JsonType::Boolean,
        (.., Some(Scalar::Null) | None) => JsonType::Null,
    }
}

/// Returns true if the value is of a type that the schema states.
pub(super) fn has_type(schema: &Schema, value: Node<'_>) -> bool {
    schema.types.iter().any(|wanted| is_of(wanted, value)) || schema.nullable && value.is_null()
}

fn is_of(wanted: JsonType, value: Node<'_>) -> bool {
    match wanted {
        JsonType::Integer => matches!(value.scalar(), Some(Scalar::Number(text)) if number::whole(&text).is_some()),
        wanted => wanted == kind(value),
    }
}

fn called(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer | JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}

/// Returns true if the value is the literal, in the literal's type or as it is written. `read`: the value as a scalar.
fn is_literal(document: &Document, literal: &Literal, value: Node<'_>, read: Option<&Scalar>) -> bool {
    let node = document.node(literal.node);
    let Some(read) = read else {
        return is_same(node, value);
    };
    literal
        .scalar
        .as_ref()
        .is_some_and(|literal| is_same_scalar(literal, read))
        || means(node, read)
}

/// Returns true if the node is this scalar.
fn means(node: Node<'_>, scalar: &Scalar) -> bool {
    // Text is the same text in every notation, and that is seen without reading the node.
    let may_be = match scalar {
        Scalar::String(text) => node.text() == Some(text),
        _ => true,
    };
    may_be && node.scalar().is_some_and(|one| is_same_scalar(&one, scalar))
}

fn is_same_scalar(one: &Scalar, other: &Scalar) -> bool {
    match (one, other) {
        (Scalar::Number(one), Scalar::Number(other)) => {
            one == other || number::compare(one, other) == Some(Ordering::Equal)
        }
        (one, other) => one == other,
    }
}

/// Returns true if both are the same JSON value.
pub(super) fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    if one.is_map() || other.is_map() {
        let has =
            |member: crate::source::Member<'_>| other.get(member.key).is_some_and(|value| is_same(member.value, value));
        return one.is_map() && other.is_map() && one.len() == other.len() && one.members().all(has);
    }
    if one.is_seq() || other.is_seq() {
        return one.is_seq()
            && other.is_seq()
            && one.len() == other.len()
            && one.items().zip(other.items()).all(|(one, other)| is_same(one, other));
    }
    other.scalar().is_some_and(|other| means(one, &other))
}

/// Returns true if the text has the form of RFC 3339 that a client reads; true for every other format.
fn has_form(format: &str, text: &str) -> bool {
    let digits = |text: &str, form: &str| {
        text.len() == form.len()
            && text.bytes().zip(form.bytes()).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b't' | b' '),
                wanted => byte == wanted,
            })
    };
    let is_date = |text: &str| {
        digits(text, "0000-00-00") && ("01"..="12").contains(&&text[5..7]) && ("01"..="31").contains(&&text[8..])
    };
    match format {
        "date" => is_date(text),
        "date-time" => {
            let Some((begin, rest)) = text.split_at_checked(19) else {
                return false;
            };
            let rest = rest
                .strip_prefix('.')
                .map_or(rest, |part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
            let zone = matches!(rest, "Z" | "z") || ["+00:00", "-00:00"].iter().any(|form| digits(rest, form));
            digits(begin, "0000-00-00T00:00:00") && is_date(&begin[..10]) && zone
        }
        _ => true,
    }
}
