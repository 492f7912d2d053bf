//! A request under construction and its parts: options, the body before it is laid out, the target of a call without a description, and
//! parameters in cookies.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use crate::description::{Api, Description};
use crate::idempotency::IdempotencyKey;
use crate::multipart::{Multipart, Upload};
use crate::parameter::{Param, Style, ToParam};
use crate::refusal::Refusal;
use crate::rules::{Location, RequestRules, Violation};
use crate::security::Credentials;

/// A request under construction. Boxed, because each argument moves it.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request(pub(super) Box<RequestParts>);

impl Deref for Request {
    type Target = RequestParts;

    fn deref(&self) -> &RequestParts {
        &self.0
    }
}

impl DerefMut for Request {
    fn deref_mut(&mut self) -> &mut RequestParts {
        &mut self.0
    }
}

/// The parts of a [`Request`].
pub struct RequestParts {
    pub(crate) api: &'static Api,
    pub(crate) description: &'static Description,
    /// `None` for an operation of the contract.
    pub(crate) raw: Option<RawTarget>,
    pub(crate) path: Vec<(Cow<'static, str>, String)>,
    pub(crate) plain_path: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) content: RequestContent,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) options: CallOptions,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) server: Option<&'static str>,
    /// The contract's constraints on it, if the client validates its requests and there are any.
    pub(crate) checked: Option<RequestRules>,
    pub(crate) violations: Vec<Violation>,
    /// `true` for a call that only requests a fresh response: its key is a refresh key.
    pub(crate) refreshes: bool,
    /// The approval in the body.
    pub(crate) evidence: Option<Bytes>,
    /// Pairs of the cookie that are arguments.
    pub(crate) cookies: Vec<String>,
    /// Arguments outside of the path, and of bodies that are not JSON, that a support report repeats.
    pub(crate) noted: Vec<(String, String)>,
}

/// Arguments and body never print.
impl std::fmt::Debug for RequestParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestParts")
            .field("operation", &self.description.id)
            .finish_non_exhaustive()
    }
}

/// Options of one call; absent ones come from the client.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) attempts: Option<u32>,
    pub(crate) request_id: Option<String>,
    /// The statuses of success that the contract names; if empty, every 2xx.
    pub(crate) answers: &'static [u16],
    /// Credentials that replace those of the client.
    pub(crate) credentials: Credentials,
    /// Requested media types, if different from the contract's first choice.
    pub(crate) accept: Option<String>,
    /// The call travels over a new connection.
    pub(crate) fresh: bool,
}

impl CallOptions {
    /// Returns `true` for a status of success: every 2xx, and those that the contract names.
    pub(crate) fn is_success(&self, status: http::StatusCode) -> bool {
        status.is_success() || self.answers.contains(&status.as_u16())
    }

    /// Returns `true` if the contract names this status of success.
    pub(crate) fn is_named(&self, status: http::StatusCode) -> bool {
        self.answers.is_empty() || self.answers.contains(&status.as_u16())
    }
}

/// A call that the contract does not describe.
#[derive(Debug, Clone)]
pub(crate) struct RawTarget {
    pub(crate) method: Method,
    /// The path, with its query.
    pub(crate) target: String,
    /// Subject given by the caller.
    pub(crate) subject: Vec<String>,
}

/// The body of a request before it is laid out.
#[derive(Clone, Default)]
pub(crate) enum RequestContent {
    #[default]
    Nothing,
    Bytes(Bytes),
    Json(Bytes),
    Upload(Upload),
    Multipart(Multipart),
}

impl Request {
    /// Sets a scalar in a cookie.
    pub fn cookie<T: ToParam + ?Sized>(self, name: &'static str, value: &T) -> Self {
        self.cookie_as(name, &Param::one(value), false)
    }

    /// Sets a list or object in a cookie: in form style, exploded as one pair for each item or member.
    pub fn cookie_as(self, name: &'static str, value: &Param, explode: bool) -> Self {
        let own = value.cookie(name, explode);
        self.cookie_pairs(name, value, own)
    }

    /// Sets a value in a cookie without percent-encoding (`style: cookie` of OpenAPI 3.2). A name or value that RFC 6265,
    /// section 4.1.1, does not allow is refused: the caller escapes it.
    pub fn cookie_unescaped(mut self, name: &'static str, value: &Param, explode: bool) -> Self {
        self.refuse_delimiter(name, value.ambiguous_plain(Style::Form, explode));
        match value.cookie_unescaped(name, explode) {
            Some(own) => self.cookie_pairs(name, value, own),
            None => self.refused(Refusal::Cookie { name: name.to_owned() }),
        }
    }

    fn cookie_pairs(mut self, name: &str, value: &Param, own: Vec<String>) -> Self {
        self.check(Location::Cookie, name, value);
        self.note(name, value);
        let known = self.headers.get(http::header::COOKIE);
        let known = known.and_then(|known| known.to_str().ok()).map(str::to_owned);
        self.cookies.extend(own.iter().cloned());
        let pairs: Vec<String> = known.into_iter().chain(own).collect();
        if !pairs.is_empty() {
            self.set_header("cookie", &pairs.join("; "));
        }
        self
    }
}
