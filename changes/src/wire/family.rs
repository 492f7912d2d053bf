//! Rules about what tells alternatives apart: discriminators with their mappings, the values of alternatives, also those that are their
//! names, the schemas that extend a schema with a discriminator and no alternatives, and alternatives that overlap, also those of
//! `oneOf` and `anyOf` that state nothing but kinds and values.

use std::collections::BTreeSet;

use sdkwright_contract::source::{Member, Node};

use super::finding::{Breaks, Impact, Uses, changed};
use super::pairs::{Relation, SchemaPair};
use crate::contract::Subtype;
use crate::shape::{Form, Kinds, Lone, SchemaChoice, flatten, written};

const TOLD: &str = "clients may distinguish the alternatives in other ways: the documents do not show which clients do";
const VALUE: &str = "the value says which schema a value has: the old one is refused or not sent any more";
/// Most alternatives of which each two are compared.
const COMPARED: usize = 32;

/// Compares the discriminators.
pub(super) fn discriminator(both: &mut SchemaPair<'_, '_, '_>) {
    let nodes = (both.base.discriminator, both.revision.discriminator);
    let (old, new) = match nodes {
        (None, None) => return,
        (None, Some(_)) => {
            both.find("discriminator-added", Impact::NONE, "has a discriminator")
                .at(None, nodes.1);
            return;
        }
        (Some(_), None) => {
            both.find("discriminator-removed", Impact::UNSURE, "no longer has a discriminator")
                .at(nodes.0, None)
                .because(TOLD);
            return;
        }
        (Some(old), Some(new)) => (old, new),
    };
    let name = |node: Node<'_>| text_of(node.get("propertyName"));
    if name(old) != name(new) {
        let what = changed("discriminator", name(old).as_deref(), name(new).as_deref());
        both.find("discriminator-changed", Impact::UNSURE, what)
            .at(nodes.0, nodes.1)
            .values(name(old), name(new))
            .because(TOLD);
    }
    for member in old.get("mapping").into_iter().flat_map(Node::members) {
        if is_of_name(both, 1, member) && mapping(new, member.key).is_none() {
            continue;
        }
        match mapping(new, member.key) {
            None => {
                let what = format!("no longer maps the discriminator's value `{}`", member.key);
                both.find("discriminator-mapping-removed", Impact::UNSURE, what)
                    .at(Some(member.value), None)
                    .values(Some(member.key.to_owned()), None)
                    .because(TOLD);
            }
            Some(other) if other.text() != member.value.text() => {
                let (one, two) = (target(both, 0, member.value), target(both, 1, other));
                let is_same =
                    matches!((one, two), (Some(one), Some(two)) if both.relate(&[one], &[two], Relation::Equal));
                if !is_same {
                    let what = format!("maps the discriminator's value `{}` to another schema", member.key);
                    both.find("discriminator-mapping-changed", Impact::UNSURE, what)
                        .at(Some(member.value), Some(other))
                        .values(text_of(Some(member.value)), text_of(Some(other)))
                        .because(TOLD);
                }
            }
            Some(_) => {}
        }
    }
    default_mapping(both, old, new);
    for member in new.get("mapping").into_iter().flat_map(Node::members) {
        if mapping(old, member.key).is_none() && !is_of_name(both, 0, member) {
            let what = format!("maps the discriminator's new value `{}`", member.key);
            // The name of a component stood for it, and still does for those that have no entry.
            let is_taken = component(both, 0, member.key).is_some();
            let effect = if is_taken { Impact::UNSURE } else { Impact::NONE };
            let found = both.find("discriminator-mapping-added", effect, what).because(TOLD);
            found
                .at(None, Some(member.value))
                .values(None, Some(member.key.to_owned()));
        }
    }
}

