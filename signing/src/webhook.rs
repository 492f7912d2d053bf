//! Webhook deliveries: headers and raw bytes come in, verified deliveries or refusals go out.
//!
//! Nothing is parsed before it is verified: only a [`Delivery`] gives access to the event, and only [`Verifier::verify`]
//! creates one. Needs the webhook secret, and no other credentials.

mod verify;

use crate::clock::{Clock, SystemClock, unix_seconds};
use crate::hash::{hex, sha256};
use crate::secret::{Key, SigningSecret};
use crate::signature::{self, Parts, base_string};
use http::{HeaderMap, HeaderName, HeaderValue};
use sdkwright_json::Limits;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
#[cfg(feature = "axum")]
use {
    axum_core::body::Body,
    axum_core::extract::{FromRef, FromRequest, Request},
    axum_core::response::{IntoResponse, Response},
    http::StatusCode,
    http_body_util::{BodyExt as _, LengthLimitError, Limited},
};

pub use verify::{Delivery, Verified, VerifierError, VerifyError, Webhook, Webhooks};
use verify::{Tolerance, check};

/// Instant and nonce of a signed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'a> {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Unique per delivery.
    pub nonce: &'a str,
}

/// Signs a body as the API does, and returns the headers. A nonce that is no header value is left out.
pub fn sign<W: Webhook>(secret: &SigningSecret, stamp: Stamp<'_>, body: &[u8]) -> Result<HeaderMap, VerifierError> {
    let key = secret.key(W::WEBHOOKS.secret)?;
    Ok(headers(W::WEBHOOKS, &key, stamp, body))
}

fn headers(webhooks: &Webhooks, key: &Key, stamp: Stamp<'_>, body: &[u8]) -> HeaderMap {
    let timestamp = crate::signature::timestamp(stamp.seconds, webhooks.timestamp);
    let base = base_string(
        webhooks.components,
        webhooks.separator,
        &Parts {
            method: "",
            target: "",
            body_sha256: &sha256(body),
            timestamp: &timestamp,
            nonce: if webhooks.nonce_header.is_some() {
                stamp.nonce
            } else {
                ""
            },
            idempotency_key: None,
            client_id: None,
        },
    );
    let signature = signature::encode(&signature::sign(key, &base), webhooks.encoding);
    let mut headers = HeaderMap::new();
    let pairs = [
        (Some(webhooks.timestamp_header), timestamp.as_str()),
        (webhooks.nonce_header, stamp.nonce),
        (Some(webhooks.signature_header), signature.as_str()),
    ];
    for (name, value) in pairs {
        if let (Some(Ok(name)), Ok(value)) = (name.map(HeaderName::try_from), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Verifies deliveries. Cheap to clone and shared by all threads.
pub struct Verifier<W> {
    keys: Arc<[Key]>,
    tolerance: Tolerance,
    limits: Limits,
    clock: Arc<dyn Clock>,
    webhook: PhantomData<fn() -> W>,
}

/// Warns of a refused delivery: only the reason, since nothing else of it can be trusted.
fn refused(error: &VerifyError) {
    tracing::warn!(reason = %error, "a webhook delivery is refused");
}

impl<W> Clone for Verifier<W> {
    fn clone(&self) -> Self {
        Self {
            keys: Arc::clone(&self.keys),
            tolerance: self.tolerance,
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
            tolerance: Tolerance {
                past: tolerance,
                future: tolerance,
            },
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
        self.tolerance = Tolerance { past, future };
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
        let (size, limit) = (body.len(), self.limits.bytes);
        let stamped = if size > limit {
            Err(VerifyError::TooLarge { size, limit })
        } else {
            check(W::WEBHOOKS, &self.keys, self.tolerance, self.now(), headers, body)
        };
        let stamped = stamped.inspect_err(refused)?;
        Ok(Delivery::new(body, stamped.seconds, stamped.nonce, self.limits))
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
        let nonce = hex(&random);
        let seconds = self.now();
        self.keys.first().map_or_else(http::HeaderMap::new, |key| {
            headers(W::WEBHOOKS, key, Stamp { seconds, nonce: &nonce }, body)
        })
    }

    fn now(&self) -> i64 {
        unix_seconds(self.clock.now())
    }
}

/// The reason why a request is not accepted as a delivery.
#[cfg(feature = "axum")]
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The verification failed.
    #[error(transparent)]
    Refused(#[from] VerifyError),
    /// The body did not arrive completely.
    #[error("the body of the delivery was cut off")]
    Broken,
}

#[cfg(feature = "axum")]
impl Rejection {
    /// Returns the status of the rejection: 413 for a body that is too large, 400 for one that was cut off, 401 for all other
    /// reasons.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(VerifyError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::UNAUTHORIZED,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Responds with the status alone: the reason would help an attacker who forges signatures.
#[cfg(feature = "axum")]
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

#[cfg(feature = "axum")]
impl<W, S> FromRequest<S> for Delivery<W>
where
    W: Webhook,
    S: Send + Sync,
    Verifier<W>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let verifier = Verifier::<W>::from_ref(state);
        let (parts, body): (_, Body) = request.into_parts();
        let limit = verifier.limits.bytes;
        match Limited::new(body, limit).collect().await {
            Ok(whole) => Ok(verifier.verify(&parts.headers, &whole.to_bytes())?),
            Err(error) if error.is::<LengthLimitError>() => {
                let error = VerifyError::TooLarge {
                    size: limit.saturating_add(1),
                    limit,
                };
                refused(&error);
                Err(error.into())
            }
            Err(_) => Err(Rejection::Broken),
        }
    }
}

#[cfg(test)]
mod tests;
