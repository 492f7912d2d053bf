//! A response, before it is sent or stored.

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use sdkwright_json::{Json, to_vec};

use crate::problem::Problem;

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
