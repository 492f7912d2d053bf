//! A call and its attempts as `tracing` spans, with the names of OpenTelemetry for HTTP clients, and as metrics.
//!
//! Only method, path template and host of a request are recorded, never its target: arguments and server texts may contain
//! personal data. Numbers have a sign, because OpenTelemetry has no others, and exports unsigned ones as text.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tracing::Span;
use tracing::field::Empty;

use super::core::Core;
use super::evaluate::{Attempted, Evaluated};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::exchange::{Ended, ErrorKind, Fixed};
use crate::metrics::{AttemptEnd, CallEnd, End, Metrics};
use crate::outcome::{Ending, Outcome};
use crate::retry::{Change, Decision};

/// Returns the path template. A raw call has none: its path contains arguments.
fn template(endpoint: &Endpoint) -> Option<&str> {
    (!endpoint.operation().is_empty()).then(|| endpoint.template())
}

/// The name of an OpenTelemetry HTTP span: method and path template, if there is one.
struct SpanName<'e>(&'e Endpoint);

impl std::fmt::Display for SpanName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.method().as_str())?;
        template(self.0).map_or(Ok(()), |template| write!(f, " {template}"))
    }
}

/// Creates the span of a call.
pub(super) fn call_span(fixed: &Fixed) -> Span {
    let endpoint = &fixed.endpoint;
    tracing::info_span!(
        "call",
        otel.name = %SpanName(endpoint),
        otel.kind = "internal",
        sdk.operation = endpoint.operation(),
        http.request.method = endpoint.method().as_str(),
        url.template = template(endpoint),
        server.address = address(&fixed.origin),
        server.port = port(&fixed.origin),
        http.response.status_code = Empty,
        error.type = Empty,
        sdk.attempts = Empty,
        sdk.outcome = Empty,
    )
}

/// Creates the span of an attempt.
pub(super) fn attempt_span(fixed: &Fixed, resend_count: usize) -> Span {
    let endpoint = &fixed.endpoint;
    let span = tracing::info_span!(
        "attempt",
        otel.name = %SpanName(endpoint),
        otel.kind = "client",
        http.request.method = endpoint.method().as_str(),
        url.template = template(endpoint),
        server.address = address(&fixed.origin),
        server.port = port(&fixed.origin),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
        sdk.problem = Empty,
        sdk.request_id = Empty,
    );
    if resend_count > 0 {
        span.record("http.request.resend_count", signed(resend_count));
    }
    span
}

