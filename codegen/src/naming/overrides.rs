//! Applies overrides to claims, and collects the findings of `assign`.
//!
//! In: claims of one scope, and the names pinned by the user. Out: settled names; an override wins over the contract.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_contract::words::Case;

use super::{
    reserved::NameRules,
    scope::{self, Collision, NameClaim, Strength, Wish},
};
use sdkwright_contract::ir;

/// Names pinned by the user: Rust name by the place in the contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides(pub(super) BTreeMap<String, String>);

impl Overrides {
    /// Builds overrides from pairs of place (as a collision prints it) and Rust name.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Findings of `assign` besides the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamingFindings {
    /// Names with several claims.
    pub collisions: Vec<Collision>,
    /// Pinned texts that are not valid identifiers there: place, text, location in the contract.
    pub unusable: Vec<(String, String, ir::Origin)>,
    /// Overrides whose place does not exist.
    pub idle: Vec<String>,
}

/// Resolves claims with the overrides.
pub(super) struct Resolver<'a> {
    pub(super) overrides: &'a Overrides,
    /// Number of threads that make claims.
    pub(super) threads: usize,
    pub(super) used: BTreeSet<String>,
    pub(super) findings: NamingFindings,
}

impl Resolver<'_> {
    /// Applies the overrides to the claims of a scope and settles it. A member and its inline type have one place: the case of the name
    /// says which of them it is for.
    pub(super) fn settle(&mut self, rules: &NameRules, mut claims: Vec<NameClaim>) -> Vec<String> {
        let fits = |name: &&String| match rules.case {
            Case::Pascal => !name.starts_with(char::is_lowercase) || !rules.accepts(name),
            Case::Snake | Case::Kebab => !name.starts_with(char::is_uppercase) || !rules.accepts(name),
        };
        for claim in &mut claims {
            if let Some(name) = self.overrides.0.get(&claim.key).filter(fits) {
                self.used.insert(claim.key.clone());
                self.pin(rules, claim, name);
            }
        }
        scope::settle(rules, &mut claims, &mut self.findings.collisions)
    }

    /// Pins a claim to this identifier, if that is valid; reports it otherwise.
    pub(super) fn pin(&mut self, rules: &NameRules, claim: &mut NameClaim, name: &str) {
        if rules.accepts(name) {
            *claim = NameClaim {
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
