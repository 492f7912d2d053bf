//! A response whose body may be a stream, before it is sent.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;

use crate::input::essence;
use crate::problem::Problem;
use crate::reply::{IntoReply, Reply};

/// A response whose body may be a stream.
pub struct Outgoing {
    reply: Reply,
    body: Option<Body>,
}

/// A body that is not JSON: text, bytes, parts, events or lines.
pub struct RawReply(Response<Body>);

crate::opaque!(Outgoing RawReply);

/// A response of generated code, which can be sent.
pub trait IntoOutgoing {
    /// Writes the response. Fails as [`Reply::json`] does.
    fn into_outgoing(self) -> Result<Outgoing, Problem>;
}

impl<R: IntoReply> IntoOutgoing for R {
    fn into_outgoing(self) -> Result<Outgoing, Problem> {
        self.into_reply().map(Outgoing::from)
    }
}

impl From<Reply> for Outgoing {
    fn from(reply: Reply) -> Self {
        Self { reply, body: None }
    }
}

impl RawReply {
    /// Takes the body and the media type of a response of axum, such as `String`, `Bytes`, `Body::from_stream(..)` or `Sse`. Its status and
    /// its other headers are not sent. If the contract declares exactly one media type, that is sent instead, unless both differ only in
    /// parameters.
    pub fn new(response: impl IntoResponse) -> Self {
        Self(response.into_response())
    }
}

impl Outgoing {
    /// Creates a response with a body of one of the declared media types.
    pub fn raw(status: u16, declared: &[&'static str], body: RawReply) -> Self {
        let (parts, body) = body.0.into_parts();
        let own = parts.headers.get(CONTENT_TYPE);
        let written = own.and_then(|own| own.to_str().ok()).map(essence);
        let is_own = |media_type: &str| written.as_ref() == Some(&essence(media_type));
        let only = match declared {
            [only] if !only.contains('*') && !is_own(only) => HeaderValue::try_from(*only).ok(),
            _ => None,
        };
        let media_type = only.or_else(|| own.cloned());
        let headers = media_type.map(|media_type| (CONTENT_TYPE, media_type));
        Self {
            reply: Reply::from_parts(status, headers.into_iter().collect(), Bytes::new()),
            body: Some(body),
        }
    }

    /// Adds a header, as [`Reply::with_header`] does.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.reply = self.reply.with_header(name, value);
        self
    }

    /// Reads the body to its end, for a response that a key keeps. A body that breaks leaves the outcome unknown: the handler has run.
    pub(crate) async fn whole(self) -> Result<Reply, Problem> {
        let Some(body) = self.body else { return Ok(self.reply) };
        let bytes = to_bytes(body, usize::MAX).await.map_err(|_| {
            tracing::error!("the body of a response breaks");
            Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_unknown_outcome()
        })?;
        Ok(self.reply.with_body(bytes))
    }

    /// Converts to a response of axum.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = self.reply.into_response();
        if let Some(body) = self.body {
            *response.body_mut() = body;
        }
        response
    }
}

/// Returns the status of a response for which the contract names no exact status. Fails with status 500 if it is not 2xx: the handler has
/// run, so its key stays in progress.
pub fn success(status: StatusCode) -> Result<u16, Problem> {
    if status.is_success() {
        return Ok(status.as_u16());
    }
    tracing::error!(%status, "the status of a response is no success");
    Err(Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_unknown_outcome())
}
