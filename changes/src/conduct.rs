//! The verdict on conduct: what a running program does differently after a change of our words.
//!
//! In: two sealed APIs, and their contracts for the words that the server alone follows. Out: a finding for each word with
//! another value: its place in both, old and new value, the risk, and one sentence for an engineer on call.
//!
//! `rules` is the table of the words: a word of the ledger without a row fails a test. `objects` pairs the objects that have
//! words, `judge` compares the values of a pair, and `custom` has the words that need a function.

mod custom;
mod judge;
mod objects;
mod rules;
mod values;

use std::cmp::Reverse;

use sdkwright_contract::ir::Api;

use crate::comparison::{BehaviorChange, Change, ContractDiff, ContractPlace, Verdicts};
use crate::contract::Contract;
use judge::{ChangedExtension, Findings};
use objects::{Reach, Sides};

/// Compares the extensions of two APIs. The findings come in the order of the contract's sections, the dangerous ones first.
pub(crate) fn conduct(base: &Api, revision: &Api, contracts: [&Contract<'_>; 2]) -> Vec<ChangedExtension> {
    let mut findings = Findings {
        apis: [base, revision],
        contracts,
        found: Vec::new(),
    };
    let sides = Sides {
        base,
        revision,
        contracts,
    };
    let rules = rules::rules();
    objects::visit(sides, &mut |pair| {
        for rule in &rules {
            findings.compare(rule, pair);
        }
    });
    let mut found = findings.found;
    if found.iter().any(|one| one.reach.is_some()) {
        let reach = Reach::new(revision);
        for one in &mut found {
            one.operations
                .extend(one.reach.into_iter().flat_map(|id| reach.operations(id)));
        }
    }
    found.sort_by_key(|one| Reverse(one.risk));
    found
}

/// Adds the findings to a comparison. One about a node that the wire has a change of becomes the verdict of that change.
pub(crate) fn join<'t>(
    comparison: &mut ContractDiff,
    found: Vec<ChangedExtension>,
    base: &Contract<'t>,
    revision: &Contract<'t>,
) {
    for one in inherited(found, [base, revision]) {
        let conduct = BehaviorChange {
            risk: one.risk,
            sentence: one.sentence.clone(),
        };
        let about = comparison.changes.iter_mut().filter(|change| is_about(change, &one));
        if let Some(change) = about.max_by_key(|change| change.verdicts.wire.breaks) {
            if change.advice.is_empty() {
                one.advice.clone_into(&mut change.advice);
            }
            if is_signature(change) {
                (change.text, change.old, change.new) = (one.text, one.old, one.new);
            }
            change.verdicts.conduct = conduct;
            continue;
        }
        comparison.changes.push(Change {
            id: one.id,
            base: one.base.as_deref().and_then(|pointer| place(base, pointer)),
            revision: one.revision.as_deref().and_then(|pointer| place(revision, pointer)),
            operations: one.operations,
            old: one.old,
            new: one.new,
            text: one.text,
            verdicts: Verdicts {
                conduct,
                ..Verdicts::default()
            },
            advice: one.advice.to_owned(),
        });
    }
}

/// Word of operations that the root has for all of them.
const INHERITED: &str = "/x-pagination";

/// Makes one finding of those of operations that take a word from the root.
fn inherited(found: Vec<ChangedExtension>, sides: [&Contract<'_>; 2]) -> Vec<ChangedExtension> {
    let mut all: Vec<ChangedExtension> = Vec::new();
    for mut one in found {
        let base = of_root(sides[0], one.base.as_deref());
        let revision = of_root(sides[1], one.revision.as_deref());
        let is_of_root = base.is_some() || revision.is_some();
        (one.base, one.revision) = (base.or(one.base), revision.or(one.revision));
        let is_same = |other: &&mut ChangedExtension| {
            let places = (&other.base, &other.revision) == (&one.base, &one.revision);
            places && (other.id, &other.old, &other.new) == (one.id, &one.old, &one.new)
        };
        match all.iter_mut().find(|other| is_of_root && is_same(other)) {
            Some(other) => other.operations.append(&mut one.operations),
            None => all.push(one),
        }
    }
    for one in all.iter_mut().filter(|one| one.operations.len() > 1) {
        let mut places = one.base.iter().chain(&one.revision);
        let is_of_root = places.any(|pointer| pointer.starts_with(INHERITED));
        if let Some(first) = one.operations.first().filter(|_| is_of_root) {
            let (name, count) = (format!("`{first}`"), format!("{} operations", one.operations.len()));
            one.text = one.text.replace(&name, &count);
            one.sentence = one.sentence.replace(&name, &count);
        }
    }
    all
}

/// Returns the pointer of a word in the root, if the operation at a pointer does not say the word itself.
fn of_root(side: &Contract<'_>, pointer: Option<&str>) -> Option<String> {
    let (_, rest) = pointer?.split_once(INHERITED)?;
    let word = format!("{INHERITED}{rest}");
    (side.at(pointer?).is_none() && side.at(&word).is_some()).then_some(word)
}

/// Returns true for the change of a signature, of which the wire does not tell the words.
fn is_signature(change: &Change) -> bool {
    let place = change.place();
    place.is_some_and(|place| place.pointer.ends_with("/x-signing"))
}

/// Returns true if a change of the wire without a verdict is about the node of a finding, or about a keyword of it, or
/// about the signature that the finding is a word of.
fn is_about(change: &Change, found: &ChangedExtension) -> bool {
    let is_same = |place: &Option<ContractPlace>, word: &Option<String>| {
        let (Some(place), Some(word)) = (place, word) else {
            return false;
        };
        let keyword = place.pointer.strip_prefix(word.as_str());
        let inside = word.strip_prefix(place.pointer.as_str());
        keyword.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') && !rest[1..].contains('/'))
            || place.pointer.ends_with("/x-signing") && inside.is_some_and(|rest| rest.starts_with('/'))
    };
    change.verdicts.conduct.sentence.is_empty()
        && (is_same(&change.base, &found.base) || is_same(&change.revision, &found.revision))
}

/// Returns the place of a pointer: of its node, or of the nearest node around it.
fn place(contract: &Contract<'_>, pointer: &str) -> Option<ContractPlace> {
    let around = |at: &&str| at.rsplit_once('/').map(|(above, _)| &pointer[..above.len()]);
    let mut nodes = std::iter::successors(Some(pointer), around).filter_map(|at| contract.at(at));
    Some(ContractPlace {
        pointer: pointer.to_owned(),
        ..contract.place(nodes.next()?)
    })
}
