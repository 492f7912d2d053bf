//! In: what became of each delivery. Out: the lines about receiving. Never: a word about a program that never listened.

use crate::deliveries::{Kind, Posted};
use crate::findings::{Case, Finding, Line, Place, Rule};
use std::time::Duration;

const VERIFIED: Rule = Rule::new(
    "verified",
    "The response to a forged, changed, stale or unsigned delivery is not 2xx.",
);
const ANSWERED: Rule = Rule::new("answered", "The response to a genuine delivery is 2xx, in time.");
const REPEATED: Rule = Rule::new("repeated", "The response to a repeated delivery is 2xx.");
const HANDLED: Rule = Rule::new("handled-once", "An event that arrives twice is handled once.");
const ORDER: Rule = Rule::new(
    "order",
    "The response to events in another order than they happened is 2xx.",
);
const UNKNOWN: Rule = Rule::new("events", "The response to an event of an unknown type is 2xx.");

const WITHOUT: &str = "no receiver listened at the webhook URL";

/// Longest time for an answer.
const IN_TIME: Duration = Duration::from_secs(10);

/// Judges the receiver of a program.
pub(crate) fn lines(case: &Case<'_>) -> Vec<Line> {
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
    let judged = |rule: Rule, is_meant: &dyn Fn(Kind) -> bool, judge: fn(&Posted) -> Option<String>| {
        let meant = round.posted.iter().enumerate().filter(|(_, one)| is_meant(one.kind));
        let found = meant.clone().filter_map(|(number, one)| {
            let text = format!("{}, {}: {}", one.delivery.event, one.kind.text(), judge(one)?);
            let number = number + 1;
            Some(Finding::of_delivery(text, Place { round: at, number }))
        });
        Line::judged(rule, meant.clone().count(), found.collect(), WITHOUT)
    };
    vec![
        judged(VERIFIED, &Kind::is_forged, |one| {
            one.is_accepted().then(|| answered(one))
        }),
        judged(ANSWERED, &|kind| kind == Kind::Genuine, refused),
        judged(REPEATED, &|kind| kind == Kind::Repeated, refused),
        handled(case, at, &round.posted),
        judged(ORDER, &|kind| matches!(kind, Kind::Later | Kind::Earlier), refused),
        judged(UNKNOWN, &|kind| kind == Kind::UnknownType, refused),
    ]
}

fn answered(one: &Posted) -> String {
    match (one.delivery.status, &one.delivery.failure) {
        (Some(status), _) => format!("the response is {status}"),
        (None, Some(failure)) => format!("no response: {failure}"),
        (None, None) => "not answered".to_owned(),
    }
}

fn refused(one: &Posted) -> Option<String> {
    if !one.is_accepted() {
        Some(answered(one))
    } else if one.took > IN_TIME {
        Some(format!("the response arrived after {} s", one.took.as_secs()))
    } else {
        None
    }
}

/// Judges by requests that name the resource of an event: those behind the first delivery, and those behind the second one.
fn handled(case: &Case<'_>, at: usize, posted: &[Posted]) -> Line {
    let find = |kind: Kind| posted.iter().find(|one| one.kind == kind);
    let Some((first, again)) = find(Kind::Genuine).zip(find(Kind::Repeated)) else {
        return Line::judged(HANDLED, 0, Vec::new(), WITHOUT);
    };
    let naming = |one: &Posted| -> Vec<Place> {
        let sent = case.of_round(at).take(one.calls.1).skip(one.calls.0);
        let names = |text: &str| !first.resource.is_empty() && text.contains(&first.resource);
        let naming =
            sent.filter(|sent| names(&sent.came.call.target) || names(&String::from_utf8_lossy(&sent.came.call.body)));
        naming.map(|sent| sent.place).collect()
    };
    let (before, after) = (naming(first), naming(again));
    let mut findings = Vec::new();
    if !before.is_empty() && !after.is_empty() {
        let places: Vec<Place> = before.iter().chain(&after).copied().collect();
        findings.push(Finding::new(
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
