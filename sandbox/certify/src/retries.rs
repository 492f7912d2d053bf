//! In: requests with an effect, and requests that are sent again. Out: the lines about keys, double actions, refusals and waits. Never: a
//! second key that the outcome of the first one allowed.

use crate::findings::{ExamCase, Line, LineRule, PlacedRequest, WrongCase, is_same, short};
use crate::round::Round;
use std::collections::BTreeMap;
use std::time::Duration;

const KEY: LineRule = LineRule::new(
    "key",
    "Every request with an effect has a key in the form of the contract.",
);
const STABLE: LineRule = LineRule::new(
    "stable-key",
    "An action keeps one key, also after faults and restarts, until it certainly was not executed.",
);
const ONE: LineRule = LineRule::new(
    "one-request",
    "A key belongs to one request, whose target and body do not change.",
);
const ONCE: LineRule = LineRule::new("once", "No action is executed twice.");

/// Checks the keys of actions, and retries.
pub(crate) fn lines(case: &ExamCase<'_>) -> Vec<Line> {
    let of_keys = if case.contract.key_header().is_none() {
        let why = "the contract has no idempotency keys";
        [KEY, STABLE, ONE, ONCE].map(|rule| Line::nothing(rule, why))
    } else {
        [key(case), stable(case), one(case), once(case)]
    };
    let of_retries = [no_resend(case), retry_after(case), backoff(case)];
    of_keys.into_iter().chain(of_retries).collect()
}

fn keyed(case: &ExamCase<'_>, sent: &PlacedRequest<'_>) -> bool {
    case.operation(sent.came).is_some_and(|operation| operation.keyed)
}

fn key(case: &ExamCase<'_>) -> Line {
    let of_keys = [case.contract.conflict_code(), case.contract.in_progress_code()];
    let (mut seen, mut findings) = (0, Vec::new());
    for sent in case.all().filter(|sent| keyed(case, sent)) {
        seen += 1;
        let call = &sent.came.call;
        let failed = call.failures().find(|check| check.name == "key");
        if let Some(check) = failed.filter(|_| !of_keys.contains(&call.code.as_deref())) {
            findings.push(WrongCase::about(&sent, &check.note));
        }
    }
    Line::judged(KEY, seen, findings, "the application made no request that needs a key")
}

/// The requests of each action of a round: by operation and subject, or else by target and body.
fn actions<'a>(case: &ExamCase<'a>, round: usize) -> Vec<Vec<PlacedRequest<'a>>> {
    let mut actions: BTreeMap<(String, Vec<Vec<u8>>), Vec<PlacedRequest<'a>>> = BTreeMap::new();
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

