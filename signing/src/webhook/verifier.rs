//! Verifiers: keys, settings and limits come in, verified deliveries or refusals go out.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use sdkwright_description::{Freshness, SignaturePlace};
use sdkwright_json::Limits;

use super::cache::{KeyCache, KeySource};
use super::delivery::{Delivery, Webhook};
use super::rules::{VerifierError, VerifyError, Webhooks};
use super::verify::{self, Keys, ReceivedDelivery};
use super::write::{DeliveryToSign, Stamp};
use crate::clock::{Clock, SystemClock, unix_seconds};
use crate::hash::hex;
use crate::keys::VerifyingKey;
use crate::secret::SigningSecret;
use crate::signer::{SignError, Signer};

/// Signs a body as the API does, and returns the headers. Leaves out a nonce that cannot be a header value. Signed headers besides
/// the instant, such as an id, have the nonce as their value. An API that signs each item of a body writes no header:
/// [`Verifier::sign_items`] returns its signatures.
pub fn sign<W>(secret: &SigningSecret, stamp: Stamp<'_>, body: &[u8]) -> Result<HeaderMap, VerifierError>
where
    W: Webhook<Settings = [String; 0]>,
{
    let rules = &W::WEBHOOKS.signing;
    let key = secret.key(rules.secret.ok_or_else(|| W::WEBHOOKS.missing_key())?)?;
    let delivery = DeliveryToSign::new(rules, &[], stamp, body);
    Ok(delivery.headers(&[delivery.by_secret(&key)]))
}

/// Verifies deliveries. Cheap to clone and shared by all threads.
pub struct Verifier<W> {
    keys: Arc<Keys>,
    fetched: Option<Arc<KeyCache>>,
    settings: Arc<[(&'static str, String)]>,
    freshness: Freshness,
    limits: Limits,
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
            fetched: self.fetched.clone(),
            settings: Arc::clone(&self.settings),
            freshness: self.freshness,
            limits: self.limits,
            clock: Arc::clone(&self.clock),
            webhook: PhantomData,
        }
    }
}

impl<W> std::fmt::Debug for Verifier<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.keys.count())
            .finish_non_exhaustive()
    }
}

impl<W: Webhook<Settings = [String; 0]>> Verifier<W> {
    /// Creates a verifier with one secret, or with a public key in PEM if the API signs by public keys.
    pub fn new(secret: impl Into<SigningSecret>) -> Result<Self, VerifierError> {
        Self::with_secrets([secret.into()])
    }

    /// Creates a verifier that accepts any of several secrets: the old and the new one during a rotation.
    pub fn with_secrets(secrets: impl IntoIterator<Item = SigningSecret>) -> Result<Self, VerifierError> {
        Self::with_settings([], secrets)
    }
}

impl<W: Webhook> Verifier<W> {
    /// Creates a verifier with public keys: it accepts any of them, such as the old and the new one during a rotation. The keys may
    /// come from a certificate or from JSON Web Keys. `settings` has the signed values that a delivery does not contain; `[]`
    /// without them.
    pub fn with_keys(
        settings: W::Settings,
        keys: impl IntoIterator<Item = VerifyingKey>,
    ) -> Result<Self, VerifierError> {
        Self::knowing(settings.into(), |own| keys.into_iter().try_for_each(|key| own.add(key)))
    }

    /// Creates a verifier that fetches its public keys from a source when deliveries arrive. Verify with
    /// [`verify_fetching`](Self::verify_fetching). Clones share the keys.
    ///
    /// - It fetches keys again after 1 hour, or after the life that the source sets. If that fails, they verify for 1 day.
    /// - Simultaneous deliveries wait for one fetch.
    /// - After a fetch for an unknown key, the next one waits for 1 minute, unless a delivery verifies by the new key.
    pub fn fetching(settings: W::Settings, source: impl KeySource) -> Result<Self, VerifierError> {
        let mut verifier = Self::without_keys(settings.into(), Keys::new(W::WEBHOOKS, Vec::new()))?;
        verifier.fetched = Some(Arc::new(KeyCache::new(source)));
        Ok(verifier)
    }

