//! Findings to changes: the directions and operations that reach each pair, the verdict, the sentences.

use std::collections::{BTreeSet, HashMap, HashSet};

use sdkwright_codegen::source::Node;

use super::finding::{Breaks, Effect, Finding, Reach, Uses};
use super::walk::Walk;
use super::{members, named};
use crate::comparison::{Change, Comparison};
use crate::verdict::{Conduct, ConductRisk, Rust, RustKind, Verdicts, Wire, WireBreak};

const SHOWN: usize = 3;

/// Reason of a break of all clients.
const BOTH: &str =
    "requests that the base allowed can be refused, and what arrives can be something that it did not announce";

/// Makes changes of all findings.
pub(super) fn settle(mut walk: Walk<'_, '_>) -> Comparison {
    let directions = directions(&walk);
    let above = above(&walk);
    let wanted: HashSet<usize> = reached(&walk);
    let mut changes = Vec::new();
    for finding in std::mem::take(&mut walk.findings) {
        changes.push(change(&walk, &finding, None));
    }
    for (number, uses) in directions.iter().enumerate() {
        if !wanted.contains(&number) {
            continue;
        }
        for finding in std::mem::take(&mut walk.pairs[number].findings) {
            let callers = |uses: Uses| callers(&walk, &above, number, uses);
            changes.push(change(&walk, &finding, Some((*uses, &callers))));
        }
    }
    if walk.is_cut {
        changes.push(cut());
    }
    let key = |change: &Change| {
        let place = change
            .place()
            .map(|place| (place.file.clone(), place.line, place.column));
        (place, change.id, change.text.clone())
    };
    changes.sort_by_cached_key(key);
    Comparison {
        changes: merged(&walk, changes),
    }
}

/// Makes one of the changes that say the same of the same nodes: a schema is compared alone, and beside others that
/// hold with it.
fn merged(walk: &Walk<'_, '_>, changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::new();
    for change in changes {
        let is_same = |known: &&mut Change| {
            (
                known.id,
                &known.base,
                &known.revision,
                &known.text,
                &known.old,
                &known.new,
            ) == (
                change.id,
                &change.base,
                &change.revision,
                &change.text,
                &change.old,
                &change.new,
            )
        };
        let Some(known) = merged.last_mut().filter(is_same) else {
            merged.push(change);
            continue;
        };
        let (one, other) = (known.verdicts.wire.breaks, change.verdicts.wire.breaks);
        let is_both = one != other && one.min(other) > WireBreak::Undecided;
        if is_both {
            known.verdicts.wire.breaks = WireBreak::Both;
            BOTH.clone_into(&mut known.verdicts.wire.reason);
            advice(WireBreak::Both).clone_into(&mut known.advice);
        } else if other > one {
            known.verdicts = change.verdicts;
            known.advice = change.advice;
        }
        let names: HashSet<String> = known.operations.drain(..).chain(change.operations).collect();
        let all = walk.operations.iter().filter(|name| names.contains(*name));
        known.operations = all.cloned().collect();
    }
    merged
}

/// Returns the uses of each pair.
fn directions(walk: &Walk<'_, '_>) -> Vec<Uses> {
    let mut uses = vec![Uses::NONE; walk.pairs.len()];
    let mut open = Vec::new();
    for root in &walk.roots {
        uses[root.pair] = uses[root.pair].or(root.uses);
        open.push(root.pair);
    }
    while let Some(pair) = open.pop() {
        for edge in &walk.pairs[pair].edges {
            let passed = uses[pair].and(edge.keeps);
            let passed = if edge.swaps { passed.swapped() } else { passed };
            let all = uses[edge.to].or(passed);
            if all != uses[edge.to] {
                uses[edge.to] = all;
                open.push(edge.to);
            }
        }
    }
    uses
}

/// Returns the pairs that a root leads to; others were only tried.
fn reached(walk: &Walk<'_, '_>) -> HashSet<usize> {
    let mut seen: HashSet<usize> = HashSet::new();
    let mut open: Vec<usize> = walk.roots.iter().map(|root| root.pair).collect();
    while let Some(pair) = open.pop() {
        if seen.insert(pair) {
            open.extend(walk.pairs[pair].edges.iter().map(|edge| edge.to));
        }
    }
    seen
}

