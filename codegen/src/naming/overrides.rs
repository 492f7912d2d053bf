//! The resolver where claims are handed in: overrides go before what the contract says, and what was found out is kept.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    reserved::Rules,
    scope::{self, Claim, Collision, Strength, Wish},
};
use crate::ir;

/// Names that a person pinned: what stands in the contract, by its place, to what it is called in Rust.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides(pub(super) BTreeMap<String, String>);

impl Overrides {
    /// From pairs of place (as a collision prints it) and Rust name.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Everything `assign` found out beside the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Names that several wanted.
    pub collisions: Vec<Collision>,
    /// Pinned texts that are no identifier there: place, text, where the contract says it.
    pub unusable: Vec<(String, String, ir::Origin)>,
    /// Overrides whose place does not exist.
    pub idle: Vec<String>,
}

/// Where claims are handed in.
pub(super) struct Resolver<'a> {
    pub(super) overrides: &'a Overrides,
    pub(super) used: BTreeSet<String>,
    pub(super) findings: Findings,
}

impl Resolver<'_> {
    /// Applies the overrides to the claims of a scope and settles it.
    pub(super) fn settle(&mut self, rules: &Rules, mut claims: Vec<Claim>) -> Vec<String> {
        for claim in &mut claims {
            if let Some(name) = self.overrides.0.get(&claim.key) {
                self.used.insert(claim.key.clone());
                self.pin(rules, claim, name);
            }
        }
        scope::settle(rules, &mut claims, &mut self.findings.collisions)
    }

    /// Makes a claim one on exactly this identifier, if it is one.
    pub(super) fn pin(&mut self, rules: &Rules, claim: &mut Claim, name: &str) {
        if rules.accepts(name) {
            *claim = Claim {
                wishes: vec![Wish::Exact(name.to_owned())],
                strength: Strength::Pinned,
                ..claim.clone()
            };
            name.clone_into(&mut claim.spelling);
        } else {
            self.findings
                .unusable
                .push((claim.key.clone(), name.to_owned(), claim.origin.clone()));
        }
    }
}
