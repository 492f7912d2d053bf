//! A verified delivery, and the event in it.

use std::marker::PhantomData;

use bytes::Bytes;

use super::rules::Webhook;
use sdkwright_json as json;
use sdkwright_json::{DecodeError, Limits};

/// A verified delivery. Only [`Verifier::verify`](super::Verifier::verify) creates one.
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
