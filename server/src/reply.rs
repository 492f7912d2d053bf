//! A response, before it is sent or stored. A problem becomes the document that the contract declares for its status.

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use sdkwright_json::{Json, JsonValue, Object, to_vec};
use sdkwright_runtime::glue::{Api, MemberKind, ProblemBody};

use crate::problem::{ErrorMembers, Problem};

/// A response of generated code, which can be written.
pub trait IntoReply {
    /// Writes the response. Fails as [`Reply::json`] does.
    fn into_reply(self) -> Result<Reply, Problem>;
}

/// A response, before it is sent or stored: status, headers and body.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Shared with the store of keys.
    body: Bytes,
}

crate::opaque!(Reply);

impl Reply {
    /// Creates a response without a body.
    pub fn new(status: u16) -> Self {
        Self::from_parts(status, Vec::new(), Bytes::new())
    }

    /// Creates a response from its parts.
    pub fn from_parts(status: u16, headers: Vec<(HeaderName, HeaderValue)>, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self { status, headers, body }
    }

    /// Reads what `to_bytes` wrote; `None` for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut line = || {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let (line, after) = rest.split_at(end);
            rest = after.get(1..)?;
            Some(line)
        };
        let status = std::str::from_utf8(line()?).ok()?.parse().ok()?;
        let mut headers = Vec::new();
        loop {
            let header = line()?;
            if header.is_empty() {
                let body = Bytes::copy_from_slice(rest);
                return Some(Self { status, headers, body });
            }
            let colon = header.iter().position(|byte| *byte == b':')?;
            let (name, value) = (header.get(..colon)?, header.get(colon + 1..)?);
            headers.push((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?));
        }
    }

    /// Writes status, headers and body for an [`IdempotencyStore`](crate::IdempotencyStore). The body may contain personal data.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend([name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"].concat());
        }
        [&bytes, &b"\n"[..], &self.body].concat()
    }

    /// Creates a response with a JSON body. Fails with status 500 for a value that JSON cannot represent: the handler has run, so its
    /// key stays in progress.
    pub fn json<T: Json>(status: u16, media_type: &'static str, value: &T) -> Result<Self, Problem> {
        let body = to_vec(value).map_err(|error| {
            tracing::error!(%error, "a response is not JSON");
            Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_unknown_outcome()
        })?;
        let headers = vec![(CONTENT_TYPE, HeaderValue::from_static(media_type))];
        Ok(Self::from_parts(status, headers, body))
    }

    /// Adds a header. A value that no header can contain is left out, and logged without the value.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            self.headers.push((name, value));
        } else {
            tracing::error!(name, "a header of a response is left out: its value is not a header's");
        }
        self
    }

    /// Sets the body.
    pub(crate) fn with_body(self, body: Bytes) -> Self {
        Self { body, ..self }
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    /// Returns the body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Converts to a response of axum.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

/// Media type of RFC 9457.
const PROBLEM: &str = "application/problem+json";

impl Problem {
    /// Writes the document in the form that the contract declares for the status.
    pub(crate) fn into_reply(self, api: &Api, errors: Option<ErrorMembers>, request_id: &str) -> Reply {
        let status = self.status.as_u16();
        let form = form(api, status);
        let media_type = form.map_or(PROBLEM, |form| form.media_type);
        let media_type = if media_type.contains('*') { PROBLEM } else { media_type };
        let (retry_after, document) = (self.retry_after, self.document(api, form, errors, request_id));
        let body = to_vec(&document).unwrap_or_default();
        let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static(media_type))];
        headers.extend(retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds))));
        Reply::from_parts(status, headers, body)
    }

    fn document(
        self,
        api: &Api,
        form: Option<&ProblemBody>,
        errors: Option<ErrorMembers>,
        request_id: &str,
    ) -> JsonValue {
        let places = &api.problems;
        let reason = self.status.canonical_reason().unwrap_or("Failure");
        let title = self.row.map_or(reason, |row| row.title);
        let mut object = Object::new();
        let mut put = |pointer: &str, value: JsonValue| put(&mut object, pointer, value);
        for member in form.map_or(&[][..], |form| form.members) {
            match (member.at, member.kind) {
                ("/type", MemberKind::Text | MemberKind::Id) => put("/type", "about:blank".into()),
                ("/status", MemberKind::Integer | MemberKind::Number) => {
                    put("/status", i64::from(self.status.as_u16()).into());
                }
                _ => {}
            }
        }
        if form.is_none_or(|form| form.media_type == PROBLEM) {
            put("/type", "about:blank".into());
            put("/status", i64::from(self.status.as_u16()).into());
        }
        put(places.title, title.into());
        if let Some(row) = self.row {
            let number = row.code.parse::<i64>().ok().filter(|_| api.has_number_codes);
            put(places.code, number.map_or_else(|| row.code.into(), JsonValue::from));
        }
        let first = self.errors.first();
        let detail = self
            .detail
            .or_else(|| first.map(|error| format!("{}: {}", error.pointer, error.message)));
        if let Some(detail) = detail {
            put(places.detail, detail.into());
        }
        if let Some(pointer) = places.request_id {
            put(pointer, request_id.into());
        }
        if let (Some(pointer), Some(names), false) = (places.errors, errors, self.errors.is_empty()) {
            let list = self.errors.into_iter().map(|error| {
                let message = names.message.map(|name| (name, error.message.into()));
                let members = [(names.place, error.pointer.into())].into_iter().chain(message);
                JsonValue::Object(members.collect())
            });
            put(pointer, JsonValue::Array(list.collect()));
        }
        for (pointer, value) in self.members {
            put(&pointer, value);
        }
        JsonValue::Object(object)
    }
}

