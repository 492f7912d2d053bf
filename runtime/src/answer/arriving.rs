//! Responses in transit: the head of a response and its arriving body come in, blocks of bytes or the errors of a stream go
//! out. A stream that broke off must never look complete.
//!
//! The reader of a stream of events may name the place to continue from. Then the client repeats the call, and its new body follows.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;

use crate::arrived::Reply;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::exchange::{Ended, Exchange, Failed, FailedCall, FailureCause, Trail};
use crate::json::DecodeError;
use crate::transport::{Cause, Incoming};

/// The call that a stream belongs to, for its errors and for resuming it.
pub(crate) struct StreamSource {
    /// All that is needed to resume the call, until a failure takes it.
    pub(crate) call: Ended<()>,
    /// The client of the call; `None` for a body that is there.
    pub(crate) client: Option<Box<dyn StreamClient>>,
}

/// The future of a timer.
pub(crate) type Timer = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The future of another connection: its body, or `None` if the server has no more.
pub(crate) type Reopening = Pin<Box<dyn Future<Output = Result<Option<Arriving>, Error>> + Send>>;

/// The parts of a client that a stream uses after the head of its response.
pub(crate) trait StreamClient: Send + Sync {
    /// Ends after a time limit.
    fn limit(&self, limit: Duration) -> Timer;

    /// Repeats the call of a stream that broke off, if the retry policy allows it. Otherwise returns the failure.
    fn reopen(&self, failure: FailedCall, from: ResumePoint) -> Reopening;
}

/// The place from which another connection continues a stream.
pub(crate) struct ResumePoint {
    /// Id of the last event; `None` if nothing arrived.
    pub(crate) last_id: Option<HeaderValue>,
    /// Shortest wait before the next connection, as set by the server.
    pub(crate) wait: Option<Duration>,
    /// An event arrived over the connection that broke off.
    pub(crate) has_progress: bool,
    /// Returns `true` for a response, by status and media type, that continues the stream.
    pub(crate) streams: fn(u16, &str) -> bool,
}

/// The remains of a connection that broke off.
#[derive(Default)]
pub(crate) struct Remains {
    /// The unfinished item.
    pub(crate) raw: Bytes,
    /// The place to continue from, if the format of the stream has one.
    pub(crate) place: Option<ResumePoint>,
}

/// State of a stream.
enum StreamState {
    Open(Incoming),
    /// The connection broke off, and the client repeats the call.
    Reopening(Reopening),
    /// The server ended the stream.
    Complete,
    /// The stream broke off; this state is final.
    Broken,
}

/// Returns `true` for first bytes with which no response that the contract declares begins.
pub(crate) type IsForeign = fn(&[u8]) -> bool;

/// A body that is still arriving.
pub(crate) struct Arriving {
    state: StreamState,
    reply: Reply,
    source: StreamSource,
    idle: Option<Duration>,
    /// The timer of the idle timeout, while nothing arrives.
    timer: Option<Timer>,
    /// Tests the first bytes, until they came.
    is_foreign: Option<IsForeign>,
}

/// The idle timeout passed without a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing arrived for {0:?}")]
struct Silent(Duration);

/// The stream broke off before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream was cut off before")]
struct BrokeOff;

impl Arriving {
    pub(crate) fn new(incoming: Incoming, reply: Reply, source: StreamSource) -> Self {
        Self {
            state: StreamState::Open(incoming),
            reply,
            source,
            idle: None,
            timer: None,
            is_foreign: None,
        }
    }

    pub(super) fn whole(reply: Reply) -> Self {
        let endpoint = Endpoint::new("", http::Method::GET, "");
        let source = StreamSource {
            call: Ended::new(Exchange::new(endpoint, Trail::default()), (), 0),
            client: None,
        };
        Self::new(Incoming::from_bytes(reply.body.clone()), reply, source)
    }

    /// Refuses a body by its first bytes.
    pub(crate) fn refuse(&mut self, is_foreign: IsForeign) {
        self.is_foreign = Some(is_foreign);
    }

    /// Returns the largest size of one item, in bytes.
    pub(crate) fn limit(&self) -> usize {
        self.source
            .client
            .as_ref()
            .map_or(usize::MAX, |_| self.reply.limits.bytes)
    }

    pub(crate) fn idle(&mut self, limit: Duration) {
        self.idle = Some(limit);
    }