/// A way to a pair from above: the pair, the uses that take it, and whether they are swapped.
type Above = (usize, Uses, bool);

fn above(walk: &Walk<'_, '_>) -> Vec<Vec<Above>> {
    let mut above = vec![Vec::new(); walk.pairs.len()];
    for (from, pair) in walk.pairs.iter().enumerate() {
        for edge in &pair.edges {
            above[edge.to].push((from, edge.keeps, edge.swaps));
        }
    }
    above
}

/// Returns the operations that use a pair so.
fn callers(walk: &Walk<'_, '_>, above: &[Vec<Above>], pair: usize, uses: Uses) -> BTreeSet<usize> {
    let mut roots: HashMap<usize, Vec<(Uses, usize)>> = HashMap::new();
    for root in &walk.roots {
        if let Some(operation) = root.operation {
            roots.entry(root.pair).or_default().push((root.uses, operation));
        }
    }
    let mut found = BTreeSet::new();
    let mut seen = HashMap::from([(pair, uses)]);
    let mut open = vec![(pair, uses)];
    while let Some((pair, uses)) = open.pop() {
        let here = roots.get(&pair).into_iter().flatten();
        found.extend(here.filter(|(root, _)| root.has(uses)).map(|(_, operation)| *operation));
        for (from, keeps, swaps) in &above[pair] {
            let passed = if *swaps { uses.swapped() } else { uses }.and(*keeps);
            let known = seen.entry(*from).or_default();
            let all = known.or(passed);
            if passed != Uses::NONE && all != *known {
                *known = all;
                open.push((*from, all));
            }
        }
    }
    found
}

/// The uses of a pair, and the operations that use it so.
type Used<'u> = (Uses, &'u dyn Fn(Uses) -> BTreeSet<usize>);

fn change<'t>(walk: &Walk<'_, 't>, finding: &Finding<'t>, used: Option<Used<'_>>) -> Change {
    let (directions, fixed) = match (&finding.reach, used) {
        (Reach::Operations(operations, sides), _) => (*sides, operations.clone()),
        (Reach::Pair, Some((sides, _))) => (sides, Vec::new()),
        (Reach::Pair, None) => (Uses::NONE, Vec::new()),
    };
    let effective = directions.without(finding.exempt);
    let (breaks, felt) = verdict(finding.effect, effective);
    let operations = match used {
        None => fixed.into_iter().collect(),
        Some((_, callers)) => callers(if felt == Uses::NONE { directions } else { felt }),
    };
    let name = |number: usize| walk.operations.get(number).cloned();
    let subject = subject(walk, finding, &operations);
    Change {
        id: finding.id,
        base: finding.base.map(|node| walk.sides[0].place(node)),
        revision: finding.revision.map(|node| walk.sides[1].place(node)),
        operations: operations.into_iter().filter_map(name).collect(),
        old: finding.old.clone(),
        new: finding.new.clone(),
        text: format!("{subject} {}", finding.what),
        verdicts: Verdicts {
            wire: Wire {
                breaks,
                reason: reason(breaks, finding),
            },
            rust: Rust {
                kind: RustKind::Same,
                items: Vec::new(),
            },
            conduct: Conduct {
                risk: ConductRisk::Same,
                sentence: String::new(),
            },
        },
        advice: advice(breaks).to_owned(),
    }
}

