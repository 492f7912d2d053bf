//! In: what became of each delivery. Out: the lines about receiving. Never: a word about a program that never listened.

use crate::deliveries::{DeliveryAttempt, DeliveryKind};
use crate::findings::{ExamCase, Line, LineRule, RequestPlace, WrongCase};
use std::time::Duration;

const VERIFIED: LineRule = LineRule::new(
    "verified",
    "The response to a forged, changed, stale or unsigned delivery is not 2xx.",
);
const ANSWERED: LineRule = LineRule::new("answered", "The response to a genuine delivery is 2xx, in time.");
const REPEATED: LineRule = LineRule::new("repeated", "The response to a repeated delivery is 2xx.");
const HANDLED: LineRule = LineRule::new("handled-once", "An event that arrives twice is handled once.");
const ORDER: LineRule = LineRule::new(
    "order",
    "The response to events in another order than they happened is 2xx.",
);
const UNKNOWN: LineRule = LineRule::new("events", "The response to an event of an unknown type is 2xx.");

const WITHOUT: &str = "no receiver listened at the webhook URL";

/// Longest time for an answer.
const IN_TIME: Duration = Duration::from_secs(10);

/// Judges the receiver of a program.
pub(crate) fn lines(case: &ExamCase<'_>) -> Vec<Line> {
    let rules = [VERIFIED, ANSWERED, REPEATED, HANDLED, ORDER, UNKNOWN];
    if case.contract.extensions.webhook_signing.is_none() {
        return rules
            .map(|rule| Line::nothing(rule, "the contract has no signed webhooks"))
            .into();
    }
    let Some((at, round)) = case.round("deliveries") else {
        let without = "`--webhook-url` is not set";
        return rules.map(|rule| Line::judged(rule, 0, Vec::new(), without)).into();
    };
    let judged =
        |rule: LineRule, is_meant: &dyn Fn(DeliveryKind) -> bool, judge: fn(&DeliveryAttempt) -> Option<String>| {
            let meant = round.posted.iter().enumerate().filter(|(_, one)| is_meant(one.kind));
            let found = meant.clone().filter_map(|(number, one)| {
                let text = format!("{}, {}: {}", one.delivery.event, one.kind.text(), judge(one)?);
                let number = number + 1;
                Some(WrongCase::of_delivery(text, RequestPlace { round: at, number }))
            });
            Line::judged(rule, meant.clone().count(), found.collect(), WITHOUT)
        };
    vec![
        judged(VERIFIED, &DeliveryKind::is_forged, |one| {
            one.is_accepted().then(|| answered(one))
        }),
        judged(ANSWERED, &|kind| kind == DeliveryKind::Genuine, refused),
        judged(REPEATED, &|kind| kind == DeliveryKind::Repeated, refused),
        handled(case, at, &round.posted),
        judged(
            ORDER,
            &|kind| matches!(kind, DeliveryKind::Later | DeliveryKind::Earlier),
            refused,
        ),
        judged(UNKNOWN, &|kind| kind == DeliveryKind::UnknownType, refused),
    ]
}

fn answered(one: &DeliveryAttempt) -> String {
    match (one.delivery.status, &one.delivery.failure) {
        (Some(status), _) => format!("the response is {status}"),
        (None, Some(failure)) => format!("no response: {failure}"),
        (None, None) => "not answered".to_owned(),
    }
}

fn refused(one: &DeliveryAttempt) -> Option<String> {
    if !one.is_accepted() {
        Some(answered(one))
    } else if one.took > IN_TIME {
        Some(format!("the response arrived after {} s", one.took.as_secs()))
    } else {
        None
    }
}

/// Judges by requests that name the resource of an event: those behind the first delivery, and those behind the second one.
fn handled(case: &ExamCase<'_>, at: usize, posted: &[DeliveryAttempt]) -> Line {
    let find = |kind: DeliveryKind| posted.iter().find(|one| one.kind == kind);
    let Some((first, again)) = find(DeliveryKind::Genuine).zip(find(DeliveryKind::Repeated)) else {
        return Line::judged(HANDLED, 0, Vec::new(), WITHOUT);
    };
    let naming = |one: &DeliveryAttempt| -> Vec<RequestPlace> {
        let sent = case.of_round(at).take(one.calls.1).skip(one.calls.0);
        let names = |text: &str| !first.resource.is_empty() && text.contains(&first.resource);
        let naming =
            sent.filter(|sent| names(&sent.came.call.target) || names(&String::from_utf8_lossy(&sent.came.call.body)));
        naming.map(|sent| sent.place).collect()
    };
    let (before, after) = (naming(first), naming(again));
    let mut findings = Vec::new();
    if !before.is_empty() && !after.is_empty() {
        let places: Vec<RequestPlace> = before.iter().chain(&after).copied().collect();
        findings.push(WrongCase::new(
            format!("{}: handled again", again.delivery.event),
            &places,
        ));
    }
    Line::judged(
        HANDLED,
        before.len(),
        findings,
        "the application made no request about the event's resource",
    )
}
