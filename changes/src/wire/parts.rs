//! Rules about schemas below other keywords: `additionalProperties`, `items`, `contains`, `if`, `not` and others, and about
//! `dependentRequired`.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use sdkwright_contract::source::{Node, number};

use super::finding::{Impact, Uses};
use super::members::READER;
use super::pairs::{Relation, SchemaPair};
use crate::shape::{Additional, Conditional, Form, canonical};

/// Ids of a keyword: added, removed.
fn ids(word: &str) -> [&'static str; 2] {
    match word {
        "items" => ["items-added", "items-removed"],
        "propertyNames" => ["property-names-added", "property-names-removed"],
        "unevaluatedItems" => ["unevaluated-items-added", "unevaluated-items-removed"],
        "unevaluatedProperties" => ["unevaluated-properties-added", "unevaluated-properties-removed"],
        "contentSchema" => ["content-schema-added", "content-schema-removed"],
        "patternProperties" => ["pattern-property-added", "pattern-property-removed"],
        _ => ["dependent-schema-added", "dependent-schema-removed"],
    }
}

/// Compares a pair.
pub(super) fn compare(both: &mut SchemaPair<'_, '_, '_>) {
    additional(both);
    dependent(both);
    below(both);
    prefix(both);
    for word in ["contains", "if", "not"] {
        conditions(both, word);
    }
}

