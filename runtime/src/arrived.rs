//! Responses as they arrived, and the judge of them: the contract's promise of a success comes in, and whether a response keeps
//! it goes out. Pure. A body must never print.

mod echo;
mod media;
mod promise;
mod success;

pub use echo::Echo;
#[cfg(feature = "streams")]
pub(crate) use media::begins_as_page;
pub use promise::Promise;
pub(crate) use promise::digest;
pub use success::Success;
pub(crate) use success::{CallKind, Seen, Unproven, declared, is_foreign, is_foreign_to};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use crate::description::Api;
use crate::json::{self, Limits};

/// A response as it arrived.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Limits for decoding the body.
    pub(crate) limits: Limits,
}

impl Reply {
    pub(crate) fn content_type(&self) -> &str {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Returns `true` if the body claims to be JSON and cannot be parsed.
    pub(crate) fn is_broken_json(&self) -> bool {
        let claims = self.content_type().to_ascii_lowercase().contains("json");
        let looks = || self.body.trim_ascii_start().starts_with(b"{");
        !self.body.is_empty() && (claims || looks()) && json::from_slice_within::<()>(&self.body, &self.limits).is_err()
    }

    /// Returns the properties by which a response is compared with the contract's responses of success. `body` is `None` if
    /// it was not read to its end.
    pub(crate) fn seen<'r>(&'r self, body: Option<&'r [u8]>) -> Seen<'r> {
        Seen {
            status: self.status,
            content_type: self.content_type(),
            body,
            limits: self.limits,
        }
    }

    /// Returns `true` if the body has a content coding, such as gzip.
    pub(crate) fn is_coded(&self) -> bool {
        let coding = self.header(CONTENT_ENCODING.as_str()).map(str::trim);
        coding.is_some_and(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
    }

    /// Returns `true` if the server marked this as its stored response to an earlier request under the key.
    pub(crate) fn is_replayed(&self, api: &Api) -> bool {
        let mark = api.idempotency.and_then(|keys| keys.replayed);
        mark.is_some_and(|(name, value)| {
            self.header(name)
                .is_some_and(|text| text.trim().eq_ignore_ascii_case(value))
        })
    }

    /// Returns the text of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