    pub(crate) fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Returns the next bytes; `None` at the end. `remains` gives what the reader holds, if the connection breaks off. Only the
    /// remains of a readable stream of events have a place.
    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        mut remains: impl FnMut() -> Remains,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            match &mut self.state {
                StreamState::Complete => return Poll::Ready(None),
                StreamState::Broken => return Poll::Ready(Some(Err(self.cut_off(BrokeOff.into(), Bytes::new())))),
                StreamState::Reopening(reopening) => match ready!(reopening.as_mut().poll(context)) {
                    Ok(Some(next)) => {
                        *self = Self {
                            idle: self.idle,
                            ..next
                        }
                    }
                    Ok(None) => self.state = StreamState::Complete,
                    Err(error) => {
                        self.state = StreamState::Broken;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                StreamState::Open(incoming) => {
                    let arrived = match poll_data(incoming, context) {
                        Poll::Ready(arrived) => arrived,
                        Poll::Pending => Some(Err(ready!(self.poll_silence(context)))),
                    };
                    self.timer = None;
                    match arrived {
                        None => self.state = StreamState::Complete,
                        Some(Ok(bytes)) => return Poll::Ready(Some(self.accept(bytes))),
                        Some(Err(cause)) => {
                            if let Err(error) = self.break_off(cause, remains()) {
                                return Poll::Ready(Some(Err(error)));
                            }
                        }
                    }
                }
            }
        }
    }

    /// Ends once nothing arrived for the idle timeout.
    fn poll_silence(&mut self, context: &mut Context<'_>) -> Poll<Cause> {
        let (Some(limit), Some(client)) = (self.idle, &self.source.client) else {
            return Poll::Pending;
        };
        let timer = self.timer.get_or_insert_with(|| client.limit(limit));
        timer.as_mut().poll(context).map(|()| Silent(limit).into())
    }

    /// Compares the first bytes with the contract.
    fn accept(&mut self, bytes: Bytes) -> Result<Bytes, Error> {
        if self.is_foreign.take().is_some_and(|is_foreign| is_foreign(&bytes)) {
            let error = DecodeError::unexpected("what the contract promises of a success", "a page of HTML");
            return Err(self.broken(FailureCause::Unreadable(error), bytes));
        }
        Ok(bytes)
    }

    /// Repeats the call, if it only reads and can continue. Otherwise returns the error of a stream that broke off.
    pub(crate) fn break_off(&mut self, cause: Cause, remains: Remains) -> Result<(), Error> {
        let is_safe = self.source.call.exchange.endpoint.is_safe();
        let Some(place) = remains.place.filter(|_| is_safe && self.source.client.is_some()) else {
            return Err(self.cut_off(cause, remains.raw));
        };
        let failure = self.take_failure(FailureCause::CutOff(cause), remains.raw);
        match &self.source.client {
            Some(client) => self.state = StreamState::Reopening(client.reopen(failure, place)),
            None => return Err(failure.into()),
        }
        Ok(())
    }

    /// Returns the error of a stream that broke off, which takes over the call.
    pub(crate) fn cut_off(&mut self, cause: Cause, raw: Bytes) -> Error {
        self.broken(FailureCause::CutOff(cause), raw)
    }

    /// Returns the error of an item beyond the size limit.
    pub(crate) fn too_large(&mut self, raw: Bytes) -> Error {
        self.larger_than(self.limit(), raw)
    }

    /// Returns the error of a body beyond the reader's limit.
    pub(crate) fn larger_than(&mut self, limit: usize, raw: Bytes) -> Error {
        self.broken(FailureCause::TooLarge { limit }, raw)
    }

    fn broken(&mut self, cause: FailureCause, raw: Bytes) -> Error {
        self.take_failure(cause, raw).into()
    }

    fn take_failure(&mut self, cause: FailureCause, raw: Bytes) -> FailedCall {
        self.state = StreamState::Broken;
        let summary = self.source.call.exchange.summary();
        let exchange = std::mem::replace(&mut self.source.call.exchange, summary);
        self.failure(cause, raw, exchange)
    }

    /// Returns the error of an item that cannot be decoded. Later items can still be read.
    pub(crate) fn unreadable(&self, number: usize, error: DecodeError, raw: Bytes) -> Error {
        let exchange = self.source.call.exchange.summary();
        self.failure(FailureCause::Item { number, error }, raw, exchange).into()
    }

    fn failure(&self, cause: FailureCause, raw: Bytes, exchange: Box<Exchange>) -> FailedCall {
        let reply = Reply {
            body: raw,
            ..self.reply.clone()
        };
        let call = &self.source.call;
        Ended {
            exchange,
            outcome: call.outcome,
            at: call.at,
            end: Failed::new(cause, Some(reply)),
        }
    }
}

/// Returns the next bytes of a body; `None` at its end.
fn poll_data(incoming: &mut Incoming, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Cause>>> {
    loop {
        match ready!(incoming.poll_frame(context)) {
            None => return Poll::Ready(None),
            Some(Err(cause)) => return Poll::Ready(Some(Err(cause))),
            Some(Ok(frame)) => {
                let data = frame.into_data().unwrap_or_default();
                if !data.is_empty() {
                    return Poll::Ready(Some(Ok(data)));
                }
            }
        }
    }
}