/// Compares the schemas that values have of which the discriminator knows nothing, as OpenAPI 3.2 names them.
fn default_mapping<'t>(both: &mut SchemaPair<'_, '_, 't>, old: Node<'t>, new: Node<'t>) {
    let nodes = (old.get("defaultMapping"), new.get("defaultMapping"));
    let (effect, what) = match nodes {
        (None, None) => return,
        (None, Some(_)) => (
            Impact::new(Breaks::No, Breaks::Maybe),
            "maps unknown values of the discriminator to a schema",
        ),
        (Some(_), None) => (
            Impact::new(Breaks::Maybe, Breaks::No),
            "no longer maps unknown values of the discriminator",
        ),
        (Some(one), Some(other)) => {
            let (one, other) = (target(both, 0, one), target(both, 1, other));
            if matches!((one, other), (Some(one), Some(other)) if both.relate(&[one], &[other], Relation::Equal)) {
                return;
            }
            (
                Impact::UNSURE,
                "maps unknown values of the discriminator to another schema",
            )
        }
    };
    let found = both.find("discriminator-default-changed", effect, what).because(TOLD);
    let found = found.at(nodes.0.or(Some(old)), nodes.1.or(Some(new)));
    found.values(text_of(nodes.0), text_of(nodes.1));
}

/// Returns true if an entry of a mapping says what holds without it on a side: the name of a component stands for it.
fn is_of_name(both: &SchemaPair<'_, '_, '_>, side: usize, member: Member<'_>) -> bool {
    let last = member.value.as_str().and_then(|named| named.rsplit('/').next());
    last == Some(member.key) && component(both, side, member.key).is_some()
}

/// Returns the entry of a discriminator's mapping.
fn mapping<'t>(discriminator: Node<'t>, key: &str) -> Option<Node<'t>> {
    discriminator.get("mapping")?.get(key)
}

/// Returns the schema of a name among the components.
fn component<'t>(both: &SchemaPair<'_, '_, 't>, side: usize, name: &str) -> Option<Node<'t>> {
    let root = both.pairs.sides[side].root()?;
    root.get("components")?.get("schemas")?.get(name)
}

/// Returns the component that a mapping names.
fn target<'t>(both: &SchemaPair<'_, '_, 't>, side: usize, named: Node<'t>) -> Option<Node<'t>> {
    let text = named.as_str()?;
    let contract = &both.pairs.sides[side];
    // A name stands for the component, another text for what it refers to.
    if text.contains(['/', '#']) {
        return contract.referred(named);
    }
    component(both, side, text)
}

/// Returns what a node says.
fn text_of(node: Option<Node<'_>>) -> Option<String> {
    node.map(written)
}

/// Compares the schemas that extend those of a pair.
pub(super) fn compare(both: &mut SchemaPair<'_, '_, '_>) {
    let (old, new) = (heirs(both, 0), heirs(both, 1));
    let mut come: Vec<Subtype<'_>> = new;
    let mut gone = Vec::new();
    for (name, one) in old {
        match come.iter().position(|(other, _)| *other == name) {
            Some(at) => pair(both, one, come.remove(at).1),
            None => gone.push((name, one)),
        }
    }
    for (name, one) in gone {
        if let Some(at) = come
            .iter()
            .position(|(_, other)| both.relate(&[one], &[*other], Relation::Equal))
        {
            pair(both, one, come.remove(at).1);
        } else {
            let what = format!("no longer has the alternative `{name}`, which extends it");
            both.find("subtype-removed", Impact::NARROWED, what);
        }
    }
    for (name, _) in come {
        let what = format!("has the new alternative `{name}`, which extends it");
        both.find("subtype-added", Impact::WIDENED, what);
    }
}

fn pair<'t>(both: &mut SchemaPair<'_, '_, 't>, old: Node<'t>, new: Node<'t>) {
    both.lead(&[old], &[new], Uses::ALL, false);
    values(both, old, new);
}

