//! The comparison of what goes over the wire, and its verdict.
//!
//! `operations` matches the operations of both sides and compares what stands around the bodies; `walk` compares each
//! pair of schemas once, whoever uses it; `settle` then knows the directions and operations that reach each pair, and
//! makes changes of the findings. The other files hold the rules, by keyword.

mod alternatives;
mod bodies;
mod bounds;
mod encodings;
mod facts;
mod finding;
mod lifecycle;
mod links;
mod members;
mod named;
mod notation;
mod operations;
mod parameters;
mod parts;
mod security;
mod settle;
mod spelled;
mod unchanged;
mod walk;

use crate::comparison::Comparison;
use crate::contract::Contract;
use crate::version::Version;
use sdkwright_codegen::source::Day;
use walk::Walk;

/// Compares two versions.
pub(crate) fn compare(base: &Version, revision: &Version, today: Option<Day>) -> Comparison {
    let sides = [Contract::new(base), Contract::new(revision)];
    let mut walk = Walk::new(&sides, today);
    operations::compare(&mut walk);
    walk.components();
    settle::settle(walk)
}
