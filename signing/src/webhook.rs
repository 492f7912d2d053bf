//! Webhook deliveries: headers and raw bytes come in, verified deliveries or refusals go out.
//!
//! Nothing is parsed before it is verified: only a [`Delivery`] gives access to the event, and only [`Verifier::verify`]
//! creates one. Needs the webhook secret, and no other credentials.

#[cfg(feature = "axum")]
mod axum;
mod sign;
mod verify;

#[cfg(feature = "axum")]
pub use axum::Rejection;
pub use sign::{Stamp, sign};
pub use verify::{VerifierError, VerifyError};

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::{Clock, SystemClock};
use crate::scheme::{Component, MacEncoding, TimestampFormat};
use crate::secret::{Key, SecretEncoding, SigningSecret};
use sdkwright_json as json;
use sdkwright_json::{DecodeError, Json, Limits};

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
    message = "a webhook event is read from a verified delivery alone",
    label = "what is read here was not verified",
    note = "`verifier.verify(&headers, &body)?` gives the delivery, and `delivery.event()?` the event"
)]
pub trait Verified {}

/// Verifies deliveries. Cheap to clone and shared by all threads.
pub struct Verifier<W> {
    keys: Arc<[Key]>,
    past: Duration,
    future: Duration,
    limits: Limits,
    clock: Arc<dyn Clock>,
    webhook: PhantomData<fn() -> W>,
}

impl<W> Clone for Verifier<W> {
    fn clone(&self) -> Self {
        Self {
            keys: Arc::clone(&self.keys),
            past: self.past,
            future: self.future,
            limits: self.limits,
            clock: Arc::clone(&self.clock),
            webhook: PhantomData,
        }
    }
}

impl<W> std::fmt::Debug for Verifier<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.keys.len())
            .finish_non_exhaustive()
    }
}

impl<W: Webhook> Verifier<W> {
    /// Creates a verifier with one secret.
    pub fn new(secret: impl Into<SigningSecret>) -> Result<Self, VerifierError> {
        Self::with_secrets([secret.into()])
    }

    /// Creates a verifier that accepts any of several secrets: the old and the new one during a rotation.
    pub fn with_secrets(secrets: impl IntoIterator<Item = SigningSecret>) -> Result<Self, VerifierError> {
        let keys = secrets
            .into_iter()
            .map(|secret| secret.key(W::WEBHOOKS.secret))
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(VerifierError::Missing {
                variable: W::WEBHOOKS.environment,
            });
        }
        let tolerance = Duration::from_secs(W::WEBHOOKS.freshness.into());
        Ok(Self {
            keys: keys.into(),
            past: tolerance,
            future: tolerance,
            limits: Limits {
                bytes: 1 << 20,
                ..Limits::default()
            },
            clock: Arc::new(SystemClock),
            webhook: PhantomData,
        })
    }

    /// Creates a verifier with the secret in the contract's environment variable.
    pub fn from_env() -> Result<Self, VerifierError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(read: impl Fn(&str) -> Option<String>) -> Result<Self, VerifierError> {
        let variable = W::WEBHOOKS.environment;
        match variable.and_then(read).filter(|secret| !secret.is_empty()) {
            Some(secret) => Self::new(secret),
            None => Err(VerifierError::Missing { variable }),
        }
    }

    /// Sets how far the instant of a delivery may lie in the past and in the future.
    #[must_use]
    pub fn tolerance(mut self, past: Duration, future: Duration) -> Self {
        (self.past, self.future) = (past, future);
        self
    }

    /// Sets the largest body that is verified (default: 1 MiB).
    #[must_use]
    pub fn size_limit(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Sets how many bytes of memory the decoding of an event may take, besides its texts (default: 8 MiB). The limit is at
    /// least three bytes for each byte of the delivery.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.limits.memory = bytes;
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Verifies signature, time and size of a delivery, given its headers and its exact body bytes.
    pub fn verify(&self, headers: &http::HeaderMap, body: &[u8]) -> Result<Delivery<W>, VerifyError> {
        let stamped = verify::check(
            W::WEBHOOKS,
            &self.keys,
            (self.past, self.future),
            self.limits.bytes,
            self.now(),
            headers,
            body,
        )?;
        Ok(Delivery {
            body: Bytes::copy_from_slice(body),
            seconds: stamped.seconds,
            nonce: stamped.nonce.map(str::to_owned),
            limits: self.limits,
            webhook: PhantomData,
        })
    }

    /// Verifies a complete request of any server that uses the `http` crate.
    pub fn verify_request(&self, request: &http::Request<impl AsRef<[u8]>>) -> Result<Delivery<W>, VerifyError> {
        self.verify(request.headers(), request.body().as_ref())
    }

    /// Signs a body as the API would sign it now, with the first of the secrets, and returns the headers: for tests of your own
    /// receiver. [`sign`] takes another secret or instant.
    pub fn sign(&self, body: &[u8]) -> http::HeaderMap {
        let mut random = [0; 16];
        // Without random bytes the nonce is constant, which is good enough for a test.
        let _ = getrandom::fill(&mut random);
        let nonce = crate::mac::hex(&random);
        let seconds = self.now();
        self.keys.first().map_or_else(http::HeaderMap::new, |key| {
            sign::headers(W::WEBHOOKS, key, Stamp { seconds, nonce: &nonce }, body)
        })
    }

    fn now(&self) -> i64 {
        crate::clock::unix_seconds(self.clock.now())
    }
}

/// A verified delivery. Only [`Verifier::verify`] creates one.
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

    /// Returns the event's id, even if the event itself cannot be decoded.
    pub fn event_id(&self) -> Option<String> {
        self.text(W::WEBHOOKS.id)
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

#[cfg(test)]
mod tests;
