//! The support report: a failure comes in, the facts that an API's support asks for go out. It must never contain a secret or a
//! body.

use super::Failure;
use crate::json::{self, JsonValue, Limits};
use crate::problem::OneLine;

/// Writes the report, one line per fact.
pub(super) fn write(failure: &Failure) -> String {
    let one = |text: &str| OneLine(text).to_string();
    let mut lines = Vec::new();
    let mut line = |name: &str, value: &str| lines.push(format!("{name}: {value}"));
    line("endpoint", &one(&failure.endpoint.to_string()));
    line("time", &crate::value::rfc3339(failure.at));
    if let Some(reply) = &failure.reply {
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
    if let (Some((ids, attempts)), None) = (&failure.came, &failure.carried) {
        line("attempts", &attempts.to_string());
        let ids: Vec<String> = ids.iter().map(|id| one(id)).collect();
        line("request ids", &ids.join(", "));
    }
    if let Some(carried) = &failure.carried {
        line("attempts", &carried.trail.history.endings().len().to_string());
        let ids = carried.trail.request_ids.iter().map(|id| one(id));
        line("request ids", &ids.collect::<Vec<_>>().join(", "));
        let source = &carried.prepared.payload.source;
        let body: Option<JsonValue> = source
            .bytes()
            .and_then(|bytes| json::from_slice_within(bytes, &Limits::OWN).ok());
        let arguments = || carried.prepared.arguments.iter().chain(&carried.prepared.noted);
        for name in failure.support {
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
