//! Descriptions of an API and its operations: constants of generated code come in, read by all other modules. No text here
//! comes from a call.

use std::ops::RangeInclusive;

use http::{HeaderName, HeaderValue};
pub use sdkwright_description::{Comparison, Environment};

use crate::idempotency::{Idempotency, KeyIntent, KeyRules};
use crate::member::Member;
use crate::problem::{ProblemBody, ProblemPlaces, ProblemRow, RetryRules};
use crate::rules::Rules;
use crate::scheme::{Alternatives, Scheme, SchemeKind};
use crate::signing::SignatureRules;

/// Description of an API.
#[derive(Debug)]
pub struct Api {
    /// Its display name.
    pub name: &'static str,
    /// Value of `User-Agent`.
    pub user_agent: &'static str,
    /// Servers of the contract, with their variables filled in. None of them is a default.
    pub servers: &'static [&'static str],
    /// Path segments with which all operations start, such as `/partner/v1`; empty if they share none. A base URL does not
    /// repeat them.
    pub paths: &'static str,
    /// Servers that the contract gives to single operations.
    pub operation_servers: &'static [&'static str],
    /// Security schemes.
    pub schemes: &'static [Scheme],
    /// Accepted sets of security schemes of operations that state none of their own.
    pub security: Alternatives,
    /// Rules for signing requests.
    pub signing: Option<&'static SignatureRules>,
    /// Rules for retries.
    pub retry: Option<&'static RetryRules>,
    /// Rules for idempotency keys.
    pub idempotency: Option<&'static Idempotency>,
    /// Header of the request id.
    pub request_id_header: Option<&'static str>,
    /// `true` if an answer with this header repeats the id of its request.
    pub request_id_echoed: bool,
    /// Places of the members of problem documents.
    pub problems: ProblemPlaces,
    /// Forms of the failures that its operations declare, for calls that the contract does not describe.
    pub problem_bodies: &'static [ProblemBody],
    /// `true` if its problem codes are whole numbers.
    pub has_number_codes: bool,
    /// Meanings of the problem codes.
    pub registry: &'static [ProblemRow],
    /// Names of environment variables.
    pub environment: Environment,
    /// Constraints on requests.
    pub rules: Option<&'static Rules>,
    /// Parameters and body members that a support report repeats.
    pub support: &'static [&'static str],
}

