//! Prepared requests: every part is fixed, the body laid out and hashed; only the values of each attempt are missing. No part
//! may change between attempts.

use bytes::Bytes;
use http::HeaderMap;
use http::header::ACCEPT;

use super::Options;
use crate::description::Subject;
use crate::endpoint::Endpoint;
use crate::idempotency::IdempotencyKey;
use crate::journal::{self, Call, Echo, Promise, Seen};
use crate::multipart::Payload;
use crate::security::Wanted;

/// Properties of an action for its intent, besides those of the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Act {
    pub(crate) subject: &'static [Subject],
    /// Subject given by the caller of a raw call.
    pub(crate) named: Vec<String>,
    pub(crate) later: &'static [&'static str],
    pub(crate) find: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    pub(crate) read: Option<(&'static str, &'static str)>,
    pub(crate) evidence: Option<Bytes>,
    /// Pairs of the cookie that are arguments.
    pub(crate) cookies: Vec<String>,
}

/// A request that lacks only the values of each attempt: instant, nonce, request id and signature.
pub(crate) struct Prepared {
    pub(crate) endpoint: Endpoint,
    /// Scheme and authority.
    pub(crate) origin: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) wanted: Wanted,
    pub(crate) arguments: Vec<(String, String)>,
    /// Further values that a support report repeats, besides path arguments and JSON body.
    pub(crate) noted: Vec<(String, String)>,
    /// Values that its answer repeats.
    pub(crate) echoes: Vec<Echo>,
    pub(crate) options: Options,
    /// The answers of success; if none is described, decoding alone tells them.
    pub(crate) promise: Promise,
    /// The operation creates a resource.
    pub(crate) creates: bool,
    /// `None` for a call without an effect.
    pub(crate) act: Option<Act>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Prepared {
    /// Returns `true` for an action under a key.
    pub(crate) fn has_effect(&self) -> bool {
        self.act.is_some() && self.key.is_some()
    }

    /// Returns the kind of the call.
    pub(crate) fn call(&self) -> Call {
        match self.act {
            Some(_) => Call::Keyed,
            None if self.is_safe() => Call::Safe,
            None => Call::Unkeyed,
        }
    }

    /// Returns `true` for an answer that decoding would not reveal as foreign, such as a page of a proxy.
    pub(crate) fn is_foreign(&self, seen: &Seen<'_>) -> bool {
        if self.promise.successes.is_empty() {
            let accept = self.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
            return journal::is_foreign_to(accept.unwrap_or("*/*"), seen);
        }
        journal::is_foreign(&self.promise.successes, seen, self.call())
    }

    /// Returns `true` for a safe method.
    pub(crate) fn is_safe(&self) -> bool {
        self.endpoint.is_safe()
    }
}
