//! In: what became of each delivery. Out: the lines about receiving. Never: a word about a program that never listened.

use super::case::Case;
use super::deliveries::{Kind, Posted};
use super::line::{Finding, Line, Place, Rule};
use std::time::Duration;

const VERIFIED: Rule = (
    "verified",
    "A forged, changed, stale or unsigned delivery is not answered with 2xx.",
);
const ANSWERED: Rule = ("answered", "A genuine delivery is answered with 2xx, in time.");
const REPEATED: Rule = ("repeated", "A repeated delivery is answered with 2xx.");
const HANDLED: Rule = ("handled-once", "An event that comes twice is acted on once.");
const ORDER: Rule = (
    "order",
    "Events that come in another order than they happened are answered with 2xx.",
);
const UNKNOWN: Rule = ("events", "An event of an unknown type is answered with 2xx.");

/// Longest time for an answer.
const IN_TIME: Duration = Duration::from_secs(10);

/// Judges the receiver of a program.
pub(crate) fn lines(case: &Case<'_>) -> Vec<Line> {
    let rules = [VERIFIED, ANSWERED, REPEATED, HANDLED, ORDER, UNKNOWN];
    let extensions = &case.contract.extensions;
    if extensions.webhooks.is_none() || extensions.webhook_signing.is_none() {
        return rules
            .map(|rule| Line::nothing(rule, "the contract has no signed webhooks"))
            .into();
    }
    let Some((_, round)) = case.round("deliveries") else {
        let without = "no `--webhook-url` was given";
        return rules.map(|rule| Line::judged(rule, 0, Vec::new(), without)).into();
    };
    let without = "nothing listened at the URL of webhooks";
    let of = |kinds: &[Kind]| -> Vec<&Posted> { round.posted.iter().filter(|one| kinds.contains(&one.kind)).collect() };
    let taken_in = |rule: Rule, kinds: &[Kind]| {
        let posted = of(kinds);
        let findings = posted.iter().filter_map(|one| refused(one)).collect();
        Line::judged(rule, posted.len(), findings, without)
    };
    let forged: Vec<&Posted> = round.posted.iter().filter(|one| one.kind.is_forged()).collect();
    vec![
        verified(&forged, without),
        taken_in(ANSWERED, &[Kind::Genuine]),
        taken_in(REPEATED, &[Kind::Repeated]),
        handled(case, without),
        taken_in(ORDER, &[Kind::Later, Kind::Earlier]),
        taken_in(UNKNOWN, &[Kind::UnknownType]),
    ]
}

fn about(one: &Posted) -> String {
    format!("{}, {}", one.event, one.kind.text())
}

fn verified(posted: &[&Posted], without: &str) -> Line {
    let accepted = posted.iter().filter(|one| one.is_accepted());
    let findings = accepted.map(|one| Finding::new(format!("{}: answered with {}", about(one), status(one)), &[]));
    Line::judged(VERIFIED, posted.len(), findings.collect(), without)
}

fn status(one: &Posted) -> String {
    one.status
        .map_or_else(|| "nothing".to_owned(), |status| status.to_string())
}

fn refused(one: &Posted) -> Option<Finding> {
    let text = if !one.is_accepted() {
        format!("{}: answered with {}", about(one), status(one))
    } else if one.took > IN_TIME {
        format!("{}: answered after {} s", about(one), one.took.as_secs())
    } else {
        return None;
    };
    Some(Finding::new(text, &[]))
}

/// Judges by requests that name the resource of an event: those behind the first delivery, and those behind the second one.
fn handled(case: &Case<'_>, without: &str) -> Line {
    let Some((at, round)) = case.round("deliveries") else {
        return Line::judged(HANDLED, 0, Vec::new(), without);
    };
    let find = |kind: Kind| round.posted.iter().find(|one| one.kind == kind);
    let Some((first, again)) = find(Kind::Genuine).zip(find(Kind::Repeated)) else {
        return Line::judged(HANDLED, 0, Vec::new(), without);
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
        findings.push(Finding::new(format!("{}: acted on again", about(again)), &places));
    }
    Line::judged(
        HANDLED,
        before.len(),
        findings,
        "the program made no request about the event's resource",
    )
}
