//! The verification of a delivery: rules of the contract, keys, headers, body and the present instant come in, a
//! verified [`Delivery`] or a refusal goes out. Pure.

use super::items;
use super::place::{SignatureLocation, ValueLocation, located, only};
use crate::hash::Tag;
use crate::message::{Content, Message, Piece, SignedValue, compose};
use crate::secret::{Key, SecretError, SecretForm};
use crate::signature::{MacEncoding, TimestampFormat, mac};
use bytes::Bytes;
use http::HeaderMap;
use sdkwright_json as json;
use sdkwright_json::{DecodeError, Json, Limits};
use std::marker::PhantomData;
use std::time::Duration;

/// The reason why a verifier cannot be created.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// The secret is missing.
    #[error("the webhook secret is missing: pass it to `new`{}", or_variable(*.variable))]
    Missing {
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The secret cannot be decoded into a key.
    #[error("the webhook secret is refused: {0}")]
    Secret(SecretError),
    /// A value of the signature that a delivery does not contain is missing.
    #[error("the setting `{name}` of the signature is missing: pass it to `with_settings`{}", or_variable(*.variable))]
    Setting {
        /// Name of the setting in the contract.
        name: &'static str,
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
}

/// Writes the text: `main` prints the error that it returns with `Debug`.
impl std::fmt::Debug for VerifierError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

// The text of the reason is a part of its own, so it is not a source.
impl From<SecretError> for VerifierError {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}

fn or_variable(variable: Option<&'static str>) -> String {
    variable
        .map(|name| format!(", or set the environment variable {name}"))
        .unwrap_or_default()
}

/// The reason why a delivery is refused. Answer with a 4xx status, and use nothing of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header is missing, occurs more than once, or is not text.
    #[error("the header `{name}` must be present exactly once")]
    Header {
        /// Name of the header.
        name: &'static str,
    },
    /// A header or a signed item is not in the form of the contract, or has too many signatures.
    #[error("`{name}` is not in the form of the contract")]
    Form {
        /// Name of the header, or pointer of the items.
        name: &'static str,
    },
    /// The instant cannot be parsed.
    #[error("the timestamp is not in the form of the contract")]
    Timestamp,
    /// The delivery is too old.
    #[error("the delivery is {seconds} s old: it may be a replay")]
    TooOld {
        /// Age in seconds.
        seconds: u64,
    },
    /// The delivery is stamped in the future.
    #[error("the timestamp of the delivery is {seconds} s in the future: compare the clocks")]
    TooEarly {
        /// Lead over the local clock, in seconds.
        seconds: u64,
    },
    /// The body is larger than the limit.
    #[error("the body has {size} bytes, but at most {limit} are allowed")]
    TooLarge {
        /// Size of the body, in bytes.
        size: usize,
        /// Limit, in bytes.
        limit: usize,
    },
    /// The signature fits none of the secrets.
    #[error("the signature does not match these bytes and the webhook secret")]
    Signature,
}

/// Signed values of a delivery.
#[derive(Debug)]
pub(super) struct Stamped<'h> {
    pub(super) seconds: Option<i64>,
    pub(super) nonce: Option<&'h str>,
    pub(super) id: Option<&'h str>,
}

/// Allowed distance between the instant of a delivery and the clock; `None`: any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tolerance {
    pub(super) past: Option<Duration>,
    pub(super) future: Option<Duration>,
}

/// Keys, settings and limits of a verifier.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) keys: &'k [Key],
    pub(super) settings: &'k [String],
    pub(super) tolerance: Tolerance,
    pub(super) limits: &'k Limits,
}

