//! Transports: a signed `http::Request` comes in and an `http::Response` goes out, and nothing may be changed on the way.
//!
//! A [`Transport`] follows no redirect, never sends again, and states for every failure whether a byte may have left.

mod body;
#[cfg(any(feature = "gzip", feature = "brotli", feature = "zstd"))]
mod coding;
#[cfg(feature = "reqwest")]
mod preconnect;
#[cfg(feature = "reqwest")]
mod reqwest;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

pub(crate) use body::{
    BLOCK, BodyPiece, BodySource, ChangedFile, Gathered, ReadEnd, Unopened, breathe, read_body, read_through,
};
#[cfg(any(feature = "gzip", feature = "brotli", feature = "zstd"))]
pub(crate) use coding::{decode, request_codings};

#[cfg(test)]
pub(crate) use body::read_here;
pub use body::{Body, Cause, Incoming};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestTransport;

/// The future of [`Transport::send`]: a response whose body is still arriving.
pub type SendFuture<'t> = Pin<Box<dyn Future<Output = Result<http::Response<Incoming>, SendError>> + Send + 't>>;

/// The future of [`Transport::sleep`].
pub type SleepFuture<'t> = Pin<Box<dyn Future<Output = ()> + Send + 't>>;

/// Sends requests, each once, and waits between attempts.
///
/// The request's URI is absolute. Its path and query are signed: an implementation whose URL library would change them must
/// refuse with [`SendError::NotSent`]. It must not follow redirects or retry. The client decompresses the response by its
/// `Content-Encoding`; an implementation that does so itself removes this header and `Content-Length`.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request and returns the response once its head has arrived.
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_>;

    /// Sends the request over a connection without an earlier request: it cannot return a late or repeated response to one. For an
    /// action under an idempotency key, for `PUT` and `DELETE`, and for a read that decides whether an action happened.
    ///
    /// [`send`](Self::send) by default, over any connection: implement it if you keep connections.
    fn send_fresh(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.send(request)
    }

    /// Waits: between attempts, and as the clock of timeouts.
    fn sleep(&self, duration: Duration) -> SleepFuture<'_>;

    /// Ends after a time limit. A normal wait by default; tests replace it, so that no limit passes.
    fn limit(&self, duration: Duration) -> SleepFuture<'_> {
        self.sleep(duration)
    }

    /// Called when a client of this API is built with the transport, for test scripts.
    #[doc(hidden)]
    fn serves(&self, _: &'static crate::description::Api) {}
}

/// The reason why there is no response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// No byte of the request left: no address, no connection, no TLS, or refused before.
    #[error("not sent")]
    NotSent(#[source] Cause),
    /// Any other failure: the request, or a part of it, may have arrived.
    #[error("sent, but no response arrived")]
    Unknown(#[source] Cause),
}

/// Formats an error with all its sources on one line.
pub(crate) struct Chain<'e>(pub(crate) &'e (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}

/// Returns the output of `future`, or `None` if `limit` ends first.
pub(crate) async fn within<F: Future>(limit: SleepFuture<'_>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut limit = limit;
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        limit.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Requests no content coding: this build decodes none.
#[cfg(not(any(feature = "gzip", feature = "brotli", feature = "zstd")))]
pub(crate) fn request_codings(_: &mut http::HeaderMap) {}

/// Leaves a body as it is: this build decodes none.
#[cfg(not(any(feature = "gzip", feature = "brotli", feature = "zstd")))]
pub(crate) fn decode(_: &http::Method, _: &mut http::response::Parts, incoming: Incoming) -> Incoming {
    incoming
}
