//! Findings to changes: the directions and operations that reach each pair, the verdict, the sentences.

use std::collections::{BTreeSet, HashMap, HashSet};

use sdkwright_contract::source::Node;

use super::finding::{Breaks, Delta, Impact, Reach, Uses};
use super::members;
use super::pairs::Pairs;
use super::uses::{self, PairEntry, Use, Ways};
use crate::comparison::{Change, ContractDiff, Verdicts, Wire, WireBreak};

const SHOWN: usize = 3;

/// Reason of a break of all clients.
const BOTH: &str =
    "requests that the base allowed can be refused, and what arrives can be something that it did not announce";

/// Advice on another default of a parameter or a member.
const DEFAULT: &str = "let the server keep what the default was, or let clients send the value that they mean";

/// Makes changes of all findings.
pub(super) fn settle(mut pairs: Pairs<'_, '_>) -> ContractDiff {
    let directions = directions(&pairs);
    let above = Above::new(&pairs);
    let ways = Ways::new(&pairs);
    let wanted: HashSet<usize> = reached(&pairs);
    let mut changes = Vec::new();
    for finding in std::mem::take(&mut pairs.findings) {
        changes.push(change(&pairs, &finding, None, None));
    }
    let all = directions;
    for (number, directions) in all.iter().enumerate() {
        if !wanted.contains(&number) {
            continue;
        }
        for finding in std::mem::take(&mut pairs.numbered[number].findings) {
            let at = ways.named[number].as_ref();
            let placed = ways.placed(&pairs, number, &finding);
            if placed.is_empty() {
                let callers_by = |uses: Uses| above.callers(number, uses);
                changes.push(change(&pairs, &finding, Some((*directions, &callers_by)), at));
                continue;
            }
            for (finding, ways) in placed {
                let (uses, callers) = of_ways(&above, &all, &ways);
                if uses != Uses::NONE || *directions == Uses::NONE {
                    changes.push(change(&pairs, &finding, Some((uses, &callers)), at));
                }
            }
        }
    }
    if pairs.is_cut {
        changes.push(cut());
    }
    let key = |change: &Change| {
        let place = change.place();
        let place = place.map(|place| (place.file.clone(), place.line, place.column));
        (place, change.id, change.text.clone())
    };
    changes.sort_by_cached_key(key);
    ContractDiff {
        changes: merged(&pairs, changes),
    }
}

