//! The rules of an API for signed deliveries, as its contract has them.

use crate::scheme::{Component, MacEncoding, TimestampFormat};
use crate::secret::SecretEncoding;
use sdkwright_json::Json;

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