    /// Verifies a delivery like [`verify`](Self::verify), and fetches its key before, if the verifier fetches keys and does not
    /// have it. Fetches nothing for a delivery that is too large, or of another form or algorithm.
    pub async fn verify_fetching(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery<W>, VerifyError> {
        let Some(cache) = &self.fetched else {
            return self.verify(headers, body);
        };
        let verified = async {
            self.check_size(body)?;
            let id = verify::key_id(W::WEBHOOKS, headers)?;
            let keys = Keys::new(W::WEBHOOKS, cache.keys(&id, &*self.clock).await?);
            let delivery = self.verify_by(&keys, headers, body)?;
            cache.confirm(&id);
            Ok(delivery)
        };
        verified.await.inspect_err(refused)
    }

    /// Creates a verifier with the values of the signature that a delivery does not contain, and with one secret or several, of
    /// which it accepts any.
    pub fn with_settings(
        settings: W::Settings,
        secrets: impl IntoIterator<Item = SigningSecret>,
    ) -> Result<Self, VerifierError> {
        let mut secrets = secrets.into_iter();
        Self::knowing(settings.into(), |keys| {
            secrets.try_for_each(|secret| keys.add_text(&secret))
        })
    }

    /// Creates a verifier with the keys that `add` adds, of which there must be one.
    fn knowing(
        settings: Vec<String>,
        add: impl FnOnce(&mut Keys) -> Result<(), VerifierError>,
    ) -> Result<Self, VerifierError> {
        let mut keys = Keys::new(W::WEBHOOKS, Vec::new());
        add(&mut keys)?;
        if keys.count() == 0 {
            return Err(W::WEBHOOKS.missing_key());
        }
        Self::without_keys(settings, keys)
    }

    fn without_keys(settings: Vec<String>, keys: Keys) -> Result<Self, VerifierError> {
        Ok(Self {
            keys: keys.into(),
            fetched: None,
            settings: W::WEBHOOKS.named_settings(settings)?,
            freshness: W::WEBHOOKS.signing.freshness,
            limits: Limits {
                bytes: Webhooks::SIZE_LIMIT,
                ..Limits::default()
            },
            clock: Arc::new(SystemClock),
            webhook: PhantomData,
        })
    }

    /// Creates a verifier with the secret in the contract's environment variable, and with the settings in theirs.
    pub fn from_env() -> Result<Self, VerifierError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    pub(super) fn from_variables(read: impl Fn(&str) -> Option<String>) -> Result<Self, VerifierError> {
        let webhooks = W::WEBHOOKS;
        let secret = webhooks.environment.and_then(&read).filter(|secret| !secret.is_empty());
        let settings = webhooks.signing.settings.iter();
        let settings = settings.map(|setting| setting.environment.and_then(&read).unwrap_or_default());
        let mut secrets = secret.into_iter().map(SigningSecret::new);
        Self::knowing(settings.collect(), |keys| {
            secrets.try_for_each(|secret| keys.add_text(&secret))
        })
    }

    /// Sets how far the instant of a delivery may lie in the past and in the future. Has no effect if the API signs no instant.
    #[must_use]
    pub fn tolerance(mut self, past: Duration, future: Duration) -> Self {
        let seconds = |limit: Duration| u32::try_from(limit.as_secs()).ok();
        self.freshness = Freshness {
            past: seconds(past),
            future: seconds(future),
        };
        self
    }

    /// Sets the largest body that is verified, and the largest decoded one (default: 1 MiB).
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

    /// Verifies signature, time and size of a delivery, given its headers and its exact body bytes. A verifier that fetches its keys
    /// needs `verify_fetching`.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery<W>, VerifyError> {
        if self.fetched.is_some() {
            return Err(VerifyError::KeysUnavailable).inspect_err(refused);
        }
        let verified = self
            .check_size(body)
            .and_then(|()| self.verify_by(&self.keys, headers, body));
        verified.inspect_err(refused)
    }

    fn check_size(&self, body: &[u8]) -> Result<(), VerifyError> {
        let (size, limit) = (body.len(), self.limits.bytes);
        if size > limit {
            return Err(VerifyError::TooLarge { size, limit });
        }
        Ok(())
    }

    fn verify_by(&self, keys: &Keys, headers: &HeaderMap, body: &[u8]) -> Result<Delivery<W>, VerifyError> {
        // Nothing is decoded before the signature is verified, unless the content itself has the signature.
        let content = || decoded(headers, body, self.limits.bytes);
        let is_in_content = matches!(W::WEBHOOKS.signing.signature, SignaturePlace::Items { .. });
        let decoded = is_in_content.then(content).transpose()?;
        let received = self.received(keys, headers, decoded.as_deref().unwrap_or(body));
        let stamped = verify::verify(received)?;
        if let Some(seconds) = stamped.seconds {
            verify::check_age(self.freshness, self.now(), seconds)?;
        }
        Ok(Delivery::new(body, content()?, &stamped, self.limits))
    }

