//! Parts to a [`Form`]: each keyword of each part narrows it.

use std::cmp::Ordering;

use sdkwright_contract::source::{Node, number};

use super::pattern::surely_fits;
use super::schema::{Conjunct, Lone, alternatives, is_null, kinds_of, sole, stated, written_values};
use super::settle::{settle, text_of};
use super::{Additional, BoundWord, Conditional, Form, Kinds, Limit, Member, SchemaChoice, Value, canonical};
use crate::contract::{Contract, is_true, items};

/// Keywords with one schema, as far as they need no care of their own.
const SINGLE: [&str; 5] = [
    "items",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];

/// Keywords with schemas by key.
const KEYED: [&str; 2] = ["patternProperties", "dependentSchemas"];

/// Keywords that hold a text.
const TEXTS: [&str; 4] = ["contentEncoding", "contentMediaType", "format", "pattern"];

/// Builds the form of parts that all hold.
pub(crate) fn build<'t>(
    contract: &Contract<'t>,
    written: &[Node<'t>],
    at: Node<'t>,
    parts: &[Conjunct],
    lone: Lone,
) -> Form<'t> {
    let mut shape = Form {
        at,
        written: written.to_vec(),
        has_lone: false,
        kinds: Kinds::ALL,
        values: None,
        bounds: std::collections::BTreeMap::new(),
        texts: std::collections::BTreeMap::new(),
        stale_null: None,
        unique: None,
        members: Vec::new(),
        required: std::collections::BTreeMap::new(),
        additional: Additional::Any,
        below: std::collections::BTreeMap::new(),
        conditions: Vec::new(),
        prefix: Vec::new(),
        dependent: std::collections::BTreeMap::new(),
        groups: Vec::new(),
        plain_groups: Vec::new(),
        discriminator: None,
        default: None,
        extensible: Vec::new(),
        deprecated: None,
        sunset: None,
        stability: None,
        xml: None,
    };
    for part in parts {
        let node = contract.node(part.node);
        if !node.is_map() {
            shape.kinds = shape.kinds.and(if part.or_null { Kinds::NULL } else { Kinds::NONE });
            continue;
        }
        if contract.is_only_reference(node) {
            notes(&mut shape, node);
            continue;
        }
        if !contract.is_3_0() && is_true(node, "nullable") {
            shape.stale_null = shape.stale_null.or_else(|| node.get("nullable"));
        }
        kinds(contract, &mut shape, node, *part, lone);
        values(&mut shape, node);
        bounds(&mut shape, node);
        objects(contract, &mut shape, node);
        schemas(&mut shape, node);
        if part.is_chosen {
            continue;
        }
        groups(contract, &mut shape, node, lone);
        notes(&mut shape, node);
    }
    scopes(contract, &mut shape, parts);
    settle(&mut shape);
    shape
}

/// Narrows the kinds of a shape to those that one of its schemas permits: by `type`, by the written values, by the alternatives.
/// Null fits the schema, too, if the part says so.
fn kinds<'t>(contract: &Contract<'t>, shape: &mut Form<'t>, node: Node<'t>, part: Conjunct, lone: Lone) {
    let mut kinds = stated(node);
    if let Some(values) = written_values(node) {
        let mut of_values = values.into_iter().map(Kinds::of_value).fold(Kinds::NONE, Kinds::or);
        // A text may be written without quotes.
        if kinds.has(Kinds::STRING) && !kinds.touches(Kinds::NUMBER) {
            of_values = of_values.or(Kinds::STRING);
        }
        kinds = kinds.and(of_values);
    }
    // `flatten` already took one of the alternatives of a chosen part as a part.
    let words: &[&str] = if part.is_chosen { &[] } else { &["oneOf", "anyOf"] };
    for word in words {
        let is_part = lone == Lone::Inline && sole(contract, node, word).is_some();
        let all = alternatives(contract, node, word);
        if let Some(group) = plain(contract, node, word) {
            kinds = kinds.and(group.kinds);
        } else if !is_part && !all.is_empty() && !all.iter().any(|one| kinds_of(contract, *one).has(Kinds::NULL)) {
            kinds = kinds.without(Kinds::NULL);
        }
    }
    if part.or_null {
        kinds = kinds.or(Kinds::NULL);
    }
    shape.kinds = shape.kinds.and(kinds);
}

