//! Parts to a [`Shape`]: each keyword of each part narrows it.

use std::cmp::Ordering;

use sdkwright_codegen::source::{Node, number};

use super::flatten::{Part, is_null, sole};
use super::{Additional, Bound, Group, Kinds, Limit, Member, Shape, Value, canonical};
use crate::contract::{Contract, is_true, items};

/// Keywords with one schema, as far as they need no care of their own.
const SINGLE: [&str; 10] = [
    "items",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "not",
    "if",
    "then",
    "else",
];

/// Keywords with schemas by key.
const KEYED: [&str; 2] = ["patternProperties", "dependentSchemas"];

/// Keywords that hold a text.
const TEXTS: [&str; 4] = ["contentEncoding", "contentMediaType", "format", "pattern"];

/// Builds the form of parts that all hold.
pub(crate) fn build<'t>(contract: &Contract<'t>, written: &[Node<'t>], at: Node<'t>, parts: &[Part]) -> Shape<'t> {
    let mut shape = Shape {
        at,
        written: written.to_vec(),
        kinds: Kinds::ALL,
        values: None,
        bounds: std::collections::BTreeMap::new(),
        texts: std::collections::BTreeMap::new(),
        unique: None,
        members: Vec::new(),
        required: std::collections::BTreeMap::new(),
        additional: Additional::Any,
        below: std::collections::BTreeMap::new(),
        prefix: Vec::new(),
        dependent: std::collections::BTreeMap::new(),
        groups: Vec::new(),
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
        kinds(contract, &mut shape, node, part.or_null);
        values(&mut shape, node);
        bounds(&mut shape, node);
        objects(contract, &mut shape, node);
        schemas(&mut shape, node);
        groups(contract, &mut shape, node);
        notes(&mut shape, node);
    }
    settle(&mut shape);
    shape
}

/// Returns the kinds that a schema's `type` names; where it has none, those that its other keywords are about.
fn stated(node: Node<'_>) -> Kinds {
    if let Some(types) = node.get("type") {
        let words = types.items().chain(Some(types)).filter_map(Node::text);
        let kinds = words.map(Kinds::of_word).fold(Kinds::NONE, Kinds::or);
        return if kinds == Kinds::NONE { Kinds::ALL } else { kinds };
    }
    if ["properties", "additionalProperties", "required", "patternProperties"]
        .iter()
        .any(|key| node.get(key).is_some())
    {
        return Kinds::OBJECT;
    }
    if node.get("items").is_some() || node.get("prefixItems").is_some() {
        return Kinds::ARRAY;
    }
    Kinds::ALL
}

fn kinds<'t>(contract: &Contract<'t>, shape: &mut Shape<'t>, node: Node<'t>, or_null: bool) {
    let mut kinds = stated(node);
    let has_null = kinds.has(Kinds::NULL);
    if let Some(values) = written_values(node) {
        let of_values = values.into_iter().map(Kinds::of_value).fold(Kinds::NONE, Kinds::or);
        // A text may be written without quotes.
        let of_values = if kinds.has(Kinds::STRING) && !kinds.touches(Kinds::NUMBER) {
            of_values.or(Kinds::STRING)
        } else {
            of_values
        };
        kinds = kinds.and(of_values);
        if has_null && node.get("type").is_some() {
            kinds = kinds.or(Kinds::NULL);
        }
    }
    for word in ["oneOf", "anyOf"] {
        if let Some((of_group, _)) = plain(contract, node, word) {
            kinds = kinds.and(of_group);
        } else if sole(contract, node, word).is_none()
            && items(node, word).next().is_some()
            && !items(node, word).any(|alternative| can_be_null(contract, alternative))
        {
            kinds = kinds.without(Kinds::NULL);
        }
    }
    if or_null {
        kinds = kinds.or(Kinds::NULL);
    }
    shape.kinds = shape.kinds.and(kinds);
}

/// Returns true if null may fit an alternative; looks one step deep.
fn can_be_null<'t>(contract: &Contract<'t>, alternative: Node<'t>) -> bool {
    let node = contract.follow(alternative);
    is_true(node, "nullable")
        || is_null(contract, node)
        || (node.get("type").is_some() && stated(node).has(Kinds::NULL))
}

