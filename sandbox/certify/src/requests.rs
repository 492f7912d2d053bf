//! In: every request of a program, and what became of each delivery to it. Out: the lines about one request alone, and about
//! receiving. Never: a line about several requests of one action, or a word about a program that never listened.

use crate::deliveries::{DeliveryAttempt, DeliveryKind};
use crate::findings::{self, ExamCase, Line, LineRule, RequestPlace, WrongCase, short};
use sdkwright_sandbox_server::record::{self, Check};
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;

const SIGNATURE: LineRule = LineRule::new(
    "signature",
    "Every request is signed as the contract requires, with the current time.",
);
const NONCE: LineRule = LineRule::new("nonce", "No nonce is used twice, not even by retries and restarts.");
const REQUEST_ID: LineRule = LineRule::new("request-id", "Every request has an id.");
const FORM: LineRule = LineRule::new("form", "Parameters and bodies match the contract.");
const EVIDENCE: LineRule = LineRule::new("evidence", "Every approval covers exactly the body that is sent.");
const SECRETS: LineRule = LineRule::new("secrets", "No secret is in a URL, a header or a body.");

const NO_REQUEST: &str = "the application made no request";

/// The shortest secret that is searched for.
const SHORTEST: usize = 8;

/// Judges each request alone.
pub(crate) fn lines(case: &ExamCase<'_>) -> Vec<Line> {
    vec![
        signature(case),
        nonce(case),
        request_id(case),
        form(case),
        evidence(case),
        secrets(case),
    ]
}

/// Findings of the checks with these names, over the requests that came to one of them.
fn checked(case: &ExamCase<'_>, names: &[&str], is_meant: &dyn Fn(&str, &Check) -> bool) -> (usize, Vec<WrongCase>) {
    let (mut seen, mut findings) = (0, Vec::new());
    for sent in case.all() {
        let of_names = sent.came.call.checks.iter().filter(|check| names.contains(&check.name));
        let checks: Vec<&Check> = of_names.collect();
        if checks.is_empty() {
            continue;
        }
        seen += 1;
        let round = case.rounds[sent.place.round].fault.name();
        for check in checks
            .into_iter()
            .filter(|check| !check.passed && is_meant(round, check))
        {
            findings.push(WrongCase::about(&sent, &check.note));
        }
    }
    (seen, findings)
}

fn signature(case: &ExamCase<'_>) -> Line {
    if case.contract.extensions.signing.is_empty() {
        return Line::nothing(SIGNATURE, "requests are not signed in this contract");
    }
    // The time is judged where the server's clock is right.
    let is_meant = |round: &str, check: &Check| check.name != "freshness" || !["clock", "behind"].contains(&round);
    let (seen, findings) = checked(case, &["client", "signature", "freshness"], &is_meant);
    Line::judged(SIGNATURE, seen, findings, NO_REQUEST)
}

fn nonce(case: &ExamCase<'_>) -> Line {
    if case.contract.extensions.signing.is_empty() {
        return Line::nothing(NONCE, "requests are not signed in this contract");
    }
    let (mut seen, mut findings, mut first) = (0, Vec::new(), HashMap::new());
    for sent in case.all() {
        let signing = case
            .operation(sent.came)
            .and_then(|operation| case.contract.signing(operation));
        let Some(nonce) = signing.and_then(|signing| sent.came.call.header(signing.nonce_header()?)) else {
            continue;
        };
        seen += 1;
        let signature = signing.and_then(|signing| sent.came.call.header(&signing.signature_header));
        if let Some((before, signed)) = first.insert(nonce, (sent.place, signature)) {
            let why = if signature.is_some() && signed == signature {
                "the same request arrived again with its signature, probably because an HTTP library retries on its own"
            } else {
                "the nonce was used before"
            };
            findings.push(WrongCase::new(
                format!("{}: {why}", short(sent.came)),
                &[before, sent.place],
            ));
        }
    }
    Line::judged(NONCE, seen, findings, "no request had a nonce")
}

