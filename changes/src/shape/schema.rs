//! A schema as the list of parts that all hold: references, `allOf` and alternatives of one are dissolved. And sets of kinds of JSON
//! values, and the kinds that schemas take; an integer is a kind beside other numbers.

use std::collections::HashSet;
use std::fmt;

use sdkwright_contract::iter::exactly_one;
use sdkwright_contract::source::{Node, NodeId, Scalar};

use crate::contract::{Contract, is_true, items};

/// Most parts of one schema: more come only from contracts that are made to be large.
const PARTS: usize = 256;

/// Keywords that decide which values fit, or that a reader of values needs, beside references and `allOf`.
#[rustfmt::skip]
const FACTS: [&str; 41] = [
    "type", "enum", "const", "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "minContains", "maxContains", "properties",
    "required", "additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "items",
    "prefixItems", "contains", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "contentEncoding",
    "contentMediaType", "contentSchema", "x-extensible-enum", "oneOf", "anyOf",
];

/// Keywords that are kept of a schema with nothing else to say.
const NOTES: [&str; 5] = ["discriminator", "default", "deprecated", "x-stability-level", "xml"];

/// One schema of a list that all hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Conjunct {
    pub(crate) node: NodeId,
    /// Null fits too, whatever the schema says.
    pub(crate) or_null: bool,
    /// One of its alternatives is in the list, too, in place of all of them.
    pub(crate) is_chosen: bool,
}

/// Treatment of an alternative that stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lone {
    /// Taken as a schema that holds.
    Inline,
    /// Kept as one of `oneOf` or `anyOf`: the other side has more.
    Keep,
}

/// Returns the parts of schemas that all hold, in the order in which they are written, and whether an alternative that
/// stands alone is among them.
pub(crate) fn flatten<'t>(contract: &Contract<'t>, schemas: &[Node<'t>], lone: Lone) -> (Vec<Conjunct>, bool) {
    let mut flat = Flat {
        contract,
        lone,
        has_lone: false,
        listed: schemas.iter().map(|schema| schema.id()).collect(),
        seen: HashSet::new(),
        parts: Vec::new(),
    };
    // A stack instead of recursion: a contract may nest deeper than the program's stack.
    let mut open: Vec<(Node<'t>, bool)> = schemas.iter().rev().map(|node| (*node, false)).collect();
    while let Some((node, or_null)) = open.pop() {
        let further = flat.visit(node, or_null);
        open.extend(further.into_iter().rev());
    }
    (flat.parts, flat.has_lone)
}

/// Most alternatives inside of each other that are taken as one list.
const NESTED: usize = 16;

/// Returns the alternatives of `oneOf` or `anyOf`; one that is nothing but a list of the same keyword is that list.
pub(crate) fn alternatives<'t>(contract: &Contract<'t>, schema: Node<'t>, word: &str) -> Vec<Node<'t>> {
    let mut found: Vec<Node<'t>> = items(schema, word).collect();
    // A list that contains itself says nothing more the second time.
    let mut open = HashSet::from([schema.id()]);
    for _ in 0..NESTED {
        let list = |alternative: Node<'t>| {
            let inner = contract.follow(alternative);
            if open.contains(&inner.id()) {
                return None;
            }
            let is_note = |key: &str| ["title", "description", "$comment"].contains(&key) || key.starts_with("x-");
            let is_list = inner.members().all(|member| member.key == word || is_note(member.key));
            // Beside a reference of OpenAPI 3.1, rules can stand.
            let is_bare = inner.id() == alternative.id() || alternative.len() == 1;
            (is_list && is_bare).then(|| inner.get(word)).flatten()
        };
        if found.len() > PARTS || !found.iter().any(|alternative| list(*alternative).is_some()) {
            break;
        }
        let each = found.iter().flat_map(|alternative| match list(*alternative) {
            Some(inner) => inner.items().collect(),
            None => vec![*alternative],
        });
        let next = each.collect();
        let lists = found.iter().filter(|alternative| list(**alternative).is_some());
        let lists: Vec<NodeId> = lists.map(|alternative| contract.follow(*alternative).id()).collect();
        found = next;
        open.extend(lists);
    }
    found
}

/// Returns the alternative that stands alone beside null in `oneOf` or `anyOf`, and whether null is one.
pub(crate) fn sole<'t>(contract: &Contract<'t>, schema: Node<'t>, word: &str) -> Option<(Node<'t>, bool)> {
    let only = exactly_one(items(schema, word).filter(|alternative| !is_null(contract, *alternative)))?;
    Some((only, items(schema, word).count() > 1))
}

