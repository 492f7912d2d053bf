//! Deliveries with a JSON Web Signature in a header: the header, the body and the keys come in, the time of the signature goes out.

use super::keys::ReceivedDelivery;
use super::place::only;
use super::rules::VerifyError;
use crate::clock::parse_timestamp;
use crate::jws::{JwsError, JwsRules, ReceivedJws, VerifiedJws, compare, member};
use crate::message::{Parts, SignedValue};
use sdkwright_description::{Claim, JwsPayload, SignatureRules};

/// Verifies a delivery by the text in a header, and compares the claims of its payload. Without claims, the payload is the body.
/// Returns the time of the signature, if a claim contains one.
pub(super) fn verify(
    received: ReceivedDelivery<'_>,
    header: &'static str,
    payload: JwsPayload,
) -> Result<Option<i64>, VerifyError> {
    let text = only(received.headers, header)?;
    let JwsPayload::Claims(claims) = payload else {
        return verified(received, header, text, true).map(|_| None);
    };
    let verified = verified(received, header, text, false)?;
    let found = verified.claims().map_err(|_| VerifyError::Form { name: header })?;
    let is_timestamp = |(_, claim): &&(_, Claim)| claim.value() == Some(SignedValue::Timestamp);
    let timestamp = claims.iter().find(is_timestamp);
    let timestamp = timestamp.map(|(name, _)| member(&found, name).unwrap_or_default());
    let parts = Parts {
        settings: received.settings,
        timestamp: timestamp.as_deref().unwrap_or_default(),
        ..Parts::from_delivery(received.body)
    };
    compare(&found, claims, &parts).map_err(|name| VerifyError::Claim { name })?;
    let parse = |text: String| parse_timestamp(&text, received.rules().timestamp).ok_or(VerifyError::Timestamp);
    timestamp.map(parse).transpose()
}

/// Returns the id of the key, after the checks that need no key.
pub(super) fn key_id(rules: &SignatureRules, header: &'static str, text: &str) -> Result<String, VerifyError> {
    let rules = JwsRules::new(rules.key_algorithms());
    let received = ReceivedJws::parse(text, &rules).map_err(|error| reason(&error, header))?;
    received.key_id().map(str::to_owned).ok_or(VerifyError::UnknownKey)
}

/// Verifies the text by any of the keys. `is_detached`: the payload is the body.
fn verified(
    received: ReceivedDelivery<'_>,
    header: &'static str,
    text: &str,
    is_detached: bool,
) -> Result<VerifiedJws, VerifyError> {
    let rules = JwsRules::new(received.keys.algorithms());
    let parse = || ReceivedJws::parse(text, &rules).map_err(|error| reason(&error, header));
    let algorithm = parse()?.algorithm();
    let mut refused = VerifyError::PublicKeySignature;
    for key in &received.keys.public {
        if !key.algorithms().contains(&algorithm) {
            continue;
        }
        let key = key.clone().into();
        let verified = if is_detached {
            parse()?.verify_detached(&key, received.body)
        } else {
            parse()?.verify(&key)
        };
        match verified {
            Ok(verified) => return Ok(verified),
            Err(error) => refused = reason(&error, header),
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