/// Returns the declared form of a status: that with the smallest range of statuses. If an API has only one form, it is that of all statuses.
fn form(api: &Api, status: u16) -> Option<&'static ProblemBody> {
    let size = |body: &ProblemBody| {
        let fitting = body
            .statuses
            .iter()
            .filter(|(first, last)| (*first..=*last).contains(&status));
        fitting.map(|(first, last)| last - first).min()
    };
    let bodies = api.problem_bodies.iter().filter_map(|body| Some((size(body)?, body)));
    let declared = bodies.min_by_key(|(size, _)| *size).map(|(_, body)| body);
    let only = api.problem_bodies.first().filter(|_| api.problem_bodies.len() == 1);
    declared.or(only)
}

/// Sets a member by its JSON Pointer, with the objects around it.
fn put(object: &mut Object, pointer: &str, value: JsonValue) {
    let Some(path) = pointer.strip_prefix('/') else { return };
    let unescape = |name: &str| name.replace("~1", "/").replace("~0", "~");
    let Some((name, rest)) = path.split_once('/') else {
        object.insert(unescape(path), value);
        return;
    };
    let name = unescape(name);
    let mut inner = match object.remove(&name) {
        Some(JsonValue::Object(inner)) => inner,
        _ => Object::new(),
    };
    put(&mut inner, &format!("/{rest}"), value);
    object.insert(name, JsonValue::Object(inner));
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::http::header::CONTENT_TYPE;
    use sdkwright_json::{JsonValue, Object};
    use sdkwright_runtime::glue::{Api, ProblemBody, ProblemPlaces};

    use super::put;
    use crate::problem::{ErrorMembers, Problem};

    #[test]
    fn a_document_has_the_members_at_the_places_of_the_contract() {
        static API: Api = Api {
            problems: ProblemPlaces {
                request_id: Some("/meta/request"),
                errors: Some("/errors"),
                ..ProblemPlaces::RFC_9457
            },
            ..Api::new("an API", "agent")
        };
        let names = ErrorMembers {
            place: "at",
            message: None,
        };
        let problem = Problem::from_status(StatusCode::BAD_REQUEST).with_error("/a", "is missing");
        let reply = problem.with_retry_after(7).into_reply(&API, Some(names), "r1");
        let document = r#"{"type":"about:blank","status":400,"title":"Bad Request","detail":"/a: is missing","meta":{"request":"r1"},"errors":[{"at":"/a"}]}"#;
        assert_eq!(String::from_utf8_lossy(reply.body()), document);
        let header = |name: &str| {
            reply
                .headers()
                .iter()
                .any(|(known, value)| *known == name && value == "7")
        };
        assert!(header("retry-after"));
    }

    #[test]
    fn the_only_form_of_an_api_is_that_of_each_failure() {
        static API: Api = Api {
            problem_bodies: &[ProblemBody {
                statuses: &[(400, 499)],
                media_type: "application/json",
                members: &[],
                any_of: &[],
            }],
            ..Api::new("an API", "agent")
        };
        let reply = Problem::not_implemented().into_reply(&API, None, "r1");
        let is_json = |(name, value): &(_, _)| *name == CONTENT_TYPE && value == "application/json";
        assert!(reply.headers().iter().any(is_json));
        let document = r#"{"title":"Not Implemented","detail":"The server does not implement this operation."}"#;
        assert_eq!(String::from_utf8_lossy(reply.body()), document);
    }

    #[test]
    fn a_pointer_of_several_levels_keeps_the_other_members() {
        let mut object = Object::new();
        put(&mut object, "/a/b~1c", 1.into());
        put(&mut object, "/a/d", 2.into());
        put(&mut object, "no pointer", 3.into());
        assert_eq!(JsonValue::Object(object).to_string(), r#"{"a":{"b/c":1,"d":2}}"#);
    }
}
