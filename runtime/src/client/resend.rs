//! Calls that are sent again: a failed call by its error, a recorded intent by its journal, or a stream that broke off from its last
//! event. The bytes must never change, and go only to a server of the client.

use std::any::TypeId;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{Method, StatusCode};

use super::attempts::{Bounds, attempts};
use super::core::Core;
use super::evaluate::afford;
use super::journaled::{digest, of_another_key, recorded, seen};
use super::observe::{self, MetricsGuard};
use super::{arriving, body, decode, decode_any, expected, foreign};
use crate::answer::{Answer, Arriving, Binary, Reopening, Response, ResumePoint, StreamClient, Timer, value_type};
use crate::clock::Moment;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::exchange::{
    Act, Arrived, End, Ended, Exchange, FailedCall, FailureCause, FirstRun, Fixed, FixedParts, Timing, Trail,
};
use crate::idempotency::IdempotencyKey;
use crate::journal::{
    Booked, Claim, Intent, Journal, JournalError, JournalRefusal, Piece, Seen, SendTimes, Settlement,
};
use crate::json::DecodeError;
use crate::multipart::Payload;
use crate::outcome::History;
use crate::refusal::Refusal;
use crate::request::CallOptions;
use crate::retry::{self, Change, Decision, RetryContext, Stop};
use crate::security::RequiredSchemes;
use crate::transport::BodySource;

/// A failed call that is resumed. `.await` sends it and discards its response; [`value`](Self::value) returns the response.
#[must_use = "a call does nothing until it is awaited"]
pub struct Resend {
    core: Core,
    error: Error,
}

impl std::fmt::Debug for Resend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resend")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Resumes a call that failed: same idempotency key and bytes, new signature.
    ///
    /// `client.resend(error).await?` returns once the call succeeds; `client.resend(error).value().await?` returns the value of
    /// the call. If the call cannot be sent again, nothing is sent and the error comes back: the response type differs, the
    /// account differs, or the server may have forgotten the key.
    ///
    /// The error is consumed. If this future may be dropped before it ends, keep `error.key()` for
    /// `IdempotencyKey::used_before`.
    pub fn resend(&self, error: Error) -> Resend {
        Resend {
            core: self.clone(),
            error,
        }
    }
}

impl Resend {
    /// Sends it and returns the value. `T` is the value type of the failed call; with another type, nothing is sent.
    pub async fn value<T: Answer>(self) -> Result<T, Error> {
        self.with_response().await.map(|response| response.value)
    }

    /// Sends it and returns the value with status, headers and request ids.
    pub async fn with_response<T: Answer>(self) -> Result<Response<T>, Error> {
        self.send(Some(TypeId::of::<T>()), decode).await
    }

    /// Sends the call of the error, if it may be resumed. Otherwise returns the error, with the reason noted in it.
    async fn send<R>(self, value: Option<TypeId>, decode: fn(&Core, Ended) -> Result<R, Error>) -> Result<R, Error> {
        let Self { core, error } = self;
        let guard = MetricsGuard::start(&core, error.endpoint(), error.outcome());
        let allowed = match allowed(&core, &error, value) {
            Ok(()) => error.into_exchange(),
            Err(why) => Err(error.noted(why)),
        };
        let (mut exchange, fixed) = match allowed {
            Ok(resumed) => resumed,
            Err(error) => return Err(guard.refused(error)),
        };
        let trail = &mut exchange.trail;
        trail.history = std::mem::take(&mut trail.history).resumed();
        let ended = recorded(&core, exchange, fixed, guard.progress()).await;
        guard.end(decode(&core, ended))
    }
}

/// Checks that this client may resume the call of an error, for a value of this type, if one is required.
fn allowed(core: &Core, error: &Error, value: Option<TypeId>) -> Result<(), &'static str> {
    let exchange = error.exchange();
    let Some(fixed) = exchange.fixed() else {
        return Err("the failed call was never complete: make the call again");
    };
    if value.is_some_and(|value| value != fixed.value.id) {
        return Err("the failed call returns a value of another type");
    }
    if fixed.account != core.shared().account {
        return Err("the call belongs to another base URL or client id, or to other credentials");
    }
    if !fixed.is_safe() {
        if fixed.key.is_none() {
            return Err("it has no idempotency key, and could happen twice");
        }
        if exchange
            .trail
            .history
            .endings()
            .iter()
            .any(|ending| core.is_spent_by(ending))
        {
            return Err("the server refuses the key after its response: look the action up by your reference instead");
        }
        if exchange.trail.timing.is_forgotten(core) {
            return Err("the server may have forgotten the key: look the action up by your reference instead");
        }
    }
    Ok(())
}

