//! The comparison of what goes over the wire, and its verdict.
//!
//! `operations` matches the operations of both sides and compares what stands around the bodies; `pairs` compares each
//! pair of schemas once by `RULES`, whoever uses it; `settle` then knows the directions and operations that reach each pair,
//! and makes changes of the findings. The other files hold the rules, by keyword.

mod alternatives;
mod bodies;
mod bounds;
mod family;
mod finding;
mod lifecycle;
mod media;
mod members;
mod operations;
mod pairs;
mod parameters;
mod parts;
mod security;
mod settle;
mod unchanged;
mod uses;
mod values;

use std::collections::{HashMap, HashSet};

use sdkwright_contract::source::{Day, Node};

use crate::comparison::ContractDiff;
use crate::contract::{Contract, Version};
use finding::{Impact, Reach, Uses};
use pairs::{Pairs, SchemaRules};

/// The rules about the schemas of a pair.
const RULES: SchemaRules = SchemaRules {
    instead: alternatives::compare,
    others: &[
        values::compare,
        lifecycle::of_schemas,
        values::xml,
        family::discriminator,
        bounds::compare,
        members::compare,
        parts::compare,
        family::compare,
    ],
};

/// Returns true if two versions are written the same, with all that they refer to, in any order of members.
pub fn is_same(base: &Version, revision: &Version) -> bool {
    let sides = [Contract::new(base), Contract::new(revision)];
    let roots = (sides[0].root(), sides[1].root());
    matches!(roots, (Some(one), Some(other)) if unchanged::Unchanged::new(&sides).holds(&sides, one.id(), other.id()))
}

/// Compares two versions.
pub(crate) fn compare(base: &Version, revision: &Version, today: Option<Day>) -> ContractDiff {
    let sides = [Contract::new(base), Contract::new(revision)];
    let mut pairs = Pairs::new(&sides, today, &RULES);
    pairs.schemes = security::identities(&sides);
    operations::compare(&mut pairs);
    components(&mut pairs);
    settle::settle(pairs)
}

/// Compares the components of the same name that no operation leads to.
fn components(pairs: &mut Pairs<'_, '_>) {
    let sides = pairs.sides;
    let named = |side: usize| {
        let root = sides[side].root();
        root.and_then(|root| root.get("components")?.get("schemas"))
    };
    let (base, revision) = (named(0), named(1));
    let members: HashMap<&str, Node<'_>> = revision
        .into_iter()
        .flat_map(Node::members)
        .map(|member| (member.key, member.value))
        .collect();
    for member in base.into_iter().flat_map(Node::members) {
        match members.get(member.key) {
            Some(other) => pairs.root(member.value, *other, Uses::NONE, None),
            None => gone(pairs, "schema-removed", member.value, true),
        }
    }
    let before: HashSet<&str> = base
        .into_iter()
        .flat_map(Node::members)
        .map(|member| member.key)
        .collect();
    for member in revision.into_iter().flat_map(Node::members) {
        if !before.contains(member.key) {
            gone(pairs, "schema-added", member.value, false);
        }
    }
}

/// Adds the finding that a component is on one side only.
fn gone<'t>(pairs: &mut Pairs<'_, 't>, id: &'static str, node: Node<'t>, is_removed: bool) {
    let what = if is_removed {
        "was removed from the components"
    } else {
        "is a new component"
    };
    let (base, revision) = if is_removed {
        (Some(node), None)
    } else {
        (None, Some(node))
    };
    let all = Reach::Operations(Vec::new(), Uses::NONE);
    pairs.find(id, all, Impact::NONE, what).at(base, revision);
}