/// The kinds and values of all alternatives of a plain group; without values, any value of the kinds fits.
struct PlainGroup<'t> {
    kinds: Kinds,
    values: Vec<Node<'t>>,
}

/// Returns kinds and values of alternatives that have nothing but them.
fn plain<'t>(contract: &Contract<'t>, node: Node<'t>, word: &str) -> Option<PlainGroup<'t>> {
    let mut all = Kinds::NONE;
    let mut values = Some(Vec::new());
    let listed = alternatives(contract, node, word);
    listed.first()?;
    for alternative in &listed {
        let alternative = contract.follow(*alternative);
        let is_plain = |key: &str| {
            [
                "type",
                "const",
                "enum",
                "title",
                "description",
                "deprecated",
                "example",
                "examples",
            ]
            .contains(&key)
                || key.starts_with("x-")
        };
        if !alternative.is_map() || !alternative.members().all(|member| is_plain(member.key)) {
            return None;
        }
        let own = written_values(alternative);
        if own.is_none() && alternative.get("type").is_none() {
            return None;
        }
        let mut kinds = stated(alternative);
        if let Some(own) = &own {
            let of_values = own.iter().map(|value| Kinds::of_value(*value));
            kinds = kinds.and(of_values.fold(Kinds::NONE, Kinds::or));
        }
        all = all.or(kinds);
        values = match (values, own) {
            (Some(mut values), Some(own)) => {
                values.extend(own);
                Some(values)
            }
            (values, _) if kinds == Kinds::NULL => values,
            _ => None,
        };
    }
    // Values beside kinds are alternatives that exclude each other, and stay a group.
    let has_values = listed.iter().any(|one| written_values(contract.follow(*one)).is_some());
    (values.is_some() || !has_values).then_some(PlainGroup {
        kinds: all,
        values: values.unwrap_or_default(),
    })
}

/// Keeps the values of `enum` and `const`, and adds those of `x-extensible-enum`, which restrict nothing.
fn values<'t>(shape: &mut Form<'t>, node: Node<'t>) {
    if let Some(values) = written_values(node) {
        restrict(shape, node, values);
    }
    shape
        .extensible
        .extend(items(node, "x-extensible-enum").map(|value| Value {
            text: canonical(value, false),
            node: value,
        }));
}

/// Keeps only these values.
fn restrict<'t>(shape: &mut Form<'t>, schema: Node<'t>, values: Vec<Node<'t>>) {
    let kinds = stated(schema);
    let as_text = kinds.has(Kinds::STRING) && !kinds.touches(Kinds::NUMBER);
    let mut read: Vec<Value<'t>> = Vec::new();
    for node in values.into_iter().filter(|value| !value.is_null()) {
        let text = canonical(node, as_text);
        if !read.iter().any(|known| known.text == text) {
            read.push(Value { text, node });
        }
    }
    shape.values = Some(match shape.values.take() {
        None => read,
        Some(before) => before
            .into_iter()
            .filter(|value| read.iter().any(|known| known.text == value.text))
            .collect(),
    });
}

/// Adds the bounds: each exclusive keyword, a flag in 3.0 and a number in 3.1, narrows the bound of its inclusive one.
fn bounds<'t>(shape: &mut Form<'t>, node: Node<'t>) {
    for (bound, word) in BoundWord::ALL {
        let exclusive = match bound {
            BoundWord::Minimum => Some("exclusiveMinimum"),
            BoundWord::Maximum => Some("exclusiveMaximum"),
            _ => None,
        };
        // These complete a `contains` beside them, and say nothing alone.
        if matches!(bound, BoundWord::MinContains | BoundWord::MaxContains) && node.get("contains").is_none() {
            continue;
        }
        let is_excluded = exclusive.is_some_and(|word| is_true(node, word));
        let limit = |node: Node<'t>, excluded| node.as_number().map(|number| Limit { number, excluded, node });
        let own = node.get(word).and_then(|node| limit(node, is_excluded));
        let beside = exclusive
            .and_then(|word| node.get(word))
            .and_then(|node| limit(node, true));
        for limit in own.into_iter().chain(beside) {
            narrow(shape, bound, limit);
        }
    }
}

