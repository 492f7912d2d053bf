//! The verification of a delivery: rules of the contract, keys, headers, body and the present instant come in, a
//! verified [`Delivery`] or a refusal goes out. Pure.

use crate::hash::sha256;
use crate::secret::{Key, SecretEncoding, SecretError};
use crate::signature::{self, Component, MacEncoding, Parts, TimestampFormat, base_string};
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
    pub(super) seconds: i64,
    pub(super) nonce: Option<&'h str>,
}

/// Allowed distance between the instant of a delivery and the clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tolerance {
    pub(super) past: Duration,
    pub(super) future: Duration,
}

/// Verifies headers, signature and time, in this order: the time counts only once it is known to be signed.
pub(super) fn check<'h>(
    webhooks: &Webhooks,
    keys: &[Key],
    tolerance: Tolerance,
    now: i64,
    headers: &'h HeaderMap,
    body: &[u8],
) -> Result<Stamped<'h>, VerifyError> {
    let signature = only(headers, webhooks.signature_header)?;
    let timestamp = only(headers, webhooks.timestamp_header)?;
    let nonce = webhooks.nonce_header.map(|name| only(headers, name)).transpose()?;
    let base = base_string(
        webhooks.components,
        webhooks.separator,
        &Parts {
            method: "",
            target: "",
            body_sha256: &sha256(body),
            timestamp,
            nonce: nonce.unwrap_or_default(),
            idempotency_key: None,
            client_id: None,
        },
    );
    // All keys are tried, so that the duration does not reveal which one matches.
    let fits = keys
        .iter()
        .filter(|key| signature::verify(key, &base, signature, webhooks.encoding))
        .count();
    if fits == 0 {
        return Err(VerifyError::Signature);
    }
    let seconds = crate::signature::parse_timestamp(timestamp, webhooks.timestamp).ok_or(VerifyError::Timestamp)?;
    let age = i128::from(now) - i128::from(seconds);
    let apart = u64::try_from(age.unsigned_abs()).unwrap_or(u64::MAX);
    match age {
        1.. if apart > tolerance.past.as_secs() => Err(VerifyError::TooOld { seconds: apart }),
        ..=-1 if apart > tolerance.future.as_secs() => Err(VerifyError::TooEarly { seconds: apart }),
        _ => Ok(Stamped { seconds, nonce }),
    }
}

/// Returns the single value of a header. Two values are refused: another part of the receiver might read the other one.
fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, VerifyError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| VerifyError::Header { name }),
        _ => Err(VerifyError::Header { name }),
    }
}

/// The contract's rules for signed deliveries, with the members of their envelope (`x-webhooks`).
#[derive(Debug)]
pub struct Webhooks {
    /// Encoding of the MAC.
    pub encoding: MacEncoding,
    /// Decoding of the secret's text into key bytes.
    pub secret: SecretEncoding,
    /// Separator between components.
    pub separator: &'static str,
    /// Signed components, in order.
    pub components: &'static [Component],
    /// Header of the signature.
    pub signature_header: &'static str,
    /// Header of the instant.
    pub timestamp_header: &'static str,
    /// Header of the nonce.
    pub nonce_header: Option<&'static str>,
    /// Format of the instant.
    pub timestamp: TimestampFormat,
    /// Largest difference between the instant and the local clock, in seconds, before or after.
    pub freshness: u32,
    /// JSON Pointer of the event's id.
    pub id: &'static str,
    /// JSON Pointer of the event's type.
    pub event_type: &'static str,
    /// Environment variable of the secret.
    pub environment: Option<&'static str>,
}

/// The webhooks of one API.
pub trait Webhook: 'static {
    /// The type of all events.
    type Event: Json;
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
    seconds: i64,
    nonce: Option<String>,
    limits: Limits,
    webhook: PhantomData<fn() -> W>,
}

impl<W> Clone for Delivery<W> {
    fn clone(&self) -> Self {
        Self {
            body: self.body.clone(),
            seconds: self.seconds,
            nonce: self.nonce.clone(),
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
    pub(super) fn new(body: &[u8], seconds: i64, nonce: Option<&str>, limits: Limits) -> Self {
        Self {
            body: Bytes::copy_from_slice(body),
            seconds,
            nonce: nonce.map(str::to_owned),
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

    /// Returns the instant of the signature, in seconds since 1970.
    pub fn signed_at(&self) -> i64 {
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
        self.text(W::WEBHOOKS.id).filter(|id| !id.trim().is_empty())
    }

    /// Returns the event's type, even if the event itself cannot be decoded.
    pub fn event_type(&self) -> Option<String> {
        self.text(W::WEBHOOKS.event_type)
    }

    /// Decodes the event. A delivery whose event cannot be decoded is genuine all the same.
    pub fn event(&self) -> Result<W::Event, DecodeError> {
        json::from_copy(&self.body, &self.limits, 1)
    }
}
