//! The client of one API: settings come in, calls go out through a transport, and responses or failures come back.
//!
//! Every decision is a pure function of another module (server, signature, outcome, retry); this module waits and sends. It
//! must never change a signed request and never print a secret. [`send`] leads a call from its request to its value, top to bottom: what
//! is known of its key, the bytes of its request, the journal and the attempts, and the decoding of its response.
//!
//! [`Raw`] calls are those that the contract does not describe. They are signed like any other call.

mod attempt;
mod attempts;
mod builder;
mod core;
mod device;
mod evaluate;
mod intent;
mod journaled;
mod observe;
mod prepare;
mod resend;
mod sent;
mod settings;
mod tokens;

pub use crate::answer::Response;
pub use builder::{Builder, Decided, JournalDecided, JournalUndecided};
pub use core::Core;
pub use device::{DeviceAuthorization, DeviceError, DeviceFlow};
pub use intent::{Execution, Intent, intent};
pub(crate) use prepare::bind;
pub use resend::{Replayed, Resend};
pub(crate) use settings::Location;
pub use settings::{ConfigError, MissingSetting};

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::Method;

use crate::answer::{Answer, Arriving, Binary, Received, StreamSource, value_type};
use crate::arrived::{Reply, Unproven};
use crate::clock::copy_lifetime;
use crate::error::Error;
use crate::exchange::{Arrived, Ended, Exchange, FailedCall, FailureCause, Trail, ValueType};
use crate::idempotency::{IdempotencyKey, RefreshKey};
use crate::json::{DecodeError, Limits};
use crate::outcome::History;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::security::Credential;
use crate::transport::Incoming;
use journaled::recorded;
use observe::{MetricsGuard, Progress};
use prepare::fix;
use sent::KeyKnowledge;

/// A raw call under construction. `.await` sends it; the body of a 2xx comes back as bytes.
#[must_use = "a call does nothing until it is awaited"]
pub struct Raw {
    core: Core,
    request: Request,
}

/// Arguments and body never print.
impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let endpoint = self.request.endpoint();
        f.debug_struct("Raw")
            .field("endpoint", &format_args!("{endpoint}"))
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Creates a call that the generated client has no method for. It is signed like any other.
    ///
    /// `target` is the path, followed by `?` and the query if there is one, percent-encoded exactly as it is sent.
    pub fn raw(&self, method: Method, target: impl Into<String>) -> Raw {
        Raw {
            core: self.clone(),
            request: Request::raw(self.api(), method, target.into()),
        }
    }
}

impl Raw {
    fn with(self, change: impl FnOnce(Request) -> Request) -> Self {
        Self {
            request: change(self.request),
            ..self
        }
    }

    /// Sets the key of an action with an effect, which a journal records. Without a key the call is sent once.
    pub fn key(self, key: IdempotencyKey) -> Self {
        self.with(|request| request.key(key))
    }

    /// Sets the key of a call that only requests a fresh response, which no journal records.
    pub fn refresh_key(self, key: RefreshKey) -> Self {
        self.with(|request| request.refresh_key(key))
    }

