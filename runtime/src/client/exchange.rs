//! The attempt loop of a call: a prepared request comes in, an answer of success or a failure with its history goes out. It
//! must never send again what could act twice.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use tracing::{Instrument as _, Span};

use super::Response;
use super::attempt::{self, Attempt, Extent};
use super::core::Core;
use super::guard::Watch;
use super::mismatch::{of_another, told};
use super::observe;
use super::prepare::prepare;
use super::recorded::exchange;
use super::situation::{afford, measure, overslept, situation};
use super::unsettled;
use crate::answer::{Answer, Arriving, Received, Source};
use crate::call::{Carried, Origin, Reply, Trail};
use crate::error::{Error, Failure, Trouble};
use crate::journal;
use crate::json::DecodeError;
use crate::outcome::Ending;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::request::{Prepared, Request};
use crate::retry::{self, Change, Decision, RetryContext, Stop};
use crate::secret::{Key, Turn};
use crate::transport::Incoming;

/// A complete 2xx answer, before its value is decoded.
pub(crate) struct Delivered {
    pub(crate) reply: Reply,
    /// The unread body of a stream.
    incoming: Option<Incoming>,
    replayed: bool,
    pub(super) carried: Box<Carried>,
    at: i64,
    support: &'static [&'static str],
    watch: Watch,
}

impl Delivered {
    pub(super) fn watched(self, watch: Watch) -> Self {
        Self { watch, ..self }
    }

    pub(crate) fn response<T>(self, value: T) -> Response<T> {
        self.watch.answered();
        Response {
            value,
            status: self.reply.status,
            headers: self.reply.headers,
            request_ids: self.carried.trail.request_ids,
            attempts: self.carried.trail.history.endings().len(),
            replayed: self.replayed,
            body: self.reply.body,
        }
    }

    pub(crate) fn seen(&self) -> journal::Seen<'_> {
        let whole = self.incoming.is_none().then_some(&*self.reply.body);
        self.reply.seen(whole)
    }

    /// Returns `true` if an action got an answer that its value would not reveal as foreign, such as a page of a proxy.
    pub(crate) fn is_foreign(&self) -> bool {
        let act = self.carried.prepared.act.as_ref();
        act.is_some_and(|act| journal::is_foreign(&act.successes, &self.seen()))
    }

    /// Returns the error of a 2xx answer that the contract does not describe as success.
    pub(crate) fn foreign(self) -> Error {
        self.unreadable(DecodeError::unexpected(
            "what the contract promises of a success",
            "another media type",
        ))
    }

    pub(crate) fn unreadable(self, error: DecodeError) -> Error {
        self.failed(Trouble::Unreadable(error))
    }

    /// Returns `true` if the contract names the status.
    pub(crate) fn is_named(&self) -> bool {
        self.carried.prepared.options.is_named(self.reply.status)
    }

    /// Returns the error of a 2xx answer that the contract does not name: the action happened, but its body is not described.
    pub(crate) fn unnamed(self) -> Error {
        self.failed(Trouble::Unnamed)
    }

    fn failed(self, trouble: Trouble) -> Error {
        let failure = Failure::of(trouble, Some(self.reply), None, self.carried, self.at, self.support);
        self.watch.failed(failure.into())
    }

    /// Decodes the value, or hands over the body of a stream.
    pub(crate) fn read<T: Answer>(mut self, core: &Core) -> Result<Response<T>, Error> {
        let Some(incoming) = self.incoming.take() else {
            return match T::read(&mut Received::new(&self.reply, None)) {
                Ok(value) => {
                    self.carried.trail.timing.was_read(core);
                    Ok(self.response(value))
                }
                Err(error) => Err(self.unreadable(error)),
            };
        };
        let trail = &self.carried.trail;
        let mut timing = trail.timing.clone();
        let (request_ids, attempts) = (trail.request_ids.clone(), trail.history.endings().len());
        let origin = Origin {
            endpoint: self.carried.prepared.endpoint.clone(),
            outcome: trail.history.outcome(self.carried.prepared.is_safe()),
            request_ids: request_ids.clone(),
            attempts,
            at: self.at,
            support: self.support,
        };
        let source = Source {
            origin,
            carried: Some(self.carried),
            transport: Arc::clone(&core.shared().transport),
        };
        let arriving = Arriving::new(incoming, self.reply.clone(), source);
        let mut received = Received::new(&self.reply, Some(arriving));
        match T::read(&mut received) {
            Ok(value) => {
                timing.was_read(core);
                self.watch.answered();
                Ok(Response {
                    value,
                    status: self.reply.status,
                    headers: self.reply.headers,
                    request_ids,
                    attempts,
                    replayed: self.replayed,
                    body: Bytes::new(),
                })
            }
            Err(error) => {
                let arriving = received.arrive();
                Err(self.watch.failed(arriving.unreadable(0, error, Bytes::new())))
            }
        }
    }

    pub(crate) fn raw(self) -> Response<Bytes> {
        let body = self.reply.body.clone();
        self.response(body)
    }
}