impl Api {
    /// Creates a description with a name alone.
    pub const fn new(name: &'static str, user_agent: &'static str) -> Self {
        Self {
            name,
            user_agent,
            servers: &[],
            paths: "",
            operation_servers: &[],
            schemes: &[],
            security: &[],
            signing: None,
            retry: None,
            idempotency: None,
            request_id_header: None,
            request_id_echoed: false,
            problems: ProblemPlaces::RFC_9457,
            problem_bodies: ProblemBody::RFC_9457,
            has_number_codes: false,
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
        #[rustfmt::skip]
        const OWN: [&str; 9] = [
            "accept", "accept-encoding", "content-type", "content-length", "host", "user-agent", "transfer-encoding", "connection",
            "expect",
        ];
        let mut owned: Vec<&str> = OWN.to_vec();
        if let Some(signing) = self.signing {
            owned.extend(signing.headers());
        }
        owned.extend(self.idempotency.and_then(|keys| keys.header));
        owned.extend(self.request_id_header);
        owned.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Returns `true` for a header that carries a credential, no matter which component writes it.
    pub(crate) fn is_secret_header(&self, name: &HeaderName) -> bool {
        let of_scheme = |kind: &SchemeKind| matches!(kind, SchemeKind::HeaderKey(header) if name.as_str().eq_ignore_ascii_case(header));
        ["authorization", "proxy-authorization", "cookie"].contains(&name.as_str())
            || self.schemes.iter().any(|scheme| of_scheme(&scheme.kind))
    }

    /// Returns a header as it is stored and sent. Credentials are marked as sensitive, so that no transport and no log prints
    /// them.
    pub(crate) fn header_of_call(&self, name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
        let (name, mut value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        value.set_sensitive(self.is_secret_header(&name));
        Some((name, value))
    }
}

/// Description of an operation.
#[derive(Debug)]
pub struct Description {
    /// `operationId`.
    pub id: &'static str,
    /// HTTP method in upper case.
    pub method: &'static str,
    /// Path template.
    pub path: &'static str,
    /// Accepted sets of security schemes, of which the caller needs one; `None`: those of the API.
    pub security: Option<Alternatives>,
    /// Intent of the idempotency key; `None` if the operation takes none.
    pub intent: Option<KeyIntent>,
    /// Place and limits of the key that the operation declares; `None`: those of the API.
    pub key: Option<KeyRules>,
    /// Value of `Accept`.
    pub accept: &'static str,
    /// Members of a JSON body that must equal a value of the client: JSON Pointer and value.
    pub bound: &'static [(&'static str, Bound)],
    /// Values that its answer repeats: the value in the request, and the JSON Pointer of the member.
    pub echoes: &'static [(Subject, &'static str)],
    /// Members of its answer that repeat members of its JSON body: JSON Pointers in body and answer, and how they are compared.
    pub repeats: &'static [(&'static str, &'static str, Comparison)],
    /// The argument of the path that names a resource which another operation created, and JSON Pointers to members of
    /// the responses of both. These members repeat what that operation sent.
    pub stays: Option<(&'static str, &'static [&'static str])>,
    /// The id of the resource that it creates: JSON Pointer in the answer.
    pub creates: Option<&'static str>,
    /// Statuses of an answer that names a resource which existed before.
    pub existing: &'static [u16],
    /// Ids in the answer: name and JSON Pointer.
    pub ids: &'static [(&'static str, &'static str)],
    /// The state in its response.
    pub state: Option<StateRule>,
    /// The answers of success, for operations with an effect.
    pub successes: &'static [Success],
    /// The forms of its failures, for operations that change something; only these prove that it did not happen. `None`: those
    /// of the API count.
    pub failures: Option<&'static [ProblemBody]>,
    /// Values that identify its subject, which may be acted on only once.
    pub subject: &'static [Subject],
    /// Later operations on the created resource that take the same approval.
    pub later: &'static [&'static str],
    /// An operation that finds the created resource: path template, and query parameters with the JSON Pointers of their values
    /// in the body.
    pub find: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    /// An operation that reads the created resource, as the text of a method call, with the name of the id that it takes.
    pub read: Option<(&'static str, &'static str)>,
}

/// The state of a resource in the response of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateRule {
    /// JSON Pointer of the state.
    pub at: &'static str,
    /// States that the resource reaches only through the operation; empty if each known one proves it, as after a creation.
    pub proof: &'static [&'static str],
    /// All states that the contract knows.
    pub known: &'static [&'static str],
}

/// The value of the client that a member must equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The client id.
    ClientId,
}

/// A value of a request that identifies the subject of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An argument of the path.
    Path(&'static str),
    /// A text in the body, by JSON Pointer.
    Body(&'static str),
}

/// An answer of success: first and last status, and the form of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Success {
    pub(crate) first: u16,
    pub(crate) last: u16,
    pub(crate) shown: AnswerBody,
}

/// The form of an answer's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerBody {
    Nothing,
    /// Media type, and members that are always there.
    Json(&'static str, &'static [Member]),
    /// Media type or range.
    Other(&'static str),
}

impl Success {
    const fn new(first: u16, last: u16, shown: AnswerBody) -> Self {
        Self { first, last, shown }
    }

    /// Describes an answer without a body.
    pub const fn nothing(first: u16, last: u16) -> Self {
        Self::new(first, last, AnswerBody::Nothing)
    }

    /// Describes JSON of a media type, with the members that are always there.
    pub const fn json(first: u16, last: u16, media: &'static str, members: &'static [Member]) -> Self {
        Self::new(first, last, AnswerBody::Json(media, members))
    }

    /// Describes a body of another media type, or range of media types.
    pub const fn other(first: u16, last: u16, media: &'static str) -> Self {
        Self::new(first, last, AnswerBody::Other(media))
    }

    /// Returns the statuses.
    pub fn statuses(&self) -> RangeInclusive<u16> {
        self.first..=self.last
    }

