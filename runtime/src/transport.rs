//! The wire: a signed `http::Request` goes out, an `http::Response` comes back, and nothing is changed on the way.
//!
//! A [`Transport`] follows no redirect, sends nothing again, and says for every failure whether anything can have left.

mod body;
mod place;
#[cfg(feature = "reqwest")]
mod reqwest;
mod timeout;

#[cfg(test)]
pub(crate) use body::read_here;
pub(crate) use body::{BLOCK, Changed, Gathered, Piece, Read, Source, Unopened, breathe, read, read_through};
pub use body::{Body, Incoming};
pub(crate) use place::{Place, Spool};
pub(crate) use timeout::within;

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Any error of an HTTP client.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What [`Transport::send`] gives: a response whose body still arrives.
pub type Sending<'t> = Pin<Box<dyn Future<Output = Result<http::Response<Incoming>, SendError>> + Send + 't>>;

/// What [`Transport::sleep`] gives.
pub type Sleeping<'t> = Pin<Box<dyn Future<Output = ()> + Send + 't>>;

/// Sends one signed request.
///
/// The request's URI is absolute. Its path and query are signed: an implementation whose URL library would change them
/// must refuse with [`SendError::NotSent`]. It must not follow redirects, not send again, and not unpack the answer.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request and gives the response as soon as its head is there.
    fn send(&self, request: http::Request<Body>) -> Sending<'_>;

    /// Waits: between attempts, and as the clock of timeouts.
    fn sleep(&self, duration: Duration) -> Sleeping<'_>;

    /// Ends when a time limit is over. A wait like any other, but for tests in which no limit passes.
    fn limit(&self, duration: Duration) -> Sleeping<'_> {
        self.sleep(duration)
    }

    /// A client of this API was built over it: what a script for tests has to know.
    #[doc(hidden)]
    fn serves(&self, _: &'static crate::description::Api) {}
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// No byte of the request left: no name, no connection, no TLS, or refused before.
    #[error("not sent")]
    NotSent(#[source] Cause),
    /// Anything else: the request, or a part of it, may have arrived.
    #[error("sent, and no answer came")]
    Unknown(#[source] Cause),
}
