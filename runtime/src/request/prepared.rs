//! A request that is ready to be signed: every part of it is fixed, its body laid out and hashed.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;

use super::Options;
use crate::description::Subject;
use crate::endpoint::Endpoint;
use crate::idempotency::IdempotencyKey;
use crate::journal::Success;
use crate::multipart::Payload;
use crate::security::Wanted;

/// What a journal has to know about an action; the rest it sees.
#[derive(Debug, Clone, Default)]
pub(crate) struct Act {
    pub(crate) ids: &'static [(&'static str, &'static str)],
    pub(crate) successes: Vec<Success>,
    pub(crate) subject: &'static [Subject],
    /// What the caller of a raw call says in place of the contract.
    pub(crate) named: Vec<String>,
    pub(crate) later: &'static [&'static str],
    pub(crate) find: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    pub(crate) read: Option<(&'static str, &'static str)>,
    pub(crate) evidence: Option<Bytes>,
    /// Pairs of the cookie that are arguments.
    pub(crate) cookies: Vec<String>,
}

/// A request that only lacks what is new in each attempt: instant, nonce, request id and signature.
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
    /// What a support report repeats beside them and the JSON body.
    pub(crate) noted: Vec<(String, String)>,
    /// What its answer repeats: the JSON Pointer of the member, and the value.
    pub(crate) echoes: Vec<(Cow<'static, str>, String)>,
    pub(crate) options: Options,
    /// Nothing for a call that has no effect.
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
    /// Asks for no change (RFC 9110, section 9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        self.endpoint.method().is_safe()
    }
}