/// Returns whom an effect breaks, and the uses by which it does.
fn verdict(effect: Effect, uses: Uses) -> (WireBreak, Uses) {
    let parts = [
        (Uses::SENT, effect.sent),
        (Uses::TEXT, effect.text),
        (Uses::PARAMETER, effect.parameter),
        (Uses::RECEIVED, effect.received),
        (Uses::READ, effect.read),
        (Uses::SENT_BEHIND_NOT, effect.behind),
        (Uses::RECEIVED_BEHIND_NOT, effect.sent),
    ];
    let of = |breaks: Breaks| {
        let parts = parts.iter().filter(|(one, felt)| uses.has(*one) && *felt == breaks);
        parts.map(|(one, _)| *one).fold(Uses::NONE, Uses::or)
    };
    let (sure, unsure) = (of(Breaks::Yes), of(Breaks::Maybe));
    let sends = Uses::SENT.or(Uses::TEXT).or(Uses::PARAMETER).or(Uses::SENT_BEHIND_NOT);
    let receives = Uses::RECEIVED.or(Uses::READ).or(Uses::RECEIVED_BEHIND_NOT);
    match (sure.has(sends), sure.has(receives)) {
        (true, true) => (WireBreak::Both, sure),
        (true, false) => (WireBreak::Sender, sure),
        (false, true) => (WireBreak::Receiver, sure),
        _ if unsure != Uses::NONE => (WireBreak::Undecided, unsure),
        _ => (WireBreak::Nobody, Uses::NONE),
    }
}

/// Returns the subject of the sentence.
fn subject(walk: &Walk<'_, '_>, finding: &Finding<'_>, operations: &BTreeSet<usize>) -> String {
    let node: Option<Node<'_>> = finding.revision.or(finding.base);
    match &finding.reach {
        Reach::Pair => node.map_or_else(String::new, named::schema),
        Reach::Operations(named, _) if named.is_empty() => match finding.id {
            "schema-removed" | "schema-added" => node.map_or_else(String::new, named::schema),
            _ => "the API".to_owned(),
        },
        Reach::Operations(..) => {
            let all = operations.iter().filter_map(|number| walk.operations.get(*number));
            let mut names: Vec<String> = all.take(SHOWN).map(|name| format!("`{name}`")).collect();
            if operations.len() > SHOWN {
                names.push(format!("{} more", operations.len() - SHOWN));
            }
            names.join(", ")
        }
    }
}

fn reason(breaks: WireBreak, finding: &Finding<'_>) -> String {
    let usual = match breaks {
        WireBreak::Nobody => return String::new(),
        WireBreak::Undecided => "the documents do not tell whether clients notice",
        WireBreak::Sender => "requests that the base allowed can be refused",
        WireBreak::Receiver => "what arrives can be something that the base did not announce",
        WireBreak::Both => BOTH,
    };
    let parts = members::PARTS.iter().find(|(both, ..)| *both == finding.because);
    match (parts, breaks) {
        (Some((_, sent, _)), WireBreak::Sender) => return (*sent).to_owned(),
        (Some((_, _, read)), WireBreak::Receiver) => return (*read).to_owned(),
        _ => {}
    }
    let is_own = finding.insists || (breaks == WireBreak::Undecided && !finding.because.is_empty());
    if is_own { finding.because } else { usual }.to_owned()
}

fn advice(breaks: WireBreak) -> &'static str {
    match breaks {
        WireBreak::Nobody => "",
        WireBreak::Undecided => "find out whether clients notice, and accept the change with the answer as its reason",
        WireBreak::Sender => {
            "let the server accept the old form until all clients have moved, or publish a new version"
        }
        WireBreak::Receiver => "let clients learn the new form before the server uses it, or publish a new version",
        WireBreak::Both => "add the new form beside the old one, or publish a new version",
    }
}

/// Returns the change that tells of what was not compared.
fn cut() -> Change {
    Change {
        id: "not-compared",
        base: None,
        revision: None,
        operations: Vec::new(),
        old: None,
        new: None,
        text: "schemas that combine others in too many ways were not compared to the end".to_owned(),
        verdicts: Verdicts {
            wire: Wire {
                breaks: WireBreak::Undecided,
                reason: "a part of the contract was not compared".to_owned(),
            },
            rust: Rust {
                kind: RustKind::Same,
                items: Vec::new(),
            },
            conduct: Conduct {
                risk: ConductRisk::Same,
                sentence: String::new(),
            },
        },
        advice: "compare these schemas by hand".to_owned(),
    }
}
