//! Signed deliveries for tests of a receiver: a stamp, a body and a signature come in, the headers go out.

use super::rules::{SignatureLocation, ValueLocation, Webhooks};
use crate::message::{Message, Parts, Piece, SignedValue, compose};
use crate::prepared::fill;
use crate::signature;
use http::{HeaderMap, HeaderName, HeaderValue};
use {
    crate::algorithm::SignatureAlgorithm,
    crate::jws::UnsignedJws,
    crate::key_pair::Claim,
    crate::signer::{SignError, Signer, ToSign},
    sdkwright_json::{JsonValue, Object},
};

/// Instant and nonce of a signed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'a> {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Unique per delivery.
    pub nonce: &'a str,
}

/// Returns the message of a delivery.
pub(super) fn message<'b>(
    webhooks: &Webhooks,
    settings: &[(&'static str, String)],
    stamp: Stamp<'_>,
    body: &'b [u8],
) -> Message<'b> {
    let timestamp = signature::timestamp(stamp.seconds, webhooks.timestamp);
    let parts = Parts {
        timestamp: &timestamp,
        nonce: stamp.nonce,
        settings,
        ..Parts::from_delivery(body)
    };
    compose(webhooks.message, body, None, |value| match value {
        SignedValue::Header(_) => stamp.nonce,
        other => parts.text(other),
    })
}

/// Returns the headers of a delivery with this signature, whose item has the name if items have one.
pub(super) fn headers(webhooks: &Webhooks, stamp: Stamp<'_>, signature: &str, name: Option<&str>) -> HeaderMap {
    let timestamp = signature::timestamp(stamp.seconds, webhooks.timestamp);
    let mut headers = HeaderMap::new();
    let mut put = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    };
    let values = [
        (webhooks.timestamp_at, timestamp.as_str()),
        (webhooks.nonce_at, stamp.nonce),
    ];
    for (at, value) in values {
        if let Some(ValueLocation::Header(name)) = at {
            put(name, value);
        }
    }
    for piece in webhooks.message {
        if let Piece::Value(SignedValue::Header(name), _) = piece {
            put(name, stamp.nonce);
        }
    }
    match webhooks.signature {
        SignatureLocation::Header(name) => put(name, signature),
        SignatureLocation::List {
            header,
            separator,
            pair,
            ..
        } => {
            let mut items = Vec::new();
            for (at, value) in values {
                if let Some(ValueLocation::Pair(name)) = at {
                    items.push(format!("{name}{pair}{value}"));
                }
            }
            items.push(name.map_or_else(|| signature.to_owned(), |name| format!("{name}{pair}{signature}")));
            put(header, &items.join(separator.encode_utf8(&mut [0; 4])));
        }
        SignatureLocation::Items { .. } => {}
        SignatureLocation::Jws { header, .. } => put(header, signature),
    }
    headers
}

/// Returns the headers of a delivery that a key pair signs.
pub(super) async fn signed(
    webhooks: &Webhooks,
    key: &dyn Signer,
    settings: &[(&'static str, String)],
    stamp: Stamp<'_>,
    body: &[u8],
) -> Result<HeaderMap, SignError> {
    let rules = webhooks.public_keys;
    let algorithm = key.key().choose(rules.map_or(&[], |rules| rules.algorithms))?;
    if let SignatureLocation::Jws { claims, .. } = webhooks.signature {
        let payload = claims.map(|claims| payload(webhooks, claims, settings, stamp, body));
        let jws = unsigned(algorithm, key, payload.as_deref().unwrap_or(body))?;
        let signature = jws.sign(key, "").await?;
        let text = match payload {
            Some(_) => jws
                .compact(&signature)
                .map_err(|error| SignError::Refused(error.into()))?,
            None => jws.detached(&signature),
        };
        return Ok(headers(webhooks, stamp, &text, None));
    }
    let message = message(webhooks, settings, stamp, body).parts().concat();
    let signature = ToSign::new(algorithm, &message, "").sign_with(key).await?;
    Ok(headers(
        webhooks,
        stamp,
        &signature.encode(webhooks.encoding),
        rules.and_then(|rules| rules.name),
    ))
}

fn unsigned(algorithm: SignatureAlgorithm, key: &dyn Signer, payload: &[u8]) -> Result<UnsignedJws, SignError> {
    let mut header = Object::new();
    header.insert("alg", JsonValue::from(algorithm.jws_name()));
    if let Some(id) = key.key().key_id() {
        header.insert("kid", JsonValue::from(id));
    }
    UnsignedJws::new(&header, payload).map_err(|error| SignError::Refused(error.into()))
}

/// Writes the claims of a delivery.
fn payload(
    webhooks: &Webhooks,
    claims: &[(&'static str, Claim)],
    settings: &[(&'static str, String)],
    stamp: Stamp<'_>,
    body: &[u8],
) -> Vec<u8> {
    let mut object = Object::new();
    fill(&mut object, claims, |message| {
        let webhooks = Webhooks { message, ..*webhooks };
        self::message(&webhooks, settings, stamp, body).parts().concat()
    });
    sdkwright_json::to_vec(&object).unwrap_or_default()
}
