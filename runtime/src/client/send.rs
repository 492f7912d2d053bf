//! A call from its request to its value, top to bottom: what is known of its key, the bytes of its request, the journal and the
//! attempts ([`recorded`]), and the decoding of its response.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use super::core::Core;
use super::journaled::recorded;
use super::observe::{MetricsGuard, Progress};
use super::prepare::fix;
use super::sent::KeyKnowledge;
use crate::answer::{Answer, Received, Response, value_type};
use crate::answer::{Arriving, StreamSource};
use crate::arrived::{Reply, Unproven};
use crate::error::Error;
use crate::exchange::{Arrived, Ended, Exchange, FailedCall, FailureCause, Trail, ValueType};
use crate::json::{DecodeError, Limits};
use crate::outcome::History;
use crate::request::Request;
use crate::transport::Incoming;

/// The future of a call's value.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Sends a request and decodes its response.
pub fn send<T: Answer>(core: Core, request: Request) -> impl Future<Output = Result<Response<T>, Error>> + Send {
    let request = Box::new(request);
    async move { call(&core, request, value_type::<T>(), decode).await }
}

/// Sends a request and keeps the value of its response alone.
pub fn pending<T: Answer>(core: Core, request: Request) -> CallFuture<T> {
    let sent = send::<T>(core, request);
    Box::pin(async move { sent.await.map(|response| response.value) })
}

/// One call: it starts, is sent to its end, and is decoded. The guard reports it to the metrics, also if it is dropped.
pub(super) async fn call<R>(
    core: &Core,
    request: Box<Request>,
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
pub(super) fn recall(core: &Core, trail: &mut Trail, key: &str) {
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
pub(super) fn run<'r>(
    core: &'r Core,
    mut exchange: Box<Exchange>,
    request: Box<Request>,
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
pub(super) fn expected(ended: Ended) -> Result<Ended<Arrived>, Error> {
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
pub(super) fn foreign(answered: Ended<Arrived>) -> FailedCall {
    answered.failed(FailureCause::Unreadable(DecodeError::unexpected(
        "what the contract promises of a success",
        "another media type",
    )))
}

/// Decodes the value of a call, or hands over the body of a stream.
pub(super) fn decode<T: Answer>(core: &Core, ended: Ended) -> Result<Response<T>, Error> {
    let mut answered = expected(ended)?;
    if let Some(incoming) = answered.end.stream.take() {
        return stream(core, answered, incoming);
    }
    match T::from_received(&mut Received::new(&answered.end.reply)) {
        Ok(value) => {
            answered.exchange.trail.timing.was_read(core);
            Ok(response(core, answered.end.reply, answered.exchange.trail, value))
        }
        Err(error) => Err(answered.failed(FailureCause::Unreadable(error)).into()),
    }
}

/// Decodes the value of a call whose type is known only to its request, and drops it.
pub(super) fn decode_any(core: &Core, ended: Ended) -> Result<(), Error> {
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
pub(super) fn bytes(core: &Core, ended: Ended) -> Result<Response<Bytes>, Error> {
    Ok(body(core, ended.into_result()?))
}

/// Returns a response whose value is its body.
pub(super) fn body(core: &Core, answered: Ended<Arrived>) -> Response<Bytes> {
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
fn stream<T: Answer>(core: &Core, answered: Ended<Arrived>, incoming: Incoming) -> Result<Response<T>, Error> {
    let reply = answered.end.reply.clone();
    let mut trail = answered.exchange.trail.clone();
    let mut received = Received::arriving(&reply, arriving(core, answered, incoming));
    match T::from_received(&mut received) {
        Ok(value) => {
            trail.timing.was_read(core);
            // The body is empty: nothing of it was read.
            Ok(response(core, reply, trail, value))
        }
        Err(error) => Err(received.arrive().unreadable(0, error, Bytes::new())),
    }
}

/// Returns the body of a stream with its call.
pub(super) fn arriving(core: &Core, answered: Ended<Arrived>, incoming: Incoming) -> Arriving {
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
