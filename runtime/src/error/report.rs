//! The support report: a failure comes in, the facts that an API's support asks for go out. It must never contain a secret or a
//! body.

use crate::exchange::Failure;
use crate::json::{self, JsonValue, Limits};
use crate::problem::{OneLine, Problem};
use crate::signing::{self, SignatureContext, SignatureReport};

/// Writes the report, one line per fact.
pub(super) fn write(failure: &Failure) -> String {
    let one = |text: &str| OneLine(text).to_string();
    let mut lines = Vec::new();
    let mut line = |name: &str, value: &str| lines.push(format!("{name}: {value}"));
    line("endpoint", &one(&failure.exchange.endpoint.to_string()));
    line("time", &crate::value::rfc3339(failure.at));
    if let Some(reply) = &failure.end.reply {
        line("status", reply.status.as_str());
    }
    if let Some(code) = super::shown::code(failure) {
        line("code", &one(&code));
    }
    if let Some(detail) = super::shown::detail(failure) {
        line("detail", &detail);
    }
    line("outcome", &failure.outcome.to_string());
    if let Some(key) = failure.key() {
        line("idempotency key", &one(key));
    }
    let (trail, fixed) = (&failure.exchange.trail, failure.exchange.fixed());
    if fixed.is_some() || trail.attempts() > 0 {
        line("attempts", &trail.attempts().to_string());
        let ids = trail.request_ids.iter().map(|id| one(id));
        line("request ids", &ids.collect::<Vec<_>>().join(", "));
    }
    if let Some(fixed) = fixed {
        let source = &fixed.payload.source;
        let body: Option<JsonValue> = source
            .bytes()
            .and_then(|bytes| json::from_slice_within(bytes, &Limits::OWN).ok());
        let arguments = || fixed.arguments.iter().chain(&fixed.noted);
        for name in fixed.support {
            let given = arguments().filter(|(known, _)| known == name);
            let mut values: Vec<String> = given.map(|(_, value)| value.clone()).collect();
            values.extend(body.as_ref().and_then(|body| body.get(name)).and_then(plain));
            values.dedup();
            for value in values {
                line(name, &one(&value));
            }
        }
    }
    if let Some((call, id)) = failure.reading() {
        line("read it with", &format!("{call}, by executed_id(\"{id}\")"));
    }
    line("advice", failure.advice());
    lines.join("\n")
}

/// Returns a value of a body as one text; `None` for null.
fn plain(value: &JsonValue) -> Option<String> {
    (!value.is_null()).then(|| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Explains the last signed attempt.
pub(super) fn explain_signature(failure: &Failure) -> Option<SignatureReport> {
    let fixed = failure.exchange.fixed()?;
    let reply = failure.end.reply.as_ref();
    let facts = SignatureContext {
        method: fixed.endpoint.method().as_str(),
        template: fixed.endpoint.template(),
        target: &fixed.target,
        sha256: &fixed.payload.sha256,
        length: fixed.payload.source.length(),
        idempotency_key: fixed.key.as_ref().map(crate::idempotency::IdempotencyKey::as_str),
        client_id: fixed.account.client_id(),
        code: failure.end.problem.as_ref().and_then(Problem::code),
        via: reply.is_some_and(|reply| reply.headers.contains_key(http::header::VIA)),
    };
    Some(signing::explain(failure.exchange.trail.signed.as_ref()?, &facts))
}