/// Records the end of an attempt in its span and in the metrics.
pub(super) fn attempt_ended(core: &Core, endpoint: &Endpoint, attempted: &Attempted, decision: Decision) {
    let (evaluated, span, took) = (&attempted.evaluated, &attempted.span, attempted.took);
    let status = evaluated.end.reply().map(|reply| reply.status.as_u16());
    let error = evaluated.end.error();
    let problem = problem(evaluated);
    if let Some(problem) = problem {
        span.record("sdk.problem", problem);
    }
    record(span, status, error);
    tracing::debug!(parent: span, ?decision, took = ?took, "attempt ended");
    tell(core, |metrics| {
        metrics.attempt(&AttemptEnd {
            endpoint,
            resend_count: attempted.resend_count,
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

/// Creates the span of the requests for one access token.
pub(super) fn token_span(origin: &str) -> Span {
    tracing::info_span!(
        "token",
        otel.kind = "client",
        http.request.method = "POST",
        server.address = address(origin),
        server.port = port(origin),
    )
}

/// Returns the code of the problem that an attempt was answered with.
fn problem(evaluated: &Evaluated) -> Option<&'static str> {
    match evaluated.ending {
        Ending::Answer(answer) => answer.code,
        _ => None,
    }
}

/// Tells that a call is sent again: after which attempt, why, and after what wait.
pub(super) fn sent_again(attempted: &Attempted, wait: Duration, change: Change) {
    let evaluated = &attempted.evaluated;
    let status = evaluated.end.reply().map(|reply| reply.status.as_u16());
    let error = evaluated.end.error();
    let problem = problem(evaluated);
    tracing::info!(
        sdk.attempt = attempted.resend_count + 1,
        http.response.status_code = status,
        error.type = error.map(ErrorKind::as_str),
        sdk.problem = problem,
        ?wait,
        ?change,
        "the attempt failed; the call is retried"
    );
}

/// Logs that a stream broke off and after what wait another connection continues it.
pub(super) fn stream_broke_off(fixed: &Fixed, attempts: usize, wait: Duration) {
    tracing::info!(
        sdk.operation = fixed.endpoint.operation(),
        sdk.attempt = attempts,
        ?wait,
        "the stream broke off; the call is repeated"
    );
}

/// Records the end of all attempts in the span of the call.
pub(super) fn attempts_ended(ended: &Ended, span: &Span) {
    let error = ended.end.error();
    span.record("sdk.attempts", signed(ended.exchange.trail.attempts()));
    record(span, ended.end.reply().map(|reply| reply.status.as_u16()), error);
    if error.is_some() {
        span.record("sdk.outcome", tracing::field::display(ended.outcome));
    }
}

/// Records the status and, as the error type, the status or the kind of failure: few different values.
fn record(span: &Span, status: Option<u16>, error: Option<ErrorKind>) {
    if let Some(status) = status {
        span.record("http.response.status_code", i64::from(status));
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
fn port(origin: &str) -> i64 {
    let default = if origin.starts_with("http:") { 80 } else { 443 };
    let said = origin.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    said.map_or(default, i64::from)
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The guard of one call for metrics, a local variable of the future that sends it: [`Metrics::call`] is called exactly once,
/// even if that future is dropped. It holds no lock; without metrics it costs nothing.
#[derive(Debug)]
pub(super) struct MetricsGuard(Option<Box<Open>>);

/// A call that has not ended.
#[derive(Debug)]
struct Open {
    core: Core,
    endpoint: Endpoint,
    began: Instant,
    progress: Progress,
}

impl MetricsGuard {
    /// Starts the guard of a call. `outcome` is the knowledge about its action so far.
    pub(super) fn start(core: &Core, endpoint: &Endpoint, outcome: Outcome) -> Self {
        if core.shared().metrics.is_none() {
            return Self(None);
        }
        let progress = Progress::default();
        progress.knows(None, outcome);
        Self(Some(Box::new(Open {
            core: core.clone(),
            endpoint: endpoint.clone(),
            began: core.instant(),
            progress,
        })))
    }

    /// Returns the progress that attempts report to.
    pub(super) fn progress(&self) -> Option<&Progress> {
        Some(&self.0.as_ref()?.progress)
    }

    /// Reports the end of the call: its value was decoded, or it failed before or after it was sent.
    pub(super) fn end<T>(mut self, ended: Result<T, Error>) -> Result<T, Error> {
        let error = ended.as_ref().err();
        self.report(
            |progress| match error.map(Error::kind) {
                None => End::Answered,
                Some(ErrorKind::Refused) if !progress.sent.load(Ordering::Relaxed) => End::Refused,
                Some(_) => End::Failed,
            },
            error,
        );
        ended
    }

    /// Reports that no request of this call was sent, even if its error has earlier ones.
    pub(super) fn refused(mut self, error: Error) -> Error {
        self.report(|_| End::Refused, Some(&error));
        error
    }

    fn report(&mut self, end: impl FnOnce(&Progress) -> End, error: Option<&Error>) {
        let Some(open) = self.0.take() else { return };
        let end = end(&open.progress);
        let took = open.core.instant().saturating_duration_since(open.began);
        let known = (end == End::Dropped).then(|| open.progress.outcome());
        tell(&open.core, |metrics| {
            metrics.call(&CallEnd {
                endpoint: &open.endpoint,
                end,
                attempts: open.progress.attempts.load(Ordering::Relaxed),
                took,
                error: error.map(Error::kind),
                outcome: error.map(Error::outcome).or(known),
            });
        });
    }
}

impl Drop for MetricsGuard {
    fn drop(&mut self) {
        self.report(|_| End::Dropped, None);
    }
}

/// The progress of a call: attempts write it, and the end or the drop of the call reads it. It never holds text of a call.
#[derive(Debug, Default)]
pub(super) struct Progress {
    attempts: AtomicUsize,
    /// Bytes of the call left, or may have left.
    sent: AtomicBool,
    /// The action may have happened.
    doubtful: AtomicBool,
    executed: AtomicBool,
}

impl Progress {
    /// Records the start of an attempt: until it ends, its outcome is unknown.
    pub(super) fn begins(&self, safe: bool) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.doubtful.fetch_or(!safe, Ordering::Relaxed);
    }

    /// Records the knowledge after an attempt, or before the first one.
    pub(super) fn knows(&self, last: Option<Ending>, outcome: Outcome) {
        let sent = last.is_some_and(|ending| ending != Ending::NotSent);
        self.sent.fetch_or(sent, Ordering::Relaxed);
        self.doubtful.store(outcome == Outcome::Unknown, Ordering::Relaxed);
        self.executed.store(outcome == Outcome::Executed, Ordering::Relaxed);
    }

    fn outcome(&self) -> Outcome {
        if self.executed.load(Ordering::Relaxed) {
            Outcome::Executed
        } else if self.doubtful.load(Ordering::Relaxed) {
            Outcome::Unknown
        } else {
            Outcome::NotExecuted
        }
    }
}

/// Calls a hook of the metrics. A panic in it does not change the call: money may have moved, and the response must reach the
/// caller.
fn tell(core: &Core, hook: impl FnOnce(&dyn Metrics)) {
    let Some(metrics) = &core.shared().metrics else { return };
    if catch_unwind(AssertUnwindSafe(|| hook(&**metrics))).is_err() {
        tracing::error!("a metrics hook panicked; the call continues");
    }
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
