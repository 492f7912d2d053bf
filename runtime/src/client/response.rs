//! Responses: a decoded value, with status, headers and request ids of its answer. Bodies must never print.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::header::Header;
use crate::json::{DecodeError, Json};

/// A decoded value with the properties of its answer.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded value. Of a page it has the list as the contract names it: `page.value.data`, say.
    pub value: T,
    /// The status: a 2xx, or another one that the contract declares as success.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// Request ids of all attempts, those of the server included, oldest first.
    pub request_ids: Vec<String>,
    /// Number of requests sent, including those of a call that this one resumed.
    pub attempts: usize,
    /// `true` if the server marked this as its stored answer to an earlier request under the key.
    pub replayed: bool,
    /// The body as it arrived; empty for a stream.
    pub body: Bytes,
}

/// Headers and raw body never print: the value prints with its sensitive members redacted. Raw bytes print only their number.
impl<T: std::fmt::Debug + 'static> std::fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Response");
        match (&self.value as &dyn std::any::Any).downcast_ref::<Bytes>() {
            Some(bytes) => shown.field("value", &format_args!("[{} bytes]", bytes.len())),
            None => shown.field("value", &self.value),
        };
        shown
            .field("status", &self.status)
            .field("request_ids", &self.request_ids)
            .field("attempts", &self.attempts)
            .field("replayed", &self.replayed)
            .finish_non_exhaustive()
    }
}

impl<T> Response<T> {
    /// Returns a header that the contract names, parsed as the contract says; `None` if it is absent.
    #[allow(clippy::needless_pass_by_value, reason = "it is said in place")]
    pub fn header<H: Json>(&self, header: Header<H>) -> Result<Option<H>, DecodeError> {
        header.read(&self.headers)
    }

    /// Replaces the value and keeps the rest.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            request_ids: self.request_ids,
            attempts: self.attempts,
            replayed: self.replayed,
            body: self.body,
        }
    }
}
