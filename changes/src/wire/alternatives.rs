//! Rules about `oneOf` and `anyOf`: alternatives are matched by what they are, not by their order.

use sdkwright_codegen::source::Node;

use super::finding::{Breaks, Effect, Uses};
use super::walk::Both;
use crate::shape::{Group, Shape};

const MORE: &str = "alternatives of `anyOf` overlap: the new one may add nothing that the others did not allow";

const OVERLAP: &str = "whether clients send what fits several alternatives is not in the documents";

/// Alternatives of one side.
struct Side<'t> {
    node: Node<'t>,
    word: &'static str,
    alternatives: Vec<Vec<Node<'t>>>,
}

/// Decides whether two alternatives are versions of one.
type Rule<'t> = dyn Fn(&mut Both<'_, '_, 't>, &[Node<'t>], &[Node<'t>]) -> bool;

/// Compares the alternatives of a pair. Returns true if nothing else is left to compare.
pub(super) fn compare(both: &mut Both<'_, '_, '_>) -> bool {
    let (base, revision) = (both.base, both.revision);
    if base.groups.is_empty() && revision.groups.is_empty() {
        return false;
    }
    let is_whole = |shape: &Shape<'_>| shape.is_only_alternatives();
    // A schema beside alternatives of which it is one: as alternatives, it is the only one.
    let is_other = |shape: &Shape<'_>| shape.groups.is_empty() && !shape.is_any();
    if (is_whole(base) && is_other(revision)) || (is_whole(revision) && is_other(base)) {
        let (old, new) = (side(base), side(revision));
        if base.kinds.has(crate::shape::Kinds::NULL) != revision.kinds.has(crate::shape::Kinds::NULL) {
            super::facts::null(both);
        }
        matched(both, &old, &new);
        overlapping(both, &old, &new);
        return true;
    }
    let (old, new) = others(both, base, revision);
    for at in 0..old.len().max(new.len()) {
        match (old.get(at), new.get(at)) {
            (Some(old), Some(new)) => {
                word(both, old, new);
                matched(both, &of(old), &of(new));
            }
            (Some(old), None) => {
                let what = format!("no longer demands one of the alternatives of `{}`", old.word);
                both.find("alternatives-removed", Effect::WIDENED, what, |finding| {
                    finding.on(Some(old.node), None)
                });
            }
            (None, Some(new)) => {
                let what = format!("demands one of the alternatives of `{}`", new.word);
                both.find("alternatives-added", Effect::NARROWED, what, |finding| {
                    finding.on(None, Some(new.node))
                });
            }
            (None, None) => {}
        }
    }
    false
}

/// Returns the groups of both sides without those that are the same, wherever they stand.
fn others<'w, 't>(
    both: &mut Both<'w, '_, 't>,
    base: &'w Shape<'t>,
    revision: &'w Shape<'t>,
) -> (Vec<&'w Group<'t>>, Vec<&'w Group<'t>>) {
    let mut new: Vec<&Group<'t>> = revision.groups.iter().collect();
    if base.groups.len() == 1 && new.len() == 1 {
        return (base.groups.iter().collect(), new);
    }
    let mut old = Vec::new();
    for group in &base.groups {
        match new.iter().position(|other| is_same(both, group, other)) {
            Some(at) => drop(new.remove(at)),
            None => old.push(group),
        }
    }
    (old, new)
}

/// Returns true if two groups have the same alternatives, in any order.
fn is_same<'t>(both: &mut Both<'_, '_, 't>, one: &Group<'t>, other: &Group<'t>) -> bool {
    let mut left: Vec<Node<'t>> = other.alternatives.clone();
    for alternative in &one.alternatives {
        let Some(at) = left
            .iter()
            .position(|node| both.walk.is_same(&[*alternative], &[*node]))
        else {
            return false;
        };
        left.remove(at);
    }
    one.word == other.word && left.is_empty()
}

/// Compares the keywords of two groups: `oneOf` refuses what fits several alternatives.
fn word(both: &mut Both<'_, '_, '_>, old: &Group<'_>, new: &Group<'_>) {
    let nodes = (both.base.at, both.revision.at);
    let (id, effect, what) = match (old.word, new.word) {
        ("anyOf", "oneOf") => (
            "any-of-became-one-of",
            Effect::new(Breaks::Maybe, Breaks::No),
            "takes exactly one of its alternatives and took any",
        ),
        ("oneOf", "anyOf") => (
            "one-of-became-any-of",
            Effect::NONE,
            "takes any of its alternatives and took exactly one",
        ),
        _ => return,
    };
    both.find(id, effect, what, |finding| {
        finding.at(Some(nodes.0), Some(nodes.1)).because(OVERLAP)
    });
}

