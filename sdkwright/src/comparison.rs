//! The comparison of two contracts with all verdicts: on the wire, on the generated crate, and on conduct.
//!
//! The verdict on the crate is decided here: the code of both crates is generated and its public items are compared, so the
//! verdict is a fact about the code. An item goes to the change at its node, or nearest to it; what no change of the contract
//! explains becomes a change of its own, so that no difference of the code is lost.

mod keep;
mod rename;

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_changes::{BehaviorChange, Change, ConductRisk, ContractDiff, ContractPlace, Day, RustKind, is_same};
use sdkwright_contract::source::{Origin, part_of};

use crate::named_version::{NamedVersion, VersionCrate, add};
use crate::surface::{self, ItemChange, ItemStep};

/// Compares two versions of a contract. `today` decides whether the sunset of what was removed has passed; without it, no
/// sunset has.
pub fn compare(base: &NamedVersion, revision: &NamedVersion, today: Option<Day>) -> ContractDiff {
    let mut comparison = sdkwright_changes::compare(&base.version, &revision.version, today);
    judge(&mut comparison, base, revision);
    sdkwright_changes::judge_conduct(&mut comparison, &base.version, &revision.version);
    comparison
}

/// Fills the verdict on the generated crate.
fn judge(comparison: &mut ContractDiff, base: &NamedVersion, revision: &NamedVersion) {
    let known = [base, revision].map(NamedVersion::named);
    // One after the other: the syntax of a crate is what takes the most memory.
    let (base, revision) = match (VersionCrate::new(base), VersionCrate::new(revision)) {
        (Ok(base), Ok(revision)) => (base, revision),
        (old, new) => {
            // The same contract twice has the same crate, whatever is wrong with it.
            if !is_same(&base.version, &revision.version) {
                let reasons = [(old.err(), "base"), (new.err(), "revision")];
                comparison.changes.push(not_compared(base, revision, reasons));
            }
            return;
        }
    };
    let sides = [&base, &revision];
    let mut items = surface::compare(base.surface, revision.surface);
    for rename in rename::find(sides, &mut items) {
        // The component that is gone and the new one are told as one.
        let is_part = |change: &Change| {
            (change.id == "schema-removed" && is_of(change.base.as_ref(), rename.base.as_ref()))
                || (change.id == "schema-added" && is_of(change.revision.as_ref(), rename.revision.as_ref()))
        };
        comparison.changes.retain(|change| !is_part(change));
        comparison.changes.push(rename);
    }
    let mut own: BTreeMap<String, Change> = BTreeMap::new();
    // Items with a node of their own come first: the items that belong to them, such as constructors, follow their change.
    let has_own = |item: &ItemChange| sides.iter().any(|side| side.origins.contains_key(&item.path));
    let (first, second): (Vec<ItemChange>, Vec<ItemChange>) = items.into_iter().partition(has_own);
    let near = Near::new(&comparison.changes);
    for item in first.into_iter().chain(second) {
        let nodes = nodes(sides, &item);
        let mut found = near.of(&comparison.changes, sides, &nodes);
        let is_breaking = |at: &usize| {
            let change = comparison.changes.get(*at);
            change.is_some_and(|change| change.verdicts.rust.kind == RustKind::Breaking)
        };
        if item.breaks && !has_own(&item) && found.iter().any(is_breaking) {
            found.retain(is_breaking);
        }
        for at in &found {
            if let Some(change) = comparison.changes.get_mut(*at) {
                add(change, &item);
            }
        }
        if found.is_empty() {
            let node = nodes[1]
                .or(nodes[0])
                .map(|origin| part_of(&origin.pointer).to_owned())
                .unwrap_or_default();
            let change = own.entry(node.clone()).or_insert_with(|| of_node(&node));
            let place = |at: usize| nodes[at].and_then(|origin| sides[at].place(origin));
            change.base = change.base.take().or_else(|| place(0));
            change.revision = change.revision.take().or_else(|| place(1));
            add(change, &item);
        }
    }
    for change in own.values_mut() {
        name(change);
    }
    comparison.changes.extend(own.into_values());
    if let [Some(old), Some(new)] = known {
        keep::advise(sides, [old, new], &mut comparison.changes);
    }
}

