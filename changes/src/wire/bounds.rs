//! Rules about bounds: lengths, counts, numbers, multiples, `uniqueItems`.

use std::cmp::Ordering;

use sdkwright_contract::source::number;

use super::finding::{Impact, changed};
use super::pairs::SchemaPair;
use crate::shape::{BoundWord, Form, Kinds, Limit, order};

/// Returns the ids of a bound: set, unset, narrowed, widened.
macro_rules! ids {
    ($word:literal, $narrowed:literal, $widened:literal) => {
        [
            concat!($word, "-set"),
            concat!($word, "-unset"),
            concat!($word, "-", $narrowed),
            concat!($word, "-", $widened),
        ]
    };
}

fn ids(bound: BoundWord) -> [&'static str; 4] {
    match bound {
        BoundWord::Minimum => ids!("minimum", "increased", "decreased"),
        BoundWord::Maximum => ids!("maximum", "decreased", "increased"),
        BoundWord::MultipleOf => ids!("multiple-of", "changed", "widened"),
        BoundWord::MinLength => ids!("min-length", "increased", "decreased"),
        BoundWord::MaxLength => ids!("max-length", "decreased", "increased"),
        BoundWord::MinItems => ids!("min-items", "increased", "decreased"),
        BoundWord::MaxItems => ids!("max-items", "decreased", "increased"),
        BoundWord::MinProperties => ids!("min-properties", "increased", "decreased"),
        BoundWord::MaxProperties => ids!("max-properties", "decreased", "increased"),
        BoundWord::MinContains => ids!("min-contains", "increased", "decreased"),
        BoundWord::MaxContains => ids!("max-contains", "decreased", "increased"),
    }
}

/// Compares a pair.
pub(super) fn compare(both: &mut SchemaPair<'_, '_, '_>) {
    for (bound, word) in BoundWord::ALL {
        let (old, new) = (both.base.bounds.get(&bound), both.revision.bounds.get(&bound));
        if is_of_condition(both.base, bound) || is_of_condition(both.revision, bound) {
            continue;
        }
        // Another number is told in any case: somebody relies on it.
        if let (Some(limit), None) | (None, Some(limit)) = (old, new)
            && (is_idle(both.base, bound, limit) || is_idle(both.revision, bound, limit))
        {
            continue;
        }
        let [set, unset, narrowed, widened] = ids(bound);
        let (id, effect) = match (old, new) {
            (None, None) => continue,
            (None, Some(_)) => (set, Impact::NARROWED),
            (Some(_), None) => (unset, Impact::WIDENED),
            (Some(old), Some(new)) if bound == BoundWord::MultipleOf => match multiples(old, new) {
                None => continue,
                Some(effect) => (if effect.is_widened() { widened } else { narrowed }, effect),
            },
            (Some(old), Some(new)) => match (order(bound, new, old), bound.is_lower()) {
                (Ordering::Equal, _) => continue,
                (Ordering::Greater, true) | (Ordering::Less, false) => (narrowed, Impact::NARROWED),
                _ => (widened, Impact::WIDENED),
            },
        };
        let text = |limit| shown(bound, limit);
        let (old_text, new_text) = (old.map(text), new.map(text));
        let what = changed(word, old_text.as_deref(), new_text.as_deref());
        let nodes = (old.map(|limit| limit.node), new.map(|limit| limit.node));
        both.find(id, effect, what)
            .on(nodes.0, nodes.1)
            .values(old_text, new_text);
    }
    let nodes = (both.base.unique, both.revision.unique);
    if !both.base.kinds.or(both.revision.kinds).touches(Kinds::ARRAY) {
        return;
    }
    // One item is no item twice.
    let has_one = |shape: &Form<'_>| {
        let most = shape.bounds.get(&BoundWord::MaxItems);
        most.is_some_and(|most| number::compare(&most.number, "1") != Some(Ordering::Greater))
    };
    if has_one(both.base) || has_one(both.revision) {
        return;
    }
    let (id, effect, what) = match nodes {
        (None, Some(_)) => ("unique-items-on", Impact::NARROWED, "takes no item twice"),
        (Some(_), None) => ("unique-items-off", Impact::WIDENED, "may have an item twice"),
        _ => return,
    };
    both.find(id, effect, what).on(nodes.0, nodes.1);
}

/// Returns true for counts of `contains` where there are several: they are compared with it.
fn is_of_condition(shape: &Form<'_>, bound: BoundWord) -> bool {
    let is_count = matches!(bound, BoundWord::MinContains | BoundWord::MaxContains);
    is_count && shape.conditions.iter().filter(|one| one.word == "contains").count() > 1
}

/// Returns true if a bound refuses nothing that the rest of its schema allows.
fn is_idle(shape: &Form<'_>, bound: BoundWord, limit: &Limit<'_>) -> bool {
    let kinds = match bound {
        BoundWord::Minimum | BoundWord::Maximum | BoundWord::MultipleOf => Kinds::NUMBER,
        BoundWord::MinLength | BoundWord::MaxLength => Kinds::STRING,
        BoundWord::MinItems | BoundWord::MaxItems | BoundWord::MinContains | BoundWord::MaxContains => Kinds::ARRAY,
        BoundWord::MinProperties | BoundWord::MaxProperties => Kinds::OBJECT,
    };
    if !shape.kinds.touches(kinds) {
        return true;
    }
    let fits = |number: &str| match number::compare(number, &limit.number) {
        Some(Ordering::Equal) => !limit.excluded,
        Some(order) => (order == Ordering::Greater) == bound.is_lower(),
        None => false,
    };
    match (bound, &shape.values) {
        (BoundWord::Minimum | BoundWord::Maximum, Some(values)) => {
            let mut numbers = values.iter().map(|value| value.node.as_number());
            numbers.all(|number| number.is_some_and(|number| fits(&number)))
        }
        (BoundWord::Minimum, None) => shape.format_ranges().any(|(least, _)| fits(least)),
        (BoundWord::Maximum, None) => shape.format_ranges().any(|(_, greatest)| fits(greatest)),
        (BoundWord::MinLength | BoundWord::MaxLength, Some(values)) => values.iter().all(|value| {
            let length = value.node.text().map(|text| text.chars().count().to_string());
            length.is_some_and(|length| fits(&length))
        }),
        (BoundWord::MinProperties, _) => fits(&shape.required.len().to_string()),
        (BoundWord::MaxProperties, _) => shape.is_of_named_members() && fits(&shape.members.len().to_string()),
        _ => false,
    }
}

fn shown(bound: BoundWord, limit: &Limit<'_>) -> String {
    let written = limit.node.text().unwrap_or(&limit.number);
    // A multiple of several numbers is written nowhere.
    let is_written = bound != BoundWord::MultipleOf || number::compare(written, &limit.number) == Some(Ordering::Equal);
    let number = if is_written { written } else { &limit.number };
    if limit.excluded {
        format!("{number} (not itself)")
    } else {
        number.to_owned()
    }
}

/// Compares two numbers of `multipleOf`. `None`: they are equal.
fn multiples(old: &Limit<'_>, new: &Limit<'_>) -> Option<Impact> {
    if number::compare(&old.number, &new.number) == Some(Ordering::Equal) {
        return None;
    }
    let is_multiple = |one: &Limit<'_>, of: &Limit<'_>| number::is_multiple(&one.number, &of.number) == Some(true);
    Some(if is_multiple(old, new) {
        Impact::WIDENED
    } else if is_multiple(new, old) {
        Impact::NARROWED
    } else {
        Impact::CHANGED
    })
}
