//! Validation of requests: lengths, patterns, ranges and counts of the contract, with the meaning of JSON Schema.
//!
//! The rules of an API come in as text (constants of generated code), with the parts of a request; every violation goes out
//! with its place. Answers are not checked, nothing may be changed, and no value may be shown.
//!
//! A rule constrains one kind of value, and accepts all other kinds. Members that are always required are enforced by the
//! generated types; those required beside other members are a rule (`needs`). Variants of a union without a tag have the forms
//! of their values beside their rules (`variants`): the rules of one variant that a value fits must hold.
//!
//! Only a client with `validate_requests(true)` checks its requests. All others read no rule: the contract may be stricter than the
//! server, and the server refuses what violates it.

mod check;
mod schema;
mod violation;

pub(crate) use check::{PartValue, RequestRules};
pub use violation::{Location, Violation, Violations};

use std::sync::OnceLock;

use schema::{OperationRules, ValueRules};

/// The rules of one API: those of each operation by its id, and those of the types that they refer to. Both are sorted by name.
#[derive(Debug)]
pub struct Rules {
    operations: &'static [(&'static str, &'static str)],
    types: &'static [(&'static str, &'static str)],
    read: OnceLock<ParsedRules>,
}

/// The rules parsed so far: an API may have many rules, while a program calls few operations.
#[derive(Debug)]
struct ParsedRules {
    operations: Vec<OnceLock<OperationRules>>,
    types: Vec<OnceLock<ValueRules>>,
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
                .all(|(_, text)| schema::operation(text, self.types).is_some_and(|one| one.is_readable()))
            && self
                .types
                .iter()
                .all(|(_, text)| schema::schema(text, self.types).is_some_and(|one| one.is_readable()))
    }

    fn list(&self) -> &ParsedRules {
        self.read.get_or_init(|| ParsedRules {
            operations: self.operations.iter().map(|_| OnceLock::new()).collect(),
            types: self.types.iter().map(|_| OnceLock::new()).collect(),
        })
    }

    fn operation(&self, id: &str) -> Option<&OperationRules> {
        let index = self.operations.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let text = self.operations[index].1;
        let read = &self.list().operations[index];
        Some(read.get_or_init(|| schema::operation(text, self.types).unwrap_or_default()))
    }

    fn of_type(&self, index: usize) -> &ValueRules {
        let read = &self.list().types[index];
        read.get_or_init(|| schema::schema(self.types[index].1, self.types).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