/// Returns the schemas that extend the schema of a side; none where that itself extends another.
fn heirs<'t>(both: &SchemaPair<'_, '_, 't>, side: usize) -> Vec<Subtype<'t>> {
    let shape = if side == 0 { both.base } else { both.revision };
    let contract = &both.pairs.sides[side];
    let Some(holder) = shape.discriminator.and_then(Node::parent) else {
        return Vec::new();
    };
    let nodes = |schemas: &[Node<'t>]| -> BTreeSet<u32> {
        let (parts, _) = flatten(contract, schemas, Lone::Inline);
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
pub(super) fn values<'t>(both: &mut SchemaPair<'_, '_, 't>, old: Node<'t>, new: Node<'t>) {
    let property = |shape: &Form<'t>| {
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
    let nodes = (both.pairs.sides[0].follow(old), both.pairs.sides[1].follow(new));
    let effect = if is_known { Impact::CHANGED } else { Impact::UNSURE };
    let found = both.find("discriminator-value-changed", effect, what);
    found.at(Some(nodes.0), Some(nodes.1)).values(Some(before), Some(after));
    if is_known {
        found.insist(VALUE);
    } else {
        found.because(TOLD);
    }
}

/// Values of a discriminator that stand for a schema.
struct TagValues {
    values: BTreeSet<String>,
    /// True if nothing but the name of the component says so.
    is_name: bool,
}

/// Returns the values that stand for a schema: those of the mapping, of its own member, or the name of the component.
fn told<'t>(both: &mut SchemaPair<'_, '_, 't>, side: usize, schema: Node<'t>, property: &str) -> Option<TagValues> {
    let contract = &both.pairs.sides[side];
    let shape = if side == 0 { both.base } else { both.revision };
    let node = contract.follow(schema);
    let mapping = shape
        .discriminator
        .and_then(|discriminator| discriminator.get("mapping"));
    let rows = mapping.into_iter().flat_map(Node::members);
    let is_here =
        |named: Node<'t>| target(both, side, named).is_some_and(|target| contract.follow(target).id() == node.id());
    let mapped: BTreeSet<String> = rows
        .filter(|row| is_here(row.value))
        .map(|row| row.key.to_owned())
        .collect();
    let name = component_name(node);
    let form = both.pairs.form(side, &[schema]);
    let member = form.members.iter().find(|member| member.name == property);
    let listed = member.and_then(|member| both.pairs.form(side, &member.schemas).values.clone());
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
        return Some(TagValues { values, is_name: false });
    }
    let name = name?;
    // Of a list of all values, the name chooses.
    if listed.is_empty() || (listed.len() > 1 && listed.contains(name)) {
        let (values, is_name) = (BTreeSet::from([name.to_owned()]), true);
        return Some(TagValues { values, is_name });
    }
    let (values, is_name) = (listed, false);
    Some(TagValues { values, is_name })
}

/// Returns the name of a schema among the components.
fn component_name(node: Node<'_>) -> Option<&str> {
    let components = node
        .parent()
        .filter(|parent| parent.pointer() == "/components/schemas")?;
    let mut named = components.members();
    Some(named.find(|member| member.value.id() == node.id())?.key)
}

/// Returns true if a value may fit two of the alternatives, which nothing tells apart.
pub(super) fn overlaps<'t>(both: &mut SchemaPair<'_, '_, 't>, at: usize, alternatives: &[Vec<Node<'t>>]) -> bool {
    let shape = if at == 0 { both.base } else { both.revision };
    if shape.discriminator.is_some() {
        return false;
    }
    let forms = alternatives.iter().take(COMPARED);
    let forms: Vec<_> = forms.map(|alternative| both.pairs.form(at, alternative)).collect();
    let pairs = forms.iter().enumerate();
    let mut pairs = pairs.flat_map(|(at, one)| forms.iter().skip(at + 1).map(move |other| (one, other)));
    pairs.any(|(one, other)| !are_apart(both, at, one, other, NESTED))
}

/// Most members inside of each other that can keep two schemas apart.
const NESTED: usize = 4;

