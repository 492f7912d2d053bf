//! In: a schema. Out: the type of its values in the rule language. Never: a value.

use crate::contract::Contract;
use crate::error::suggestion;
use serde_json::Value;
use std::fmt;

/// The type of any text.
pub(super) const TEXT: Type<'static> = Type::Text(None);

/// The type of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type<'a> {
    Any,
    Null,
    Bool,
    Int,
    /// A text; one of these, where it is known which.
    Text(Option<Vec<String>>),
    Decimal,
    Instant,
    Span,
    List(Box<Type<'a>>),
    /// A map with values of one type.
    Map(Box<Type<'a>>),
    /// An object with the members of a schema.
    Object(&'a Value),
    /// An object with these members.
    Members(Vec<(String, Type<'a>)>),
    /// A JSON number that may have a fraction.
    Number,
    /// The ledger.
    Ledger,
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => write!(out, "anything"),
            Self::Null => write!(out, "null"),
            Self::Bool => write!(out, "bool"),
            Self::Int => write!(out, "int"),
            Self::Text(_) => write!(out, "string"),
            Self::Decimal => write!(out, "decimal"),
            Self::Instant => write!(out, "timestamp"),
            Self::Span => write!(out, "duration"),
            Self::List(item) => write!(out, "list of {item}"),
            Self::Map(_) => write!(out, "map"),
            Self::Object(_) | Self::Members(_) => write!(out, "object"),
            Self::Number => write!(out, "JSON number"),
            Self::Ledger => write!(out, "the ledger"),
        }
    }
}

impl<'a> Type<'a> {
    /// The type of the values of a schema.
    pub(crate) fn from_schema(contract: &'a Contract, schema: &'a Value) -> Self {
        let word = |name| contract.word(schema, name);
        match contract.type_of(schema) {
            Some("string") => match word("format").and_then(Value::as_str) {
                Some("decimal") => Self::Decimal,
                Some("date-time") => Self::Instant,
                Some("binary") => Self::Members(vec![("size".to_owned(), Self::Int), ("type".to_owned(), TEXT)]),
                _ => {
                    let values = word("enum").and_then(Value::as_array);
                    let values = values.map(|values| values.iter().filter_map(Value::as_str));
                    Self::Text(values.map(|values| values.map(str::to_owned).collect()))
                }
            },
            Some("integer") => Self::Int,
            Some("number") => Self::Number,
            Some("boolean") => Self::Bool,
            Some("array") => Self::List(Box::new(
                word("items").map_or(Self::Any, |item| Self::from_schema(contract, item)),
            )),
            Some("null") => Self::Null,
            _ if !contract.properties(schema).is_empty() => Self::Object(schema),
            Some("object") => match word("additionalProperties") {
                Some(more) if more.is_object() => Self::Map(Box::new(Self::from_schema(contract, more))),
                _ => Self::Map(Box::new(Self::Any)),
            },
            _ => Self::Any,
        }
    }

    /// The number of its parts and their parts.
    pub(super) fn parts(&self) -> usize {
        match self {
            Self::List(item) | Self::Map(item) => 1 + item.parts(),
            Self::Members(members) => 1 + members.iter().map(|(_, of)| of.parts()).sum::<usize>(),
            _ => 1,
        }
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Any | Self::Null)
    }

    /// Returns `true` if values of both can be equal.
    pub(crate) fn alike(&self, other: &Self) -> bool {
        let kind = |one: &Self| match one {
            Self::Map(_) | Self::Object(_) | Self::Members(_) => std::mem::discriminant(&Self::Object(&Value::Null)),
            one => std::mem::discriminant(one),
        };
        self.is_open() || other.is_open() || kind(self) == kind(other)
    }

    /// The type of values that are of either.
    pub(super) fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Null, other) | (other, Self::Null) => other,
            (Self::List(one), Self::List(two)) if *one == Self::Any => Self::List(two),
            (Self::List(one), Self::List(two)) if *two == Self::Any => Self::List(one),
            (Self::Text(one), Self::Text(two)) => Self::Text(one.zip(two).map(|(mut one, two)| {
                one.extend(two.into_iter().filter(|text| !one.contains(text)).collect::<Vec<_>>());
                one
            })),
            (one, two) if one == two => one,
            _ => Self::Any,
        }
    }

    /// Tells of a text that another type does not allow.
    pub(crate) fn beyond(&self, wanted: &Self) -> Option<String> {
        let (Self::Text(Some(own)), Self::Text(Some(known))) = (self, wanted) else {
            return None;
        };
        let other = own.iter().find(|text| !known.contains(text))?;
        let known = suggestion(other, known.iter().map(String::as_str));
        Some(format!("no value `{other}`{known}"))
    }

    /// Tells of two values that are never equal.
    pub(super) fn never_equal(&self, other: &Self) -> Option<String> {
        if !self.alike(other) {
            let hint = decimal_hint(self, other);
            return Some(format!("{self} and {other} are never equal{hint}"));
        }
        let (Self::Text(Some(one)), Self::Text(Some(two))) = (self, other) else {
            return None;
        };
        let (few, many) = if one.len() < two.len() {
            (self, other)
        } else {
            (other, self)
        };
        let is_apart = !one.iter().any(|text| two.contains(text));
        is_apart.then(|| few.beyond(many)).flatten()
    }
}

pub(super) fn decimal_hint(one: &Type<'_>, two: &Type<'_>) -> &'static str {
    match (one, two) {
        (Type::Decimal, Type::Text(_) | Type::Int) | (Type::Text(_) | Type::Int, Type::Decimal) => {
            "; write `decimal('5')` for a number"
        }
        _ => "",
    }
}

/// An error in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpressionError {
    /// The node of the expression.
    pub(crate) at: u64,
    pub(crate) why: String,
}
