//! A response, before it is sent or stored.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use sdkwright_json::{Json, to_vec};

use crate::problem::Problem;

/// A response, before it is sent or stored: status, headers and body.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

crate::opaque!(Reply);

impl Reply {
    /// Creates a response without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Creates a response with a stored body, for a [`IdempotencyStore`](crate::IdempotencyStore).
    pub fn from_parts(status: u16, headers: Vec<(HeaderName, HeaderValue)>, body: Vec<u8>) -> Self {
        Self { status, headers, body }
    }

    /// Creates a response with a JSON body. Fails with status 500 for a value that JSON cannot represent: the handler has run, so its
    /// key stays in progress.
    pub fn json<T: Json>(status: u16, media_type: &'static str, value: &T) -> Result<Self, Problem> {
        let body = to_vec(value).map_err(|error| {
            tracing::error!(%error, "a response is not JSON");
            Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_unknown_outcome()
        })?;
        let headers = vec![(CONTENT_TYPE, HeaderValue::from_static(media_type))];
        Ok(Self { status, headers, body })
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
