//! Signs deliveries for tests of a receiver: secret, stamp and body come in, headers go out.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::rules::{Webhook, Webhooks};
use super::verify::VerifierError;
use crate::base::{Parts, base_string};
use crate::hash::sha256;
use crate::mac;
use crate::secret::{Key, SigningSecret};

/// Instant and nonce of a signed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'a> {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Unique per delivery.
    pub nonce: &'a str,
}

/// Signs a body as the API does, and returns the headers. A nonce that is no header value is left out.
pub fn sign<W: Webhook>(secret: &SigningSecret, stamp: Stamp<'_>, body: &[u8]) -> Result<HeaderMap, VerifierError> {
    let key = secret.key(W::WEBHOOKS.secret)?;
    Ok(headers(W::WEBHOOKS, &key, stamp, body))
}

pub(super) fn headers(webhooks: &Webhooks, key: &Key, stamp: Stamp<'_>, body: &[u8]) -> HeaderMap {
    let timestamp = crate::stamp::timestamp(stamp.seconds, webhooks.timestamp);
    let base = base_string(
        webhooks.components,
        webhooks.separator,
        &Parts {
            method: "",
            target: "",
            body_sha256: &sha256(body),
            timestamp: &timestamp,
            nonce: if webhooks.nonce_header.is_some() {
                stamp.nonce
            } else {
                ""
            },
            idempotency_key: None,
            client_id: None,
        },
    );
    let signature = mac::encode(&mac::sign(key, &base), webhooks.encoding);
    let mut headers = HeaderMap::new();
    let pairs = [
        (Some(webhooks.timestamp_header), timestamp.as_str()),
        (webhooks.nonce_header, stamp.nonce),
        (Some(webhooks.signature_header), signature.as_str()),
    ];
    for (name, value) in pairs {
        if let (Some(Ok(name)), Ok(value)) = (name.map(HeaderName::try_from), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers
}