impl IntoFuture for Resend {
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        // Decoded as by the original call: a response that does not match the contract is an error here, too.
        Box::pin(self.send(None, decode_any))
    }
}

impl Core {
    /// Returns `true` if this client may send the intent: same sender, and one of the client's own servers.
    pub fn may_send(&self, intent: &Intent) -> bool {
        self.sender() == intent.sender && self.shared().addresses.includes(&intent.origin, &intent.target)
    }

    /// Sends a recorded intent: the same bytes under the same key. For journals, which hold its lease and store the result.
    ///
    /// `first_sent` is `None` if the request was never sent. The journal records a corrected clock under its claim. An intent
    /// of another sender is not sent.
    pub async fn replay(
        &self,
        intent: Intent,
        first_sent: Option<Moment>,
        journal: Arc<dyn Journal>,
        claim: Claim,
    ) -> Replayed {
        let endpoint = Endpoint::stored(&intent.operation, &intent.method, &intent.template);
        let sha256 = intent.sha256;
        let now = Moment {
            at: intent.at,
            offset: intent.offset,
        };
        let mut timing = first_sent.map_or(Timing::at(now), Timing::after);
        timing.kept(journal, claim);
        let trail = Trail {
            history: first_sent.map_or_else(History::new, |_| History::after_unseen_attempts()),
            timing,
            members: intent.members.clone(),
            ..Trail::default()
        };
        let exchange = Exchange::new(endpoint, trail);
        let guard = MetricsGuard::start(self, &exchange.endpoint, exchange.trail.history.outcome(false));
        let restored = restore(self, intent, first_sent.is_some()).await;
        let ended = match restored.and_then(|parts| fixed(parts, sha256)) {
            Ok(fixed) => attempts(self, exchange, fixed, guard.progress()).await,
            Err(refusal) => FailedCall::refused(exchange, refusal, self.local_seconds()).into(),
        };
        Replayed {
            seen: seen(self, &ended),
            sent: ended.exchange.trail.timing.sent(),
            settlement: Settlement::of_replay(&ended),
            core: self.clone(),
            ended: match ended.into_result() {
                Ok(answered) => Ok((answered, guard)),
                Err(failure) => guard.end(Err(failure.into())),
            },
        }
    }
}

/// A recorded intent after it was sent again.
#[must_use = "its settlement is to be recorded"]
pub struct Replayed {
    /// The instants of sending.
    pub sent: SendTimes,
    /// The settlement.
    pub settlement: Settlement,
    /// The traces of its call in the last response.
    pub seen: Seen,
    core: Core,
    /// A success ends for the metrics once its settlement is booked.
    ended: Result<(Ended<Arrived>, MetricsGuard), Error>,
}

impl std::fmt::Debug for Replayed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replayed").finish_non_exhaustive()
    }
}

impl Replayed {
    /// Returns the result of the call, once its settlement is booked.
    pub fn result(self, booked: Booked) -> Result<Response<Bytes>, Error> {
        let (answered, guard) = self.ended?;
        guard.end(match (booked, &self.settlement) {
            (Booked::OfAnotherKey, _) => Err(of_another_key(answered).into()),
            (_, Settlement::CutOff { .. }) => Err(foreign(answered).into()),
            _ => Ok(body(&self.core, answered)),
        })
    }
}

/// Restores the request of a recorded intent, as a call without a description.
pub(super) async fn restore(core: &Core, intent: Intent, was_sent: bool) -> Result<FixedParts, Refusal> {
    if !core.may_send(&intent) {
        return Err(Refusal::Journal(JournalRefusal::AnotherSender));
    }
    let mut headers = core.default_headers().clone();
    headers.insert(USER_AGENT, core.shared().user_agent.clone());
    for (name, value) in &intent.headers {
        if let Some((name, value)) = core.api().header_of_call(name, value) {
            headers.insert(name, value);
        }
    }
    let pieces = intent.body.into_iter().map(Piece::into_sent);
    let pieces = pieces.collect::<Result<_, _>>().map_err(journal_failed)?;
    let source = BodySource::new(pieces);
    let key = if was_sent {
        IdempotencyKey::used_before(intent.key)?
    } else {
        IdempotencyKey::new(intent.key)?
    };
    Ok(FixedParts {
        endpoint: Endpoint::stored(&intent.operation, &intent.method, &intent.template),
        account: Arc::clone(&core.shared().account),
        support: core.api().support,
        origin: intent.origin,
        target: intent.target,
        headers,
        payload: Payload::new(source).await?,
        key: Some(key),
        wanted: intent
            .security
            .map_or(RequiredSchemes::Everything, RequiredSchemes::Kept),
        arguments: intent.arguments,
        noted: Vec::new(),
        echoes: intent.echoes,
        options: CallOptions::default(),
        creates: intent.promise.creates.is_some(),
        promise: intent.promise,
        failures: None,
        act: Some(Act::default()),
        value: value_type::<Binary>(),
    })
}

