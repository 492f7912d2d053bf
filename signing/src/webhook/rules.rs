//! The rules for signed deliveries: what a contract describes, what a verifier knows, and the reasons of a refusal.

use crate::algorithm::{SignatureAlgorithm, names};
use crate::asymmetric::KeyError;
use crate::keys::KeyTextError;
use crate::message::{Piece, SignedValue};
use crate::secret::SecretError;
pub use sdkwright_description::EventId;
use sdkwright_description::SignatureRules;
use std::sync::Arc;

/// The contract's rules for signed deliveries, with the members of their envelope (`x-webhooks`).
#[derive(Debug, Clone, Copy)]
pub struct Webhooks {
    /// Signature.
    pub signing: SignatureRules,
    /// Header with the id of a key from a source, such as the URL of its certificate; `None`: the `kid` of a JSON Web Signature.
    pub key_header: Option<&'static str>,
    /// Location of the event's id, if there is one.
    pub id: Option<EventId>,
    /// JSON Pointer of the event's type, if there is one.
    pub event_type: Option<&'static str>,
    /// Environment variable of the secret.
    pub environment: Option<&'static str>,
}

impl Webhooks {
    /// Largest body that a verifier accepts by default, in bytes.
    pub const SIZE_LIMIT: usize = 1 << 20;

    /// Returns true if a delivery can have this id of an event. In a header, it must be ASCII without spaces and without the text after it in
    /// the signed message, which would make its end ambiguous.
    pub fn accepts_id(&self, id: &str) -> bool {
        let Some(EventId::Header(name)) = self.id else {
            return true;
        };
        let mut pairs = self.signing.message.windows(2);
        let is_ambiguous = |pair: &[Piece]| match pair {
            [Piece::Value(SignedValue::Header(own), []), Piece::Text(after)] => {
                own.eq_ignore_ascii_case(name) && id.contains(after)
            }
            _ => false,
        };
        id.bytes().all(|byte| byte.is_ascii_graphic()) && !pairs.any(is_ambiguous)
    }

    /// Returns the error of a missing key.
    pub(super) fn missing_key(&self) -> VerifierError {
        let variable = self.environment;
        match self.signing.secret {
            Some(_) => VerifierError::Missing { variable },
            None => VerifierError::MissingKey { variable },
        }
    }

    /// Gives the settings the names of the contract. Refuses an empty one, which would sign nothing.
    pub(super) fn named_settings(&self, texts: Vec<String>) -> Result<Arc<[(&'static str, String)]>, VerifierError> {
        let mut texts = texts.into_iter();
        let settings = self.signing.settings.iter().map(|setting| match texts.next() {
            Some(text) if !text.is_empty() => Ok((setting.name, text)),
            _ => Err(VerifierError::Setting {
                name: setting.name,
                variable: setting.environment,
            }),
        });
        settings.collect()
    }
}

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
    /// The public key is missing.
    #[error("the public key of the webhooks is missing: pass its PEM to `new`{}", or_variable(*.variable))]
    MissingKey {
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The text is not a public key.
    #[error("the public key of the webhooks is refused: {0}")]
    PublicKey(KeyError),
    /// The key verifies by none of the algorithms of the contract.
    #[error("the key verifies by none of the algorithms of the webhooks: {}", names(accepted))]
    Algorithm {
        /// Algorithms of public keys in the contract.
        accepted: &'static [SignatureAlgorithm],
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

impl From<KeyTextError> for VerifierError {
    fn from(error: KeyTextError) -> Self {
        match error {
            KeyTextError::Secret(error) => Self::Secret(error),
            KeyTextError::PublicKey(error) => Self::PublicKey(error),
        }
    }
}

fn or_variable(variable: Option<&'static str>) -> String {
    variable
        .map(|name| format!(", or set the environment variable {name}"))
        .unwrap_or_default()
}

/// The reason why a delivery is refused. Answer with a 4xx status, or with 503 if the keys are unavailable, and use nothing of the
/// delivery.
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
    /// The signature fits none of the public keys.
    #[error("the signature does not match these bytes and the public keys of the webhooks")]
    PublicKeySignature,
    /// The API publishes no key with the id that the delivery names, or the key is not valid any more.
    #[error("the delivery names a key that the API does not publish, or that is not valid now")]
    UnknownKey,
    /// The verifier has no public keys now, so the delivery may be genuine. Answer with 503, so that the API repeats it.
    #[error(
        "the public keys of the webhooks cannot be fetched now: answer with 503, so that the API repeats the delivery"
    )]
    KeysUnavailable,
    /// The JSON Web Signature has `alg: none`.
    #[error("the delivery is not signed (`alg: none`)")]
    Unsigned,
    /// The JSON Web Signature has an algorithm that the contract does not accept.
    #[error("the algorithm of the signature is not one of the contract")]
    Algorithm,
    /// A claim of the JSON Web Signature is missing, or has another value than the delivery.
    #[error("the claim `{name}` of the signature does not match the delivery")]
    Claim {
        /// Name of the claim.
        name: &'static str,
    },
}