/// Finds values of a schema that fit several alternatives of its successor: `oneOf` refuses them.
fn overlapping<'t>(both: &mut Both<'_, '_, 't>, old: &Side<'t>, new: &Side<'t>) {
    let ([only], "oneOf") = (&old.alternatives[..], new.word) else {
        return;
    };
    let fitting = new
        .alternatives
        .iter()
        .filter(|alternative| both.walk.fits(only, alternative))
        .count();
    if fitting > 1 {
        let what = "takes no value any more that fits several alternatives of its `oneOf`";
        both.find("one-of-overlaps", Effect::NARROWED, what, |finding| {
            finding.at(Some(old.node), Some(new.node))
        });
    }
}

fn of<'t>(group: &Group<'t>) -> Side<'t> {
    Side {
        node: group.node,
        word: group.word,
        alternatives: group.alternatives.iter().map(|node| vec![*node]).collect(),
    }
}

/// Returns the alternatives of a schema; of one without alternatives, itself.
fn side<'t>(shape: &Shape<'t>) -> Side<'t> {
    match shape.groups.first() {
        Some(group) => of(group),
        None => Side {
            node: shape.at,
            word: "oneOf",
            alternatives: vec![shape.written.clone()],
        },
    }
}

fn matched<'t>(both: &mut Both<'_, '_, 't>, old: &Side<'t>, new: &Side<'t>) {
    let mut left: Vec<Option<&Vec<Node<'t>>>> = old.alternatives.iter().map(Some).collect();
    let mut right: Vec<Option<&Vec<Node<'t>>>> = new.alternatives.iter().map(Some).collect();
    let by_name = |_: &mut Both<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]| {
        name(one).is_some() && name(one) == name(other)
    };
    let by_meaning = |both: &mut Both<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]| both.walk.is_same(one, other);
    let by_kind = |both: &mut Both<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]| {
        name(one).is_none() && name(other).is_none() && is_alike(both, one, other)
    };
    let rules: [&Rule<'t>; 3] = [&by_name, &by_meaning, &by_kind];
    for rule in rules {
        for one in &mut left {
            let Some(schema) = *one else { continue };
            let found = right
                .iter_mut()
                .find(|other| other.is_some_and(|other| rule(both, schema, other)));
            if let Some(other) = found.and_then(Option::take) {
                both.lead(schema, other, Uses::ALL, false);
                *one = None;
            }
        }
    }
    for schema in left.into_iter().flatten() {
        let what = format!("no longer has the alternative {}", told(schema));
        let id = if old.word == "oneOf" {
            "one-of-removed"
        } else {
            "any-of-removed"
        };
        both.find(id, Effect::NARROWED, what, |finding| {
            finding.at(schema.first().copied().or(Some(old.node)), None)
        });
    }
    for schema in right.into_iter().flatten() {
        let what = format!("has the new alternative {}", told(schema));
        let (id, effect) = if new.word == "oneOf" {
            ("one-of-added", Effect::WIDENED)
        } else {
            ("any-of-added", Effect::WIDENED.soft_received())
        };
        both.find(id, effect, what, |finding| {
            finding
                .at(None, schema.first().copied().or(Some(new.node)))
                .because(if new.word == "oneOf" { "" } else { MORE })
        });
    }
}

/// Returns the component that an alternative names.
fn name<'t>(alternative: &[Node<'t>]) -> Option<&'t str> {
    alternative
        .first()
        .and_then(|node| node.get("$ref"))
        .and_then(Node::as_str)
        .or_else(|| {
            alternative
                .first()
                .and_then(|node| node.get("title"))
                .and_then(Node::as_str)
        })
}

fn told(alternative: &[Node<'_>]) -> String {
    let name = name(alternative).and_then(|name| name.rsplit('/').next());
    name.map_or_else(
        || {
            let kind = alternative
                .first()
                .and_then(|node| node.get("type"))
                .and_then(Node::as_str);
            kind.map_or_else(|| "without a name".to_owned(), |kind| format!("of type {kind}"))
        },
        |name| format!("`{name}`"),
    )
}

/// Returns true if two alternatives without a name are versions of one: of the same kinds, and of objects with a
/// member in common.
fn is_alike<'t>(both: &mut Both<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]) -> bool {
    let (one, other) = (both.walk.form(0, one), both.walk.form(1, other));
    let shares = || {
        one.members
            .iter()
            .any(|member| other.members.iter().any(|known| known.name == member.name))
    };
    one.kinds == other.kinds && (one.members.is_empty() || other.members.is_empty() || shares())
}
