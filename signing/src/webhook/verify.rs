//! The verification of a delivery: rules of the contract, keys, headers, body and the present instant come in, a
//! verified [`Delivery`] or a refusal goes out. Pure.

use super::items;
use super::json_web;
use super::keys::{Known, Tolerance};
use super::place::{located, only};
use super::rules::{EventId, SignatureLocation, ValueLocation, VerifyError, Webhooks};
use crate::message::{Parts, Piece, SignedValue};
use crate::signature::parse_timestamp;
use bytes::Bytes;
use http::HeaderMap;
use sdkwright_json as json;
use sdkwright_json::{DecodeError, Json, Limits};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::time::Duration;

/// Signed values of a delivery.
#[derive(Debug)]
pub(super) struct Stamped<'h> {
    pub(super) seconds: Option<i64>,
    pub(super) nonce: Option<&'h str>,
    pub(super) id: Option<&'h str>,
}

/// Verifies headers, signature and time, in this order: the time counts only once it is known to be signed.
pub(super) fn check<'h>(
    webhooks: &Webhooks,
    known: Known<'_>,
    now: i64,
    headers: &'h HeaderMap,
    body: &[u8],
) -> Result<Stamped<'h>, VerifyError> {
    let unstamped = |seconds| Stamped {
        seconds,
        nonce: None,
        id: None,
    };
    match webhooks.signature {
        SignatureLocation::Items { each, signature } => {
            items::check(webhooks, known, items::Pointers { each, signature }, body)?;
            return Ok(unstamped(None));
        }
        SignatureLocation::Jws { header, claims } => {
            let seconds = json_web::check(webhooks, known, json_web::Place { header, claims }, headers, body)?;
            seconds.map_or(Ok(()), |seconds| fresh(known.tolerance, now, seconds))?;
            return Ok(unstamped(seconds));
        }
        SignatureLocation::Header(_) | SignatureLocation::List { .. } => {}
    }
    let found = located(webhooks, known.keys, headers)?;
    let value = |at: Option<ValueLocation>, pair: Option<&'h str>| match at {
        Some(ValueLocation::Header(name)) => only(headers, name).map(Some),
        Some(ValueLocation::Pair(_)) => pair.map(Some).ok_or(VerifyError::Form {
            name: webhooks.signature.header().unwrap_or_default(),
        }),
        None => Ok(None),
    };
    let timestamp = value(webhooks.timestamp_at, found.timestamp)?;
    let nonce = value(webhooks.nonce_at, found.nonce)?;
    apart(webhooks, headers)?;
    let parts = Parts {
        timestamp: timestamp.unwrap_or_default(),
        nonce: nonce.unwrap_or_default(),
        headers: Some(headers),
        settings: known.settings,
        ..Parts::from_delivery(body)
    };
    let message = parts.compose(webhooks.message);
    known.keys.verify(&message, &found.signatures)?;
    let parse = |text| parse_timestamp(text, webhooks.timestamp).ok_or(VerifyError::Timestamp);
    let seconds = timestamp.map(parse).transpose()?;
    seconds.map_or(Ok(()), |seconds| fresh(known.tolerance, now, seconds))?;
    let id = match webhooks.id {
        Some(EventId::Header(name)) => Some(only(headers, name)?),
        Some(EventId::Body(_)) | None => None,
    };
    Ok(Stamped { seconds, nonce, id })
}

/// Refuses a signed header that contains the text after it: its end in the message would be ambiguous.
fn apart(webhooks: &Webhooks, headers: &HeaderMap) -> Result<(), VerifyError> {
    for (at, piece) in webhooks.message.iter().enumerate() {
        let Piece::Value(SignedValue::Header(name), []) = *piece else {
            continue;
        };
        let value = only(headers, name)?;
        if matches!(webhooks.message.get(at + 1), Some(Piece::Text(text)) if value.contains(text)) {
            return Err(VerifyError::Form { name });
        }
    }
    Ok(())
}

fn fresh(tolerance: Tolerance, now: i64, seconds: i64) -> Result<(), VerifyError> {
    let age = i128::from(now) - i128::from(seconds);
    let apart = u64::try_from(age.unsigned_abs()).unwrap_or(u64::MAX);
    let exceeds = |limit: Option<Duration>| limit.is_some_and(|limit| apart > limit.as_secs());
    match age {
        1.. if exceeds(tolerance.past) => Err(VerifyError::TooOld { seconds: apart }),
        ..=-1 if exceeds(tolerance.future) => Err(VerifyError::TooEarly { seconds: apart }),
        _ => Ok(()),
    }
}