/// Adds a bound; the narrower one stays, and of two multiples the least that is one of both.
fn narrow<'t>(shape: &mut Form<'t>, bound: BoundWord, limit: Limit<'t>) {
    let known = shape.bounds.get(&bound);
    let common = known.and_then(|known| number::common_multiple(&known.number, &limit.number));
    if let (BoundWord::MultipleOf, Some(known), Some(number)) = (bound, known, common) {
        let is_known = number::compare(&number, &known.number) == Some(Ordering::Equal);
        let node = if is_known { known.node } else { limit.node };
        shape.bounds.insert(bound, Limit { number, node, ..limit });
        return;
    }
    let is_narrower = known.is_none_or(|known| match order(bound, &limit, known) {
        Ordering::Greater => bound.is_lower(),
        Ordering::Less => !bound.is_lower(),
        Ordering::Equal => false,
    });
    if is_narrower {
        shape.bounds.insert(bound, limit);
    }
}

/// Returns the order of two bounds on the line of numbers, an excluded number beyond itself.
pub(crate) fn order(bound: BoundWord, one: &Limit<'_>, other: &Limit<'_>) -> Ordering {
    let beyond = one.excluded.cmp(&other.excluded);
    let beyond = if bound.is_lower() { beyond } else { beyond.reverse() };
    number::compare(&one.number, &other.number)
        .unwrap_or(Ordering::Equal)
        .then(beyond)
}

/// Adds members and `required`. Of several `additionalProperties`, `false` wins, and other schemas hold together.
fn objects<'t>(contract: &Contract<'t>, shape: &mut Form<'t>, node: Node<'t>) {
    for property in node.get("properties").into_iter().flat_map(Node::members) {
        let is_said = |word: &str| says(contract, property.value, word, CHAIN);
        let (read_only, write_only) = (is_said("readOnly"), is_said("writeOnly"));
        match shape.members.iter_mut().find(|member| member.name == property.key) {
            Some(member) => {
                member.schemas.push(property.value);
                member.read_only |= read_only;
                member.write_only |= write_only;
            }
            None => shape.members.push(Member {
                name: property.key,
                schemas: vec![property.value],
                read_only,
                write_only,
            }),
        }
    }
    for name in items(node, "required") {
        if let Some(text) = name.as_str() {
            shape.required.entry(text).or_insert(name);
        }
    }
    if let Some(additional) = node.get("additionalProperties") {
        let own = match additional.as_bool() {
            Some(false) => Additional::None(additional),
            Some(true) => Additional::Any,
            None if additional.is_empty() => Additional::Any,
            None => Additional::Of(vec![additional]),
        };
        shape.additional = match (std::mem::replace(&mut shape.additional, Additional::Any), own) {
            (Additional::None(node), _) | (_, Additional::None(node)) => Additional::None(node),
            (Additional::Any, other) | (other, Additional::Any) => other,
            (Additional::Of(mut one), Additional::Of(other)) => {
                one.extend(other);
                Additional::Of(one)
            }
        };
    }
    for entry in node.get("dependentRequired").into_iter().flat_map(Node::members) {
        shape.dependent.entry(entry.key).or_default().push(entry.value);
    }
}

/// Gives members what a pattern of their name says of them, and members that another schema describes what `additionalProperties` says of them: it knows only those beside it.
fn scopes<'t>(contract: &Contract<'t>, shape: &mut Form<'t>, parts: &[Conjunct]) {
    for node in parts.iter().map(|part| contract.node(part.node)) {
        if contract.is_only_reference(node) {
            continue;
        }
        for pattern in node.get("patternProperties").into_iter().flat_map(Node::members) {
            let of_pattern = shape
                .members
                .iter_mut()
                .filter(|member| surely_fits(pattern.key, member.name));
            of_pattern.for_each(|member| member.schemas.push(pattern.value));
        }
        // Other names are not held to patterns here.
        let has_patterns = node
            .get("patternProperties")
            .is_some_and(|patterns| !patterns.is_empty());
        let Some(additional) = node.get("additionalProperties") else {
            continue;
        };
        if has_patterns || additional.as_bool() == Some(true) {
            continue;
        }
        let own = node.get("properties");
        let is_other = |member: &&mut Member<'t>| own.is_none_or(|own| own.get(member.name).is_none());
        for member in shape.members.iter_mut().filter(is_other) {
            member.schemas.push(additional);
        }
    }
}

/// Most schemas inside of each other that are asked for a word.
const CHAIN: usize = 16;

