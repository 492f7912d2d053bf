//! In: requests that act. Out: the lines about keys and about what happened twice. Never: a second key that the outcome of the
//! first one allowed.

use super::case::{Case, Sent, short};
use super::line::{Finding, Line, Rule};
use super::round::Round;
use std::collections::BTreeMap;

const KEY: Rule = (
    "key",
    "Every request with an effect has a key in the form of the contract.",
);
const STABLE: Rule = (
    "stable-key",
    "An action keeps one key, also after faults and restarts, until it certainly was not executed.",
);
const ONE: Rule = (
    "one-request",
    "A key belongs to one request, whose target and body do not change.",
);
const ONCE: Rule = ("once", "No action is executed twice.");

/// Judges the keys of actions.
pub(crate) fn lines(case: &Case<'_>) -> Vec<Line> {
    if case.contract.extensions.idempotency.is_none() {
        let why = "the contract has no idempotency keys";
        return [KEY, STABLE, ONE, ONCE].map(|rule| Line::nothing(rule, why)).into();
    }
    vec![key(case), stable(case), one(case), once(case)]
}

fn keyed(case: &Case<'_>, sent: &Sent<'_>) -> bool {
    case.operation(sent.came).is_some_and(|operation| operation.keyed)
}

fn key(case: &Case<'_>) -> Line {
    let rules = case.contract.extensions.idempotency.as_ref();
    let of_keys = [
        rules.and_then(|own| own.conflict.as_ref()),
        rules.and_then(|own| own.in_progress.as_ref()),
    ];
    let (mut seen, mut findings) = (0, Vec::new());
    for sent in case.all().filter(|sent| keyed(case, sent)) {
        seen += 1;
        let call = &sent.came.call;
        let failed = call.failures().find(|check| check.name == "key");
        if let Some(check) = failed.filter(|_| !of_keys.contains(&call.code.as_ref())) {
            findings.push(Finding::new(
                format!("{}: {}", short(sent.came), check.note),
                &[sent.place],
            ));
        }
    }
    Line::judged(KEY, seen, findings, "the application made no request that needs a key")
}

/// The requests of each action of a round: by operation and subject, or else by target and body.
fn actions<'a>(case: &Case<'a>, round: usize) -> Vec<Vec<Sent<'a>>> {
    let mut actions: BTreeMap<(String, Vec<Vec<u8>>), Vec<Sent<'a>>> = BTreeMap::new();
    for sent in case.of_round(round) {
        let Some(operation) = case.operation(sent.came) else {
            continue;
        };
        if !operation.keyed || !operation.has_effect() || operation.looks_up || case.key(sent.came).is_none() {
            continue;
        }
        let name = match case.subject(sent.came) {
            Some(subject) => subject.into_iter().map(String::into_bytes).collect(),
            None => vec![sent.came.call.target.clone().into_bytes(), sent.came.call.body.clone()],
        };
        actions.entry((operation.id.clone(), name)).or_default().push(sent);
    }
    actions.into_values().collect()
}

fn stable(case: &Case<'_>) -> Line {
    let (mut seen, mut findings) = (0, Vec::new());
    for action in (0..case.rounds.len()).flat_map(|round| actions(case, round)) {
        if action.len() < 2 {
            continue;
        }
        seen += 1;
        for (at, sent) in action.iter().enumerate().skip(1) {
            let key = case.key(sent.came);
            let before = &action[..at];
            let is_new = before.iter().all(|other| case.key(other.came) != key);
            let is_open = before.iter().find(|other| !is_over(case, other, sent));
            if let Some(open) = is_open.filter(|_| is_new) {
                let text = format!("{} was sent with a second key", short(sent.came));
                findings.push(Finding::new(text, &[open.place, sent.place]));
            }
        }
    }
    Line::judged(
        STABLE,
        seen,
        findings,
        "no action was retried: none of them failed, or the application gave up",
    )
}

/// Returns `true` where a new key is right: the answer said that nothing was carried out. Where the contract does not say what
/// is one action, the same request may be another one once the first succeeded.
fn is_over(case: &Case<'_>, before: &Sent<'_>, sent: &Sent<'_>) -> bool {
    let succeeded = before.came.is_heard && matches!(before.came.call.status, Some(200..300));
    let is_another = succeeded && before.came.start == sent.came.start && case.subject(sent.came).is_none();
    let creates = case
        .operation(before.came)
        .is_some_and(|operation| operation.has_status(201));
    let row = case.row(before.came);
    is_another
        || row.is_some_and(|row| {
            if creates {
                row.not_executed.creating
            } else {
                row.not_executed.otherwise
            }
        })
}

fn one(case: &Case<'_>) -> Line {
    let (mut seen, mut findings) = (0, Vec::new());
    for round in 0..case.rounds.len() {
        let mut first: BTreeMap<&str, Sent<'_>> = BTreeMap::new();
        for sent in case.of_round(round).filter(|sent| keyed(case, sent)) {
            let Some(key) = case.key(sent.came) else {
                continue;
            };
            let Some(before) = first.get(key) else {
                first.insert(key, sent);
                continue;
            };
            seen += 1;
            if !super::case::is_same(before.came, sent.came) {
                let text = format!(
                    "{} was sent with the key of {}, but changed",
                    short(sent.came),
                    short(before.came)
                );
                findings.push(Finding::new(text, &[before.place, sent.place]));
            }
        }
    }
    Line::judged(ONE, seen, findings, "no key was sent twice")
}

/// Number of times that each operation was carried out.
pub(crate) fn carried_out(round: &Round) -> BTreeMap<&str, usize> {
    let mut count = BTreeMap::new();
    for effect in &round.effects {
        *count.entry(effect.operation.as_str()).or_default() += 1;
    }
    count
}

fn once(case: &Case<'_>) -> Line {
    let Some(plain) = case.plain() else {
        return Line::judged(ONCE, 0, Vec::new(), "there was no round without faults");
    };
    let usual = carried_out(plain);
    let (mut seen, mut findings) = (0, Vec::new());
    for (at, round) in case
        .rounds
        .iter()
        .enumerate()
        .filter(|(_, round)| round.trouble.is_fault())
    {
        for (operation, count) in carried_out(round) {
            seen += 1;
            let usual = usual.get(operation).copied().unwrap_or_default();
            if count > usual {
                let of_operation = |sent: &Sent<'_>| sent.came.call.operation.as_deref() == Some(operation);
                let executed = case
                    .of_round(at)
                    .filter(|sent| of_operation(sent) && !sent.came.call.replayed);
                let places: Vec<_> = executed.map(|sent| sent.place).collect();
                let text = format!("{operation} was executed {count} times; without faults: {usual}");
                findings.push(Finding::new(text, &places));
            }
        }
    }
    Line::judged(ONCE, seen, findings, "no action was executed in a round with faults")
}