/// Returns the id of the key that a delivery names. Refuses one that no key can verify.
pub(super) fn key_id<W: Webhook>(headers: &HeaderMap) -> Result<String, VerifyError> {
    match (W::WEBHOOKS.key_header, W::WEBHOOKS.signature) {
        (Some(name), _) => only(headers, name).map(str::to_owned),
        (None, SignatureLocation::Jws { header, .. }) => json_web::key_id(W::WEBHOOKS, header, only(headers, header)?),
        _ => Err(VerifyError::UnknownKey),
    }
}

/// The webhooks of one API.
pub trait Webhook: 'static {
    /// The type of all events.
    type Event: Json;
    /// Values of the signed message that a delivery does not contain; `[String; 0]` without one.
    type Settings: Into<Vec<String>>;
    /// Rules for signed deliveries.
    const WEBHOOKS: &'static Webhooks;
}

/// Proof that an event was verified. No type implements this trait, so events cannot be deserialized from bytes; the compiler
/// explains that.
#[diagnostic::on_unimplemented(
    message = "a webhook event can only be read from a verified delivery",
    label = "this delivery was not verified",
    note = "`verifier.verify(&headers, &body)?` gives the delivery, and `delivery.event()?` the event"
)]
pub trait Verified {}

/// A verified delivery. Only [`Verifier::verify`](crate::webhook::Verifier::verify) creates one.
///
/// The same event may be delivered more than once: store [`event_id`](Self::event_id) in the transaction of your own work, and
/// answer a duplicate with 2xx.
pub struct Delivery<W> {
    body: Bytes,
    /// The body without its content coding.
    content: Bytes,
    seconds: Option<i64>,
    nonce: Option<String>,
    id: Option<String>,
    limits: Limits,
    webhook: PhantomData<fn() -> W>,
}

impl<W> Clone for Delivery<W> {
    fn clone(&self) -> Self {
        Self {
            body: self.body.clone(),
            content: self.content.clone(),
            seconds: self.seconds,
            nonce: self.nonce.clone(),
            id: self.id.clone(),
            limits: self.limits,
            webhook: PhantomData,
        }
    }
}

impl<W: Webhook> std::fmt::Debug for Delivery<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery")
            .field("event_id", &self.event_id())
            .finish_non_exhaustive()
    }
}

impl<W> Delivery<W> {
    /// Creates a delivery of a body that was verified.
    pub(super) fn new(body: &[u8], content: Cow<'_, [u8]>, stamped: &Stamped<'_>, limits: Limits) -> Self {
        let body = Bytes::copy_from_slice(body);
        let content = match content {
            Cow::Borrowed(_) => body.clone(),
            Cow::Owned(decoded) => Bytes::from(decoded),
        };
        Self {
            body,
            content,
            seconds: stamped.seconds,
            nonce: stamped.nonce.map(str::to_owned),
            id: stamped.id.map(str::to_owned),
            limits,
            webhook: PhantomData,
        }
    }
}

impl<W: Webhook> Delivery<W> {
    /// Returns the body bytes as they arrived, with their content coding.
    pub fn raw(&self) -> &Bytes {
        &self.body
    }

    /// Returns the instant of the signature, in seconds since 1970, if the API signs one. Without it, an old delivery looks like
    /// a new one: store its event.
    pub fn signed_at(&self) -> Option<i64> {
        self.seconds
    }

    /// Returns the nonce of this delivery, if the API signs one. A redelivery of the same event has another nonce.
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    fn text(&self, pointer: &str) -> Option<String> {
        json::text(&self.content, &self.limits, 1, pointer)
    }

    /// Returns the event's id, even if the event itself cannot be decoded; `None` without one, or for a blank one, which several events
    /// could share.
    pub fn event_id(&self) -> Option<String> {
        let id = match W::WEBHOOKS.id? {
            EventId::Body(pointer) => self.text(pointer),
            EventId::Header(_) => self.id.clone(),
        };
        id.filter(|id| !id.trim().is_empty())
    }

    /// Returns the event's type, even if the event itself cannot be decoded.
    pub fn event_type(&self) -> Option<String> {
        self.text(W::WEBHOOKS.event_type?)
    }

    /// Decodes the event. A delivery whose event cannot be decoded is genuine all the same.
    pub fn event(&self) -> Result<W::Event, DecodeError> {
        json::from_copy(&self.content, &self.limits, 1)
    }
}
