//! Rules about schemas below other keywords: `items`, `prefixItems`, `propertyNames` and others.

use std::collections::BTreeSet;

use super::finding::{Effect, Uses};
use super::walk::Both;
use super::{conditions, members};
use crate::shape::{Additional, Shape};

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
pub(super) fn compare(both: &mut Both<'_, '_, '_>) {
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
                if both.walk.form(1, new).is_any() {
                    continue;
                }
                // Members of a pattern that were refused are allowed by it.
                let effect = if key.0 == "patternProperties" && base.is_closed() {
                    Effect::WIDENED.soft_received()
                } else {
                    Effect::NARROWED
                };
                both.find(added, effect, format!("has {name} and had none"), |finding| {
                    finding.on(None, node).because(members::READER)
                });
                // Members of the pattern were among those without a name.
                if let ("patternProperties", Additional::Of(old)) = (key.0, &base.additional) {
                    both.lead(old, new, Uses::ALL, false);
                }
            }
            (Some(old), None) => {
                let node = old.first().copied();
                if both.walk.form(0, old).is_any() {
                    continue;
                }
                let effect = if key.0 == "patternProperties" && revision.is_closed() {
                    Effect::NARROWED
                } else {
                    Effect::WIDENED
                };
                both.find(removed, effect, format!("no longer has {name}"), |finding| {
                    finding.on(node, None)
                });
                if let ("patternProperties", Additional::Of(new)) = (key.0, &revision.additional) {
                    both.lead(old, new, Uses::ALL, false);
                }
            }
            (None, None) => {}
        }
    }
    prefix(both);
    conditions::compare(both);
}

/// Compares the schemas of the first items. One more narrows a list of any items, and widens a list that has no others.
fn prefix<'w, 't>(both: &mut Both<'w, '_, 't>) {
    let (base, revision) = (both.base, both.revision);
    let of_all = |shape: &'w Shape<'t>| shape.below.get(&("items", "")).map(Vec::as_slice);
    let is_closed = |shape: &Shape<'_>| shape.has_no_further_items();
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
                let effect = if is_closed(base) {
                    Effect::WIDENED
                } else {
                    Effect::NARROWED
                };
                let what = format!("has a separate schema for item {}", at + 1);
                both.find("prefix-items-added", effect, what, |finding| {
                    finding.on(None, new.first().copied())
                });
            }
            (Some(old), None) => {
                let effect = if is_closed(revision) {
                    Effect::NARROWED
                } else {
                    Effect::WIDENED
                };
                let what = format!("no longer has a separate schema for item {}", at + 1);
                both.find("prefix-items-removed", effect, what, |finding| {
                    finding.on(old.first().copied(), None)
                });
            }
            (None, None) => {}
        }
    }
}