fn request_id_header<'a>(case: &ExamCase<'a>) -> Option<&'a str> {
    case.contract.extensions.sdk.pointer("/requestId/header")?.as_str()
}

fn request_id(case: &ExamCase<'_>) -> Line {
    let is_required = case.contract.extensions.sdk.pointer("/requestId/required") == Some(&Value::Bool(true));
    let Some(header) = request_id_header(case).filter(|_| is_required) else {
        return Line::nothing(REQUEST_ID, "the contract requires no request ids");
    };
    let (mut seen, mut findings) = (0, Vec::new());
    for sent in case.all().filter(|sent| sent.came.call.operation.is_some()) {
        seen += 1;
        if sent.came.call.header(header).is_none_or(str::is_empty) {
            findings.push(WrongCase::about(&sent, &format!("{header} is missing")));
        }
    }
    Line::judged(REQUEST_ID, seen, findings, NO_REQUEST)
}

fn form(case: &ExamCase<'_>) -> Line {
    let id = request_id_header(case).unwrap_or_default();
    // A missing request id and missing evidence have lines of their own.
    let is_meant = |_: &str, check: &Check| id.is_empty() || !check.note.contains(id);
    let (looked_at, mut findings) = checked(case, &["parameters", "body", "bound"], &is_meant);
    findings.retain(|finding| !finding.requests.iter().any(|place| is_of_evidence(case, *place)));
    Line::judged(FORM, looked_at, findings, NO_REQUEST)
}

/// Returns `true` for a request that was refused because of its evidence.
fn is_of_evidence(case: &ExamCase<'_>, place: RequestPlace) -> bool {
    let mut of_round = case.of_round(place.round);
    let found = of_round.find(|sent| sent.place == place);
    let code = found.and_then(|sent| sent.came.call.code.as_ref());
    code.is_some_and(|code| evidence_codes(&case.contract.root).contains(&code.as_str()))
}

/// The codes of missing and of wrong evidence.
fn evidence_codes(root: &Value) -> Vec<&str> {
    let codes = record::nodes(root).filter_map(|node| node.pointer("/x-payload-hash/problem")?.as_str());
    codes.collect()
}

fn evidence(case: &ExamCase<'_>) -> Line {
    let codes = evidence_codes(&case.contract.root);
    if codes.is_empty() {
        return Line::nothing(EVIDENCE, "the contract has no approvals");
    }
    let (mut seen, mut findings) = checked(case, &["payload-hash"], &|_, _| true);
    for sent in case.all() {
        let is_missing = sent.came.call.failures().any(|check| check.name == "body");
        let code = sent.came.call.code.as_deref().unwrap_or_default();
        if is_missing && codes.contains(&code) {
            seen += 1;
            findings.push(WrongCase::about(&sent, "the evidence is missing"));
        }
    }
    Line::judged(
        EVIDENCE,
        seen,
        findings,
        "the application sent no request that requires an approval",
    )
}

fn secrets(case: &ExamCase<'_>) -> Line {
    let (mut seen, mut findings) = (0, Vec::new());
    for sent in case.all() {
        seen += 1;
        let call = &sent.came.call;
        let decoded = record::percent_decode(&call.target, true).unwrap_or_default();
        let places = [
            ("the URL", call.target.clone()),
            ("the URL", decoded),
            ("the body", String::from_utf8_lossy(&call.body).into_owned()),
        ];
        let headers = call.headers.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let places: Vec<(&str, String)> = places.into_iter().chain(headers).collect();
        for secret in case.rounds[sent.place.round]
            .secrets
            .iter()
            .filter(|secret| secret.len() >= SHORTEST)
        {
            let forms = findings::secret_forms(secret);
            let is_in = |text: &str| forms.iter().any(|form| text.contains(form));
            let found = places.iter().find(|(_, text)| is_in(text));
            if let Some((place, _)) = found {
                findings.push(WrongCase::about(&sent, &format!("a secret is in {place}")));
            }
        }
    }
    Line::judged(SECRETS, seen, findings, NO_REQUEST)
}

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
pub(crate) fn receipt_lines(case: &ExamCase<'_>) -> Vec<Line> {
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
