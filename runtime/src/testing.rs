//! Test doubles for programs that use a generated client: a transport with scripted answers, a fixed clock, and values of
//! answers.
//!
//! It must not use a socket, a timer or an async runtime: waits end at once, and no time limit passes.

use crate::clock::{Clock, NonceError, NonceSource};
use crate::description::{Api, Description};
use crate::json::{self, DecodeError, Json, JsonValue, Object, to_vec};
use crate::member::MemberKind;
use crate::operation::Operation;
use crate::problem::{ProblemBody, ProblemPlaces};
use crate::transport::{Body, Cause, Incoming, SendError, SendFuture, SleepFuture, Transport};
use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use http_body::Frame;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The scripted answer to one request.
#[derive(Clone)]
pub struct Step(Act);

/// Content of answers never prints.
impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &self.0 {
            Act::Answer(status, ..) => return write!(f, "Step({})", status.as_u16()),
            Act::CutOff(status, ..) => return write!(f, "Step({}, cut off)", status.as_u16()),
            Act::Problem(status, ..) => return write!(f, "Step({}, problem)", status.as_u16()),
            Act::NotSent => "Step(not sent)",
            Act::NoAnswer => "Step(no answer)",
        })
    }
}

#[derive(Clone)]
enum Act {
    Answer(StatusCode, HeaderMap, Bytes),
    /// A problem with this code; `true` if it is cut off.
    Problem(StatusCode, HeaderMap, String, bool),
    NotSent,
    NoAnswer,
    CutOff(StatusCode, HeaderMap, Bytes),
}

impl Act {
    /// Returns a problem in the contract's form; other steps are unchanged.
    fn written(self, api: Option<&'static Api>) -> Self {
        let Self::Problem(status, mut headers, code, is_cut_off) = self else {
            return self;
        };
        let (media_type, body) = written(api, status.as_u16(), &code);
        if !headers.contains_key(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, media_type);
        }
        if is_cut_off {
            Self::CutOff(status, headers, body)
        } else {
            Self::Answer(status, headers, body)
        }
    }
}

impl Step {
    /// Creates an answer. An invalid status becomes 500.
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        Self(Act::Answer(status_of(status), HeaderMap::new(), body.into()))
    }

    /// Creates an answer of JSON.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::answer(status, body).header("content-type", "application/json")
    }

    /// Creates a problem document with a code, in the form of the client's contract: with its media type, the code in its
    /// place, and all other required members. Without such a form in the contract, `application/problem+json` with a member
    /// `code` (RFC 9457).
    pub fn problem(status: u16, code: &str) -> Self {
        Self(Act::Problem(
            status_of(status),
            HeaderMap::new(),
            code.to_owned(),
            false,
        ))
    }

    /// Creates a failure without a connection: no byte leaves.
    pub fn not_sent() -> Self {
        Self(Act::NotSent)
    }

    /// Creates a failure after sending: the request leaves, and no answer comes.
    pub fn no_answer() -> Self {
        Self(Act::NoAnswer)
    }

    /// Makes the answer's body break off after its bytes.
    #[must_use]
    pub fn cut_off(self) -> Self {
        match self.0 {
            Act::Answer(status, headers, body) => Self(Act::CutOff(status, headers, body)),
            Act::Problem(status, headers, code, _) => Self(Act::Problem(status, headers, code, true)),
            other => Self(other),
        }
    }

    /// Adds a header to the answer. One that cannot be written is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let written = (HeaderName::try_from(name), HeaderValue::try_from(value));
        let headers = match &mut self.0 {
            Act::Answer(_, headers, _) | Act::CutOff(_, headers, _) | Act::Problem(_, headers, ..) => headers,
            Act::NotSent | Act::NoAnswer => return self,
        };
        if let (Ok(name), Ok(value)) = written {
            headers.append(name, value);
        }
        self
    }
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A request that was sent through the script.
#[derive(Clone)]
#[non_exhaustive]
pub struct SentRequest {
    /// The method.
    pub method: Method,
    /// The whole URI.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Query, headers and body never print: the output of failed tests is stored, too.
impl std::fmt::Debug for SentRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SentRequest")
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .finish_non_exhaustive()
    }
}

