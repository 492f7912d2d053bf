//! In: compiled expressions. Out: the rows that they stand in, as plain data. Never: a row that was not checked.

use crate::formula::Formula;
use crate::lifecycle::Course;

/// A row of `x-records`: the resource that tells what another one did.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The schema of the resource that is written.
    pub(crate) schema: String,
    /// Number of rows before it that write one of this schema about the same resource.
    pub(crate) part: usize,
    /// `true` for a resource that is written once and lives by its own lifecycle from then on.
    pub(crate) once: bool,
    pub(crate) when: Option<Formula>,
    pub(crate) members: Vec<(String, Formula)>,
}

/// The expressions of a transition.
#[derive(Debug, Default)]
pub(crate) struct CompiledStep {
    /// The instant at which it is due.
    pub(crate) at: Option<Formula>,
    pub(crate) when: Option<Formula>,
    pub(crate) set: Vec<(String, Formula)>,
}

/// The rules of one operation.
#[derive(Debug, Default)]
pub(crate) struct Ruling {
    pub(crate) conditions: Vec<RequestCondition>,
    pub(crate) derived: Vec<Derived>,
    pub(crate) scenarios: Vec<Scenario>,
}

/// A row of `x-scenarios`: what comes of a request with certain values.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) when: Formula,
    pub(crate) message: String,
    /// The code that the request is refused with.
    pub(crate) refuses: Option<String>,
    /// The resource that is led, and its way.
    pub(crate) leads: Option<(LedResource, Course)>,
}

/// The resource that a scenario leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LedResource {
    /// The last one of this schema that the call made, changed or names in its path.
    Own(String),
    /// The one that rules know under this name.
    Named(String),
    /// A new one of this schema, which no call makes.
    New(String),
}

/// A condition that a request must satisfy.
#[derive(Debug)]
pub(crate) struct RequestCondition {
    pub(crate) formula: Formula,
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) at: Option<String>,
}

/// A member of the answer that follows from request and state.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) member: String,
    pub(crate) formula: Formula,
}

/// A row of `x-ledger`: what a resource posts when it comes into a state.
#[derive(Debug)]
pub(crate) struct Booking {
    pub(super) from: Option<String>,
    pub(super) to: String,
    pub(crate) when: Option<Formula>,
    pub(crate) debit: Formula,
    pub(crate) credit: Formula,
    pub(crate) unit: Formula,
    pub(crate) amount: Formula,
}

impl Booking {
    /// Returns `true` for a step that it posts for. A resource that begins in a state comes from none.
    pub(crate) fn is_for(&self, from: Option<&str>, to: &str) -> bool {
        self.to == to && (self.from.is_none() || self.from.as_deref() == from)
    }
}
