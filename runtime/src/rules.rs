//! What a contract asks of what is sent: lengths, patterns, ranges, counts, in the words of JSON Schema.
//!
//! In come the rules of an API as text, which generated code holds as constants, and what a caller wants to send; out goes
//! every violation with its place. Nothing that arrives is checked here, nothing is changed, and no value is ever shown.
//!
//! Rules say what a value may be, never what it must look like: a value of another kind than a rule is about passes. What
//! must be there always, the types of the generated code see to; what is needed beside other members is a rule (`needs`).

mod check;
mod pattern;
mod read;
mod schema;

pub(crate) use check::{Checked, Said};

use std::fmt;
use std::sync::OnceLock;

use schema::Schema;

/// The rules of one API: of each operation by its id, and of the types that they refer to. Both are sorted by name.
#[derive(Debug)]
pub struct Rules {
    operations: &'static [(&'static str, &'static str)],
    types: &'static [(&'static str, &'static str)],
    read: OnceLock<Read>,
}

/// What was read so far: an API may have many rules, and a program calls few operations.
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

/// Where a parameter travels.
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
    /// Rules as text, both lists sorted by name.
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

    /// True if all of the text can be read: for the tests of a generator.
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

    /// The place of a type in the list.
    fn index(&self, name: &str) -> Option<usize> {
        self.types.binary_search_by_key(&name, |(name, _)| *name).ok()
    }

    fn of_type(&self, index: usize) -> &Schema {
        let read = &self.list().types[index];
        read.get_or_init(|| read::schema(self.types[index].1, self).unwrap_or_default())
    }
}

/// One thing that is not as the contract asks. The value itself is not shown.
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

    /// The name of the parameter; `None` for the body.
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_ref().map(|(_, name)| name.as_str())
    }

    /// JSON Pointer (RFC 6901) of the value in the body or the parameter; empty: all of it.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What the contract asks for.
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