/// Compares the schemas below keywords.
fn below(both: &mut SchemaPair<'_, '_, '_>) {
    let (base, revision) = (both.base, both.revision);
    let keys: BTreeSet<(&'static str, &str)> = base.below.keys().chain(revision.below.keys()).copied().collect();
    for key in keys {
        let [added, removed] = ids(key.0);
        let name = if key.1.is_empty() {
            format!("`{}`", key.0)
        } else {
            format!("`{}` for `{}`", key.0, key.1)
        };
        if key.0 == "unevaluatedProperties" && base.is_closed() && revision.is_closed() {
            continue;
        }
        let is_of_rest = ["items", "unevaluatedItems"].contains(&key.0);
        if is_of_rest && base.has_no_further_items() && revision.has_no_further_items() {
            continue;
        }
        match (base.below.get(&key), revision.below.get(&key)) {
            (Some(old), Some(new)) => both.lead(old, new, Uses::ALL, false),
            (None, Some(new)) => {
                let node = new.first().copied();
                if both.pairs.form(1, new).is_any() {
                    continue;
                }
                // Members of a pattern that were refused are allowed by it.
                let effect = if key.0 == "patternProperties" && base.is_closed() {
                    Impact::WIDENED.soft_received()
                } else {
                    Impact::NARROWED
                };
                both.find(added, effect, format!("has {name} and had none"))
                    .on(None, node)
                    .because(READER);
                // Members of the pattern were among those without a name.
                if let ("patternProperties", Additional::Of(old)) = (key.0, &base.additional) {
                    both.lead(old, new, Uses::ALL, false);
                }
            }
            (Some(old), None) => {
                let node = old.first().copied();
                if both.pairs.form(0, old).is_any() {
                    continue;
                }
                let effect = if key.0 == "patternProperties" && revision.is_closed() {
                    Impact::NARROWED
                } else {
                    Impact::WIDENED
                };
                both.find(removed, effect, format!("no longer has {name}"))
                    .on(node, None);
                if let ("patternProperties", Additional::Of(new)) = (key.0, &revision.additional) {
                    both.lead(old, new, Uses::ALL, false);
                }
            }
            (None, None) => {}
        }
    }
}

/// Compares the schemas of the first items. One more narrows a list of any items, and widens a list that has no others.
fn prefix<'w, 't>(both: &mut SchemaPair<'w, '_, 't>) {
    let (base, revision) = (both.base, both.revision);
    let of_all = |shape: &'w Form<'t>| shape.below.get(&("items", "")).map(Vec::as_slice);
    let is_closed = |shape: &Form<'_>| shape.has_no_further_items();
    let grown = |is_wider: bool| if is_wider { Impact::WIDENED } else { Impact::NARROWED };
    for at in 0..base.prefix.len().max(revision.prefix.len()) {
        match (base.prefix.get(at), revision.prefix.get(at)) {
            (Some(old), Some(new)) => both.lead(old, new, Uses::ALL, false),
            (None, Some(new)) if of_all(base).is_some() && !is_closed(base) => {
                both.lead(of_all(base).unwrap_or_default(), new, Uses::ALL, false);
            }
            (Some(old), None) if of_all(revision).is_some() && !is_closed(revision) => {
                both.lead(old, of_all(revision).unwrap_or_default(), Uses::ALL, false);
            }
            (None, Some(new)) => {
                let effect = grown(is_closed(base));
                let what = format!("has a separate schema for item {}", at + 1);
                both.find("prefix-items-added", effect, what)
                    .on(None, new.first().copied());
            }
            (Some(old), None) => {
                let effect = grown(!is_closed(revision));
                let what = format!("no longer has a separate schema for item {}", at + 1);
                both.find("prefix-items-removed", effect, what)
                    .on(old.first().copied(), None);
            }
            (None, None) => {}
        }
    }
}

const CLOSED: &str = "takes no members that are not described";

fn additional<'t>(both: &mut SchemaPair<'_, '_, 't>) {
    let (base, revision) = (both.base, both.revision);
    if base.is_closed() && revision.is_closed() {
        return;
    }

    let first = |schemas: &[Node<'t>]| schemas.first().copied();
    let (opened, soft) = ("additional-properties-opened", Impact::WIDENED.soft_received());
    let (id, effect, what, nodes) = match (&base.additional, &revision.additional) {
        (Additional::Any, Additional::Any) | (Additional::None(_), Additional::None(_)) => return,
        (Additional::Of(old), Additional::Of(new)) => return both.lead(old, new, Uses::ALL, false),
        (Additional::Any, Additional::Of(new)) if both.pairs.form(1, new).is_any() => return,
        (Additional::Of(old), Additional::Any) if both.pairs.form(0, old).is_any() => return,
        (old, Additional::None(node)) => {
            let nodes = match old {
                Additional::Of(old) => (first(old), None),
                _ => (None, Some(*node)),
            };
            ("additional-properties-closed", Impact::NARROWED, CLOSED, nodes)
        }
        (Additional::None(node), Additional::Any) => {
            let what = "may have members that are not described";
            (opened, soft, what, (Some(*node), None))
        }
        (Additional::None(_), Additional::Of(new)) => (
            opened,
            soft,
            "may have further members, of a schema",
            (None, first(new)),
        ),
        (Additional::Any, Additional::Of(new)) => {
            let what = "takes as further members only values of a schema";
            let id = "additional-properties-schema-added";
            (id, Impact::NARROWED, what, (None, first(new)))
        }
        (Additional::Of(old), Additional::Any) => {
            let what = "may have further members of any kind";
            let id = "additional-properties-schema-removed";
            (id, Impact::WIDENED, what, (first(old), None))
        }
    };
    both.find(id, effect, what).on(nodes.0, nodes.1).because(READER);
}

fn dependent<'t>(both: &mut SchemaPair<'_, '_, 't>) {
    let (base, revision) = (both.base, both.revision);
    let names = |lists: &Vec<Node<'_>>| -> BTreeSet<String> {
        let names = lists.iter().flat_map(|list| list.items()).filter_map(Node::as_str);
        // A member that both demand is demanded beside any other.
        let is_free = |name: &&str| !(base.required.contains_key(name) && revision.required.contains_key(name));
        names.filter(is_free).map(str::to_owned).collect()
    };
    let keys = base.dependent.keys().chain(revision.dependent.keys());
    let keys: BTreeSet<&str> = keys.copied().collect();
    for key in keys {
        let (old, new) = (base.dependent.get(key), revision.dependent.get(key));
        let (before, after) = (old.map(names).unwrap_or_default(), new.map(names).unwrap_or_default());
        let (id, effect) = match (old, new) {
            _ if before == after => continue,
            (None, _) => ("dependent-required-added", Impact::NARROWED),
            (_, None) => ("dependent-required-removed", Impact::WIDENED),
            _ if before.is_subset(&after) => ("dependent-required-changed", Impact::NARROWED),
            _ if after.is_subset(&before) => ("dependent-required-changed", Impact::WIDENED),
            _ => ("dependent-required-changed", Impact::CHANGED),
        };
        let joined = |names: Vec<&String>| -> String {
            let names = names.into_iter().map(|name| format!("`{name}`"));
            names.collect::<Vec<_>>().join(", ")
        };
        let lost = joined(before.difference(&after).collect());
        let gained = joined(after.difference(&before).collect());
        let what = match (lost.is_empty(), gained.is_empty()) {
            (_, true) => format!("no longer requires {lost} next to `{key}`"),
            (true, false) => format!("requires {gained} next to `{key}`"),
            (false, false) => format!("requires {gained} next to `{key}`, and no longer {lost}"),
        };
        let end = |lists: Option<&Vec<Node<'t>>>| lists.and_then(|lists| lists.last().copied());
        let found = both.find(id, effect, what).on(end(old), end(new));
        found.values(Some(join(&before)), Some(join(&after)));
    }
}