/// Prepares a request and sends it with retries.
pub(crate) async fn send_request(core: Core, request: Box<Request>) -> Result<Delivered, Error> {
    let endpoint = request.endpoint();
    let mut trail = unsettled::trail(&core, request.key.as_ref(), !request.refreshes);
    let outcome = trail.history.outcome(endpoint.method().is_safe());
    let watch = Watch::new(&core, &endpoint, outcome);
    let ended = match prepare(&core, request).await {
        Ok(prepared) => {
            trail.progress = watch.progress();
            let carried = Carried::new(core.account(), prepared, trail);
            exchange(core, carried).await
        }
        Err(refusal) => Err(Failure::refused(endpoint, refusal, outcome, core.local_seconds()).into()),
    };
    watch.pass(ended)
}

/// Repeats attempts until the decision is to stop, within the span of the call.
pub(super) async fn attempts(core: Core, carried: Box<Carried>) -> Result<Delivered, Error> {
    let span = observe::call_span(&carried.prepared);
    run(core, carried, &span).instrument(span.clone()).await
}

async fn run(core: Core, mut carried: Box<Carried>, call: &Span) -> Result<Delivered, Error> {
    let Carried { prepared, trail, .. } = &mut *carried;
    let now = core.shared().clock.instant();
    // A resumed call reads no file again.
    let spent = std::mem::take(&mut prepared.options.spent);
    let began = now.checked_sub(spent).unwrap_or(now);
    let mut policy = core.shared().policy.clone();
    policy.attempts = prepared.options.attempts.unwrap_or(policy.attempts).max(1);
    let deadline = prepared.options.deadline.unwrap_or(core.shared().deadline);
    let timeout = prepared.options.timeout.unwrap_or(core.shared().timeout);
    trail.timing.starts();
    let mut given_id = prepared.options.request_id.take();
    let mut turn: Option<Turn> = None;
    let mut paid = false;
    loop {
        let at = core.local_seconds();
        core.renew(&mut turn).await;
        let elapsed = core.shared().clock.instant().saturating_duration_since(began);
        let left = timeout.min(deadline.saturating_sub(elapsed));
        let secret = turn.as_ref().and_then(Turn::key);
        let resends = trail.history.current().len();
        if let Some(progress) = &trail.progress {
            progress.begins(prepared.is_safe());
        }
        let span = observe::attempt_span(prepared, resends);
        let (attempted, took) = once(&core, prepared, trail, secret, given_id.take(), left)
            .instrument(span.clone())
            .await;
        if let Some(id) = trail.request_ids.last() {
            span.record("sdk.request_id", id.as_str());
        }
        let seen = see(&core, prepared, attempted, trail);
        trail.history.push(seen.ending);
        let outcome = trail.history.outcome(prepared.is_safe());
        if let Some(mark) = &mut trail.mark {
            core.shared().unsettled.ended(mark, outcome);
        }
        if let Some(progress) = &trail.progress {
            progress.knows(Some(seen.ending), outcome);
        }
        let elapsed = core.shared().clock.instant().saturating_duration_since(began);
        let skew = measure(&core, seen.reply.as_ref(), took);
        if let Some(signed) = &mut trail.signed {
            (signed.took, signed.skew) = (took, skew);
        }
        let decision = if seen.is_final {
            Decision::Stop(Stop::Final)
        } else if matches!(seen.ending, Ending::Success) {
            // An answer of success ends the call without reading clocks, tokens or random numbers.
            Decision::Stop(Stop::Done)
        } else {
            let other_secret = seen.ending.refuses_signature() && core.has_other_secret(turn.as_ref()).await;
            let clocks = (elapsed, took);
            let situation = situation(&core, prepared, trail, seen.reply.as_ref(), clocks);
            let situation = RetryContext {
                deadline: Some(deadline),
                other_secret,
                ..situation
            };
            retry::decide(&trail.history, &policy, &situation)
        };
        observe::attempt_ended(&core, &prepared.endpoint, &seen, (resends, took, decision), &span);
        let stop = match decision {
            Decision::Stop(stop) => stop,
            Decision::Again { change, .. } if !afford(&core, change) => Stop::Budget,
            Decision::Again { wait, change } => {
                paid = change == Change::Nothing;
                let mut is_kept = true;
                match (change, skew, &mut turn) {
                    (Change::Clock, Some(offset), _) => {
                        let outcome = trail.history.outcome(prepared.is_safe());
                        is_kept = trail.timing.correct(offset, outcome).await;
                    }
                    (Change::Secret, _, Some(turn)) => turn.take_other(),
                    _ => {}
                }
                if !wait.is_zero() {
                    core.shared().transport.sleep(wait).await;
                }
                // A wait may take longer than planned. An attempt without remaining time would be cut off, and after a machine
                // slept for a day the server may treat the key as new.
                let elapsed = core.shared().clock.instant().saturating_duration_since(began);
                match overslept(&core, prepared, trail, elapsed >= deadline) {
                    None if is_kept => continue,
                    stop => stop.unwrap_or(Stop::Final),
                }
            }
        };
        if matches!(stop, Stop::Done | Stop::Final) && seen.reply.is_some() {
            core.shared().tokens.earn(policy.budget, paid);
        }
        trail.timing.ended(&core, prepared, &seen, trail.signed.is_some());
        if let (Stop::Done, Some(turn)) = (stop, &turn) {
            turn.accepted();
        }
        let ended = end(&core, carried, seen, stop, at);
        observe::attempts_ended(&ended, call);
        return ended;
    }
}

