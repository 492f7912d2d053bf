//! Sources of public keys: the id of a key comes in, keys go out, from the network or from another place.

use crate::asymmetric::PublicKey;
use crate::certificate::Certificate;
use crate::jwk::KeySet;
use std::pin::Pin;
use std::time::Duration;

/// The reason why a source has no keys. It must not contain a secret: the verifier logs it.
pub type KeySourceError = Box<dyn std::error::Error + Send + Sync>;

/// The future of [`KeySource::fetch`].
pub type KeysFuture<'s> = Pin<Box<dyn Future<Output = Result<FetchedKeys, KeySourceError>> + Send + 's>>;

/// Fetches the public keys that verify deliveries.
///
/// A [`Verifier`](super::Verifier) keeps the keys, and calls the source once for many deliveries.
///
/// ```
/// use sdkwright_signing::KeySet;
/// use sdkwright_signing::webhook::{FetchedKeys, KeySource, KeysFuture};
///
/// /// Keys in a database.
/// struct Stored;
///
/// impl KeySource for Stored {
///     fn fetch<'s>(&'s self, _id: &'s str) -> KeysFuture<'s> {
///         Box::pin(async move {
///             let document = read_the_document().await?;
///             Ok(FetchedKeys::from_set(KeySet::from_json(&document)?))
///         })
///     }
/// }
/// # async fn read_the_document() -> Result<Vec<u8>, std::io::Error> { Ok(Vec::new()) }
/// ```
pub trait KeySource: Send + Sync + 'static {
    /// Fetches the key with an id: the `kid` of a JSON Web Signature, or the URL of a certificate. Anyone can send any id. Must end
    /// within a few seconds.
    fn fetch<'s>(&'s self, id: &'s str) -> KeysFuture<'s>;

    /// Returns false if no key can have the id, such as the URL of another host. The verifier then refuses the delivery without a
    /// call of [`fetch`](Self::fetch).
    fn is_possible(&self, _id: &str) -> bool {
        true
    }
}

/// The result of a source.
#[derive(Debug, Clone)]
pub struct FetchedKeys {
    pub(super) content: Content,
    pub(super) life: Option<Duration>,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Set(KeySet),
    Key(PublicKey),
    Certificate(Box<Certificate>),
    Unknown,
}

impl FetchedKeys {
    fn new(content: Content) -> Self {
        Self { content, life: None }
    }

    /// All keys of the API. An id that is not in the set is unknown.
    pub fn from_set(set: KeySet) -> Self {
        Self::new(Content::Set(set))
    }

    /// The key of the requested id alone.
    pub fn from_key(key: PublicKey) -> Self {
        Self::new(Content::Key(key))
    }

    /// The certificate of the requested id. Its key verifies while the certificate is valid. Its issuer is not checked.
    pub fn from_certificate(certificate: Certificate) -> Self {
        Self::new(Content::Certificate(Box::new(certificate)))
    }

    /// The API has no key of the requested id, or has revoked it.
    pub fn unknown() -> Self {
        Self::new(Content::Unknown)
    }

    /// Sets the time after which the verifier fetches them again (default: 1 hour; at least 1 minute, and at most 1 day).
    #[must_use]
    pub fn with_life(mut self, life: Duration) -> Self {
        self.life = Some(life);
        self
    }
}

impl Content {
    /// Returns the keys with an id that are valid at an instant, in seconds since 1970.
    pub(super) fn keys(&self, id: &str, seconds: i64) -> Vec<PublicKey> {
        match self {
            Self::Set(set) => {
                let keys = set.keys().iter().filter(|key| key.key_id() == Some(id));
                keys.map(|key| key.public_key().clone()).collect()
            }
            Self::Key(key) => vec![key.clone()],
            Self::Certificate(certificate) => certificate.public_key(seconds).into_iter().cloned().collect(),
            Self::Unknown => Vec::new(),
        }
    }
}
