//! Validation of requests: lengths, patterns, ranges and counts of the contract, with the meaning of JSON Schema.
//!
//! The rules of an API come in as text (constants of generated code), with the parts of a request; every violation goes out
//! with its place. Answers are not checked, nothing may be changed, and no value may be shown.
//!
//! A rule constrains one kind of value, and accepts all other kinds. Members that are always required are enforced by the
//! generated types; those required beside other members are a rule (`needs`).

mod check;
mod pattern;
mod read;
mod schema;

pub(crate) use check::{Checked, Said};

use std::fmt;
use std::sync::OnceLock;

use schema::Schema;

/// The rules of one API: those of each operation by its id, and those of the types that they refer to. Both are sorted by name.
#[derive(Debug)]
pub struct Rules {
    operations: &'static [(&'static str, &'static str)],
    types: &'static [(&'static str, &'static str)],
    read: OnceLock<Read>,
}

/// The rules parsed so far: an API may have many rules, while a program calls few operations.
#[derive(Debug)]
struct Read {
    operations: Vec<OnceLock<Operation>>,
    types: Vec<OnceLock<Schema>>,
}

/// The rules of one operation.
#[derive(Debug, Default)]
struct Operation {
    parameters: Vec<(Location, String, Schema)>,
    /// By media type.
    bodies: Vec<(String, Schema)>,
}

impl Operation {
    fn is_readable(&self) -> bool {
        let parameters = self.parameters.iter().map(|(.., schema)| schema);
        parameters
            .chain(self.bodies.iter().map(|(_, schema)| schema))
            .all(Schema::is_readable)
    }
}

/// The location of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl Location {
    fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

impl Rules {
    /// Creates rules from text, with both lists sorted by name.
    pub const fn new(
        operations: &'static [(&'static str, &'static str)],
        types: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            operations,
            types,
            read: OnceLock::new(),
        }
    }

    /// Returns `true` if all of the text can be parsed: for the tests of a generator.
    pub fn are_readable(&self) -> bool {
        let sorted = |list: &[(&str, &str)]| list.is_sorted_by(|one, next| one.0 < next.0);
        sorted(self.operations)
            && sorted(self.types)
            && self
                .operations
                .iter()
                .all(|(_, text)| read::operation(text, self).is_some_and(|one| one.is_readable()))
            && self
                .types
                .iter()
                .all(|(_, text)| read::schema(text, self).is_some_and(|one| one.is_readable()))
    }

    fn list(&self) -> &Read {
        self.read.get_or_init(|| Read {
            operations: self.operations.iter().map(|_| OnceLock::new()).collect(),
            types: self.types.iter().map(|_| OnceLock::new()).collect(),
        })
    }

    fn operation(&self, id: &str) -> Option<&Operation> {
        let index = self.operations.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let text = self.operations[index].1;
        let read = &self.list().operations[index];
        Some(read.get_or_init(|| read::operation(text, self).unwrap_or_default()))
    }

    /// Returns the index of a type in the list.
    fn index(&self, name: &str) -> Option<usize> {
        self.types.binary_search_by_key(&name, |(name, _)| *name).ok()
    }

    fn of_type(&self, index: usize) -> &Schema {
        let read = &self.list().types[index];
        read.get_or_init(|| read::schema(self.types[index].1, self).unwrap_or_default())
    }
}

/// One violation of the contract's constraints. Does not show the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    parameter: Option<(Location, String)>,
    pointer: String,
    rule: String,
}

impl Violation {
    pub(crate) fn of_body(pointer: String, rule: String) -> Self {
        Self {
            parameter: None,
            pointer,
            rule,
        }
    }

    /// Returns the name of the parameter; `None` for the body.
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_ref().map(|(_, name)| name.as_str())
    }

    /// Returns the JSON Pointer (RFC 6901) of the value in the body or the parameter; empty for the whole of it.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the violated rule.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameter {
            Some((location, name)) => write!(f, "{} parameter `{name}{}`", location.name(), self.pointer)?,
            None if self.pointer.is_empty() => f.write_str("the body")?,
            None => write!(f, "`{}`", self.pointer)?,
        }
        write!(f, " {}", self.rule)
    }
}

/// All violations of a request, each once, parameters first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violations(pub(crate) Vec<Violation>);

impl std::ops::Deref for Violations {
    type Target = [Violation];

    fn deref(&self) -> &[Violation] {
        &self.0
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            write!(f, "{}{violation}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
