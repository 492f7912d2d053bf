//! Deliveries with a JSON Web Signature in a header: the header, the body and the keys come in, the time of the signature goes out.

use super::keys::{Keys, Known};
use super::place::only;
use super::rules::{VerifyError, Webhooks};
use crate::algorithm::SignatureAlgorithm;
use crate::jws::{JwsError, JwsRules, ReceivedJws, VerifiedJws};
use crate::key_pair::Claim;
use crate::message::{Parts, Piece, SignedValue};
use crate::signature::parse_timestamp;
use http::HeaderMap;
use sdkwright_json::JsonValue;

/// Place of the text, and the claims of its payload; without them, the payload is the body.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) header: &'static str,
    pub(super) claims: Option<&'static [(&'static str, Claim)]>,
}

/// Verifies a delivery. Returns the time of its signature, if a claim contains one.
pub(super) fn check(
    webhooks: &Webhooks,
    known: Known<'_>,
    place: Place,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Option<i64>, VerifyError> {
    let text = only(headers, place.header)?;
    let verified = verified(known.keys, place, text, body)?;
    let Some(claims) = place.claims else {
        return Ok(None);
    };
    let found = verified
        .claims()
        .map_err(|_| VerifyError::Form { name: place.header })?;
    let mut seconds = None;
    for (name, claim) in claims {
        let wrong = VerifyError::Claim { name };
        let written = match found.get(name) {
            Some(JsonValue::String(text)) => text.clone(),
            Some(number @ JsonValue::Number(_)) => number.to_string(),
            _ => return Err(wrong),
        };
        let pieces = claim.pieces();
        if let [Piece::Value(SignedValue::Timestamp, [])] = pieces {
            seconds = Some(parse_timestamp(&written, webhooks.timestamp).ok_or(VerifyError::Timestamp)?);
            continue;
        }
        let parts = Parts {
            settings: known.settings,
            ..Parts::from_delivery(body)
        };
        let expected = parts.compose(pieces).parts().concat();
        if expected != written.as_bytes() {
            return Err(wrong);
        }
    }
    Ok(seconds)
}

/// Returns the id of the key, after the checks that need no key.
pub(super) fn key_id(webhooks: &Webhooks, header: &'static str, text: &str) -> Result<String, VerifyError> {
    let rules = JwsRules::new(webhooks.public_keys.map_or(&[], |rules| rules.algorithms));
    let received = ReceivedJws::parse(text, &rules).map_err(|error| reason(&error, header))?;
    received.key_id().map(str::to_owned).ok_or(VerifyError::UnknownKey)
}

/// Verifies by any of the keys.
fn verified(keys: &Keys, place: Place, text: &str, body: &[u8]) -> Result<VerifiedJws, VerifyError> {
    let reason = |error: &JwsError| reason(error, place.header);
    let rules = JwsRules::new(keys.algorithms());
    let parse = || ReceivedJws::parse(text, &rules).map_err(|error| reason(&error));
    let mut refused = VerifyError::PublicKeySignature;
    let algorithm: SignatureAlgorithm = parse()?.algorithm();
    for key in keys.public.iter().filter(|key| key.algorithms().contains(&algorithm)) {
        let key = key.clone().into();
        let verified = match place.claims {
            Some(_) => parse()?.verify(&key),
            None => parse()?.verify_detached(&key, body),
        };
        match verified {
            Ok(verified) => return Ok(verified),
            Err(error) => refused = reason(&error),
        }
    }
    Err(refused)
}

/// Returns the reason of a refusal, without anything of the text.
fn reason(error: &JwsError, name: &'static str) -> VerifyError {
    match error {
        JwsError::Unsigned => VerifyError::Unsigned,
        JwsError::UnknownAlgorithm | JwsError::Algorithm { .. } => VerifyError::Algorithm,
        JwsError::Signature(_) => VerifyError::PublicKeySignature,
        _ => VerifyError::Form { name },
    }
}
