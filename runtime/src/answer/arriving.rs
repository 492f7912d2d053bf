//! Responses in transit: the head of a response and its arriving body come in, blocks of bytes or the errors of a stream go
//! out. A stream that broke off must never look complete.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::arrived::Reply;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::exchange::{Ended, Exchange, Failed, FailureCause, Trail};
use crate::json::DecodeError;
use crate::transport::{Cause, Incoming, Transport, within};

/// The call that a stream belongs to, for its errors and for resuming it.
pub(crate) struct Source {
    /// All that is needed to resume the call, until a failure takes it.
    pub(crate) call: Ended<()>,
    /// The timer of the idle timeout; `None` for a body that is there.
    pub(crate) transport: Option<Arc<dyn Transport>>,
}

/// State of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The server ended the stream.
    Complete,
    /// The stream broke off; this state is final.
    Broken,
}

/// Returns `true` for first bytes with which no response that the contract declares begins.
pub(crate) type IsForeign = fn(&[u8]) -> bool;

/// A body that is still arriving.
pub(crate) struct Arriving {
    incoming: Option<Incoming>,
    reply: Reply,
    source: Source,
    state: State,
    idle: Option<Duration>,
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
    pub(crate) fn new(incoming: Incoming, reply: Reply, source: Source) -> Self {
        Self {
            incoming: Some(incoming),
            reply,
            source,
            state: State::Open,
            idle: None,
            is_foreign: None,
        }
    }

    pub(super) fn whole(reply: Reply) -> Self {
        let endpoint = Endpoint::new("", http::Method::GET, "");
        let source = Source {
            call: Ended::new(Exchange::new(endpoint, Trail::default()), (), 0),
            transport: None,
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
            .transport
            .as_ref()
            .map_or(usize::MAX, |_| self.reply.limits.bytes)
    }

    pub(crate) fn idle(&mut self, limit: Duration) {
        self.idle = Some(limit);
    }

    pub(crate) fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Returns the next bytes; `None` at the end. `rest` gives the unfinished item that the reader holds, for the error.
    pub(crate) async fn next(&mut self, rest: impl FnOnce() -> Bytes) -> Result<Option<Bytes>, Error> {
        match self.state {
            State::Open => {}
            State::Complete => return Ok(None),
            State::Broken => return Err(self.cut_off(BrokeOff.into(), Bytes::new())),
        }
        match self.poll().await {
            Ok(Some(bytes)) => match self.is_foreign.take() {
                Some(is_foreign) if is_foreign(&bytes) => {
                    let error = DecodeError::unexpected("what the contract promises of a success", "a page of HTML");
                    Err(self.broken(FailureCause::Unreadable(error), bytes))
                }
                _ => Ok(Some(bytes)),
            },
            Ok(None) => {
                self.state = State::Complete;
                self.incoming = None;
                Ok(None)
            }
            Err(cause) => Err(self.cut_off(cause, rest())),
        }
    }

    async fn poll(&mut self) -> Result<Option<Bytes>, Cause> {
        let Some(incoming) = &mut self.incoming else {
            return Ok(None);
        };
        loop {
            let frame = poll_fn(|context| incoming.poll_frame(context));
            let frame = match (self.idle, &self.source.transport) {
                (Some(limit), Some(transport)) => match within(transport.limit(limit), frame).await {
                    Some(frame) => frame,
                    None => return Err(Silent(limit).into()),
                },
                _ => frame.await,
            };
            match frame {
                None => return Ok(None),
                Some(Err(cause)) => return Err(cause),
                Some(Ok(frame)) => {
                    let data = frame.into_data().unwrap_or_default();
                    if !data.is_empty() {
                        return Ok(Some(data));
                    }
                }
            }
        }
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
        self.state = State::Broken;
        self.incoming = None;
        let summary = self.source.call.exchange.summary();
        let exchange = std::mem::replace(&mut self.source.call.exchange, summary);
        self.failed(cause, raw, exchange)
    }

    /// Returns the error of an item that cannot be decoded. Later items can still be read.
    pub(crate) fn unreadable(&self, number: usize, error: DecodeError, raw: Bytes) -> Error {
        self.failed(
            FailureCause::Item { number, error },
            raw,
            self.source.call.exchange.summary(),
        )
    }

    fn failed(&self, cause: FailureCause, raw: Bytes, exchange: Box<Exchange>) -> Error {
        let reply = Reply {
            body: raw,
            ..self.reply.clone()
        };
        let call = &self.source.call;
        let ended = Ended {
            exchange,
            outcome: call.outcome,
            at: call.at,
            end: Failed::new(cause, Some(reply)),
        };
        ended.into()
    }
}
