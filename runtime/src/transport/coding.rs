//! Content codings (RFC 9110, section 8.4.1): the body of a response comes in as the server coded it, and goes out decoded, in
//! blocks.
//!
//! Limits apply to the decoded bytes, because the readers of a body count what goes out. A body with two codings stays as it is:
//! between the two, a few bytes could become any number that no reader counts.

#[cfg(any(feature = "gzip", feature = "brotli", feature = "zstd"))]
mod decoder;

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue, RANGE};
use http::{Method, StatusCode, response};

use super::Incoming;
#[cfg(any(feature = "gzip", feature = "brotli", feature = "zstd"))]
use decoder::decode as decoded;

/// The codings of this build, the preferred one first.
const CODINGS: &[&str] = &[
    #[cfg(feature = "zstd")]
    "zstd",
    #[cfg(feature = "brotli")]
    "br",
    #[cfg(feature = "gzip")]
    "gzip",
];

/// Requests the codings of this build. A request for a range has none: its bytes are those of the coded body.
pub(crate) fn request(headers: &mut HeaderMap) {
    if CODINGS.is_empty() || headers.contains_key(RANGE) {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(&CODINGS.join(", ")) {
        headers.insert(ACCEPT_ENCODING, value);
    }
}

/// Decodes a body with one coding of this build, and removes the headers that describe the coded bytes. Any other body,
/// a part of one, and the headers of a response to `HEAD` stay as they are.
pub(crate) fn decode(method: &Method, head: &mut response::Parts, incoming: Incoming) -> Incoming {
    let Some(coding) = coding(&head.headers) else {
        return incoming;
    };
    if method == Method::HEAD || head.status == StatusCode::PARTIAL_CONTENT {
        return incoming;
    }
    head.headers.remove(CONTENT_ENCODING);
    head.headers.remove(CONTENT_LENGTH);
    decoded(coding, incoming)
}

/// Returns the coding of a body, if it is the only one and this build has it.
fn coding(headers: &HeaderMap) -> Option<&'static str> {
    let mut lines = headers.get_all(CONTENT_ENCODING).iter();
    let line = lines.next().filter(|_| lines.next().is_none())?.to_str().ok()?;
    let name = match line.trim() {
        alias if alias.eq_ignore_ascii_case("x-gzip") => "gzip",
        name => name,
    };
    CODINGS.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(not(any(feature = "gzip", feature = "brotli", feature = "zstd")))]
fn decoded(_: &'static str, incoming: Incoming) -> Incoming {
    incoming
}