impl SentRequest {
    /// Returns the text of a header; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// A transport with scripted answers, in order. After the last one, every request gets [`Step::not_sent`]. Clones share the
/// script.
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Mutex<ScriptState>>);

#[derive(Debug, Default)]
struct ScriptState {
    steps: VecDeque<Step>,
    sent: Vec<SentRequest>,
    slept: Vec<Duration>,
    api: Option<&'static Api>,
}

impl Script {
    /// Creates a script of these steps.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let script = Self::default();
        script.state().steps.extend(steps);
        script
    }

    fn state(&self) -> MutexGuard<'_, ScriptState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends a step.
    pub fn push(&self, step: Step) {
        self.state().steps.push_back(step);
    }

    /// Returns the requests sent so far.
    pub fn sent(&self) -> Vec<SentRequest> {
        self.state().sent.clone()
    }

    /// Returns the waits so far, between attempts and between the calls of a poll.
    pub fn waits(&self) -> Vec<Duration> {
        self.state().slept.clone()
    }

    /// Returns the number of unused steps.
    pub fn left(&self) -> usize {
        self.state().steps.len()
    }
}

impl Transport for Script {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let (parts, mut body) = request.into_parts();
        let mut bytes = BytesMut::new();
        while let Some(block) = body.next_block() {
            match block {
                Ok(block) => bytes.extend_from_slice(&block),
                Err(error) => return Box::pin(async move { Err(SendError::NotSent(error.into())) }),
            }
        }
        let step = {
            let mut state = self.state();
            let step = state.steps.pop_front();
            if !matches!(step, None | Some(Step(Act::NotSent))) {
                state.sent.push(SentRequest {
                    method: parts.method,
                    uri: parts.uri,
                    headers: parts.headers,
                    body: bytes.freeze(),
                });
            }
            step.map(|Step(kind)| Step(kind.written(state.api)))
        };
        Box::pin(async move {
            let (status, headers, body) = match step {
                Some(Step(Act::Problem(..))) => {
                    return Err(SendError::NotSent("the problem cannot be written".into()));
                }
                None => return Err(SendError::NotSent("the script is over".into())),
                Some(Step(Act::NotSent)) => return Err(SendError::NotSent("the script says so".into())),
                Some(Step(Act::NoAnswer)) => return Err(SendError::Unknown("the script says so".into())),
                Some(Step(Act::Answer(status, headers, body))) => (status, headers, Incoming::from_bytes(body)),
                Some(Step(Act::CutOff(status, headers, body))) => (status, headers, Incoming::new(Broken(Some(body)))),
            };
            let mut response = http::Response::new(body);
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        self.state().slept.push(duration);
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::pending())
    }

    fn serves(&self, api: &'static Api) {
        self.state().api = Some(api);
    }
}

/// A body that breaks off after its bytes.
struct Broken(Option<Bytes>);

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(bytes) => Ok(Frame::data(bytes)),
            None => Err("the script says so".into()),
        }))
    }
}

/// An operation with a sample of its response of success, for simulated servers.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Its description.
    pub operation: &'static Description,
    /// The status of the response.
    pub status: u16,
    /// The body of the response; empty: one with the members that the contract requires.
    pub body: &'static str,
}

impl Sample {
    /// Describes an operation by its contract alone.
    pub const fn new<O: Operation>() -> Self {
        Self {
            operation: O::DESCRIPTION,
            status: if O::ANSWERS.is_empty() { 200 } else { O::ANSWERS[0] },
            body: "",
        }
    }

    /// Sets the body of the response, such as the page of a list.
    #[must_use]
    pub const fn body(mut self, body: &'static str) -> Self {
        self.body = body;
        self
    }
}

/// A fixed clock, in seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub u64);

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0)
    }
}

