//! Rules about `contains`, `if` and `not`, of which each stands by itself where several schemas hold: those that both sides
//! have are left out, and the others compared in their order.

use std::cmp::Ordering;

use sdkwright_contract::source::{Node, number};

use super::finding::{Effect, Uses};
use super::walk::Both;
use crate::shape::{Condition, Shape, canonical};

/// Compares a pair.
pub(super) fn compare(both: &mut Both<'_, '_, '_>) {
    for word in ["contains", "if", "not"] {
        of_word(both, word);
    }
}

fn of_word(both: &mut Both<'_, '_, '_>, word: &'static str) {
    let of = |shape: &Shape<'_>| shape.conditions.iter().filter(|one| one.word == word).count();
    let counts = (of(both.base), of(both.revision));
    let (base, revision) = (both.base, both.revision);
    let mut come: Vec<&Condition<'_>> = revision.conditions.iter().filter(|one| one.word == word).collect();
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
    if word == "contains" {
        &["minContains", "maxContains"]
    } else {
        &[]
    }
}

/// Schemas that complete a keyword, with their ids: added, removed.
fn schemas(word: &str) -> &'static [(&'static str, [&'static str; 2])] {
    if word == "if" {
        &[
            ("then", ["then-added", "then-removed"]),
            ("else", ["else-added", "else-removed"]),
        ]
    } else {
        &[]
    }
}

fn is_same<'t>(both: &mut Both<'_, '_, 't>, one: &Condition<'t>, other: &Condition<'t>) -> bool {
    has_same_counts(one, other)
        && both.walk.is_same(&[one.schema], &[other.schema])
        && schemas(one.word)
            .iter()
            .all(|(word, _)| match (one.beside(word), other.beside(word)) {
                (None, None) => true,
                (Some(old), Some(new)) => both.walk.is_same(&[old], &[new]),
                _ => false,
            })
}

fn has_same_counts(one: &Condition<'_>, other: &Condition<'_>) -> bool {
    let text = |one: &Condition<'_>, word: &str| one.beside(word).map(|node| canonical(node, false));
    counts(one.word).iter().all(|word| text(one, word) == text(other, word))
}

/// Returns the effect of other counts: a greater `minContains` and a smaller `maxContains` allow less.
fn counted(one: &Condition<'_>, other: &Condition<'_>) -> Effect {
    let (mut narrows, mut widens) = (false, false);
    for word in counts(one.word) {
        let is_least = *word == "minContains";
        // One item has to fit where nothing is said, and any number may.
        let of = |one: &Condition<'_>| {
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
        (true, false) => Effect::NARROWED,
        (false, true) => Effect::WIDENED,
        (false, false) => Effect::NONE,
        (true, true) => Effect::CHANGED,
    }
}

/// Compares two that stand in each other's place. The counts of one alone are compared as bounds of its schema.
fn pair<'t>(both: &mut Both<'_, '_, 't>, one: &Condition<'t>, other: &Condition<'t>, is_of_several: bool) {
    if one.word == "if" {
        if !both.walk.is_same(&[one.schema], &[other.schema]) {
            let what = "has another condition in `if`";
            both.find("if-changed", Effect::CHANGED, what, |finding| {
                finding.at(Some(one.schema), Some(other.schema))
            });
        }
    } else {
        both.lead(&[one.schema], &[other.schema], Uses::ALL, one.word == "not");
    }
    if is_of_several && !has_same_counts(one, other) {
        let what = "counts otherwise what fits one of its `contains`";
        both.find("contains-changed", counted(one, other), what, |finding| {
            finding.at(one.schema.parent(), other.schema.parent())
        });
    }
    for (word, [added, removed]) in schemas(one.word) {
        match (one.beside(word), other.beside(word)) {
            (None, None) => {}
            (Some(old), Some(new)) => both.lead(&[old], &[new], Uses::ALL, false),
            (None, Some(new)) if both.walk.form(1, &[new]).is_any() => {}
            (Some(old), None) if both.walk.form(0, &[old]).is_any() => {}
            (None, new) => {
                let what = format!("has `{word}` and had none");
                both.find(added, Effect::NARROWED, what, |finding| finding.on(None, new));
            }
            (old, None) => {
                let what = format!("no longer has `{word}`");
                both.find(removed, Effect::WIDENED, what, |finding| finding.on(old, None));
            }
        }
    }
}

fn added<'t>(both: &mut Both<'_, '_, 't>, other: &Condition<'t>, is_another: bool) {
    let id = match other.word {
        "contains" => "contains-added",
        "if" => "if-added",
        _ => "not-added",
    };
    let what = if is_another {
        format!("has one more `{}`", other.word)
    } else {
        format!("has `{}` and had none", other.word)
    };
    both.find(id, Effect::NARROWED, what, |finding| {
        finding.on(None, Some(other.schema))
    });
}

fn removed<'t>(both: &mut Both<'_, '_, 't>, one: &Condition<'t>, is_one_of: bool) {
    let id = match one.word {
        "contains" => "contains-removed",
        "if" => "if-removed",
        _ => "not-removed",
    };
    let what = if is_one_of {
        format!("has one `{}` less", one.word)
    } else {
        format!("no longer has `{}`", one.word)
    };
    both.find(id, Effect::WIDENED, what, |finding| finding.on(Some(one.schema), None));
}
