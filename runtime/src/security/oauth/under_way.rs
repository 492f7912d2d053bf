//! Requests whose proof works once. In: a request, and a caller that may leave before its response. Out: the response, also for the next caller.
//!
//! The endpoint has replaced a refresh token, or spent a device code, when it answers: a response that nobody reads is lost with them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::clock::Now;
use crate::transport::SendError;

/// A response of an endpoint.
pub(crate) type Response = (http::response::Parts, Bytes);

/// A request that was sent.
pub(crate) struct UnderWay {
    pub(crate) requested: Now,
    /// The assertion that it has, which no error repeats.
    pub(crate) assertion: Option<String>,
    pub(crate) response: Pin<Box<dyn Future<Output = Result<Response, SendError>> + Send>>,
}

/// The request with one proof whose caller left, for the next caller.
#[derive(Clone, Default)]
pub(crate) struct Left(Arc<Mutex<Option<UnderWay>>>);

impl Left {
    /// Takes the request.
    pub(crate) fn take(&self) -> Option<UnderWay> {
        self.lock().take()
    }

    /// Returns `true` if both are of one proof.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn lock(&self) -> MutexGuard<'_, Option<UnderWay>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request of a caller. A caller that drops it leaves it for the next one.
pub(crate) struct Held {
    pub(crate) request: UnderWay,
    left: Option<Left>,
}

impl Held {
    /// Holds a request. Without a place to leave it, it ends with its caller.
    pub(crate) fn new(request: UnderWay, left: Option<Left>) -> Self {
        Self { request, left }
    }

    /// Ends the request: nobody waits for it any more.
    pub(crate) fn end(&mut self) {
        self.left = None;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(left) = self.left.take() {
            let ended = UnderWay {
                requested: self.request.requested,
                assertion: None,
                response: Box::pin(std::future::pending()),
            };
            *left.lock() = Some(std::mem::replace(&mut self.request, ended));
        }
    }
}
