//! Findings to changes: their places in both contracts, and the change of the wire that a finding belongs to.

use super::book::Found;
use crate::comparison::{Change, Comparison, Place};
use crate::contract::Contract;
use crate::verdict::{Conduct, Rust, RustKind, Verdicts, Wire, WireBreak};

/// Adds the findings to a comparison. One about a node that the wire has a change of becomes the verdict of that change.
pub(crate) fn join(comparison: &mut Comparison, found: Vec<Found>, base: &Contract<'_>, revision: &Contract<'_>) {
    for one in found {
        let conduct = Conduct {
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
                wire: Wire {
                    breaks: WireBreak::Nobody,
                    reason: String::new(),
                },
                rust: Rust {
                    kind: RustKind::Same,
                    items: Vec::new(),
                },
                conduct,
            },
            advice: one.advice.to_owned(),
        });
    }
}

/// Returns true for the change of a signature, of which the wire does not tell the words.
fn is_signature(change: &Change) -> bool {
    change
        .place()
        .is_some_and(|place| place.pointer.ends_with("/x-signing"))
}

/// Returns true if a change of the wire without a verdict is about the node of a finding, or about a keyword of it, or
/// about the signature that the finding is a word of.
fn is_about(change: &Change, found: &Found) -> bool {
    let is_same = |place: &Option<Place>, word: &Option<String>| {
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
fn place(contract: &Contract<'_>, pointer: &str) -> Option<Place> {
    let root = contract.root()?;
    let mut at = pointer;
    loop {
        if let Some(node) = root.at(at) {
            return Some(Place {
                pointer: pointer.to_owned(),
                ..contract.place(node)
            });
        }
        at = at.rsplit_once('/').map_or("", |(above, _)| above);
    }
}
