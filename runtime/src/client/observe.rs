//! A call and its attempts as `tracing` spans, with the names of OpenTelemetry for HTTP clients, and as measures.
//!
//! Only method, path template and host of a request are recorded, never its target: arguments and server texts may contain
//! personal data.

use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;

use super::core::Core;
use super::delivered::Delivered;
use super::evaluate::Evaluated;
use super::guard::tell;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::metrics::AttemptEnd;
use crate::outcome::Ending;
use crate::request::Prepared;
use crate::retry::{Change, Decision};

/// Returns the path template. A raw call has none: its path contains arguments.
fn template(endpoint: &Endpoint) -> Option<&str> {
    (!endpoint.operation().is_empty()).then(|| endpoint.template())
}

/// The name of an OpenTelemetry HTTP span: method and path template, if there is one.
struct Name<'e>(&'e Endpoint);

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.method().as_str())?;
        template(self.0).map_or(Ok(()), |template| write!(f, " {template}"))
    }
}

/// Creates the span of a call.
pub(super) fn call_span(prepared: &Prepared) -> Span {
    let endpoint = &prepared.endpoint;
    tracing::info_span!(
        "call",
        otel.name = %Name(endpoint),
        otel.kind = "internal",
        sdk.operation = endpoint.operation(),
        http.request.method = endpoint.method().as_str(),
        url.template = template(endpoint),
        server.address = address(&prepared.origin),
        server.port = port(&prepared.origin),
        http.response.status_code = Empty,
        error.type = Empty,
        sdk.attempts = Empty,
        sdk.outcome = Empty,
    )
}

/// Creates the span of an attempt.
pub(super) fn attempt_span(prepared: &Prepared, resend_count: usize) -> Span {
    let endpoint = &prepared.endpoint;
    let span = tracing::info_span!(
        "attempt",
        otel.name = %Name(endpoint),
        otel.kind = "client",
        http.request.method = endpoint.method().as_str(),
        url.template = template(endpoint),
        server.address = address(&prepared.origin),
        server.port = port(&prepared.origin),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
        sdk.problem = Empty,
        sdk.request_id = Empty,
    );
    if resend_count > 0 {
        span.record("http.request.resend_count", resend_count);
    }
    span
}

/// Records the end of an attempt in its span and in the measures.
pub(super) fn attempt_ended(
    core: &Core,
    endpoint: &Endpoint,
    evaluated: &Evaluated,
    told: (usize, Duration, Decision),
    span: &Span,
) {
    let (resend_count, took, decision) = told;
    let status = evaluated.reply.as_ref().map(|reply| reply.status.as_u16());
    let error = evaluated.trouble.as_ref().map(crate::error::Trouble::kind);
    let problem = problem(evaluated);
    if let Some(problem) = problem {
        span.record("sdk.problem", problem);
    }
    record(span, status, error);
    tracing::debug!(parent: span, ?decision, took = ?took, "attempt ended");
    tell(core, |metrics| {
        metrics.attempt(&AttemptEnd {
            endpoint,
            resend_count,
            took,
            status,
            code: problem,
            error,
            decision,
            budget: core.retry_budget(),
            skew: core.clock_skew(),
        });
    });
}

/// Returns the code of the problem that an attempt was answered with.
fn problem(evaluated: &Evaluated) -> Option<&'static str> {
    match evaluated.ending {
        Ending::Answer(answer) => answer.code,
        _ => None,
    }
}

/// Tells that a call is sent again: after which attempt, why, and after what wait.
pub(super) fn sent_again(evaluated: &Evaluated, resend_count: usize, wait: Duration, change: Change) {
    let status = evaluated.reply.as_ref().map(|reply| reply.status.as_u16());
    let error = evaluated.trouble.as_ref().map(crate::error::Trouble::kind);
    let problem = problem(evaluated);
    tracing::info!(
        sdk.attempt = resend_count + 1,
        http.response.status_code = status,
        error.type = error.map(ErrorKind::as_str),
        sdk.problem = problem,
        ?wait,
        ?change,
        "the attempt failed; the call is retried"
    );
}

/// Records the end of all attempts in the span of the call.
pub(super) fn attempts_ended(ended: &Result<Delivered, Error>, span: &Span) {
    let (attempts, status) = match ended {
        Ok(delivered) => {
            let attempts = delivered.carried.trail.history.endings().len();
            (attempts, Some(delivered.reply.status))
        }
        Err(error) => (error.attempts(), error.status()),
    };
    let failed = ended.as_ref().err();
    let error = failed.map(Error::kind);
    span.record("sdk.attempts", attempts);
    record(span, status.map(|status| status.as_u16()), error);
    if let Some(error) = failed {
        span.record("sdk.outcome", tracing::field::display(error.outcome()));
    }
}

/// Records the status and, as the error type, the status or the kind of failure: few different values.
fn record(span: &Span, status: Option<u16>, error: Option<ErrorKind>) {
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    match (error, status) {
        (None, _) => {}
        (Some(ErrorKind::Problem | ErrorKind::Status), Some(status)) => {
            span.record("error.type", tracing::field::display(status));
        }
        (Some(kind), _) => {
            span.record("error.type", kind.as_str());
        }
    }
}

/// Returns the host of an origin.
fn address(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    // A port follows the last colon; a colon in brackets is part of the address.
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Returns the port of an origin, explicit or by its scheme.
fn port(origin: &str) -> u16 {
    let default = if origin.starts_with("http:") { 80 } else { 443 };
    let said = origin.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    said.unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_an_address_and_a_port() {
        for (origin, parts) in [
            ("https://example.com", ("example.com", 443)),
            ("https://example.com:8443", ("example.com", 8443)),
            ("http://127.0.0.1:80", ("127.0.0.1", 80)),
            ("http://localhost", ("localhost", 80)),
            ("http://[::1]", ("[::1]", 80)),
            ("http://[::1]:7", ("[::1]", 7)),
        ] {
            assert_eq!((address(origin), port(origin)), parts, "{origin}");
        }
    }
}