    /// Returns the media type or range; `None` without a body.
    pub fn media_type(&self) -> Option<&'static str> {
        match self.shown {
            AnswerBody::Nothing => None,
            AnswerBody::Json(media, _) | AnswerBody::Other(media) => Some(media),
        }
    }

    /// Returns the members that a JSON body always has; `None` for another body.
    pub fn members(&self) -> Option<&'static [Member]> {
        match self.shown {
            AnswerBody::Json(_, members) => Some(members),
            AnswerBody::Nothing | AnswerBody::Other(_) => None,
        }
    }
}

impl Description {
    /// Describes an operation that asks for JSON, without any other property.
    pub const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            security: None,
            intent: None,
            key: None,
            accept: "application/json",
            bound: &[],
            echoes: &[],
            repeats: &[],
            stays: None,
            creates: None,
            existing: &[],
            ids: &[],
            state: None,
            successes: &[],
            failures: None,
            subject: &[],
            later: &[],
            find: None,
            read: None,
        }
    }

    /// Sets the accepted sets of security schemes, instead of those of the API.
    #[must_use]
    pub const fn security(mut self, security: Alternatives) -> Self {
        self.security = Some(security);
        self
    }

    /// Sets the intent of the idempotency key.
    #[must_use]
    pub const fn intent(mut self, intent: KeyIntent) -> Self {
        self.intent = Some(intent);
        self
    }

    /// Sets place and limits of the key that the operation declares.
    #[must_use]
    pub const fn key(mut self, key: KeyRules) -> Self {
        self.key = Some(key);
        self
    }

    /// Sets the value of `Accept`.
    #[must_use]
    pub const fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Sets the members of a JSON body that must equal a value of the client: JSON Pointer and value.
    #[must_use]
    pub const fn bound(mut self, bound: &'static [(&'static str, Bound)]) -> Self {
        self.bound = bound;
        self
    }

    /// Sets the values that the answer repeats: the value in the request, and the JSON Pointer of the member.
    #[must_use]
    pub const fn echoes(mut self, echoes: &'static [(Subject, &'static str)]) -> Self {
        self.echoes = echoes;
        self
    }

    /// Sets the members of the answer that repeat members of the JSON body.
    #[must_use]
    pub const fn repeats(mut self, repeats: &'static [(&'static str, &'static str, Comparison)]) -> Self {
        self.repeats = repeats;
        self
    }

    /// Sets the argument of the path that names the resource, and the members of the response that stay the same since its creation.
    #[must_use]
    pub const fn stays(mut self, argument: &'static str, pointers: &'static [&'static str]) -> Self {
        self.stays = Some((argument, pointers));
        self
    }

    /// Sets the JSON Pointer of the id of the created resource, and the statuses of answers that name one which existed before.
    #[must_use]
    pub const fn creates(mut self, pointer: &'static str, existing: &'static [u16]) -> Self {
        (self.creates, self.existing) = (Some(pointer), existing);
        self
    }

    /// Sets the ids in the answer: name and JSON Pointer.
    #[must_use]
    pub const fn ids(mut self, ids: &'static [(&'static str, &'static str)]) -> Self {
        self.ids = ids;
        self
    }

    /// Sets the state in the response.
    #[must_use]
    pub const fn state(mut self, state: StateRule) -> Self {
        self.state = Some(state);
        self
    }

    /// Sets the answers of success, for operations with an effect.
    #[must_use]
    pub const fn successes(mut self, successes: &'static [Success]) -> Self {
        self.successes = successes;
        self
    }

    /// Sets the forms of the failures, for operations that change something.
    #[must_use]
    pub const fn failures(mut self, failures: &'static [ProblemBody]) -> Self {
        self.failures = Some(failures);
        self
    }

    /// Sets the values that identify the subject.
    #[must_use]
    pub const fn subject(mut self, subject: &'static [Subject]) -> Self {
        self.subject = subject;
        self
    }

    /// Sets the later operations on the created resource that take the same approval.
    #[must_use]
    pub const fn later(mut self, later: &'static [&'static str]) -> Self {
        self.later = later;
        self
    }

    /// Sets the operation that reads the created resource, by the id of this name.
    #[must_use]
    pub const fn read_with(mut self, call: &'static str, id: &'static str) -> Self {
        self.read = Some((call, id));
        self
    }

    /// Sets the operation that finds the created resource.
    #[must_use]
    pub const fn find(mut self, path: &'static str, query: &'static [(&'static str, &'static str)]) -> Self {
        self.find = Some((path, query));
        self
    }
}