    fn received<'d>(&'d self, keys: &'d Keys, headers: &'d HeaderMap, body: &'d [u8]) -> ReceivedDelivery<'d> {
        ReceivedDelivery {
            headers,
            body,
            keys,
            settings: &self.settings,
            limits: &self.limits,
        }
    }

    /// Verifies a complete request of any server that uses the `http` crate.
    pub fn verify_request(&self, request: &http::Request<impl AsRef<[u8]>>) -> Result<Delivery<W>, VerifyError> {
        self.verify(request.headers(), request.body().as_ref())
    }

    /// Signs a body as the API would sign it now, with the first of the secrets, and returns the headers: for tests of your own
    /// receiver. [`sign`] takes another secret or instant. Empty without a secret.
    pub fn sign(&self, body: &[u8]) -> HeaderMap {
        let mut random = [0; 16];
        // Without random bytes the nonce is constant, which is good enough for a test.
        let _ = getrandom::fill(&mut random);
        let nonce = hex(&random);
        let delivery = self.to_sign(&nonce, self.now(), body);
        let signed = self
            .keys
            .secret()
            .map(|key| delivery.headers(&[delivery.by_secret(key)]));
        signed.unwrap_or_default()
    }

    fn to_sign<'d>(&'d self, nonce: &'d str, seconds: i64, body: &'d [u8]) -> DeliveryToSign<'d> {
        DeliveryToSign::new(&W::WEBHOOKS.signing, &self.settings, Stamp { seconds, nonce }, body)
    }

    /// Signs a body as the API would sign it now, with the private key of one of the public keys, and returns the headers: for
    /// tests of your receiver. A JSON Web Signature names the id of the key.
    pub async fn sign_with(&self, key: &dyn Signer, body: &[u8]) -> Result<HeaderMap, SignError> {
        let seconds = self.now();
        let nonce = format!("delivery-{seconds}");
        let delivery = self.to_sign(&nonce, seconds, body);
        Ok(delivery.headers(&[delivery.by_key_pair(key).await?]))
    }

    /// Returns the signature of each item of a body, for tests of a receiver of an API that signs items. Write each into its
    /// item. Empty if the API signs no items.
    pub fn sign_items(&self, body: &[u8]) -> Result<Vec<String>, VerifyError> {
        match (W::WEBHOOKS.signing.signature, self.keys.secret()) {
            (SignaturePlace::Items { each, .. }, Some(key)) => {
                verify::sign_items(self.received(&self.keys, &HeaderMap::new(), body), key, each)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Returns the largest size of a body in bytes.
    #[cfg(feature = "axum")]
    pub(super) fn limit(&self) -> usize {
        self.limits.bytes
    }

    fn now(&self) -> i64 {
        unix_seconds(self.clock.now())
    }
}

/// Returns the decoded content, never more than the size limit, whatever the received bytes announce. The signature covers the received
/// bytes. Returns the received bytes if nothing codes them, or this build cannot decode them. The event of such a body is not
/// readable, but its delivery may be genuine.
pub(super) fn decoded<'b>(headers: &HeaderMap, body: &'b [u8], limit: usize) -> Result<Cow<'b, [u8]>, VerifyError> {
    let coding = headers.get(CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let is_gzip = |coding: &str| matches!(coding.trim().to_ascii_lowercase().as_str(), "gzip" | "x-gzip");
    // A server in between may have decoded the body, and left the header.
    if !coding.is_some_and(is_gzip) || !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(body));
    }
    gunzip(body, limit)
}

#[cfg(feature = "gzip")]
fn gunzip(body: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, VerifyError> {
    use std::io::Read as _;

    let mut decoded = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = flate2::read::MultiGzDecoder::new(body)
        .take(most)
        .read_to_end(&mut decoded);
    if decoded.len() > limit {
        let size = decoded.len();
        return Err(VerifyError::TooLarge { size, limit });
    }
    Ok(read.map_or(Cow::Borrowed(body), |_| Cow::Owned(decoded)))
}

#[cfg(not(feature = "gzip"))]
#[allow(clippy::unnecessary_wraps, reason = "with the feature, the content may be too large")]
fn gunzip(body: &[u8], _: usize) -> Result<Cow<'_, [u8]>, VerifyError> {
    Ok(Cow::Borrowed(body))
}
