//! The comparison of what goes over the wire, and its verdict.
//!
//! `operations` matches the operations of both sides and compares what stands around the bodies; `walk` compares each
//! pair of schemas once, whoever uses it; `settle` then knows the directions and operations that reach each pair, and
//! makes changes of the findings. The other files hold the rules, by keyword.

mod alternatives;
mod bodies;
mod bounds;
mod conditions;
mod counterpart;
mod encodings;
mod facts;
mod family;
mod finding;
mod lifecycle;
mod links;
mod media;
mod members;
mod named;
mod notation;
mod operations;
mod overlaps;
mod parameters;
mod parts;
mod security;
mod settle;
mod signed;
mod spelled;
mod texts;
mod unchanged;
mod unnamed;
mod uses;
mod walk;

use crate::comparison::Comparison;
use crate::contract::Contract;
use crate::version::Version;
use sdkwright_contract::source::Day;
use walk::Walk;

/// Returns true if two versions are written the same, with all that they refer to, in any order of members.
pub fn is_same(base: &Version, revision: &Version) -> bool {
    let sides = [Contract::new(base), Contract::new(revision)];
    let roots = (sides[0].root(), sides[1].root());
    matches!(roots, (Some(one), Some(other)) if unchanged::Unchanged::new(&sides).holds(&sides, one.id(), other.id()))
}

/// Compares two versions.
pub(crate) fn compare(base: &Version, revision: &Version, today: Option<Day>) -> Comparison {
    let sides = [Contract::new(base), Contract::new(revision)];
    let mut walk = Walk::new(&sides, today);
    operations::compare(&mut walk);
    walk.components();
    settle::settle(walk)
}
