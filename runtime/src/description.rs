//! What generated code says about an API and its operations: constants.

use http::{HeaderName, HeaderValue};

use crate::idempotency::{Idempotency, Intent};
use crate::problem::{ProblemBody, ProblemPlaces, ProblemRow};
use crate::rules::Rules;
use crate::scheme::{Alternatives, Scheme, SchemeKind};
use crate::signing::Signing;

/// One API.
#[derive(Debug)]
pub struct Api {
    /// Its name, for people.
    pub name: &'static str,
    /// Value of `User-Agent`.
    pub user_agent: &'static str,
    /// Servers that the contract names, their variables filled in. None is ever taken by default.
    pub servers: &'static [&'static str],
    /// The segments that the paths of all operations begin with, such as `/partner/v1`; empty where they have none in common.
    /// A base URL does not repeat them.
    pub paths: &'static str,
    /// Servers that it gives to some operations alone.
    pub operation_servers: &'static [&'static str],
    /// How callers show who they are.
    pub schemes: &'static [Scheme],
    /// How requests are signed.
    pub signing: Option<&'static Signing>,
    /// How keys of mutations travel.
    pub idempotency: Option<&'static Idempotency>,
    /// Header of the request id.
    pub request_id_header: Option<&'static str>,
    /// Does an answer that has this header repeat the id of its request?
    pub request_id_echoed: bool,
    /// Where problem documents keep things.
    pub problems: ProblemPlaces,
    /// What a problem document of this API looks like; nothing else says for certain that an action did not happen.
    pub problem_bodies: &'static [ProblemBody],
    /// What the problem codes mean.
    pub registry: &'static [ProblemRow],
    /// Names of environment variables.
    pub environment: Environment,
    /// What the contract asks of requests.
    pub rules: Option<&'static Rules>,
    /// Parameters and body members that a support report repeats.
    pub support: &'static [&'static str],
}

impl Api {
    /// An API of which nothing else is said.
    pub const fn new(name: &'static str, user_agent: &'static str) -> Self {
        Self {
            name,
            user_agent,
            servers: &[],
            paths: "",
            operation_servers: &[],
            schemes: &[],
            signing: None,
            idempotency: None,
            request_id_header: None,
            request_id_echoed: false,
            problems: ProblemPlaces::RFC_9457,
            problem_bodies: ProblemBody::RFC_9457,
            registry: &[],
            environment: Environment::NONE,
            rules: None,
            support: &[],
        }
    }
}

impl Api {
    /// Returns `true` for a header that a client of the API writes itself, or whose answer it could not read.
    pub(crate) fn owns_header(&self, name: &str) -> bool {
        const OWN: [&str; 9] = [
            "accept",
            "accept-encoding",
            "content-type",
            "content-length",
            "host",
            "user-agent",
            "transfer-encoding",
            "connection",
            "expect",
        ];
        let mut owned: Vec<&str> = OWN.to_vec();
        if let Some(signing) = self.signing {
            owned.push(signing.signature_header);
            owned.extend(
                [signing.client_id_header, signing.timestamp_header, signing.nonce_header]
                    .into_iter()
                    .flatten(),
            );
        }
        owned.extend(self.idempotency.map(|keys| keys.header));
        owned.extend(self.request_id_header);
        owned.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Returns `true` for a header that carries a credential, whoever writes it.
    pub(crate) fn is_secret_header(&self, name: &HeaderName) -> bool {
        let of_scheme = |kind: &SchemeKind| matches!(kind, SchemeKind::HeaderKey(header) if name.as_str().eq_ignore_ascii_case(header));
        ["authorization", "proxy-authorization", "cookie"].contains(&name.as_str())
            || self.schemes.iter().any(|scheme| of_scheme(&scheme.kind))
    }

    /// The header of a call as it is kept and sent: a credential does not print, in no transport and no log of one.
    pub(crate) fn header_of_call(&self, name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
        let (name, mut value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        value.set_sensitive(self.is_secret_header(&name));
        Some((name, value))
    }
}

/// Names of environment variables; those without a name are not read.
#[derive(Debug)]
pub struct Environment {
    /// Base URL.
    pub base_url: Option<&'static str>,
    /// Client id.
    pub client_id: Option<&'static str>,
    /// Client secret.
    pub client_secret: Option<&'static str>,
    /// Secret of webhook deliveries.
    pub webhook_secret: Option<&'static str>,
}

impl Environment {
    /// No variable.
    pub const NONE: Self = Self {
        base_url: None,
        client_id: None,
        client_secret: None,
        webhook_secret: None,
    };
}

/// One operation.
#[derive(Debug)]
pub struct Description {
    /// `operationId`.
    pub id: &'static str,
    /// HTTP method in upper case.
    pub method: &'static str,
    /// Path template.
    pub path: &'static str,
    /// What the caller has to show: one of these sets of schemes.
    pub security: Alternatives,
    /// What it wants from its key; nothing where it takes none.
    pub intent: Option<Intent>,
    /// Value of `Accept`.
    pub accept: &'static str,
    /// Members of a JSON body that must equal a value of the client: JSON Pointer and value.
    pub bound: &'static [(&'static str, Bound)],
    /// Values that its answer repeats: what the request says, and the JSON Pointer of the member.
    pub echoes: &'static [(Subject, &'static str)],
    /// Where ids stand in the answer: name and JSON Pointer.
    pub ids: &'static [(&'static str, &'static str)],
    /// The answers of success, where it has an effect.
    pub successes: &'static [Success],
    /// What it may act on once only.
    pub subject: &'static [Subject],
    /// Later operations on what it creates that take the approval which its body carries.
    pub later: &'static [&'static str],
    /// A call that finds what it did: path template, and query parameters with the JSON Pointers of their values in the body.
    pub find: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    /// A call that reads what it made, as a program writes it, and the name of the id that the call takes.
    pub read: Option<(&'static str, &'static str)>,
}

