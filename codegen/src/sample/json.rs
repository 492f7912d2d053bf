//! A JSON value whose numbers keep their text.

use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::ir::Scalar;
use sdkwright_contract::source::{self, Node, NodeKind};
use sdkwright_contract::text;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SampleValue {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<SampleValue>),
    Object(Vec<(String, SampleValue)>),
}

impl SampleValue {
    /// Parses JSON text; `None` if it is invalid.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let tree = source::load("example", text.as_bytes(), &mut Report::new(Levels::lenient()))?;
        tree.root().map(Self::from_node)
    }

    fn from_node(node: Node<'_>) -> Self {
        match node.kind() {
            NodeKind::Scalar => node.scalar().as_ref().map_or(Self::Null, Self::new),
            NodeKind::Seq => Self::List(node.items().map(Self::from_node).collect()),
            NodeKind::Map => Self::Object(
                node.members()
                    .map(|member| (member.key.to_owned(), Self::from_node(member.value)))
                    .collect(),
            ),
        }
    }

    /// Converts a literal of the contract.
    pub(crate) fn new(literal: &Scalar) -> Self {
        match literal {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(*value),
            Scalar::Number(text) => Self::Number(text.clone()),
            Scalar::String(text) => Self::Text(text.clone()),
        }
    }

    /// Returns the text of a string or number: authors use one for the other.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Number(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns a member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.members().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Replaces the value at the end of a path of members by a text. Changes nothing if there is none.
    pub(crate) fn put(&mut self, path: &[String], text: &str) {
        let Some((name, rest)) = path.split_first() else {
            *self = Self::Text(text.to_owned());
            return;
        };
        if let Self::Object(members) = self
            && let Some((_, value)) = members.iter_mut().find(|(key, _)| key == name)
        {
            value.put(rest, text);
        }
    }

    /// Returns the members of an object; empty for other values.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members: &[(String, Self)] = match self {
            Self::Object(members) => members,
            _ => &[],
        };
        members.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Returns the items of a list; empty for other values.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Self> {
        let items: &[Self] = match self {
            Self::List(items) => items,
            _ => &[],
        };
        items.iter()
    }

    pub(crate) fn item(&self, at: usize) -> Option<&Self> {
        self.items().nth(at)
    }

    /// Prints JSON text without spaces.
    pub(crate) fn print(&self) -> String {
        let inside = |parts: Vec<String>| parts.join(",");
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) => text.clone(),
            Self::Text(text) => text::quote(text),
            Self::List(items) => format!("[{}]", inside(items.iter().map(Self::print).collect())),
            Self::Object(members) => {
                let member = |(key, value): &(String, Self)| format!("{}:{}", text::quote(key), value.print());
                format!("{{{}}}", inside(members.iter().map(member).collect()))
            }
        }
    }
}