/// Returns true if a schema says a word, or one that it refers to or combines.
fn says<'t>(contract: &Contract<'t>, node: Node<'t>, word: &str, depth: usize) -> bool {
    let below = || contract.target(node).into_iter().chain(items(node, "allOf"));
    let is_said = is_true(node, word) && !contract.is_only_reference(node);
    is_said || (depth > 0 && below().any(|schema| says(contract, schema, word, depth - 1)))
}

/// Returns the `required` of a schema that says nothing else.
fn only_demands(schema: Node<'_>) -> Option<Node<'_>> {
    let required = schema.get("required").filter(|names| names.is_seq())?;
    let is_idle = |key: &str| ["title", "description", "$comment"].contains(&key) || key.starts_with("x-");
    let is_all = schema.members().all(|member| match member.key {
        "required" => true,
        "type" => member.value.as_str() == Some("object"),
        key => is_idle(key),
    });
    is_all.then_some(required)
}

/// Adds the schemas below a schema by their keywords, its texts and conditions.
fn schemas<'t>(shape: &mut Form<'t>, node: Node<'t>) {
    for word in SINGLE {
        if let Some(schema) = node.get(word) {
            shape.below.entry((word, "")).or_default().push(schema);
        }
    }
    for word in KEYED {
        for member in node.get(word).into_iter().flat_map(Node::members) {
            match only_demands(member.value) {
                Some(names) if word == "dependentSchemas" => shape.dependent.entry(member.key).or_default().push(names),
                _ => shape.below.entry((word, member.key)).or_default().push(member.value),
            }
        }
    }
    for (at, schema) in items(node, "prefixItems").enumerate() {
        match shape.prefix.get_mut(at) {
            Some(known) => known.push(schema),
            None => shape.prefix.push(vec![schema]),
        }
    }
    for word in TEXTS {
        if let Some(said) = node.get(word).filter(|said| said.as_str().is_some()) {
            // OpenAPI 3.0 writes bytes as a `format`, 3.1 as keywords of their own.
            let word = match said.as_str() {
                Some("byte") if word == "format" => "contentEncoding",
                Some("binary") if word == "format" => "contentMediaType",
                _ => word,
            };
            let known = shape.texts.entry(word).or_default();
            if !known.iter().any(|other| text_of(*other) == text_of(said)) {
                known.push(said);
            }
        }
    }
    shape.conditions.extend(Conditional::all(node));
    if is_true(node, "uniqueItems") {
        shape.unique = shape.unique.or_else(|| node.get("uniqueItems"));
    }
}

/// Adds `oneOf` and `anyOf` of a schema, without the alternative of null. A group with nothing but kinds and values is in `plain_groups`,
/// and its values restrict those of the form. Any other group is in `groups`, for a comparison of its alternatives.
fn groups<'t>(contract: &Contract<'t>, shape: &mut Form<'t>, node: Node<'t>, lone: Lone) {
    for word in ["oneOf", "anyOf"] {
        let Some(group) = node.get(word).filter(|group| !group.is_empty()) else {
            continue;
        };
        // `flatten` already took this alternative as a part.
        if lone == Lone::Inline && sole(contract, node, word).is_some() {
            continue;
        }
        let written = SchemaChoice {
            word,
            node: group,
            alternatives: alternatives(contract, node, word)
                .into_iter()
                .filter(|alternative| !is_null(contract, *alternative))
                .collect(),
        };
        if let Some(PlainGroup { values, .. }) = plain(contract, node, word) {
            if !values.is_empty() {
                restrict(shape, group, values);
            }
            shape.plain_groups.push(written);
        } else {
            shape.groups.push(written);
        }
    }
}

/// Adds the discriminator, the default and the notes of a schema. The first part that has one wins.
fn notes<'t>(shape: &mut Form<'t>, node: Node<'t>) {
    if let Some(discriminator) = node.get("discriminator") {
        shape.discriminator = shape.discriminator.or(Some(discriminator));
    }
    shape.default = shape.default.or_else(|| node.get("default"));
    shape.stability = shape.stability.or_else(|| node.get("x-stability-level"));
    shape.xml = shape.xml.or_else(|| node.get("xml"));
    if is_true(node, "deprecated") {
        shape.deprecated = shape.deprecated.or_else(|| node.get("deprecated"));
        shape.sunset = shape.sunset.or_else(|| node.get("x-sunset"));
    }
}