/// Returns the end of a call: a complete 2xx answer, or a failure that owns all it needs to resume.
fn end(core: &Core, carried: Box<Carried>, seen: Seen, stop: Stop, at: i64) -> Result<Delivered, Error> {
    let support = core.api().support;
    match (seen.trouble, seen.reply) {
        (None, Some(reply)) => Ok(Delivered {
            reply,
            incoming: seen.incoming,
            replayed: seen.replayed,
            carried,
            at,
            support,
            watch: Watch::default(),
        }),
        (trouble, reply) => {
            let trouble = trouble.unwrap_or(Trouble::Status);
            let failure = Failure::of(trouble, reply, seen.problem, carried, at, support);
            Err(failure.stopped(stop).into())
        }
    }
}

/// The knowledge after one attempt.
pub(super) struct Seen {
    pub(super) ending: Ending,
    pub(super) reply: Option<Reply>,
    pub(super) incoming: Option<Incoming>,
    problem: Option<Problem>,
    replayed: bool,
    /// `None` for a complete 2xx answer.
    pub(super) trouble: Option<Trouble>,
    /// No further attempt can succeed.
    pub(super) is_final: bool,
}

async fn once(
    core: &Core,
    prepared: &Prepared,
    trail: &mut Trail,
    secret: Option<&Key>,
    given_id: Option<String>,
    timeout: Duration,
) -> (Attempt, Duration) {
    // A request without time for its answer is not sent: it would be cut off with an unknown outcome.
    if timeout.is_zero() && trail.history.current().is_empty() {
        return (Attempt::Refused(Refusal::Time), Duration::ZERO);
    }
    let began = core.shared().clock.instant();
    let granted = attempt::authorize(core, prepared, timeout).await;
    let opened = match granted {
        Ok(grant) => attempt::open(prepared).await.map(|body| (grant, body)),
        Err(refusal) => Err(refusal),
    };
    let stamped = opened.and_then(|(grant, body)| {
        let id = attempt::request_id(core, given_id)?;
        let corrected = trail.timing.offset(core);
        let (request, signed) = attempt::stamp(core, prepared, &grant, secret, &id, body, corrected)?;
        trail.timing.leaves(core);
        if let Some(mark) = &mut trail.mark {
            core.shared().unsettled.leaves(mark, core.moment());
        }
        trail.keep(&id);
        trail.sent_id = id;
        trail.signed = signed;
        Ok((request, grant))
    });
    match stamped {
        Err(refusal) => (Attempt::Refused(refusal), Duration::ZERO),
        Ok((request, grant)) => {
            let signed = core.shared().clock.instant();
            // Fetching a token is part of the attempt.
            let asked = if grant.has_asked() {
                signed.saturating_duration_since(began)
            } else {
                Duration::ZERO
            };
            let attempted = attempt::send(core, request, timeout.saturating_sub(asked), &prepared.options).await;
            if matches!(&attempted, Attempt::Answered(reply, _) if reply.status == StatusCode::UNAUTHORIZED) {
                grant.reject();
            }
            if !matches!(attempted, Attempt::Refused(_) | Attempt::NotSent(_)) {
                trail.timing.left();
            }
            (
                attempted,
                core.shared().clock.instant().saturating_duration_since(signed),
            )
        }
    }
}

