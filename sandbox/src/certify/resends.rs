//! In: requests that were sent again. Out: the lines about whether and when they might. Never: a bound that a slow machine could
//! break; all of them are shortest times.

use super::case::{Case, Sent, is_same, short};
use super::line::{Finding, Line, Rule};
use std::time::Duration;

const NO_RESEND: Rule = ("no-resend", "A request that was finally refused is not sent again.");
const RETRY_AFTER: Rule = ("retry-after", "`Retry-After` is respected.");
const BACKOFF: Rule = ("backoff", "Retries without `Retry-After` wait too.");

/// Clocks may differ by so much.
const TOLERANCE: Duration = Duration::from_millis(20);
/// Shortest mean wait; a program without one comes again within a few milliseconds.
const SHORTEST_MEAN: Duration = Duration::from_millis(15);
/// Resends from which on a mean is taken, since the first waits of a good backoff may be short.
const RESENDS: u32 = 3;

/// Judges resends.
pub(crate) fn lines(case: &Case<'_>) -> Vec<Line> {
    vec![no_resend(case), retry_after(case), backoff(case)]
}

/// Pairs of a request and the next same one of the same start.
fn pairs<'a>(case: &Case<'a>) -> Vec<(Sent<'a>, Sent<'a>)> {
    let mut found = Vec::new();
    for round in 0..case.rounds.len() {
        let sent: Vec<Sent<'a>> = case.of_round(round).collect();
        for (at, first) in sent.iter().enumerate() {
            let is_again = |next: &&Sent<'_>| {
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

fn no_resend(case: &Case<'_>) -> Line {
    if case.contract.extensions.registry.is_empty() {
        return Line::nothing(NO_RESEND, "the contract has no registry of problem codes");
    }
    let is_final = |sent: &Sent<'_>| {
        let is_mutation = case.operation(sent.came).is_some_and(|operation| !operation.safe());
        let row = case.row(sent.came);
        is_mutation && row.is_some_and(|row| matches!(row.retry.as_str(), "never" | "after-change"))
    };
    let seen = case.all().filter(is_final).count();
    // After a change of what is around it, a request may come again as another action.
    let is_another = |first: &Sent<'_>, next: &Sent<'_>| {
        let is_after_change = case.row(first.came).is_some_and(|row| row.retry == "after-change");
        is_after_change && case.key(first.came) != case.key(next.came)
    };
    let again = pairs(case).into_iter();
    let again = again.filter(|(first, next)| is_final(first) && !is_another(first, next));
    let finding = |(first, next): (Sent<'_>, Sent<'_>)| {
        let code = first.came.call.code.as_deref().unwrap_or_default();
        Finding::new(
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
fn wait(sent: &Sent<'_>) -> Option<u64> {
    let mut headers = sent.came.call.answer_headers.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    value.parse().ok()
}

fn retry_after(case: &Case<'_>) -> Line {
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
            findings.push(Finding::new(text, &[first.place, next.place]));
        }
    }
    Line::judged(
        RETRY_AFTER,
        seen,
        findings,
        "no request was retried after a response with `Retry-After`",
    )
}

fn backoff(case: &Case<'_>) -> Line {
    let Some((round, _)) = case.round("down") else {
        return Line::judged(BACKOFF, 0, Vec::new(), "there was no round with a server that is down");
    };
    let (mut seen, mut findings) = (0, Vec::new());
    let is_down = |sent: &Sent<'_>| sent.came.call.status == Some(503);
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
            findings.push(Finding::new(text, &places));
        }
    }
    Line::judged(BACKOFF, seen, findings, "no request was retried three times")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::fault::InjectedFault;
    use crate::certify::line::Verdict;
    use crate::certify::round::Round;
    use crate::certify::stage::Recorded;
    use crate::record::{Call, Contract};

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
    fn verdicts(waits: &[u64], retry_after: Option<&str>) -> (Verdict, Verdict) {
        let headers = retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_owned()));
        let mut at = Duration::ZERO;
        let calls = std::iter::once(&0).chain(waits).map(|wait| {
            at += Duration::from_millis(*wait);
            Recorded {
                start: 1,
                at,
                answered: at,
                is_heard: true,
                call: Call {
                    method: "GET".to_owned(),
                    target: "/notes".to_owned(),
                    operation: Some("readNotes".to_owned()),
                    status: Some(503),
                    answer_headers: headers.clone().into_iter().collect(),
                    ..Call::default()
                },
            }
        });
        let round = Round {
            trouble: InjectedFault::Down,
            starts: Vec::new(),
            calls: calls.collect(),
            effects: Vec::new(),
            posted: Vec::new(),
            secrets: Vec::new(),
        };
        let case = Case {
            contract: &Contract::read(CONTRACT).unwrap(),
            rounds: &[round],
        };
        (backoff(&case).verdict, super::retry_after(&case).verdict)
    }

    #[test]
    fn three_resends_at_once_are_no_backoff_and_a_short_first_wait_is_one() {
        assert_eq!(verdicts(&[3, 3, 3], None).0, Verdict::Failed);
        assert_eq!(verdicts(&[1, 120, 300], None).0, Verdict::Passed);
        assert_eq!(verdicts(&[3, 3], None).0, Verdict::NotExercised);
    }

    #[test]
    fn a_time_to_wait_is_obeyed_by_whoever_comes_no_earlier() {
        assert_eq!(verdicts(&[1_000], Some("1")).1, Verdict::Passed);
        assert_eq!(verdicts(&[900], Some("1")).1, Verdict::Failed);
        assert_eq!(verdicts(&[900], None).1, Verdict::NotExercised);
    }
}
