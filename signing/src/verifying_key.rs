//! A key that verifies: a secret for MACs, or a public key. No key of one kind verifies by an algorithm of the other.

use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::{PublicKey, SignatureError};
use crate::secret::Key;

/// A key that verifies.
#[derive(Debug, Clone)]
pub enum VerifyingKey {
    /// The key of a MAC.
    Secret(Key),
    /// A public key.
    Public(PublicKey),
}

impl VerifyingKey {
    /// Returns the algorithms that the key verifies by.
    pub fn algorithms(&self) -> Vec<SignatureAlgorithm> {
        match self {
            Self::Public(key) => key.algorithms().to_vec(),
            Self::Secret(key) => vec![key.algorithm().into()],
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