fn see(core: &Core, prepared: &Prepared, attempted: Attempt, trail: &mut Trail) -> Seen {
    let nothing = |ending, trouble, is_final| Seen {
        ending,
        reply: None,
        incoming: None,
        problem: None,
        replayed: false,
        trouble: Some(trouble),
        is_final,
    };
    let (reply, extent) = match attempted {
        Attempt::Refused(refusal) => return nothing(Ending::NotSent, Trouble::Refused(refusal), true),
        Attempt::NotSent(cause) => return nothing(Ending::NotSent, Trouble::NotSent(cause), false),
        Attempt::NoAnswer(cause) => return nothing(Ending::NoAnswer, Trouble::NoAnswer(cause), false),
        Attempt::Answered(reply, extent) => (reply, extent),
    };
    if let Some(place) = of_another(core, prepared, &reply, &extent, &trail.sent_id) {
        let seen = nothing(Ending::Mismatched, Trouble::OfAnother(place), false);
        return Seen {
            reply: Some(reply),
            ..seen
        };
    }
    let api = core.api();
    let status = reply.status.as_u16();
    let success = prepared.options.is_success(reply.status);
    let problem = if success {
        None
    } else {
        Problem::decode(&api.problems, &reply.body, &reply.limits)
    };
    if let Some(id) = api.request_id_header.and_then(|name| reply.header(name)) {
        trail.keep(id);
    }
    if let Some(id) = problem.as_ref().and_then(Problem::request_id) {
        trail.keep(id);
    }
    let replayed = api
        .idempotency
        .and_then(|keys| keys.replayed)
        .is_some_and(|(name, value)| {
            reply
                .header(name)
                .is_some_and(|text| text.trim().eq_ignore_ascii_case(value))
        });
    let rules = core.rules();
    let ending = match (&extent, success) {
        (Extent::CutOff(_), true) => Ending::CutOff,
        (Extent::CutOff(_) | Extent::TooLarge, false) => rules.truncated(status, replayed),
        // The unreadable body may contain a code: handled as if it had been cut off.
        (Extent::Whole, false) if problem.is_none() && reply.is_broken_json() => rules.truncated(status, replayed),
        _ if success => Ending::Success,
        _ => rules.ending(status, told(core, &reply, problem.as_ref()), replayed),
    };
    let is_final = matches!(extent, Extent::TooLarge);
    let mut incoming = None;
    let trouble = match extent {
        Extent::Arriving(body) => {
            incoming = Some(body);
            None
        }
        Extent::Whole if success => None,
        Extent::CutOff(cause) if success => Some(Trouble::CutOff(cause)),
        Extent::TooLarge => Some(Trouble::TooLarge {
            limit: core.limits().bytes,
        }),
        Extent::CutOff(cause) => Some(Trouble::Broken(cause)),
        Extent::Whole if problem.is_some() => Some(Trouble::Problem),
        Extent::Whole => Some(Trouble::Status),
    };
    Seen {
        ending,
        reply: Some(reply),
        incoming,
        problem,
        replayed,
        trouble,
        is_final,
    }
}