    /// Sets the subject of the call, which may be acted on only once: an action and your reference, such as `["refund.create",
    /// "order-17"]`. A journal then refuses a call of this client with the same subject and another key.
    ///
    /// Refused if no journal records the call: without a key, or for a client without a journal.
    ///
    /// ```no_run
    /// # use sdkwright_runtime::{IdempotencyKey, http::Method};
    /// # async fn refund(client: &sdkwright_runtime::glue::Core) -> Result<(), Box<dyn std::error::Error>> {
    /// let answer = client
    ///     .raw(Method::POST, "/v1/refunds")
    ///     .key(IdempotencyKey::new("order-17:refund")?)
    ///     .subject(["refund.create", "order-17"])
    ///     .body("application/json", r#"{"order":"order-17","amount":"12.50"}"#)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn subject<T: Into<String>>(mut self, parts: impl IntoIterator<Item = T>) -> Self {
        let parts: Vec<String> = parts.into_iter().map(Into::into).collect();
        if parts.iter().all(String::is_empty) {
            self.request
                .refuse(Refusal::KeyUse("a subject must have at least one part with text"));
        }
        if let Some(raw) = &mut self.request.raw {
            raw.subject = parts;
        }
        self
    }

    /// Sets the body.
    pub fn body(self, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.with(|request| request.bytes(content_type, bytes))
    }

    /// Adds a header; those that the client writes itself are refused.
    ///
    /// A journal accepts the media type in `Accept` as the response of an action under a key; by default JSON, or no body with
    /// status 204. Any other 2xx stays cut off in the journal, and is requested again.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if name.eq_ignore_ascii_case("accept") {
            self.request.set_header(name, value);
            return self;
        }
        self.with(|request| request.header(name, value))
    }

    /// Sets the timeout of one attempt.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|request| request.timeout(timeout))
    }

    /// Sets the deadline of the call, with all attempts and waits.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|request| request.deadline(deadline))
    }

    /// Sets the largest number of retries.
    pub fn retries(self, retries: u32) -> Self {
        self.with(|request| request.retries(retries))
    }

    /// Sends each attempt over a new connection: for a read that decides whether an action happened.
    pub fn fresh(self) -> Self {
        self.with(Request::fresh)
    }

    /// Sets the request id of the first attempt.
    pub fn request_id(self, id: impl Into<String>) -> Self {
        self.with(|request| request.request_id(id))
    }

    /// Sets the credential for one security scheme, instead of the client's.
    pub fn credential(self, credential: Credential) -> Self {
        self.with(|request| request.credential(credential))
    }
}

impl IntoFuture for Raw {
    type Output = Result<Response<Bytes>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { call(&self.core, self.request, value_type::<Binary>(), bytes).await })
    }
}

/// A lookup of an action. Until its drop, every call of its client and of the clones travels over a new connection.
#[derive(Debug)]
#[must_use = "the lookup ends when it is dropped"]
pub struct LookupGuard(Core);