/// Returns true if two places are one node.
fn is_of(one: Option<&ContractPlace>, other: Option<&ContractPlace>) -> bool {
    let node = |place: &ContractPlace| (place.file.clone(), place.pointer.clone());
    one.is_some() && one.map(node) == other.map(node)
}

/// Returns the change that says that the crates were not compared, and why.
fn not_compared(base: &NamedVersion, revision: &NamedVersion, reasons: [(Option<String>, &str); 2]) -> Change {
    let mut change = Change {
        id: "crate-not-compared",
        ..Change::default()
    };
    (change.base, change.revision) = (base.version.root(), revision.version.root());
    let said = reasons
        .into_iter()
        .filter_map(|(reason, which)| Some(format!("of the {which}, {}", reason?)));
    let said = said.collect::<Vec<_>>().join("; ");
    change.verdicts.rust.kind = RustKind::Unknown;
    if base.named().is_some() && revision.named().is_some() {
        change.text = format!("the generated crates were not compared: {said}");
    } else {
        change.text = format!("the generated crates and the conduct of applications were not compared: {said}");
        change.verdicts.conduct = BehaviorChange {
            risk: ConductRisk::Unknown,
            sentence: "It is unknown whether an application behaves differently: what can cost money may have changed"
                .to_owned(),
        };
    }
    change
        .advice
        .push_str("correct the errors that `generate` shows, and compare again");
    change
}

/// Returns the nodes of an item in both versions.
fn nodes<'s>(sides: [&'s VersionCrate<'_>; 2], item: &ItemChange) -> [Option<&'s Origin>; 2] {
    let [base, revision] = sides.map(|side| side.node(&item.path));
    match item.step {
        ItemStep::Added => [None, revision],
        ItemStep::Removed => [base, None],
        ItemStep::Changed => [base, revision],
    }
}

/// Returns a change of a node that only the generated crate shows.
fn of_node(pointer: &str) -> Change {
    let mut change = Change {
        id: "generated-crate-changed",
        ..Change::default()
    };
    let plain = |token: &str| token.replace("~1", "/").replace("~0", "~");
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    let name = match tokens[..] {
        ["paths", path, method] => format!("{} {}", method.to_ascii_uppercase(), plain(path)),
        ["paths", path, "additionalOperations", method] => format!("{} {}", plain(method), plain(path)),
        _ => plain(tokens.last().unwrap_or(&"")),
    };
    change.text = if name.is_empty() {
        "the generated crate has other items".to_owned()
    } else {
        format!("`{name}` has other items in the generated crate")
    };
    change
}

/// Names a change by its item, if it is the only one, or the only one with another type.
fn name(change: &mut Change) {
    let changed = |item: &&String| item.contains(" -> ") && !item.ends_with(" is new") && !item.ends_with(" is gone");
    let items = &change.verdicts.rust.items;
    let mut all = items.iter().filter(changed);
    if let (Some(item), None) = (all.next(), all.next())
        && !items.iter().any(|item| item.ends_with(" is gone"))
        && let Some((path, (old, new))) = item
            .split_once(": ")
            .and_then(|(path, types)| Some((path, types.split_once(" -> ")?)))
        && let Some(path) = path.strip_prefix("models::")
    {
        change.text = format!("`{path}` is `{new}` in Rust and was `{old}`");
    } else if let [item] = items.as_slice() {
        change.text = format!("in the generated crate: {item}");
    }
}

/// The changes at each pointer of both versions.
struct Near([BTreeMap<String, Vec<usize>>; 2]);

impl Near {
    fn new(changes: &[Change]) -> Self {
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
    fn of(&self, changes: &[Change], sides: [&VersionCrate<'_>; 2], nodes: &[Option<&Origin>; 2]) -> Vec<usize> {
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
