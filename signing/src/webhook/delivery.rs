//! Verified deliveries: the body and its signed values come in, the event goes out.

use super::rules::{EventId, Webhooks};
use super::verify::Stamped;
use bytes::Bytes;
use sdkwright_json::{self as json, DecodeError, Json, Limits};
use std::borrow::Cow;
use std::marker::PhantomData;

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
        self.body()
    }

    /// Decodes the body as the type of a callback, which is not an event. The documentation of the operation names that type.
    pub fn body<T: Json>(&self) -> Result<T, DecodeError> {
        json::from_copy(&self.content, &self.limits, 1)
    }
}