impl Drop for LookupGuard {
    fn drop(&mut self) {
        self.0.shared().lookups.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Core {
    /// Returns the last instant at which a request that this client sent until now can act, in seconds since 1970 by the server's clock.
    /// Until then a lookup that finds nothing proves nothing. `None` if no response has told the time yet: then no instant is known.
    ///
    /// A call may be in progress in another process: to the longest call comes [`copy_lifetime`].
    pub fn acts_until(&self) -> Option<i64> {
        let retention = self.api().idempotency.and_then(|keys| keys.retention.known());
        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs());
        let lifetime = copy_lifetime(seconds(self.freshness()), seconds(retention));
        let bound = lifetime.saturating_add(self.longest_call().as_secs());
        // A refusal may leave a corrected clock unconfirmed. The later of two instants is the safe one.
        let skew = &self.shared().time.skew;
        let offset = match (skew.confirmed(), skew.measured()) {
            (Some(confirmed), measured) => confirmed.max(measured.unwrap_or(confirmed)),
            (None, measured) => measured?.max(0),
        };
        let now = self.local_seconds().saturating_add(offset);
        Some(now.saturating_add(i64::try_from(bound).unwrap_or(i64::MAX)))
    }

    /// Begins a lookup of an action: its reads must not receive a late response from an earlier connection.
    pub fn begin_lookup(&self) -> LookupGuard {
        self.shared().lookups.fetch_add(1, Ordering::Relaxed);
        LookupGuard(self.clone())
    }

    /// Returns `true` if a list may leave out unreadable items: not if it can decide about an action.
    pub(crate) fn reads_leniently(&self, request: &Request) -> bool {
        let decides = request.options.fresh || self.sends_fresh() || !request.endpoint().is_safe();
        self.shared().is_lenient && !decides
    }

    /// Returns `true` if a lookup is in progress.
    fn sends_fresh(&self) -> bool {
        self.shared().lookups.load(Ordering::Relaxed) > 0
    }
}

/// The future of a call's value.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Sends a request and decodes its response.
pub async fn send<T: Answer>(core: Core, request: Request) -> Result<Response<T>, Error> {
    call(&core, request, value_type::<T>(), decode).await
}

/// Sends a request and keeps the value of its response alone.
pub fn pending<T: Answer>(core: Core, request: Request) -> CallFuture<T> {
    let value = |core: &Core, ended| read::<T>(core, ended).map(|(.., value)| value);
    Box::pin(async move { call(&core, request, value_type::<T>(), value).await })
}

/// One call: it starts, is sent to its end, and is decoded. The guard reports it to the metrics, also if it is dropped.
async fn call<R>(
    core: &Core,
    request: Request,
    value: ValueType,
    decode: fn(&Core, Ended) -> Result<R, Error>,
) -> Result<R, Error> {
    let exchange = begin(core, &request);
    let guard = MetricsGuard::start(core, &exchange.endpoint, exchange.outcome());
    let ended = run(core, exchange, request, value, guard.progress()).await;
    guard.end(decode(core, ended))
}

/// Starts a call with the knowledge about its key, if it has one. A journal knows more, and adds it later.
fn begin(core: &Core, request: &Request) -> Box<Exchange> {
    let mut exchange = Exchange::new(request.endpoint(), Trail::default());
    let Some(key) = &request.key else { return exchange };
    if key.is_used() {
        exchange.trail.history = History::after_unseen_attempts();
    }
    if !request.refreshes {
        recall(core, &mut exchange.trail, key.as_str());
    }
    exchange
}

/// Adds the knowledge of a client without a journal about a key.
fn recall(core: &Core, trail: &mut Trail, key: &str) {
    if core.shared().journal.is_some() {
        return;
    }
    let (before, mark) = core.shared().unknown_keys.begins(key);
    trail.mark = Some(mark);
    if before != KeyKnowledge::Nothing {
        trail.history = History::after_unseen_attempts();
    }
    if let KeyKnowledge::Since(first) = before {
        trail.timing.was_sent(first);
    }
}

/// Fixes the bytes of a request, and sends it to its end. Boxed, because the futures around it are moved.
fn run<'r>(
    core: &'r Core,
    mut exchange: Box<Exchange>,
    request: Request,
    value: ValueType,
    progress: Option<&'r Progress>,
) -> Pin<Box<impl Future<Output = Ended>>> {
    Box::pin(async move {
        match fix(core, request, value).await {
            Ok((fixed, first)) => {
                exchange.trail.first = first;
                recorded(core, exchange, fixed, progress).await
            }
            Err(refusal) => FailedCall::refused(exchange, refusal, core.local_seconds()).into(),
        }
    })
}

/// Returns a response that can be decoded as the value of the call: the contract names its status, and its body is not that of
/// an intermediary.
fn expected(ended: Ended) -> Result<Ended<Arrived>, Error> {
    let answered = ended.into_result()?;
    let Some(fixed) = answered.exchange.fixed().filter(|_| !answered.end.is_confirmed) else {
        return Ok(answered);
    };
    if !fixed.options.is_named(answered.end.reply.status) {
        return Err(answered.failed(FailureCause::Unproven(Unproven::Status)).into());
    }
    if fixed.is_foreign(&answered.end.seen()) {
        return Err(foreign(answered).into());
    }
    Ok(answered)
}

/// Returns the failure of a response that the contract does not describe as success.
fn foreign(answered: Ended<Arrived>) -> FailedCall {
    answered.failed(FailureCause::Unreadable(DecodeError::unexpected(
        "what the contract promises of a success",
        "another media type",
    )))
}

/// A response with its call, and its decoded value.
type Read<T> = (Reply, Box<Exchange>, T);

/// Decodes the response of a call.
fn decode<T: Answer>(core: &Core, ended: Ended) -> Result<Response<T>, Error> {
    let (reply, exchange, value) = read(core, ended)?;
    Ok(response(core, reply, exchange.trail, value))
}

