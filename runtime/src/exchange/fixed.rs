//! Fixed requests: the bytes of a call, which no code may change between attempts. Only the values of each attempt are missing:
//! instant, nonce, request id and signature.

use std::any::TypeId;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::arrived::{self, CallKind, Echo, Promise, Reply, ResponseView};
use crate::description::Subject;
use crate::endpoint::Endpoint;
use crate::idempotency::IdempotencyKey;
use crate::journal::Resource;
use crate::json::DecodeError;
use crate::multipart::Payload;
use crate::problem::ProblemBody;
use crate::request::CallOptions;
use crate::security::{Credentials, RequiredSchemes};

/// The parts of a request that lacks only the values of each attempt.
pub(crate) struct FixedParts {
    pub(crate) endpoint: Endpoint,
    pub(crate) account: Arc<CallAccount>,
    /// Names of values that a support report repeats.
    pub(crate) support: &'static [&'static str],
    /// Scheme and authority.
    pub(crate) origin: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) wanted: RequiredSchemes,
    pub(crate) arguments: Vec<(String, String)>,
    /// Further values that a support report repeats, besides path arguments and JSON body.
    pub(crate) noted: Vec<(String, String)>,
    /// Values that its response repeats.
    pub(crate) echoes: Vec<Echo>,
    pub(crate) options: CallOptions,
    /// The responses of success; if none is described, decoding alone tells them.
    pub(crate) promise: Promise,
    /// The forms of its failures; `None`: those of the API count.
    pub(crate) failures: Option<&'static [ProblemBody]>,
    /// The operation creates a resource.
    pub(crate) creates: bool,
    /// `None` for a call without an effect.
    pub(crate) act: Option<Act>,
    pub(crate) value: ValueType,
}

/// A request whose bytes are fixed. Its parts can be read, and nothing can change them.
pub(crate) struct Fixed(FixedParts);

impl Deref for Fixed {
    type Target = FixedParts;

    fn deref(&self) -> &FixedParts {
        &self.0
    }
}

impl Fixed {
    #[inline]
    pub(crate) fn new(parts: FixedParts) -> Box<Self> {
        Box::new(Self(parts))
    }

    /// Returns the request that continues a stream of events after the one with this id.
    pub(crate) fn after_event(mut self: Box<Self>, id: HeaderValue) -> Box<Self> {
        self.0.headers.insert(HeaderName::from_static("last-event-id"), id);
        self
    }

    /// Returns `true` if the body of this response is read as a stream.
    pub(crate) fn streams(&self, status: StatusCode, content_type: &str) -> bool {
        let is_success = self.options.is_success(status) && self.options.is_named(status);
        is_success && (self.value.streams)(status.as_u16(), content_type)
    }

    /// Returns the id of the resource that the action is about, and the members of the response that stay as its creation
    /// sent them.
    pub(crate) fn resource(&self) -> Option<Resource> {
        let (argument, members) = self.act.as_ref()?.stays?;
        let (_, id) = self.arguments.iter().find(|(name, _)| name == argument)?;
        Some(Resource {
            id: id.clone(),
            members: members.to_vec(),
        })
    }

    /// Returns `true` for an action under a key.
    pub(crate) fn has_effect(&self) -> bool {
        self.act.is_some() && self.key.is_some()
    }

    /// Returns `true` if the contract describes the response that proves the action.
    pub(crate) fn has_proof(&self) -> bool {
        self.act.is_some() && !self.promise.successes.is_empty() && !self.endpoint.operation().is_empty()
    }

    /// Returns the kind of the call.
    pub(crate) fn call(&self) -> CallKind {
        match self.act {
            Some(_) => CallKind::Keyed,
            None if self.is_safe() => CallKind::Safe,
            None => CallKind::Unkeyed,
        }
    }

    /// Returns `true` for a response that decoding would not reveal as foreign, such as a page of a proxy.
    pub(crate) fn is_foreign(&self, seen: &ResponseView<'_>) -> bool {
        if self.promise.successes.is_empty() {
            let accept = self.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
            return arrived::is_foreign_to(accept.unwrap_or("*/*"), seen);
        }
        arrived::is_foreign(&self.promise.successes, seen, self.call())
    }

    /// Returns `true` for a safe method.
    pub(crate) fn is_safe(&self) -> bool {
        self.endpoint.is_safe()
    }
}

/// The type of a call's value, without a type parameter, for resuming the call.
#[derive(Clone, Copy)]
pub(crate) struct ValueType {
    pub(crate) id: TypeId,
    /// Returns `true` for responses, by status and media type, that are read as a stream.
    pub(crate) streams: fn(u16, &str) -> bool,
    /// Decodes the value, and drops it.
    pub(crate) decode: fn(&Reply) -> Result<(), DecodeError>,
}

/// Properties of an action for its intent, besides those of the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Act {
    pub(crate) subject: &'static [Subject],
    /// Subject given by the caller of a raw call.
    pub(crate) named: Vec<String>,
    pub(crate) later: &'static [&'static str],
    /// The argument that names its resource, and the members that stay as its creation sent them.
    pub(crate) stays: Option<(&'static str, &'static [&'static str])>,
    pub(crate) find: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    pub(crate) read: Option<(&'static str, &'static str)>,
    pub(crate) evidence: Option<Bytes>,
    /// Pairs of the cookie that are arguments.
    pub(crate) cookies: Vec<String>,
}

/// Account and server of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallAccount {
    base: String,
    client_id: Option<String>,
    credentials: [u8; 32],
}

impl CallAccount {
    pub(crate) fn new(base: String, client_id: Option<&str>, credentials: &Credentials) -> Arc<Self> {
        Arc::new(Self {
            base,
            client_id: client_id.map(str::to_owned),
            credentials: credentials.digest(),
        })
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }
}
