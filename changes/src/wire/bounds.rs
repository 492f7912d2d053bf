//! Rules about bounds: lengths, counts, numbers, multiples, `uniqueItems`.

use std::cmp::Ordering;

use sdkwright_contract::source::number;

use super::finding::{Effect, changed};
use super::pairs::SchemaPair;
use crate::shape::{Bound, Kinds, Limit, Shape, order};

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

fn ids(bound: Bound) -> [&'static str; 4] {
    match bound {
        Bound::Minimum => ids!("minimum", "increased", "decreased"),
        Bound::Maximum => ids!("maximum", "decreased", "increased"),
        Bound::MultipleOf => ids!("multiple-of", "changed", "widened"),
        Bound::MinLength => ids!("min-length", "increased", "decreased"),
        Bound::MaxLength => ids!("max-length", "decreased", "increased"),
        Bound::MinItems => ids!("min-items", "increased", "decreased"),
        Bound::MaxItems => ids!("max-items", "decreased", "increased"),
        Bound::MinProperties => ids!("min-properties", "increased", "decreased"),
        Bound::MaxProperties => ids!("max-properties", "decreased", "increased"),
        Bound::MinContains => ids!("min-contains", "increased", "decreased"),
        Bound::MaxContains => ids!("max-contains", "decreased", "increased"),
    }
}

/// Compares a pair.
pub(super) fn compare(both: &mut SchemaPair<'_, '_, '_>) {
    for (bound, word) in Bound::ALL {
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
            (None, Some(_)) => (set, Effect::NARROWED),
            (Some(_), None) => (unset, Effect::WIDENED),
            (Some(old), Some(new)) if bound == Bound::MultipleOf => match multiples(old, new) {
                None => continue,
                Some(effect) => (if effect.is_widened() { widened } else { narrowed }, effect),
            },
            (Some(old), Some(new)) => match (order(bound, new, old), bound.is_lower()) {
                (Ordering::Equal, _) => continue,
                (Ordering::Greater, true) | (Ordering::Less, false) => (narrowed, Effect::NARROWED),
                _ => (widened, Effect::WIDENED),
            },
        };
        let shown = |limit| shown(bound, limit);
        let (old_text, new_text) = (old.map(shown), new.map(shown));
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
    let has_one = |shape: &Shape<'_>| {
        let most = shape.bounds.get(&Bound::MaxItems);
        most.is_some_and(|most| number::compare(&most.number, "1") != Some(Ordering::Greater))
    };
    if has_one(both.base) || has_one(both.revision) {
        return;
    }
    let (id, effect, what) = match nodes {
        (None, Some(_)) => ("unique-items-on", Effect::NARROWED, "takes no item twice"),
        (Some(_), None) => ("unique-items-off", Effect::WIDENED, "may have an item twice"),
        _ => return,
    };
    both.find(id, effect, what).on(nodes.0, nodes.1);
}

/// Returns true for counts of `contains` where there are several: they are compared with it.
fn is_of_condition(shape: &Shape<'_>, bound: Bound) -> bool {
    let is_count = matches!(bound, Bound::MinContains | Bound::MaxContains);
    is_count && shape.conditions.iter().filter(|one| one.word == "contains").count() > 1
}

/// Returns true if a bound refuses nothing that the rest of its schema allows.
fn is_idle(shape: &Shape<'_>, bound: Bound, limit: &Limit<'_>) -> bool {
    let kinds = match bound {
        Bound::Minimum | Bound::Maximum | Bound::MultipleOf => Kinds::NUMBER,
        Bound::MinLength | Bound::MaxLength => Kinds::STRING,
        Bound::MinItems | Bound::MaxItems | Bound::MinContains | Bound::MaxContains => Kinds::ARRAY,
        Bound::MinProperties | Bound::MaxProperties => Kinds::OBJECT,
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
        (Bound::Minimum | Bound::Maximum, Some(values)) => {
            let mut numbers = values.iter().map(|value| value.node.as_number());
            numbers.all(|number| number.is_some_and(|number| fits(&number)))
        }
        (Bound::Minimum, None) => shape.format_ranges().any(|(least, _)| fits(least)),
        (Bound::Maximum, None) => shape.format_ranges().any(|(_, greatest)| fits(greatest)),
        (Bound::MinLength | Bound::MaxLength, Some(values)) => values.iter().all(|value| {
            let length = value.node.text().map(|text| text.chars().count().to_string());
            length.is_some_and(|length| fits(&length))
        }),
        (Bound::MinProperties, _) => fits(&shape.required.len().to_string()),
        (Bound::MaxProperties, _) => shape.is_of_named_members() && fits(&shape.members.len().to_string()),
        _ => false,
    }
}

fn shown(bound: Bound, limit: &Limit<'_>) -> String {
    let written = limit.node.text().unwrap_or(&limit.number);
    // A multiple of several numbers is written nowhere.
    let is_written = bound != Bound::MultipleOf || number::compare(written, &limit.number) == Some(Ordering::Equal);
    let number = if is_written { written } else { &limit.number };
    if limit.excluded {
        format!("{number} (not itself)")
    } else {
        number.to_owned()
    }
}

/// Compares two numbers of `multipleOf`. `None`: they are equal.
fn multiples(old: &Limit<'_>, new: &Limit<'_>) -> Option<Effect> {
    if number::compare(&old.number, &new.number) == Some(Ordering::Equal) {
        return None;
    }
    let is_multiple = |one: &Limit<'_>, of: &Limit<'_>| number::is_multiple(&one.number, &of.number) == Some(true);
    Some(if is_multiple(old, new) {
        Effect::WIDENED
    } else if is_multiple(new, old) {
        Effect::NARROWED
    } else {
        Effect::CHANGED
    })
}