/// Constant random bytes: with a fixed clock, every byte of a request is known in advance.
#[derive(Debug, Clone, Copy)]
pub struct FixedNonces(pub u8);

impl NonceSource for FixedNonces {
    fn fill(&self, into: &mut [u8]) -> Result<(), NonceError> {
        into.fill(self.0);
        Ok(())
    }
}

/// Builds the problem document for this code.
fn written(api: Option<&'static Api>, status: u16, code: &str) -> (HeaderValue, Bytes) {
    let place = api.map_or(ProblemPlaces::RFC_9457.code, |api| api.problems.code);
    let of_status = |form: &&ProblemBody| {
        let mut ranges = form.statuses.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&status))
    };
    let declared = api.and_then(|api| api.problem_bodies.iter().find(of_status));
    let declared = declared.unwrap_or(&ProblemBody::RFC_9457[0]);
    let mut document = JsonValue::Object(Object::new());
    for member in declared.members {
        put(&mut document, member.at, sample(member.kind));
    }
    for at in declared.any_of.iter().take(1) {
        put(&mut document, at, JsonValue::from("x"));
    }
    let has_number_codes = api.is_some_and(|api| api.has_number_codes);
    let number = code.parse::<i64>().ok().filter(|_| has_number_codes);
    put(
        &mut document,
        place,
        number.map_or_else(|| JsonValue::from(code), JsonValue::from),
    );
    let media_type = match declared.media_type {
        "*/*" | "application/*" => "application/json",
        media_type => media_type,
    };
    let media_type = HeaderValue::from_str(media_type);
    (
        media_type.unwrap_or(HeaderValue::from_static("application/problem+json")),
        to_vec(&document).unwrap_or_default().into(),
    )
}

/// Returns a value of a JSON type.
fn sample(kind: MemberKind) -> JsonValue {
    match kind {
        MemberKind::Any | MemberKind::Id | MemberKind::Text => JsonValue::from("x"),
        MemberKind::Number | MemberKind::Integer | MemberKind::Decimal => JsonValue::from(1_i64),
        MemberKind::Boolean => JsonValue::from(true),
        MemberKind::Object => JsonValue::Object(Object::new()),
        MemberKind::Array => JsonValue::Array(Vec::new()),
    }
}

/// Sets a value at a JSON Pointer, and creates missing objects on the way.
fn put(document: &mut JsonValue, pointer: &str, value: JsonValue) {
    let mut at = document;
    for token in pointer.split('/').skip(1) {
        if !matches!(at, JsonValue::Object(_)) {
            *at = JsonValue::Object(Object::new());
        }
        let JsonValue::Object(object) = at else { return };
        let name = token.replace("~1", "/").replace("~0", "~");
        if !object.contains_key(&name) {
            object.insert(name.clone(), JsonValue::Null);
        }
        let Some(next) = object.get_mut(&name) else { return };
        at = next;
    }
    *at = value;
}

/// Makes a value of a type that only arrives, which has no constructor. Each model has these functions.
///
/// ```
/// use sdkwright_runtime::Map;
/// use sdkwright_runtime::testing::FromJson as _;
///
/// let names: Map<String> = Map::from_json(r#"{"en": "book"}"#)?;
/// assert_eq!(names.len(), 1);
/// # Ok::<(), sdkwright_runtime::DecodeError>(())
/// ```
pub trait FromJson: Json {
    /// Reads a value as from an answer: a required member that lacks is an error.
    fn from_json(text: &str) -> Result<Self, DecodeError> {
        json::from_slice(text.as_bytes())
    }

    /// Reads a value in which required members may lack, `{}` for instance. They get an empty text, zero, an
    /// unknown enum value or another one without a meaning: a test sets those that it needs.
    fn from_partial_json(text: &str) -> Result<Self, DecodeError> {
        json::from_part(text.as_bytes())
    }
}

impl<T: Json> FromJson for T {}

#[cfg(test)]
mod tests;