/// Fixes a restored request, if it is the one with this digest.
pub(super) fn fixed(parts: FixedParts, sha256: [u8; 32]) -> Result<Box<Fixed>, Refusal> {
    let fixed = Fixed::new(parts);
    if digest(&fixed) != sha256 {
        let why = "the stored request does not match the recorded one";
        return Err(journal_failed(JournalError::new(why)));
    }
    Ok(fixed)
}

fn journal_failed(error: JournalError) -> Refusal {
    Refusal::Journal(JournalRefusal::Failed(error))
}

impl Endpoint {
    pub(super) fn stored(operation: &str, method: &str, template: &str) -> Self {
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::POST);
        Self::named(operation.to_owned(), method, template.to_owned())
    }
}

impl StreamClient for Core {
    fn limit(&self, limit: Duration) -> Timer {
        let core = self.clone();
        Box::pin(async move { core.shared().transport.limit(limit).await })
    }

    fn reopen(&self, failure: FailedCall, from: ResumePoint) -> Reopening {
        let core = self.clone();
        Box::pin(async move { reopen(&core, failure, from).await })
    }
}

/// Repeats the call of a stream that broke off, if the retry policy allows it, as after any response that breaks
/// off. It must never repeat a call that could act.
async fn reopen(core: &Core, mut failure: FailedCall, from: ResumePoint) -> Result<Option<Arriving>, Error> {
    let Some(mut fixed) = failure.exchange.take_fixed() else {
        return Err(failure.into());
    };
    if let Some(id) = from.last_id {
        fixed = fixed.after_event(id);
    }
    let trail = &mut failure.exchange.trail;
    trail.broke_off(from.has_progress);
    trail.least_wait = from.wait;
    let wait = match decide(core, &fixed, trail) {
        Ok(wait) => wait,
        Err(stop) => {
            failure.end.stop = Some(stop);
            failure.exchange = failure.exchange.with(fixed);
            return Err(failure.into());
        }
    };
    observe::stream_broke_off(&fixed, trail.attempts(), wait);
    trail.first = FirstRun {
        request_id: None,
        already_spent: wait,
        is_paid: true,
    };
    core.sleep(wait).await;
    let ended = attempts(core, failure.exchange, fixed, None).await;
    reopened(core, ended, from.streams)
}

/// Decides on another connection, and takes its cost out of the budget. Returns the wait before it. The deadline of a call
/// applies to each continuation, because a stream may live longer.
fn decide(core: &Core, fixed: &Fixed, trail: &Trail) -> Result<Duration, Stop> {
    let bounds = Bounds::new(core, fixed, Duration::ZERO);
    let context = RetryContext {
        safe: fixed.is_safe(),
        keyed: fixed.key.is_some(),
        deadline: Some(bounds.deadline),
        retry_after: trail.least_wait,
        tokens: core.shared().tokens.left(),
        random: core.random(),
        ..RetryContext::SAFE
    };
    match retry::decide(&trail.history, &bounds.policy, &context) {
        Decision::Stop(stop) => Err(stop),
        Decision::Again { .. } if !afford(core, Change::Nothing) => Err(Stop::Budget),
        Decision::Again { wait, .. } => Ok(wait),
    }
}

/// Returns the body of the new connection. The status 204 ends the stream (WHATWG HTML, section 9.2.1).
fn reopened(core: &Core, ended: Ended, streams: fn(u16, &str) -> bool) -> Result<Option<Arriving>, Error> {
    if matches!(&ended.end, End::Answered(arrived) if arrived.reply.status == StatusCode::NO_CONTENT) {
        return Ok(None);
    }
    let mut answered = expected(ended)?;
    let reply = &answered.end.reply;
    let continues = streams(reply.status.as_u16(), reply.content_type());
    let Some(incoming) = answered.end.stream.take().filter(|_| continues) else {
        let error = DecodeError::unexpected("an event stream", "another media type");
        return Err(answered.failed(FailureCause::Unreadable(error)).into());
    };
    answered.exchange.trail.timing.was_read(core);
    Ok(Some(arriving(core, answered, incoming)))
}