/// Returns the nodes of `enum` or `const`.
fn written_values(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    match (node.get("const"), node.get("enum")) {
        (Some(value), _) => Some(vec![value]),
        (None, Some(values)) if values.is_seq() => Some(values.items().collect()),
        _ => None,
    }
}

/// Returns kinds and values of alternatives that have nothing but them.
#[allow(clippy::type_complexity, reason = "two lists of one step")]
fn plain<'t>(contract: &Contract<'t>, node: Node<'t>, word: &str) -> Option<(Kinds, Option<Vec<Node<'t>>>)> {
    let mut all = Kinds::NONE;
    let mut values = Some(Vec::new());
    let mut alternatives = items(node, word).peekable();
    alternatives.peek()?;
    for alternative in alternatives {
        let alternative = contract.follow(alternative);
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
        let kinds = own.as_ref().map_or_else(
            || stated(alternative),
            |own| {
                own.iter()
                    .map(|value| Kinds::of_value(*value))
                    .fold(Kinds::NONE, Kinds::or)
                    .and(stated(alternative))
            },
        );
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
    let has_values = items(node, word).any(|one| written_values(contract.follow(one)).is_some());
    (values.is_some() || !has_values).then_some((all, values.filter(|values| !values.is_empty())))
}

fn values<'t>(shape: &mut Shape<'t>, node: Node<'t>) {
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
fn restrict<'t>(shape: &mut Shape<'t>, schema: Node<'t>, values: Vec<Node<'t>>) {
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

fn bounds<'t>(shape: &mut Shape<'t>, node: Node<'t>) {
    for bound in Bound::ALL {
        let word = bound.word();
        let exclusive = match bound {
            Bound::Minimum => Some("exclusiveMinimum"),
            Bound::Maximum => Some("exclusiveMaximum"),
            _ => None,
        };
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

/// Adds a bound; the narrower one stays.
fn narrow<'t>(shape: &mut Shape<'t>, bound: Bound, limit: Limit<'t>) {
    let is_narrower = shape.bounds.get(&bound).is_none_or(|known| {
        let order = order(bound, &limit, known);
        order
            == if bound.is_lower() {
                Ordering::Greater
            } else {
                Ordering::Less
            }
    });
    if is_narrower {
        shape.bounds.insert(bound, limit);
    }
}

/// Returns the order of two bounds on the line of numbers, an excluded number beyond itself.
pub(crate) fn order(bound: Bound, one: &Limit<'_>, other: &Limit<'_>) -> Ordering {
    let beyond = one.excluded.cmp(&other.excluded);
    let beyond = if bound.is_lower() { beyond } else { beyond.reverse() };
    number::compare(&one.number, &other.number)
        .unwrap_or(Ordering::Equal)
        .then(beyond)
}

fn objects<'t>(contract: &Contract<'t>, shape: &mut Shape<'t>, node: Node<'t>) {
    for property in node.get("properties").into_iter().flat_map(Node::members) {
        let says = |word: &str| says(contract, property.value, word, CHAIN);
        let (read_only, write_only) = (says("readOnly"), says("writeOnly"));
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
        shape.dependent.entry(entry.key).or_insert(entry.value);
    }
}

/// Most schemas inside of each other that are asked for a word.
const CHAIN: usize = 16;

/// Returns true if a schema says a word, or one that it refers to or combines.
fn says<'t>(contract: &Contract<'t>, node: Node<'t>, word: &str, depth: usize) -> bool {
    let below = || contract.target(node).into_iter().chain(items(node, "allOf"));
    is_true(node, word) || (depth > 0 && below().any(|schema| says(contract, schema, word, depth - 1)))
}

fn schemas<'t>(shape: &mut Shape<'t>, node: Node<'t>) {
    for word in SINGLE {
        if let Some(schema) = node.get(word) {
            shape.below.entry((word, "")).or_default().push(schema);
        }
    }
    for word in KEYED {
        for member in node.get(word).into_iter().flat_map(Node::members) {
            shape.below.entry((word, member.key)).or_default().push(member.value);
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
            shape.texts.entry(word).or_insert(said);
        }
    }
    if is_true(node, "uniqueItems") {
        shape.unique = shape.unique.or_else(|| node.get("uniqueItems"));
    }
}

