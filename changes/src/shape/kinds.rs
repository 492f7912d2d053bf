//! Sets of kinds of JSON values, and the kinds that schemas take; an integer is a kind of its own beside other numbers.

use std::fmt;

use sdkwright_contract::source::{Node, Scalar};

use crate::contract::{Contract, is_true, items};

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
    pub(crate) fn of_word(word: &str) -> Self {
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

/// SchemaChoice.
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