fn stable(case: &ExamCase<'_>) -> Line {
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
                findings.push(WrongCase::new(text, &[open.place, sent.place]));
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
fn is_over(case: &ExamCase<'_>, before: &PlacedRequest<'_>, sent: &PlacedRequest<'_>) -> bool {
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

fn one(case: &ExamCase<'_>) -> Line {
    let (mut seen, mut findings) = (0, Vec::new());
    for round in 0..case.rounds.len() {
        let mut first: BTreeMap<&str, PlacedRequest<'_>> = BTreeMap::new();
        for sent in case.of_round(round).filter(|sent| keyed(case, sent)) {
            let Some(key) = case.key(sent.came) else {
                continue;
            };
            let Some(before) = first.get(key) else {
                first.insert(key, sent);
                continue;
            };
            seen += 1;
            if !is_same(before.came, sent.came) {
                let text = format!(
                    "{} was sent with the key of {}, but changed",
                    short(sent.came),
                    short(before.came)
                );
                findings.push(WrongCase::new(text, &[before.place, sent.place]));
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

fn once(case: &ExamCase<'_>) -> Line {
    let Some(plain) = case.plain() else {
        return Line::judged(ONCE, 0, Vec::new(), "there was no round without faults");
    };
    let usual = carried_out(plain);
    let (mut seen, mut findings) = (0, Vec::new());
    for (at, round) in case
        .rounds
        .iter()
        .enumerate()
        .filter(|(_, round)| round.fault.is_fault())
    {
        for (operation, count) in carried_out(round) {
            seen += 1;
            let usual = usual.get(operation).copied().unwrap_or_default();
            if count > usual {
                let of_operation = |sent: &PlacedRequest<'_>| sent.came.call.operation.as_deref() == Some(operation);
                let executed = case
                    .of_round(at)
                    .filter(|sent| of_operation(sent) && !sent.came.call.replayed);
                let places: Vec<_> = executed.map(|sent| sent.place).collect();
                let text = format!("{operation} was executed {count} times; without faults: {usual}");
                findings.push(WrongCase::new(text, &places));
            }
        }
    }
    Line::judged(ONCE, seen, findings, "no action was executed in a round with faults")
}

const NO_RESEND: LineRule = LineRule::new("no-resend", "A request that was finally refused is not sent again.");
const RETRY_AFTER: LineRule = LineRule::new("retry-after", "`Retry-After` is respected.");
const BACKOFF: LineRule = LineRule::new("backoff", "Retries without `Retry-After` wait too.");

/// Clocks may differ by so much.
const TOLERANCE: Duration = Duration::from_millis(20);
/// Shortest mean wait; a program without one comes again within a few milliseconds.
const SHORTEST_MEAN: Duration = Duration::from_millis(15);
/// Resends from which on a mean is taken, since the first waits of a good backoff may be short.
const RESENDS: u32 = 3;

/// Pairs of a request and the next same one of the same start.
fn pairs<'a>(case: &ExamCase<'a>) -> Vec<(PlacedRequest<'a>, PlacedRequest<'a>)> {
    let mut found = Vec::new();
    for round in 0..case.rounds.len() {
        let sent: Vec<PlacedRequest<'a>> = case.of_round(round).collect();
        for (at, first) in sent.iter().enumerate() {
            let is_again = |next: &&PlacedRequest<'_>| {
                next.came.start == first.came.start
                    && next.came.at >= first.came.answered
                    && is_same(first.came, next.came)
            };
            if let Some(next) = sent[at + 1..].iter().find(is_again) {
                found.push((*first, *next));
            }
        }
    }
    found
}

fn no_resend(case: &ExamCase<'_>) -> Line {
    if case.contract.extensions.registry.is_empty() {
        return Line::nothing(NO_RESEND, "the contract has no registry of problem codes");
    }
    let is_final = |sent: &PlacedRequest<'_>| {
        let is_mutation = case.operation(sent.came).is_some_and(|operation| !operation.safe());
        let row = case.row(sent.came);
        is_mutation && row.is_some_and(|row| matches!(row.retry.as_str(), "never" | "after-change"))
    };
    let seen = case.all().filter(is_final).count();
    // After a change of what is around it, a request may come again as another action.
    let is_another = |first: &PlacedRequest<'_>, next: &PlacedRequest<'_>| {
        let is_after_change = case.row(first.came).is_some_and(|row| row.retry == "after-change");
        is_after_change && case.key(first.came) != case.key(next.came)
    };
    let again = pairs(case).into_iter();
    let again = again.filter(|(first, next)| is_final(first) && !is_another(first, next));
    let finding = |(first, next): (PlacedRequest<'_>, PlacedRequest<'_>)| {
        let code = first.came.call.code.as_deref().unwrap_or_default();
        WrongCase::new(
            format!("{} was sent again after {code}", short(next.came)),
            &[first.place, next.place],
        )
    };
    Line::judged(
        NO_RESEND,
        seen,
        again.map(finding).collect(),
        "no request with an effect was finally refused",
    )
}

/// The time to wait, in whole seconds.
fn wait(sent: &PlacedRequest<'_>) -> Option<u64> {
    let mut headers = sent.came.call.answer_headers.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    value.parse().ok()
}

fn retry_after(case: &ExamCase<'_>) -> Line {
    if !case
        .contract
        .extensions
        .registry
        .values()
        .any(|row| row.retry == "again")
    {
        return Line::nothing(
            RETRY_AFTER,
            "the contract has no code after which a request may be retried",
        );
    }
    let (mut seen, mut findings) = (0, Vec::new());
    for (first, next) in pairs(case) {
        let Some(seconds) = wait(&first) else {
            continue;
        };
        seen += 1;
        let waited = next.came.at.saturating_sub(first.came.answered);
        if waited + TOLERANCE < Duration::from_secs(seconds) {
            let text = format!(
                "{} was sent again after {} ms; {seconds} s were required",
                short(next.came),
                waited.as_millis()
            );
            findings.push(WrongCase::new(text, &[first.place, next.place]));
        }
    }
    Line::judged(
        RETRY_AFTER,
        seen,
        findings,
        "no request was retried after a response with `Retry-After`",
    )
}

fn backoff(case: &ExamCase<'_>) -> Line {
    let Some((round, _)) = case.round("down") else {
        return Line::judged(BACKOFF, 0, Vec::new(), "there was no round with a server that is down");
    };
    let (mut seen, mut findings) = (0, Vec::new());
    let is_down = |sent: &PlacedRequest<'_>| sent.came.call.status == Some(503);
    let again = pairs(case).into_iter();
    let again: Vec<_> = again
        .filter(|(first, _)| first.place.round == round && is_down(first))
        .collect();
    let mut from = 0;
    while let Some((first, _)) = again.get(from) {
        let of_call = again[from..]
            .iter()
            .take_while(|(one, _)| is_same(one.came, first.came));
        let places: Vec<_> = of_call.clone().map(|(one, _)| one.place).collect();
        let waits: Vec<Duration> = of_call
            .map(|(one, next)| next.came.at.saturating_sub(one.came.answered))
            .collect();
        from += waits.len().max(1);
        let count = u32::try_from(waits.len()).unwrap_or(u32::MAX);
        if count < RESENDS {
            continue;
        }
        seen += 1;
        let whole: Duration = waits.iter().sum();
        if whole < SHORTEST_MEAN * count {
            let text = format!(
                "{} was sent again {count} times within {} ms",
                short(first.came),
                whole.as_millis()
            );
            findings.push(WrongCase::new(text, &places));
        }
    }
    Line::judged(BACKOFF, seen, findings, "no request was retried three times")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Judgement;
    use crate::recorder::InjectedFault;
    use crate::recorder::RecordedRequest;
    use crate::round::Round;
    use sdkwright_sandbox_server::record::{Call, Contract};

    const CONTRACT: &str = "
openapi: 3.1.0
info: { title: Notes, version: '1' }
paths: { /notes: { get: { operationId: readNotes, responses: { '200': { description: All notes. } } } } }
components:
  schemas:
    Code:
      enum: [BUSY]
      x-problem-registry: { BUSY: { status: 429, outcome: not-executed, retry: again } }
";

    /// A request that comes so many milliseconds after the answer before it, again and again.
    fn verdicts(waits: &[u64], retry_after: Option<&str>) -> (Judgement, Judgement) {
        let headers = retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_owned()));
        let mut at = Duration::ZERO;
        let calls = std::iter::once(&0).chain(waits).map(|wait| {
            at += Duration::from_millis(*wait);
            let mut call = Call::default();
            call.method = "GET".to_owned();
            call.target = "/notes".to_owned();
            call.operation = Some("readNotes".to_owned());
            call.status = Some(503);
            call.answer_headers = headers.clone().into_iter().collect();
            RecordedRequest {
                start: 1,
                at,
                answered: at,
                is_heard: true,
                call,
            }
        });
        let round = Round {
            fault: InjectedFault::Down,
            starts: Vec::new(),
            calls: calls.collect(),
            effects: Vec::new(),
            posted: Vec::new(),
            secrets: Vec::new(),
        };
        let case = ExamCase {
            contract: &Contract::parse(CONTRACT).unwrap(),
            rounds: &[round],
        };
        (backoff(&case).verdict, super::retry_after(&case).verdict)
    }

    #[test]
    fn three_resends_at_once_are_no_backoff_and_a_short_first_wait_is_one() {
        assert_eq!(verdicts(&[3, 3, 3], None).0, Judgement::Failed);
        assert_eq!(verdicts(&[1, 120, 300], None).0, Judgement::Passed);
        assert_eq!(verdicts(&[3, 3], None).0, Judgement::NotExercised);
    }

    #[test]
    fn a_time_to_wait_is_obeyed_by_whoever_comes_no_earlier() {
        assert_eq!(verdicts(&[1_000], Some("1")).1, Judgement::Passed);
        assert_eq!(verdicts(&[900], Some("1")).1, Judgement::Failed);
        assert_eq!(verdicts(&[900], None).1, Judgement::NotExercised);
    }
}