/// Decodes the value of a call, or hands over the body of a stream.
fn read<T: Answer>(core: &Core, ended: Ended) -> Result<Read<T>, Error> {
    let mut answered = expected(ended)?;
    if let Some(incoming) = answered.end.stream.take() {
        return stream(core, answered, incoming);
    }
    match T::from_received(&mut Received::new(&answered.end.reply)) {
        Ok(value) => {
            answered.exchange.trail.timing.was_read(core);
            Ok((answered.end.reply, answered.exchange, value))
        }
        Err(error) => Err(answered.failed(FailureCause::Unreadable(error)).into()),
    }
}

/// Decodes the value of a call whose type is known only to its request, and drops it.
fn decode_any(core: &Core, ended: Ended) -> Result<(), Error> {
    let mut answered = expected(ended)?;
    let decode = answered.exchange.fixed().map(|fixed| fixed.value.decode);
    match decode.map_or(Ok(()), |decode| decode(&answered.end.reply)) {
        Ok(()) => {
            answered.exchange.trail.timing.was_read(core);
            Ok(())
        }
        Err(error) => Err(answered.failed(FailureCause::Unreadable(error)).into()),
    }
}

/// Returns the body of any success.
fn bytes(core: &Core, ended: Ended) -> Result<Response<Bytes>, Error> {
    Ok(body(core, ended.into_result()?))
}

/// Returns a response whose value is its body.
fn body(core: &Core, answered: Ended<Arrived>) -> Response<Bytes> {
    let body = answered.end.reply.body.clone();
    response(core, answered.end.reply, answered.exchange.trail, body)
}

/// Reads the response of an unreadable success again, with another body. Returns the error if there is none, or if it is not readable, too.
pub(crate) fn read_again<T: Answer>(
    core: &Core,
    error: Error,
    change: impl FnOnce(&[u8], &Limits) -> Option<Bytes>,
) -> Result<Response<T>, Error> {
    let Some((reply, trail)) = error.unreadable() else {
        return Err(error);
    };
    let changed = change(&reply.body, &reply.limits).map(|body| Reply { body, ..reply.clone() });
    match changed.map(|reply| T::from_received(&mut Received::new(&reply))) {
        Some(Ok(value)) => Ok(response(core, reply.clone(), trail.clone(), value)),
        _ => Err(error),
    }
}

fn response<T>(core: &Core, reply: Reply, trail: Trail, value: T) -> Response<T> {
    Response {
        value,
        replayed: reply.is_replayed(core.api()),
        status: reply.status,
        headers: reply.headers,
        attempts: trail.attempts(),
        request_ids: trail.request_ids,
        body: reply.body,
    }
}

/// Hands over the body of a stream.
fn stream<T: Answer>(core: &Core, answered: Ended<Arrived>, incoming: Incoming) -> Result<Read<T>, Error> {
    let reply = answered.end.reply.clone();
    let mut exchange = answered.exchange.summary();
    let mut received = Received::arriving(&reply, arriving(core, answered, incoming));
    match T::from_received(&mut received) {
        Ok(value) => {
            exchange.trail.timing.was_read(core);
            // The body is empty: nothing of it was read.
            Ok((reply, exchange, value))
        }
        Err(error) => Err(received.arrive().unreadable(0, error, Bytes::new())),
    }
}

/// Returns the body of a stream with its call.
fn arriving(core: &Core, answered: Ended<Arrived>, incoming: Incoming) -> Arriving {
    let reply = answered.end.reply.clone();
    let page = reply.seen(Some(b"<html>"));
    let is_page_foreign = answered
        .exchange
        .fixed()
        .is_some_and(|fixed| !fixed.promise.successes.is_empty() && fixed.is_foreign(&page));
    let source = StreamSource {
        call: answered.map(drop),
        client: Some(Box::new(core.clone())),
    };
    let mut arriving = Arriving::new(incoming, reply, source);
    if is_page_foreign {
        arriving.refuse(crate::arrived::begins_as_page);
    }
    arriving
}

#[cfg(test)]
mod tests;