fn join(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Compares `contains`, `if` and `not`, of which each stands by itself where several schemas hold: those that both sides have are
/// left out, and the others compared in their order.
fn conditions(both: &mut SchemaPair<'_, '_, '_>, word: &'static str) {
    let of = |shape: &Form<'_>| shape.conditions.iter().filter(|one| one.word == word).count();
    let counts = (of(both.base), of(both.revision));
    let (base, revision) = (both.base, both.revision);
    let mut come: Vec<&Conditional<'_>> = revision.conditions.iter().filter(|one| one.word == word).collect();
    let mut gone = Vec::new();
    for one in base.conditions.iter().filter(|one| one.word == word) {
        match come
            .iter()
            .position(|other| counts != (1, 1) && is_same(both, one, other))
        {
            Some(at) => drop(come.remove(at)),
            None => gone.push(one),
        }
    }
    let mut come = come.into_iter();
    for one in gone {
        match come.next() {
            Some(other) => pair(both, one, other, counts != (1, 1)),
            None => removed(both, one, counts.1 > 0),
        }
    }
    for other in come {
        added(both, other, counts.0 > 0);
    }
}

/// Words that complete a keyword, and are compared as they are.
fn counts(word: &str) -> &'static [&'static str] {
    match word {
        "contains" => &["minContains", "maxContains"],
        _ => &[],
    }
}

/// Schemas that complete a keyword, with their ids: added, removed.
fn schemas(word: &str) -> &'static [(&'static str, [&'static str; 2])] {
    const IF: [(&str, [&str; 2]); 2] = [
        ("then", ["then-added", "then-removed"]),
        ("else", ["else-added", "else-removed"]),
    ];
    if word == "if" { &IF } else { &[] }
}

fn is_same<'t>(both: &mut SchemaPair<'_, '_, 't>, one: &Conditional<'t>, other: &Conditional<'t>) -> bool {
    has_same_counts(one, other)
        && both.relate(&[one.schema], &[other.schema], Relation::Equal)
        && schemas(one.word)
            .iter()
            .all(|(word, _)| match (one.beside(word), other.beside(word)) {
                (None, None) => true,
                (Some(old), Some(new)) => both.relate(&[old], &[new], Relation::Equal),
                _ => false,
            })
}