/// Returns true if no value fits two schemas: by their kinds, values or bounds, or by a member that one of them demands.
fn are_apart<'t>(both: &mut SchemaPair<'_, '_, 't>, at: usize, one: &Form<'t>, other: &Form<'t>, depth: usize) -> bool {
    let common = one.kinds.and(other.kinds);
    let have_no_value = match (&one.values, &other.values) {
        (Some(values), Some(others)) => !values
            .iter()
            .any(|value| others.iter().any(|other| other.text == value.text)),
        _ => false,
    };
    if common == Kinds::NONE || (have_no_value && !common.has(Kinds::NULL)) {
        return true;
    }
    if one.is_bounded_apart(other, common) {
        return true;
    }
    if common != Kinds::OBJECT {
        return false;
    }
    // A closed object has no member that another one demands beside it.
    let lacks = |closed: &Form<'_>, other: &Form<'_>| {
        let names = || closed.members.iter().map(|member| member.name);
        closed.is_of_named_members() && other.required.keys().any(|name| !names().any(|known| known == *name))
    };
    if lacks(one, other) || lacks(other, one) {
        return true;
    }
    depth > 0
        && one.members.iter().any(|member| {
            let known = other.members.iter().find(|known| known.name == member.name);
            let known =
                known.filter(|_| one.required.contains_key(member.name) || other.required.contains_key(member.name));
            known.is_some_and(|known| {
                let (one, other) = (
                    both.pairs.form(at, &member.schemas),
                    both.pairs.form(at, &known.schemas),
                );
                are_apart(both, at, &one, &other, depth - 1)
            })
        })
}

pub(super) const OVERLAP: &str = "whether clients send what fits several alternatives is not in the documents";

/// Compares the keywords of alternatives that state nothing but kinds and values: of `oneOf`, several may take the same.
pub(super) fn plain_alternatives<'t>(both: &mut SchemaPair<'_, '_, 't>) {
    let (old, new) = (&both.base.plain_groups[..], &both.revision.plain_groups[..]);
    let mut overlaps = |side: usize, groups: &[SchemaChoice<'t>]| match groups {
        [group] if group.word == "oneOf" => has_same_value(both, side, group),
        _ => false,
    };
    let (did, does) = (overlaps(0, old), overlaps(1, new));
    if did == does {
        return;
    }
    let (old, new) = (old.first(), new.first());
    let (id, (sent, received), what) = match (did, old.map(|old| old.word)) {
        (true, _) => (
            "one-of-became-any-of",
            (Breaks::No, Breaks::Maybe),
            "takes what fits several of its alternatives and refused it",
        ),
        (false, Some("anyOf")) => (
            "any-of-became-one-of",
            (Breaks::Maybe, Breaks::No),
            "takes exactly one of its alternatives and took any",
        ),
        (false, _) => (
            "one-of-overlaps",
            (Breaks::Maybe, Breaks::No),
            "takes no value any more that fits several alternatives of its `oneOf`",
        ),
    };
    let nodes = (old.map(|old| old.node), new.map(|new| new.node));
    both.find(id, Impact::new(sent, received), what)
        .on(nodes.0, nodes.1)
        .because(OVERLAP);
}

/// Returns true if a kind or a value fits two of the alternatives.
fn has_same_value<'t>(both: &mut SchemaPair<'_, '_, 't>, side: usize, group: &SchemaChoice<'t>) -> bool {
    let mut seen: Vec<(Kinds, Vec<String>)> = Vec::new();
    for alternative in &group.alternatives {
        let form = both.pairs.form(side, &[*alternative]);
        let values = form.values.iter().flatten().map(|value| value.text.clone());
        let values: Vec<String> = values.collect();
        let is_twice = |(kinds, known): &(Kinds, Vec<String>)| match (known.is_empty(), values.is_empty()) {
            (true, true) => kinds.touches(form.kinds),
            _ => values.iter().any(|value| known.contains(value)),
        };
        if seen.iter().any(is_twice) {
            return true;
        }
        seen.push((form.kinds, values));
    }
    false
}