/// Returns true for a schema that only null fits.
pub(crate) fn is_null<'t>(contract: &Contract<'t>, schema: Node<'t>) -> bool {
    let schema = contract.follow(schema);
    let is_type = |node: Node<'_>| node.text() == Some("null");
    schema
        .get("type")
        .is_some_and(|types| is_type(types) || (types.len() == 1 && types.items().all(is_type)))
        || schema.get("const").is_some_and(Node::is_null)
        || schema
            .get("enum")
            .is_some_and(|values| !values.is_empty() && values.items().all(Node::is_null))
}

struct Flat<'c, 't> {
    contract: &'c Contract<'t>,
    lone: Lone,
    has_lone: bool,
    /// The schemas of the list.
    listed: Vec<NodeId>,
    seen: HashSet<(NodeId, bool)>,
    parts: Vec<Conjunct>,
}

impl<'t> Flat<'_, 't> {
    /// Adds a schema if it has keywords that count, and returns the schemas that its references, `allOf` and an only alternative add.
    /// `or_null`: null fits, whatever the schema says.
    fn visit(&mut self, node: Node<'t>, or_null: bool) -> Vec<(Node<'t>, bool)> {
        if !self.seen.insert((node.id(), or_null)) || self.parts.len() >= PARTS {
            return Vec::new();
        }
        if !node.is_map() {
            if node.as_bool() == Some(false) {
                self.push(node, or_null, false);
            }
            return Vec::new();
        }
        let is_3_0 = self.contract.is_3_0();
        let or_null = or_null || (is_3_0 && is_true(node, "nullable"));
        let mut further = Vec::new();
        let mut counts = false;
        let is_only_reference = self.contract.is_only_reference(node);
        let is_chosen = !is_only_reference && self.listed.len() > 1 && self.is_chosen(node);
        for member in node.members() {
            match member.key {
                "allOf" | "oneOf" | "anyOf" if is_only_reference => {}
                "oneOf" | "anyOf" | "discriminator" if is_chosen => {}
                "$ref" => match self.contract.target(node) {
                    Some(target) => further.push((self.contract.past_references(target), or_null)),
                    None => counts = true,
                },
                "allOf" => further.extend(member.value.items().map(|item| (item, or_null))),
                "oneOf" | "anyOf" => match sole(self.contract, node, member.key) {
                    Some((alternative, or_null_here)) if self.lone == Lone::Inline => {
                        self.has_lone = true;
                        further.push((alternative, or_null || or_null_here));
                    }
                    _ => counts |= !member.value.is_empty(),
                },
                // In 3.0 it is in `or_null`.
                "nullable" if is_3_0 => {}
                "nullable" => counts |= member.value.as_bool() == Some(true),
                key if is_only_reference => counts |= NOTES.contains(&key),
                key => counts |= FACTS.contains(&key) || NOTES.contains(&key),
            }
        }
        if counts {
            self.push(node, or_null, is_chosen);
        }
        further
    }

    /// Returns true if the list has one of a schema's alternatives.
    fn is_chosen(&self, node: Node<'t>) -> bool {
        let mut words = ["oneOf", "anyOf"].into_iter().filter(|word| node.get(word).is_some());
        words.any(|word| {
            let all = alternatives(self.contract, node, word);
            all.iter().any(|one| self.listed.contains(&one.id()))
        })
    }

    fn push(&mut self, node: Node<'t>, or_null: bool, is_chosen: bool) {
        self.parts.push(Conjunct {
            node: node.id(),
            or_null,
            is_chosen,
        });
    }
}