fn groups<'t>(contract: &Contract<'t>, shape: &mut Shape<'t>, node: Node<'t>) {
    for word in ["oneOf", "anyOf"] {
        let Some(group) = node.get(word).filter(|group| !group.is_empty()) else {
            continue;
        };
        if sole(contract, node, word).is_some() {
            continue;
        }
        if let Some((_, values)) = plain(contract, node, word) {
            if let Some(values) = values {
                restrict(shape, group, values);
            }
            continue;
        }
        shape.groups.push(Group {
            word: if word == "oneOf" { "oneOf" } else { "anyOf" },
            node: group,
            alternatives: group
                .items()
                .filter(|alternative| !is_null(contract, *alternative))
                .collect(),
        });
    }
}

fn notes<'t>(shape: &mut Shape<'t>, node: Node<'t>) {
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

/// Brings what depends on several keywords into one form.
fn settle(shape: &mut Shape<'_>) {
    if let Some(values) = &shape.values {
        let is_number = |text: &str| number::compare(text, text).is_some();
        let is_fraction = |text: &str| is_number(text) && number::whole(text).is_none();
        if !values.iter().any(|value| is_fraction(&value.text)) && shape.kinds.has(Kinds::NUMBER) {
            shape.kinds = shape.kinds.without(Kinds::NUMBER).or(Kinds::INTEGER);
        }
    }
    if shape.kinds.is_whole() {
        for bound in [Bound::Minimum, Bound::Maximum] {
            if let Some(limit) = shape.bounds.get_mut(&bound) {
                let whole = if bound == Bound::Minimum {
                    number::least(&limit.number, limit.excluded)
                } else {
                    number::most(&limit.number, limit.excluded)
                };
                if let Some(whole) = whole {
                    limit.number = whole.to_string();
                    limit.excluded = false;
                }
            }
        }
    }
    let is_each = |values: &Vec<Value<'_>>| {
        ["true", "false"]
            .iter()
            .all(|text| values.iter().any(|value| value.text == *text))
    };
    if shape.kinds.without(Kinds::NULL) == Kinds::BOOLEAN && shape.values.as_ref().is_some_and(is_each) {
        shape.values = None;
    }
    lonely(shape);
    let nothing = |bound: Bound, limit: &Limit<'_>| {
        let is = |number: &str| number::compare(&limit.number, number) == Some(Ordering::Equal);
        match bound {
            Bound::MinLength | Bound::MinItems | Bound::MinProperties => is("0"),
            Bound::MinContains => is("1"),
            Bound::MultipleOf => is("1") && shape.kinds.is_whole(),
            _ => false,
        }
    };
    let empty: Vec<Bound> = shape
        .bounds
        .iter()
        .filter(|(bound, limit)| nothing(**bound, limit))
        .map(|(bound, _)| *bound)
        .collect();
    for bound in empty {
        shape.bounds.remove(&bound);
    }
    if shape
        .texts
        .get("pattern")
        .is_some_and(|pattern| is_everything(text_of(*pattern)))
    {
        shape.texts.remove("pattern");
    }
}

/// Removes what says nothing without another keyword.
fn lonely(shape: &mut Shape<'_>) {
    let has = |shape: &Shape<'_>, word| shape.below.contains_key(&(word, ""));
    let takes_none = shape
        .bounds
        .get(&Bound::MinContains)
        .is_some_and(|limit| limit.number == "0");
    if takes_none && !shape.bounds.contains_key(&Bound::MaxContains) {
        shape.below.remove(&("contains", ""));
    }
    if !has(shape, "contains") {
        shape.bounds.remove(&Bound::MinContains);
        shape.bounds.remove(&Bound::MaxContains);
    }
    if !has(shape, "if") {
        shape.below.remove(&("then", ""));
        shape.below.remove(&("else", ""));
    }
}

fn text_of(node: Node<'_>) -> &str {
    node.as_str().unwrap_or_default()
}

/// Returns true for a pattern that every text fits.
fn is_everything(pattern: &str) -> bool {
    ["", ".*", "^.*$", "^.*", ".*$", "(.*)", "^(.*)$"].contains(&pattern)
}