fn has_same_counts(one: &Conditional<'_>, other: &Conditional<'_>) -> bool {
    let text = |one: &Conditional<'_>, word: &str| one.beside(word).map(|node| canonical(node, false));
    counts(one.word).iter().all(|word| text(one, word) == text(other, word))
}

/// Returns the effect of other counts: a greater `minContains` and a smaller `maxContains` allow less.
fn counted(one: &Conditional<'_>, other: &Conditional<'_>) -> Impact {
    let (mut narrows, mut widens) = (false, false);
    for word in counts(one.word) {
        let is_least = *word == "minContains";
        // One item has to fit where nothing is said, and any number may.
        let of = |one: &Conditional<'_>| {
            let said = one.beside(word).and_then(Node::as_number);
            said.or_else(|| is_least.then(|| "1".to_owned()))
        };
        let order = match (of(one), of(other)) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(old), Some(new)) => number::compare(&old, &new).unwrap_or(Ordering::Equal),
        };
        narrows |= order == if is_least { Ordering::Less } else { Ordering::Greater };
        widens |= order == if is_least { Ordering::Greater } else { Ordering::Less };
    }
    match (narrows, widens) {
        (true, false) => Impact::NARROWED,
        (false, true) => Impact::WIDENED,
        (false, false) => Impact::NONE,
        (true, true) => Impact::CHANGED,
    }
}

/// Compares two that stand in each other's place. The counts of one alone are compared as bounds of its schema.
fn pair<'t>(both: &mut SchemaPair<'_, '_, 't>, one: &Conditional<'t>, other: &Conditional<'t>, is_of_several: bool) {
    if one.word == "if" {
        if !both.relate(&[one.schema], &[other.schema], Relation::Equal) {
            let what = "has another condition in `if`";
            both.find("if-changed", Impact::CHANGED, what)
                .at(Some(one.schema), Some(other.schema));
        }
    } else {
        both.lead(&[one.schema], &[other.schema], Uses::ALL, one.word == "not");
    }
    if is_of_several && !has_same_counts(one, other) {
        let what = "counts otherwise what fits one of its `contains`";
        both.find("contains-changed", counted(one, other), what)
            .at(one.schema.parent(), other.schema.parent());
    }
    for (word, [added, removed]) in schemas(one.word) {
        match (one.beside(word), other.beside(word)) {
            (None, None) => {}
            (Some(old), Some(new)) => both.lead(&[old], &[new], Uses::ALL, false),
            (None, Some(new)) if both.pairs.form(1, &[new]).is_any() => {}
            (Some(old), None) if both.pairs.form(0, &[old]).is_any() => {}
            (None, new) => {
                let what = format!("has `{word}` and had none");
                both.find(added, Impact::NARROWED, what).on(None, new);
            }
            (old, None) => {
                let what = format!("no longer has `{word}`");
                both.find(removed, Impact::WIDENED, what).on(old, None);
            }
        }
    }
}

fn added<'t>(both: &mut SchemaPair<'_, '_, 't>, other: &Conditional<'t>, is_another: bool) {
    let word = other.word;
    let what = if is_another {
        format!("has one more `{word}`")
    } else {
        format!("has `{word}` and had none")
    };
    let [id, _] = condition_ids(word);
    both.find(id, Impact::NARROWED, what).on(None, Some(other.schema));
}

fn removed<'t>(both: &mut SchemaPair<'_, '_, 't>, one: &Conditional<'t>, is_one_of: bool) {
    let word = one.word;
    let what = if is_one_of {
        format!("has one `{word}` less")
    } else {
        format!("no longer has `{word}`")
    };
    let [_, id] = condition_ids(word);
    both.find(id, Impact::WIDENED, what).on(Some(one.schema), None);
}

/// Ids of a condition: added, removed.
fn condition_ids(word: &str) -> [&'static str; 2] {
    match word {
        "contains" => ["contains-added", "contains-removed"],
        "if" => ["if-added", "if-removed"],
        _ => ["not-added", "not-removed"],
    }
}