/// Verifies headers, signature and time, in this order: the time counts only once it is known to be signed.
pub(super) fn check<'h>(
    webhooks: &Webhooks,
    known: Known<'_>,
    now: i64,
    headers: &'h HeaderMap,
    body: &[u8],
) -> Result<Stamped<'h>, VerifyError> {
    if let SignatureLocation::Items { each, signature } = webhooks.signature {
        items::check(webhooks, known, items::Pointers { each, signature }, body)?;
        return Ok(Stamped {
            seconds: None,
            nonce: None,
            id: None,
        });
    }
    let found = located(webhooks, headers)?;
    let value = |at: Option<ValueLocation>, pair: Option<&'h str>| match at {
        Some(ValueLocation::Header(name)) => only(headers, name).map(Some),
        Some(ValueLocation::Pair(_)) => pair.map(Some).ok_or(VerifyError::Form {
            name: webhooks.signature.name(),
        }),
        None => Ok(None),
    };
    let timestamp = value(webhooks.timestamp_at, found.timestamp)?;
    let nonce = value(webhooks.nonce_at, found.nonce)?;
    apart(webhooks, headers)?;
    let text = |value| match value {
        SignedValue::Timestamp => timestamp.unwrap_or_default(),
        SignedValue::Nonce => nonce.unwrap_or_default(),
        SignedValue::Header(name) => only(headers, name).unwrap_or_default(),
        SignedValue::Setting(index) => known.settings.get(index).map_or("", String::as_str),
        _ => "",
    };
    let message = compose(webhooks.message, Content::Bytes(body), text);
    if !verifies(known.keys, &message, &found.signatures) {
        return Err(VerifyError::Signature);
    }
    let seconds = timestamp.map(|text| {
        let seconds = crate::signature::parse_timestamp(text, webhooks.timestamp);
        seconds.ok_or(VerifyError::Timestamp)
    });
    let seconds = seconds.transpose()?;
    if let Some(seconds) = seconds {
        fresh(known.tolerance, now, seconds)?;
    }
    let id = match webhooks.id {
        Some(EventId::Header(name)) => Some(only(headers, name)?),
        Some(EventId::Body(_)) | None => None,
    };
    Ok(Stamped { seconds, nonce, id })
}

/// Returns `true` if one of the keys made one of the signatures. Tries all, so that the duration does not reveal which one
/// matches.
pub(super) fn verifies(keys: &[Key], message: &Message<'_>, signatures: &[Tag]) -> bool {
    let fits = |key: &&Key| mac(key, &message.parts()).verify(signatures.iter().map(AsRef::as_ref));
    keys.iter().filter(fits).count() > 0
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

/// The contract's rules for signed deliveries, with the members of their envelope (`x-webhooks`).
#[derive(Debug)]
pub struct Webhooks {
    /// Encoding of the MAC.
    pub encoding: MacEncoding,
    /// Form of the secret.
    pub secret: SecretForm,
    /// Signed message.
    pub message: &'static [Piece],
    /// Location of the signature.
    pub signature: SignatureLocation,
    /// Location of the signed instant, if there is one.
    pub timestamp_at: Option<ValueLocation>,
    /// Location of the signed nonce, if there is one.
    pub nonce_at: Option<ValueLocation>,
    /// Format of the instant.
    pub timestamp: TimestampFormat,
    /// Largest age of a delivery, in seconds; `None`: any.
    pub past: Option<u32>,
    /// Largest lead of a delivery over the local clock, in seconds; `None`: any.
    pub future: Option<u32>,
    /// Values of the message that a delivery does not contain.
    pub settings: &'static [WebhookSetting],
    /// Location of the event's id, if there is one.
    pub id: Option<EventId>,
    /// JSON Pointer of the event's type, if there is one.
    pub event_type: Option<&'static str>,
    /// Environment variable of the secret.
    pub environment: Option<&'static str>,
}

/// A value of the signed message that the user of a verifier gives.
#[derive(Debug, Clone, Copy)]
pub struct WebhookSetting {
    /// Name in the contract.
    pub name: &'static str,
    /// Environment variable.
    pub environment: Option<&'static str>,
}

/// Location of the id of an event.
#[derive(Debug, Clone, Copy)]
pub enum EventId {
    /// A member of the body, by a JSON Pointer.
    Body(&'static str),
    /// A signed header.
    Header(&'static str),
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
    pub(super) fn new(body: &[u8], stamped: &Stamped<'_>, limits: Limits) -> Self {
        Self {
            body: Bytes::copy_from_slice(body),
            seconds: stamped.seconds,
            nonce: stamped.nonce.map(str::to_owned),
            id: stamped.id.map(str::to_owned),
            limits,
            webhook: PhantomData,
        }
    }
}

impl<W: Webhook> Delivery<W> {
    /// Returns the body bytes as they arrived.
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
        json::text(&self.body, &self.limits, 1, pointer)
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
        json::from_copy(&self.body, &self.limits, 1)
    }
}
