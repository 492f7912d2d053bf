//! Rules about `oneOf` and `anyOf` whose alternatives state nothing but kinds and values.

use super::finding::{Breaks, Impact};
use super::pairs::SchemaPair;
use crate::shape::{Kinds, SchemaChoice};

pub(super) const OVERLAP: &str = "whether clients send what fits several alternatives is not in the documents";

/// Compares the keywords of alternatives that state nothing but kinds and values: of `oneOf`, several may take the same.
pub(super) fn compare<'t>(both: &mut SchemaPair<'_, '_, 't>) {
    let (old, new) = (&both.base.plain_groups[..], &both.revision.plain_groups[..]);
    let mut overlaps = |side: usize, groups: &[SchemaChoice<'t>]| match groups {
        [group] if group.word == "oneOf" => has_same(both, side, group),
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
fn has_same<'t>(both: &mut SchemaPair<'_, '_, 't>, side: usize, group: &SchemaChoice<'t>) -> bool {
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