/// The value of the client that a member must equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The client id.
    ClientId,
}

/// A value of a request that says what an operation acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An argument of the path.
    Path(&'static str),
    /// A text in the body, by JSON Pointer.
    Body(&'static str),
}

/// An answer of success: its statuses, from the first to the last, and what its body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Success {
    pub(crate) first: u16,
    pub(crate) last: u16,
    pub(crate) shown: Shown,
}

/// What the body of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Nothing,
    /// Media type, and JSON Pointers of what is always there and never null.
    Json(&'static str, &'static [&'static str]),
    /// Media type or range.
    Other(&'static str),
}

impl Success {
    const fn new(first: u16, last: u16, shown: Shown) -> Self {
        Self { first, last, shown }
    }

    /// An answer without a body.
    pub const fn nothing(first: u16, last: u16) -> Self {
        Self::new(first, last, Shown::Nothing)
    }

    /// JSON of a media type that always has these members, by JSON Pointer.
    pub const fn json(first: u16, last: u16, media: &'static str, members: &'static [&'static str]) -> Self {
        Self::new(first, last, Shown::Json(media, members))
    }

    /// A body of another media type, or range of media types.
    pub const fn other(first: u16, last: u16, media: &'static str) -> Self {
        Self::new(first, last, Shown::Other(media))
    }
}

impl Description {
    /// An operation that asks for JSON, and of which nothing else is said.
    pub const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            security: &[],
            intent: None,
            accept: "application/json",
            bound: &[],
            echoes: &[],
            ids: &[],
            successes: &[],
            subject: &[],
            later: &[],
            find: None,
            read: None,
        }
    }

    /// What the caller has to show: one of these sets of schemes.
    #[must_use]
    pub const fn security(mut self, security: Alternatives) -> Self {
        self.security = security;
        self
    }

    /// What it wants from its key.
    #[must_use]
    pub const fn intent(mut self, intent: Intent) -> Self {
        self.intent = Some(intent);
        self
    }

    /// Another value of `Accept`.
    #[must_use]
    pub const fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Members of a JSON body that must equal a value of the client: JSON Pointer and value.
    #[must_use]
    pub const fn bound(mut self, bound: &'static [(&'static str, Bound)]) -> Self {
        self.bound = bound;
        self
    }

    /// Values that its answer repeats: what the request says, and the JSON Pointer of the member.
    #[must_use]
    pub const fn echoes(mut self, echoes: &'static [(Subject, &'static str)]) -> Self {
        self.echoes = echoes;
        self
    }

    /// Where ids stand in the answer: name and JSON Pointer.
    #[must_use]
    pub const fn ids(mut self, ids: &'static [(&'static str, &'static str)]) -> Self {
        self.ids = ids;
        self
    }

    /// The answers of success, where it has an effect.
    #[must_use]
    pub const fn successes(mut self, successes: &'static [Success]) -> Self {
        self.successes = successes;
        self
    }

    /// What it may act on once only.
    #[must_use]
    pub const fn subject(mut self, subject: &'static [Subject]) -> Self {
        self.subject = subject;
        self
    }

    /// Later operations on what it creates that take the approval which its body carries.
    #[must_use]
    pub const fn later(mut self, later: &'static [&'static str]) -> Self {
        self.later = later;
        self
    }

    /// A call that reads what it made, by the id of that name.
    #[must_use]
    pub const fn read(mut self, call: &'static str, id: &'static str) -> Self {
        self.read = Some((call, id));
        self
    }

    /// A call that finds what it did.
    #[must_use]
    pub const fn find(mut self, path: &'static str, query: &'static [(&'static str, &'static str)]) -> Self {
        self.find = Some((path, query));
        self
    }
}
