//! The result of comparing two contracts: plain data, which reports, releases and lints of versions read.

use crate::verdict::{ConductRisk, RustKind, Verdicts};

/// All changes from the base to the revision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Changes, each once, in the order of the contract.
    pub changes: Vec<Change>,
}

/// One change of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Stable id of the rule that found it, such as `request-property-became-required`.
    pub id: &'static str,
    /// Its node in the base; `None` if the revision added it.
    pub base: Option<Place>,
    /// Its node in the revision; `None` if the revision removed it.
    pub revision: Option<Place>,
    /// Operations that reach the node, as `METHOD /path`, in the order of the contract; empty if it concerns all of them.
    pub operations: Vec<String>,
    /// Old value as the contract writes it, if there was one.
    pub old: Option<String>,
    /// New value as the contract writes it, if there is one.
    pub new: Option<String>,
    /// One sentence that names the change.
    pub text: String,
    /// Verdicts on it, with their reasons.
    pub verdicts: Verdicts,
    /// One sentence that says what to do; empty if there is nothing to do.
    pub advice: String,
}

impl Change {
    /// Returns its node: in the revision; for a removal, in the base.
    pub fn place(&self) -> Option<&Place> {
        self.revision.as_ref().or(self.base.as_ref())
    }

    /// Returns true if it says that a verdict is missing, since a side could not be compared.
    pub fn is_missing(&self) -> bool {
        self.verdicts.rust.kind == RustKind::Unknown || self.verdicts.conduct.risk == ConductRisk::Unknown
    }

    /// Returns true if it removes something before the day that was announced for it.
    pub fn is_before_sunset(&self) -> bool {
        self.id.ends_with("-before-sunset")
    }
}

/// A node of one of the two contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// JSON Pointer in its file.
    pub pointer: String,
    /// Path of the file, as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}
