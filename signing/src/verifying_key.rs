//! A key that verifies: a secret for MACs, or a public key. No key of one kind verifies by an algorithm of the other.

use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::{KeyError, PublicKey, SignatureError};
use crate::secret::{Key, SecretError, SigningSecret};
use base64::Engine as _;
use sdkwright_description::{KeyPairRules, SignatureRules};

/// The reason why a text is not a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyTextError {
    /// The text is not a secret in the form of the contract.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The text is not a public key.
    #[error(transparent)]
    PublicKey(#[from] KeyError),
}

/// A key that verifies.
#[derive(Debug, Clone)]
pub enum VerifyingKey {
    /// The key of a MAC.
    Secret(Key),
    /// A public key.
    Public(PublicKey),
}

impl VerifyingKey {
    /// Reads the text of a key by the rules of a contract: a secret, or a public key in PEM or after the prefix of the contract.
    pub fn from_text(rules: &SignatureRules, text: &SigningSecret) -> Result<Self, KeyTextError> {
        match (rules.key_pair, rules.secret) {
            (Some(pair), secret) if secret.is_none() || is_public(text.text(), &pair) => {
                Ok(public(text.text(), &pair)?.into())
            }
            (_, form) => Ok(text.key(form.ok_or(KeyError::Rejected)?)?.into()),
        }
    }

    /// Verifies a signature. Compares MACs in constant time.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let key = match self {
            Self::Public(key) => return key.verify(algorithm, message, signature),
            Self::Secret(key) => key,
        };
        if algorithm != key.algorithm().into() {
            return Err(SignatureError::Algorithm {
                algorithm,
                key: vec![key.algorithm().into()],
            });
        }
        if key.mac(&[message]).verify(&mut std::iter::once(signature)) {
            Ok(())
        } else {
            Err(SignatureError::Wrong)
        }
    }
}

impl From<Key> for VerifyingKey {
    fn from(key: Key) -> Self {
        Self::Secret(key)
    }
}

impl From<PublicKey> for VerifyingKey {
    fn from(key: PublicKey) -> Self {
        Self::Public(key)
    }
}

/// Returns true for a signature of the message by a public key, by an algorithm of the contract.
pub(crate) fn is_signature(rules: &SignatureRules, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let mut accepted = rules
        .key_algorithms()
        .iter()
        .filter(|one| key.algorithms().contains(one));
    accepted.any(|one| key.verify(*one, message, signature).is_ok())
}

/// Returns true for the text of a public key, where texts can be secrets, too.
fn is_public(text: &str, rules: &KeyPairRules) -> bool {
    let has_prefix = !rules.prefix.is_empty() && text.starts_with(rules.prefix);
    has_prefix || text.trim_start().starts_with("-----BEGIN")
}

/// Reads a public key: PEM, or the base64 of a key of Ed25519 after the prefix of the contract.
fn public(text: &str, rules: &KeyPairRules) -> Result<PublicKey, KeyError> {
    if rules.prefix.is_empty() || !text.starts_with(rules.prefix) {
        return PublicKey::from_pem(text);
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(&text[rules.prefix.len()..]);
    PublicKey::from_ed25519(&bytes.map_err(|_| KeyError::Rejected)?)
}
