//! Findings and the allowances of the contract's owner.
//!
//! In: findings of all rules, and allowances. Out: a report of those that are not allowed, and of allowances without a
//! finding.

use crate::{
    diag::{Code, Diagnostic, Report},
    source::Origin,
};

/// A finding that the owner of the contract allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The lint.
    pub code: Code,
    /// JSON Pointer of the place; with `/**` at its end, everything below that place.
    pub at: String,
    /// The owner's reason.
    pub reason: String,
}

impl Allowed {
    fn allows(&self, finding: &LintFinding) -> bool {
        let place = finding.pointer.as_str();
        self.code == finding.diagnostic.code
            && match self.at.strip_suffix("/**") {
                Some(above) => place.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')),
                None => self.at == place,
            }
    }
}

/// A finding of a rule.
#[derive(Debug)]
pub(super) struct LintFinding {
    pointer: String,
    diagnostic: Diagnostic,
}

impl LintFinding {
    /// Returns a finding at a place, with its reason and its correction.
    pub(super) fn new(code: Code, origin: &Origin, message: String, reason: &str, fix: &str) -> Self {
        Self {
            pointer: origin.pointer.clone(),
            diagnostic: Diagnostic::new(code, message)
                .at(origin.span)
                .label(&origin.pointer)
                .note(reason)
                .help(fix),
        }
    }

    /// Returns a finding of an earlier stage.
    pub(super) fn at_pointer(pointer: String, diagnostic: Diagnostic) -> Self {
        Self { pointer, diagnostic }
    }

    /// Adds a further location.
    #[must_use]
    pub(super) fn also(mut self, origin: &Origin, text: &str) -> Self {
        self.diagnostic = self.diagnostic.also(origin.span, text);
        self
    }
}

/// Returns the report of all findings that are not allowed, and of allowances without a finding.
pub(super) fn report(found: Vec<LintFinding>, allowed: &[Allowed], reading: &Report) -> Report {
    let mut report = Report::new(reading.levels().clone());
    report.sources = reading.sources.clone();
    let mut met = vec![false; allowed.len()];
    for finding in found {
        let mut is_allowed = false;
        for (allowance, met) in allowed.iter().zip(&mut met) {
            if allowance.allows(&finding) {
                (is_allowed, *met) = (true, true);
            }
        }
        if !is_allowed {
            report.push(finding.diagnostic);
        }
    }
    for (allowance, _) in allowed.iter().zip(met).filter(|(_, met)| !met) {
        let message = format!(
            "`allow` lists {} at {}, but there is no such finding",
            allowance.code, allowance.at
        );
        let diagnostic = Diagnostic::new(Code::IdleAllowance, message)
            .note(format!("reason of the entry: {}", allowance.reason))
            .help("remove the entry, or correct its pointer");
        report.push(diagnostic);
    }
    report
}
