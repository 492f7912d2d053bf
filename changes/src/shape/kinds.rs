//! Sets of kinds of JSON values; an integer is a kind of its own beside other numbers.

use std::fmt;

use sdkwright_contract::source::{Node, Scalar};

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
