//! Content of a delivery: headers and received bytes come in, the bytes of the event go out. The signature covers the received bytes.
//!
//! Never decodes more than the size limit, whatever the received bytes announce.

use super::rules::VerifyError;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use std::borrow::Cow;

/// Returns the decoded content; the received bytes if nothing codes them, or this build cannot decode them. The event of such a body is not
/// readable, but its delivery may be genuine.
pub(super) fn decoded<'b>(headers: &HeaderMap, body: &'b [u8], limit: usize) -> Result<Cow<'b, [u8]>, VerifyError> {
    let coding = headers.get(CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let is_gzip = |coding: &str| matches!(coding.trim().to_ascii_lowercase().as_str(), "gzip" | "x-gzip");
    // A server in between may have decoded the body, and left the header.
    if !coding.is_some_and(is_gzip) || !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(body));
    }
    gunzip(body, limit)
}

#[cfg(feature = "gzip")]
fn gunzip(body: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, VerifyError> {
    use std::io::Read as _;

    let mut decoded = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = flate2::read::MultiGzDecoder::new(body)
        .take(most)
        .read_to_end(&mut decoded);
    if decoded.len() > limit {
        let size = decoded.len();
        return Err(VerifyError::TooLarge { size, limit });
    }
    Ok(read.map_or(Cow::Borrowed(body), |_| Cow::Owned(decoded)))
}

#[cfg(not(feature = "gzip"))]
#[allow(clippy::unnecessary_wraps, reason = "with the feature, the content may be too large")]
fn gunzip(body: &[u8], _: usize) -> Result<Cow<'_, [u8]>, VerifyError> {
    Ok(Cow::Borrowed(body))
}