/// Makes one of the changes that say the same of the same nodes: a schema is compared alone, and beside others that
/// hold with it.
fn merged(pairs: &Pairs<'_, '_>, changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::new();
    for change in changes {
        let is_same = |known: &&mut Change| {
            let is_at = (&known.base, &known.revision) == (&change.base, &change.revision);
            is_at
                && (known.id, &known.text) == (change.id, &change.text)
                && (&known.old, &known.new) == (&change.old, &change.new)
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
        let all = pairs.operations.iter().filter(|name| names.contains(*name));
        known.operations = all.cloned().collect();
    }
    merged
}

/// Returns the uses of each pair.
fn directions(pairs: &Pairs<'_, '_>) -> Vec<Uses> {
    let mut uses = vec![Uses::NONE; pairs.numbered.len()];
    let mut open = Vec::new();
    for root in &pairs.roots {
        uses[root.pair] = uses[root.pair].or(root.uses);
        open.push(root.pair);
    }
    while let Some(pair) = open.pop() {
        for edge in &pairs.numbered[pair].edges {
            let passed = uses[pair].below(edge.keeps);
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
fn reached(pairs: &Pairs<'_, '_>) -> HashSet<usize> {
    let mut seen: HashSet<usize> = HashSet::new();
    let mut open: Vec<usize> = pairs.roots.iter().map(|root| root.pair).collect();
    while let Some(pair) = open.pop() {
        if seen.insert(pair) {
            open.extend(pairs.numbered[pair].edges.iter().map(|edge| edge.to));
        }
    }
    seen
}

/// A way to a pair from above: the pair, the uses that take it, and whether they are swapped.
type Upward = (usize, Uses, bool);

/// The ways and the operations that lead to each pair.
struct Above {
    ways: Vec<Vec<Upward>>,
    /// Operations that begin at a pair, and their uses of it.
    roots: Vec<Vec<(Uses, usize)>>,
}

impl Above {
    fn new(pairs: &Pairs<'_, '_>) -> Self {
        let count = pairs.numbered.len();
        let (mut ways, mut roots) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for (from, pair) in pairs.numbered.iter().enumerate() {
            for edge in &pair.edges {
                ways[edge.to].push((from, edge.keeps, edge.swaps));
            }
        }
        for root in &pairs.roots {
            roots[root.pair].extend(root.operation.map(|operation| (root.uses, operation)));
        }
        Self { ways, roots }
    }

    /// Returns the operations that use a pair so.
    fn callers(&self, pair: usize, uses: Uses) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = HashMap::from([(pair, uses)]);
        let mut open = vec![(pair, uses)];
        while let Some((pair, uses)) = open.pop() {
            let here = self.roots[pair].iter().filter(|(root, _)| root.has(uses));
            found.extend(here.map(|(_, operation)| *operation));
            for (from, keeps, swaps) in &self.ways[pair] {
                let passed = if *swaps { uses.swapped() } else { uses }.above(*keeps);
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
}

/// Returns the uses that take some ways into a pair, and what finds the operations that use it so by them.
fn of_ways<'w, 't>(
    above: &'w Above,
    directions: &[Uses],
    ways: &'w [PairEntry<'t>],
) -> (Uses, impl Fn(Uses) -> BTreeSet<usize> + use<'w, 't>) {
    let turned = |uses: Uses, swaps: bool| if swaps { uses.swapped() } else { uses };
    let taken = ways.iter().map(|way| match way.from {
        Some((from, swaps)) => turned(directions[from].below(way.uses), swaps),
        None => way.uses,
    });
    let callers = move |uses: Uses| {
        let mut found = BTreeSet::new();
        for way in ways {
            match way.from {
                Some((from, swaps)) => {
                    let passed = turned(uses, swaps).above(way.uses);
                    if passed != Uses::NONE {
                        found.extend(above.callers(from, passed));
                    }
                }
                None => found.extend(way.operation.filter(|_| way.uses.has(uses))),
            }
        }
        found
    };
    (taken.fold(Uses::NONE, Uses::or), callers)
}

/// The uses of a pair, and the operations that use it so.
type Used<'u> = (Uses, &'u dyn Fn(Uses) -> BTreeSet<usize>);

fn change<'t>(pairs: &Pairs<'_, 't>, finding: &Delta<'t>, used: Option<Used<'_>>, at: Option<&Use>) -> Change {
    let (directions, fixed) = match (&finding.reach, used) {
        (Reach::Operations(operations, sides), _) => (*sides, operations.clone()),
        (Reach::Pair, Some((sides, _))) => (sides, Vec::new()),
        (Reach::Pair, None) => (Uses::NONE, Vec::new()),
    };
    let effective = directions.without(finding.exempt);
    let EffectVerdict { breaks, felt, unsure } = verdict(finding.effect, effective);
    let operations = match used {
        None => fixed.into_iter().collect(),
        Some((_, callers)) => callers(if felt == Uses::NONE { directions } else { felt }),
    };
    let name = |number: usize| pairs.operations.get(number).cloned();
    let subject = subject(pairs, finding, &operations, at);
    Change {
        id: finding.id,
        base: finding.base.map(|node| pairs.sides[0].place(node)),
        revision: finding.revision.map(|node| pairs.sides[1].place(node)),
        operations: operations.into_iter().filter_map(name).collect(),
        old: finding.old.clone(),
        new: finding.new.clone(),
        text: format!("{subject} {}", finding.what),
        verdicts: Verdicts {
            wire: Wire {
                breaks,
                reason: reason(breaks, unsure, finding),
            },
            ..Verdicts::default()
        },
        advice: match breaks {
            WireBreak::Sender if finding.effect.left_out == Breaks::Yes => DEFAULT,
            _ => advice(breaks),
        }
        .to_owned(),
    }
}

/// Uses of clients that send, and of clients that receive.
const SENDS: Uses = Uses::SENT
    .or(Uses::TEXT)
    .or(Uses::LEFT_OUT)
    .or(Uses::SENT_BEHIND_NOT)
    .or(Uses::SENT_XML);
const RECEIVES: Uses = Uses::RECEIVED
    .or(Uses::READ)
    .or(Uses::RECEIVED_BEHIND_NOT)
    .or(Uses::RECEIVED_XML);

/// Whom an effect breaks, and by which uses.
struct EffectVerdict {
    breaks: WireBreak,
    /// Uses by which it breaks, or may.
    felt: Uses,
    /// Uses by which it may break.
    unsure: Uses,
}

/// Returns whom an effect breaks.
fn verdict(effect: Impact, uses: Uses) -> EffectVerdict {
    let parts = [
        (Uses::SENT, effect.sent),
        (Uses::TEXT, effect.text),
        (Uses::LEFT_OUT, effect.left_out),
        (Uses::RECEIVED, effect.received),
        (Uses::READ, effect.read),
        (Uses::SENT_BEHIND_NOT, effect.behind),
        (Uses::RECEIVED_BEHIND_NOT, effect.sent),
        (Uses::SENT_XML, effect.xml),
        (Uses::RECEIVED_XML, effect.xml),
    ];
    let of = |breaks: Breaks| {
        let parts = parts.iter().filter(|(one, felt)| uses.has(*one) && *felt == breaks);
        parts.map(|(one, _)| *one).fold(Uses::NONE, Uses::or)
    };
    let (sure, unsure) = (of(Breaks::Yes), of(Breaks::Maybe));
    let breaks = match (sure.has(SENDS), sure.has(RECEIVES)) {
        (true, true) => WireBreak::Both,
        (true, false) => WireBreak::Sender,
        (false, true) => WireBreak::Receiver,
        _ if unsure != Uses::NONE => WireBreak::Undecided,
        _ => WireBreak::Nobody,
    };
    EffectVerdict {
        breaks,
        felt: sure.or(unsure),
        unsure,
    }
}

/// Returns the subject of the sentence.
fn subject<'t>(pairs: &Pairs<'_, 't>, finding: &Delta<'t>, operations: &BTreeSet<usize>, at: Option<&Use>) -> String {
    if !finding.subject.is_empty() {
        return finding.subject.clone();
    }
    let on = |side: usize, node: Node<'t>| {
        // A rule on further members is one of the schema that has them.
        let levels = match finding.id {
            id if id.starts_with("additional-properties-") => 1,
            id if id.starts_with("pattern-property-") => 2,
            _ => 0,
        };
        let node = holder(node, levels).unwrap_or(node);
        match at {
            Some(at) => at.subject(pairs, node, side),
            None => uses::schema_name(&pairs.sides[side], node),
        }
    };
    let schema = || {
        let new = finding.revision.map(|node| on(1, node));
        new.or_else(|| finding.base.map(|node| on(0, node))).unwrap_or_default()
    };
    match &finding.reach {
        Reach::Pair => schema(),
        Reach::Operations(all, _) if all.is_empty() => match finding.id {
            "schema-removed" | "schema-added" => schema(),
            _ => "the API".to_owned(),
        },
        Reach::Operations(..) => {
            let all = operations.iter().filter_map(|number| pairs.operations.get(*number));
            let mut names: Vec<String> = all.take(SHOWN).map(|name| format!("`{name}`")).collect();
            if operations.len() > SHOWN {
                names.push(format!("{} more", operations.len() - SHOWN));
            }
            names.join(", ")
        }
    }
}

/// Returns the schema that has a schema for further members, some levels below it; none for a schema that is itself one.
fn holder(node: Node<'_>, levels: usize) -> Option<Node<'_>> {
    let words = ["additionalProperties", "patternProperties"];
    let word = words.get(levels.checked_sub(1)?)?;
    let holder = std::iter::successors(Some(node), |node| node.parent()).nth(levels)?;
    let below = holder.get(word)?;
    let is_here = below.id() == node.id() || below.members().any(|member| member.value.id() == node.id());
    is_here.then_some(holder)
}

fn reason(breaks: WireBreak, unsure: Uses, finding: &Delta<'_>) -> String {
    let sure = sure_reason(breaks, finding);
    let others = match breaks {
        WireBreak::Sender if unsure.has(RECEIVES) => "receive",
        WireBreak::Receiver if unsure.has(SENDS) => "send",
        _ => return sure,
    };
    let reason = sure_reason(WireBreak::Undecided, finding);
    if sure == reason {
        return format!("{sure}; for clients that {others} it is undecided");
    }
    format!("{sure}; for clients that {others} it is undecided: {reason}")
}

fn sure_reason(breaks: WireBreak, finding: &Delta<'_>) -> String {
    let usual = match breaks {
        WireBreak::Nobody => return String::new(),
        WireBreak::Undecided => "the documents do not show whether clients notice",
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
        WireBreak::Undecided => "find out whether clients notice, and accept the change with the result as its reason",
        WireBreak::Sender => {
            "let the server accept the old form until all clients have moved, or publish a new version"
        }
        WireBreak::Receiver => "let clients learn the new form before the server uses it, or publish a new version",
        WireBreak::Both => "add the new form next to the old one, or publish a new version",
    }
}

/// Returns the change that tells of what was not compared.
fn cut() -> Change {
    let mut change = Change {
        id: "not-compared",
        text: "schemas that combine others in too many ways were not compared to the end".to_owned(),
        advice: "compare these schemas by hand".to_owned(),
        ..Change::default()
    };
    change.verdicts.wire = Wire {
        breaks: WireBreak::Undecided,
        reason: "a part of the contract was not compared".to_owned(),
    };
    change
}
