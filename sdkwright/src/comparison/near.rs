//! The changes at the nodes of an item of the generated crate, or near them.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_changes::{Change, ContractPlace};
use sdkwright_contract::source::{Origin, part_of};

use crate::named_version::VersionCrate;

/// The changes at each pointer of both versions.
pub(super) struct Near([BTreeMap<String, Vec<usize>>; 2]);

impl Near {
    pub(super) fn new(changes: &[Change]) -> Self {
        let mut near = Self([BTreeMap::new(), BTreeMap::new()]);
        for (at, change) in changes.iter().enumerate() {
            for (known, place) in near.0.iter_mut().zip([&change.base, &change.revision]) {
                if let Some(place) = place {
                    known.entry(place.pointer.clone()).or_default().push(at);
                }
            }
        }
        near
    }

    /// Returns the changes at the nodes of an item, or else those in them, or else the nearest around them.
    pub(super) fn of(
        &self,
        changes: &[Change],
        sides: [&VersionCrate<'_>; 2],
        nodes: &[Option<&Origin>; 2],
    ) -> Vec<usize> {
        let files = [0, 1].map(|side| file(sides[side], nodes[side]));
        let is_near = |side: usize, at: usize| {
            let place = |change: &Change| {
                [&change.base, &change.revision][side]
                    .as_ref()
                    .map(|place| place.file.clone())
            };
            files[side].is_none() || changes.get(at).and_then(place) == files[side]
        };
        let pointers: Vec<(usize, &str)> = (nodes.iter().enumerate())
            .filter_map(|(side, node)| Some((side, node.as_ref()?.pointer.as_str())))
            .collect();
        let at = |(side, pointer): (usize, &str)| {
            let all = self.0[side].get(pointer).into_iter().flatten().copied();
            all.filter(move |at| is_near(side, *at)).collect::<Vec<_>>()
        };
        let inside = |(side, pointer): (usize, &str)| {
            // The character after `/` ends the range.
            let range = self.0[side].range(format!("{pointer}/")..format!("{pointer}0"));
            let all = range.flat_map(|(_, all)| all).copied();
            all.filter(move |at| is_near(side, *at)).collect::<Vec<_>>()
        };
        let around = || {
            let all = pointers
                .iter()
                .flat_map(|(side, item)| outer(item).map(|outer| (*side, outer)));
            let mut by_length: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
            for (side, outer) in all {
                by_length.entry(outer.len()).or_default().extend(at((side, outer)));
            }
            by_length
                .into_values()
                .rev()
                .find(|found| !found.is_empty())
                .unwrap_or_default()
        };
        let mut best: BTreeSet<usize> = pointers.iter().copied().flat_map(at).collect();
        if best.is_empty() {
            best = pointers.iter().copied().flat_map(inside).collect();
        }
        if best.is_empty() {
            best = around();
        }
        decisive(changes, best.into_iter().collect())
    }
}

/// Returns the file of a node outside of the contract's own pointers: files of schemas have the same ones. `None` for a pointer of
/// the contract, because an overlay has another file for it.
fn file(side: &VersionCrate<'_>, node: Option<&Origin>) -> Option<String> {
    let words = ["/paths/", "/components/", "/webhooks/"];
    let node = node.filter(|node| !words.iter().any(|word| node.pointer.starts_with(word)))?;
    side.place(node).map(|place: ContractPlace| place.file)
}

/// Returns the pointers around an item, in its part of the contract.
fn outer(item: &str) -> impl Iterator<Item = &str> {
    let part = part_of(item).len();
    let ends = item.match_indices('/').map(|(end, _)| end);
    ends.filter(move |end| *end >= part).map(|end| &item[..end])
}

/// Returns the changes that alone can change an item.
fn decisive(changes: &[Change], mut best: Vec<usize>) -> Vec<usize> {
    // Next to another change of the node, a limit is not what changes a type.
    let is_type = |at: &usize| changes.get(*at).is_some_and(|change| !is_limit(change.id));
    if best.iter().any(is_type) {
        best.retain(is_type);
    }
    // Next to another type, the format of the old one is not what changes it.
    let begins = |at: &usize, word: &str| changes.get(*at).is_some_and(|change| change.id.starts_with(word));
    if best.iter().any(|at| begins(at, "type-")) {
        best.retain(|at| !begins(at, "format-"));
    }
    best
}

/// Returns `true` for the change of a limit of values.
fn is_limit(id: &str) -> bool {
    let limits = [
        "max-",
        "maximum",
        "min-",
        "minimum",
        "multiple-of",
        "pattern-",
        "unique-items",
    ];
    limits.iter().any(|limit| id.starts_with(limit))
}
