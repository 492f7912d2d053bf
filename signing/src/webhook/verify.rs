//! The verification of a delivery, pure: the delivery, the keys and the settings of its verifier come in, its signed values or a
//! refusal go out.

use super::items;
use super::json_web;
use super::keys::ReceivedDelivery;
use super::place::{located, only};
use super::rules::{EventId, VerifyError, Webhooks};
use crate::clock::parse_timestamp;
use crate::message::{Parts, Piece, SignedValue};
use http::HeaderMap;
use sdkwright_description::{Freshness, SignatureForm, SignaturePlace};

/// Signed values of a delivery.
#[derive(Debug, Default)]
pub(super) struct Stamped<'d> {
    pub(super) seconds: Option<i64>,
    pub(super) nonce: Option<&'d str>,
    pub(super) id: Option<&'d str>,
}

/// Verifies the signature. The caller checks the time, which counts only once it is known to be signed.
pub(super) fn verify(received: ReceivedDelivery<'_>) -> Result<Stamped<'_>, VerifyError> {
    let rules = received.rules();
    match (rules.form, rules.signature) {
        (SignatureForm::Jws(jws), place) => Ok(Stamped {
            seconds: json_web::verify(received, place.header().unwrap_or_default(), jws.payload)?,
            ..Stamped::default()
        }),
        (_, SignaturePlace::Items { each, signature }) => {
            items::verify(received, each, signature)?;
            Ok(Stamped::default())
        }
        _ => verify_message(received),
    }
}

/// Verifies the signatures of a message in a header.
fn verify_message(received: ReceivedDelivery<'_>) -> Result<Stamped<'_>, VerifyError> {
    let (rules, headers) = (received.rules(), received.headers);
    let found = located(rules, headers)?;
    have_certain_ends(rules.message, headers)?;
    let parts = Parts {
        timestamp: found.timestamp.unwrap_or_default(),
        nonce: found.nonce.unwrap_or_default(),
        headers: Some(headers),
        settings: received.settings,
        ..Parts::from_delivery(received.body)
    };
    let message = parts.compose(rules.message);
    received.keys.verify(&message, &found.signatures)?;
    let parse = |text| parse_timestamp(text, rules.timestamp).ok_or(VerifyError::Timestamp);
    Ok(Stamped {
        seconds: found.timestamp.map(parse).transpose()?,
        nonce: found.nonce,
        id: match received.keys.webhooks.id {
            Some(EventId::Header(name)) => Some(only(headers, name)?),
            Some(EventId::Body(_)) | None => None,
        },
    })
}

/// Refuses a signed header that contains the text after it: its end in the message would be ambiguous.
fn have_certain_ends(message: &[Piece], headers: &HeaderMap) -> Result<(), VerifyError> {
    for (at, piece) in message.iter().enumerate() {
        let Piece::Value(SignedValue::Header(name), []) = *piece else {
            continue;
        };
        let value = only(headers, name)?;
        if matches!(message.get(at + 1), Some(Piece::Text(text)) if value.contains(text)) {
            return Err(VerifyError::Form { name });
        }
    }
    Ok(())
}

/// Refuses a signed instant that is too far from the clock. Both are in seconds since 1970.
pub(super) fn check_age(freshness: Freshness, now: i64, signed_at: i64) -> Result<(), VerifyError> {
    let age = i128::from(now) - i128::from(signed_at);
    let seconds = u64::try_from(age.unsigned_abs()).unwrap_or(u64::MAX);
    let exceeds = |limit: Option<u32>| limit.is_some_and(|limit| seconds > limit.into());
    match age {
        1.. if exceeds(freshness.past) => Err(VerifyError::TooOld { seconds }),
        ..=-1 if exceeds(freshness.future) => Err(VerifyError::TooEarly { seconds }),
        _ => Ok(()),
    }
}

/// Returns the id of the key that a delivery names. Refuses one that no key can verify.
pub(super) fn key_id(webhooks: &Webhooks, headers: &HeaderMap) -> Result<String, VerifyError> {
    let rules = &webhooks.signing;
    match (webhooks.key_header, rules.form, rules.signature.header()) {
        (Some(name), ..) => only(headers, name).map(str::to_owned),
        (None, SignatureForm::Jws(_), Some(header)) => json_web::key_id(rules, header, only(headers, header)?),
        _ => Err(VerifyError::UnknownKey),
    }
}