/// Most schemas that are asked: alternatives have alternatives.
const ASKED: usize = 1024;
/// Most schemas inside of each other.
const DEPTH: usize = 12;

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const INTEGER: Self = Self(4);
    const FRACTION: Self = Self(8);
    pub(crate) const NUMBER: Self = Self(4 | 8);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(crate) const OBJECT: Self = Self(64);
    pub(crate) const ALL: Self = Self(127);

    /// Returns the kinds of a name of `type`.
    fn of_word(word: &str) -> Self {
        match word {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self::NONE,
        }
    }

    /// Returns the kind of a value.
    pub(crate) fn of_value(value: Node<'_>) -> Self {
        match value.scalar() {
            Some(Scalar::Null) => Self::NULL,
            Some(Scalar::Bool(_)) => Self::BOOLEAN,
            // The other kinds of the schema decide if only whole numbers fit.
            Some(Scalar::Number(_)) => Self::NUMBER,
            Some(Scalar::String(_)) => Self::STRING,
            None if value.is_map() => Self::OBJECT,
            None => Self::ARRAY,
        }
    }

    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn touches(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the kinds that a text on the wire can be read as: each scalar is a text as well.
    #[must_use]
    pub(crate) fn as_text(self) -> Self {
        let scalars = Self::BOOLEAN.or(Self::NUMBER);
        if self.has(Self::STRING) { self.or(scalars) } else { self }
    }

    /// Returns the kinds as a sentence has them: `a string or an integer`.
    pub(crate) fn told(self) -> String {
        let names = self.to_string();
        match names.as_str() {
            "any" => "of any type".to_owned(),
            "nothing" | "null" => names,
            _ => {
                let article = |name: &str| match name {
                    "null" => name.to_owned(),
                    "array" | "object" | "integer" => format!("an {name}"),
                    _ => format!("a {name}"),
                };
                names.split(" or ").map(article).collect::<Vec<_>>().join(" or ")
            }
        }
    }

    /// Returns true if whole numbers are its only numbers.
    pub(crate) fn is_whole(self) -> bool {
        !self.touches(Self::FRACTION)
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.without(Self::NULL) == Self::ALL.without(Self::NULL) {
            return f.write_str("any");
        }
        let names = [
            (Self::STRING, "string"),
            (Self::NUMBER, "number"),
            (Self::INTEGER, "integer"),
            (Self::BOOLEAN, "boolean"),
            (Self::ARRAY, "array"),
            (Self::OBJECT, "object"),
            (Self::NULL, "null"),
        ];
        let mut rest = *self;
        let mut said = Vec::new();
        for (kinds, name) in names {
            if rest.has(kinds) {
                said.push(name);
                rest = rest.without(kinds);
            }
        }
        f.write_str(if said.is_empty() { "nothing" } else { "" })?;
        f.write_str(&said.join(" or "))
    }
}

/// The alternatives of one keyword of a schema.
pub(crate) struct SchemaChoice<'t> {
    /// `oneOf` or `anyOf`.
    pub(crate) word: &'static str,
    pub(crate) node: Node<'t>,
    pub(crate) alternatives: Vec<Node<'t>>,
}

/// Returns the kinds that fit one alternative of each group; all of them where that is too long to tell.
pub(crate) fn joined<'t>(contract: &Contract<'t>, groups: &[SchemaChoice<'t>]) -> Kinds {
    let mut asked = 0;
    let each = groups.iter().map(|group| {
        let all = group.alternatives.iter();
        all.map(|one| kinds_within(contract, *one, DEPTH, &mut asked))
            .fold(Kinds::NONE, Kinds::or)
    });
    each.fold(Kinds::ALL, Kinds::and)
}

/// Returns the kinds that may fit a schema.
pub(super) fn kinds_of<'t>(contract: &Contract<'t>, schema: Node<'t>) -> Kinds {
    kinds_within(contract, schema, DEPTH, &mut 0)
}

fn kinds_within<'t>(contract: &Contract<'t>, schema: Node<'t>, depth: usize, asked: &mut usize) -> Kinds {
    *asked += 1;
    if schema.as_bool() == Some(false) {
        return Kinds::NONE;
    }
    if *asked > ASKED || depth == 0 || !schema.is_map() {
        return Kinds::ALL;
    }
    let target = contract.target(schema);
    let mut kinds = target.map_or(Kinds::ALL, |target| kinds_within(contract, target, depth - 1, asked));
    if contract.is_only_reference(schema) {
        return kinds;
    }
    kinds = kinds.and(stated(schema));
    if let Some(values) = written_values(schema) {
        let of_values = values.into_iter().map(Kinds::of_value);
        kinds = kinds.and(of_values.fold(Kinds::STRING, Kinds::or));
    }
    for one in items(schema, "allOf") {
        kinds = kinds.and(kinds_within(contract, one, depth - 1, asked));
    }
    for word in ["oneOf", "anyOf"]
        .into_iter()
        .filter(|word| items(schema, word).next().is_some())
    {
        let all = items(schema, word);
        kinds = kinds.and(
            all.map(|one| kinds_within(contract, one, depth - 1, asked))
                .fold(Kinds::NONE, Kinds::or),
        );
    }
    if contract.is_3_0() && is_true(schema, "nullable") {
        kinds.or(Kinds::NULL)
    } else {
        kinds
    }
}

/// Returns the kinds that a schema's `type` names; all of them where it has none: other keywords are about values of their kind alone.
pub(super) fn stated(node: Node<'_>) -> Kinds {
    if let Some(types) = node.get("type") {
        let words = types.items().chain(Some(types)).filter_map(Node::text);
        let kinds = words.map(Kinds::of_word).fold(Kinds::NONE, Kinds::or);
        return if kinds == Kinds::NONE { Kinds::ALL } else { kinds };
    }
    Kinds::ALL
}

/// Returns the nodes of `enum` or `const`.
pub(super) fn written_values(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    match (node.get("const"), node.get("enum")) {
        (Some(value), _) => Some(vec![value]),
        (None, Some(values)) if values.is_seq() => Some(values.items().collect()),
        _ => None,
    }
}
