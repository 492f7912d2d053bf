//! Rules about what a discriminator tells apart: the values of alternatives, also those that are their names, and the schemas
//! that extend a schema with a discriminator and no alternatives.

use std::collections::BTreeSet;

use sdkwright_contract::source::Node;

use super::facts;
use super::finding::{Effect, Uses};
use super::walk::Both;
use crate::contract::Heir;
use crate::shape::{Lone, flatten};

const VALUE: &str = "the value says which schema a value has: the old one is refused or not sent any more";

/// Compares the schemas that extend those of a pair.
pub(super) fn compare(both: &mut Both<'_, '_, '_>) {
    let (old, new) = (heirs(both, 0), heirs(both, 1));
    let mut come: Vec<Heir<'_>> = new;
    let mut gone = Vec::new();
    for (name, one) in old {
        match come.iter().position(|(other, _)| *other == name) {
            Some(at) => pair(both, one, come.remove(at).1),
            None => gone.push((name, one)),
        }
    }
    for (name, one) in gone {
        if let Some(at) = come.iter().position(|(_, other)| both.walk.is_same(&[one], &[*other])) {
            pair(both, one, come.remove(at).1);
        } else {
            let what = format!("no longer has the alternative `{name}`, which extends it");
            both.find("subtype-removed", Effect::NARROWED, what, |finding| finding);
        }
    }
    for (name, _) in come {
        let what = format!("has the new alternative `{name}`, which extends it");
        both.find("subtype-added", Effect::WIDENED, what, |finding| finding);
    }
}

fn pair<'t>(both: &mut Both<'_, '_, 't>, old: Node<'t>, new: Node<'t>) {
    both.lead(&[old], &[new], Uses::ALL, false);
    values(both, old, new);
}

/// Returns the schemas that extend the schema of a side; none where that itself extends another.
fn heirs<'t>(both: &Both<'_, '_, 't>, side: usize) -> Vec<Heir<'t>> {
    let shape = if side == 0 { both.base } else { both.revision };
    let contract = &both.walk.sides[side];
    let Some(holder) = shape.discriminator.and_then(Node::parent) else {
        return Vec::new();
    };
    let nodes = |schemas: &[Node<'t>]| -> BTreeSet<u32> {
        let (parts, _) = flatten(contract, schemas, Lone::Holds);
        parts.into_iter().map(|part| part.node.0).collect()
    };
    if nodes(&shape.written) == nodes(&[holder]) {
        contract.heirs(holder)
    } else {
        Vec::new()
    }
}

/// Compares the values that tell two versions of one alternative, where the name is the value on a side. Two mappings are
/// compared with the discriminator, and two lists of values with the member.
pub(super) fn values<'t>(both: &mut Both<'_, '_, 't>, old: Node<'t>, new: Node<'t>) {
    let property = |shape: &crate::shape::Shape<'t>| {
        let discriminator = shape.discriminator?;
        discriminator.get("propertyName")?.as_str()
    };
    let (Some(one), Some(other)) = (property(both.base), property(both.revision)) else {
        return;
    };
    let (Some(before), Some(after)) = (told(both, 0, old, one), told(both, 1, new, other)) else {
        return;
    };
    let is_named = before.is_name || after.is_name;
    if one != other || !is_named || !before.values.is_disjoint(&after.values) {
        return;
    }
    // A value that only a mapping or a list gave up may never have told the alternatives apart.
    let is_known = before.is_name;
    let list = |values: &BTreeSet<String>| values.iter().map(String::as_str).collect::<Vec<_>>().join("`, `");
    let (before, after) = (list(&before.values), list(&after.values));
    let what = format!("has the discriminator's value `{after}` and had `{before}`");
    let nodes = (both.walk.sides[0].follow(old), both.walk.sides[1].follow(new));
    let effect = if is_known { Effect::CHANGED } else { Effect::UNSURE };
    both.find("discriminator-value-changed", effect, what, |finding| {
        let finding = finding.at(Some(nodes.0), Some(nodes.1));
        let finding = finding.values(Some(before), Some(after));
        if is_known {
            finding.insist(VALUE)
        } else {
            finding.because(facts::TOLD)
        }
    });
}

/// Values of a discriminator that stand for a schema.
struct Told {
    values: BTreeSet<String>,
    /// True if nothing but the name of the component says so.
    is_name: bool,
}

/// Returns the values that stand for a schema: those of the mapping, of its own member, or the name of the component.
fn told<'t>(both: &mut Both<'_, '_, 't>, side: usize, schema: Node<'t>, property: &str) -> Option<Told> {
    let contract = &both.walk.sides[side];
    let shape = if side == 0 { both.base } else { both.revision };
    let node = contract.follow(schema);
    let mapping = shape
        .discriminator
        .and_then(|discriminator| discriminator.get("mapping"));
    let rows = mapping.into_iter().flat_map(Node::members);
    let is_here = |named: Node<'t>| {
        facts::target(both, side, named).is_some_and(|target| contract.follow(target).id() == node.id())
    };
    let mapped: BTreeSet<String> = rows
        .filter(|row| is_here(row.value))
        .map(|row| row.key.to_owned())
        .collect();
    let name = component_name(node);
    let form = both.walk.form(side, &[schema]);
    let member = form.members.iter().find(|member| member.name == property);
    let listed = member.and_then(|member| both.walk.form(side, &member.schemas).values.clone());
    let listed: BTreeSet<String> = listed
        .into_iter()
        .flatten()
        .filter_map(|value| value.node.text().map(str::to_owned))
        .collect();
    if !mapped.is_empty() {
        // An entry adds a value: the name still stands for its component, unless another entry has it or a list leaves it out.
        let is_free = |name: &&str| mapping.is_some_and(|mapping| mapping.get(name).is_none());
        let name = name
            .filter(is_free)
            .filter(|name| listed.is_empty() || listed.contains(*name));
        let values = mapped.into_iter().chain(name.map(str::to_owned)).collect();
        return Some(Told { values, is_name: false });
    }
    let name = name?;
    // Of a list of all values, the name chooses.
    if listed.is_empty() || (listed.len() > 1 && listed.contains(name)) {
        let (values, is_name) = (BTreeSet::from([name.to_owned()]), true);
        return Some(Told { values, is_name });
    }
    let (values, is_name) = (listed, false);
    Some(Told { values, is_name })
}

/// Returns the name of a schema among the components.
fn component_name(node: Node<'_>) -> Option<&str> {
    let components = node
        .parent()
        .filter(|parent| parent.pointer() == "/components/schemas")?;
    let mut named = components.members();
    Some(named.find(|member| member.value.id() == node.id())?.key)
}
