//! The verifier of deliveries: its secrets, tolerances and limits.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::delivery::Delivery;
use super::rules::Webhook;
use super::sign::{Stamp, headers as headers_of};
use super::verify::{VerifierError, VerifyError, check};
use crate::clock::{Clock, SystemClock, unix_seconds};
use crate::mac::hex;
use crate::secret::{Key, SigningSecret};
use sdkwright_json::Limits;

/// Verifies deliveries. Cheap to clone and shared by all threads.
pub struct Verifier<W> {
    keys: Arc<[Key]>,
    past: Duration,
    future: Duration,
    pub(super) limits: Limits,
    clock: Arc<dyn Clock>,
    webhook: PhantomData<fn() -> W>,
}

/// Warns of a refused delivery: only the reason, since nothing else of it can be trusted.
pub(super) fn refused(error: &VerifyError) {
    tracing::warn!(reason = %error, "a webhook delivery is refused");
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

    pub(super) fn from_variables(read: impl Fn(&str) -> Option<String>) -> Result<Self, VerifierError> {
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
        let stamped = check(
            W::WEBHOOKS,
            &self.keys,
            (self.past, self.future),
            self.limits.bytes,
            self.now(),
            headers,
            body,
        )
        .inspect_err(refused)?;
        Ok(Delivery::new(body, stamped.seconds, stamped.nonce, self.limits))
    }

    /// Verifies a complete request of any server that uses the `http` crate.
    pub fn verify_request(&self, request: &http::Request<impl AsRef<[u8]>>) -> Result<Delivery<W>, VerifyError> {
        self.verify(request.headers(), request.body().as_ref())
    }

    /// Signs a body as the API would sign it now, with the first of the secrets, and returns the headers: for tests of your own
    /// receiver. [`sign`](super::sign) takes another secret or instant.
    pub fn sign(&self, body: &[u8]) -> http::HeaderMap {
        let mut random = [0; 16];
        // Without random bytes the nonce is constant, which is good enough for a test.
        let _ = getrandom::fill(&mut random);
        let nonce = hex(&random);
        let seconds = self.now();
        self.keys.first().map_or_else(http::HeaderMap::new, |key| {
            headers_of(W::WEBHOOKS, key, Stamp { seconds, nonce: &nonce }, body)
        })
    }

    fn now(&self) -> i64 {
        unix_seconds(self.clock.now())
    }
}
