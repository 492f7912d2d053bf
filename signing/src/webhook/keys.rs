//! The keys of a verifier, a delivery next to them, and the signatures that they verify: texts come in, a key fits or not. Never
//! prints a key.

use super::rules::{VerifierError, VerifyError, Webhooks};
use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::PublicKey;
use crate::message::Message;
use crate::secret::{Key, SigningSecret};
use crate::verifying_key::{VerifyingKey, is_signature};
use http::HeaderMap;
use sdkwright_description::SignatureRules;
use sdkwright_json::Limits;

/// A delivery that is not verified yet, with what its verifier knows.
#[derive(Clone, Copy)]
pub(super) struct ReceivedDelivery<'d> {
    pub(super) headers: &'d HeaderMap,
    pub(super) body: &'d [u8],
    pub(super) keys: &'d Keys,
    /// Values of the message that a delivery does not contain, by their names.
    pub(super) settings: &'d [(&'static str, String)],
    pub(super) limits: &'d Limits,
}

impl ReceivedDelivery<'_> {
    /// Returns the rules of the contract.
    pub(super) fn rules(&self) -> &'static SignatureRules {
        &self.keys.webhooks.signing
    }
}

/// Keys of a verifier: secrets and public keys.
pub(super) struct Keys {
    pub(super) webhooks: &'static Webhooks,
    secrets: Vec<Key>,
    pub(super) public: Vec<PublicKey>,
}

impl Keys {
    /// Starts without a key, or with fetched public keys. The contract decides the algorithms of a delivery.
    pub(super) fn new(webhooks: &'static Webhooks, public: Vec<PublicKey>) -> Self {
        Self {
            webhooks,
            secrets: Vec::new(),
            public,
        }
    }

    /// Returns the accepted algorithms of public keys.
    pub(super) fn algorithms(&self) -> &'static [SignatureAlgorithm] {
        self.webhooks.signing.key_algorithms()
    }

    /// Reads the text of a key: a secret, or a public key by the rules of the contract.
    pub(super) fn add_text(&mut self, text: &SigningSecret) -> Result<(), VerifierError> {
        self.add(VerifyingKey::from_text(&self.webhooks.signing, text)?)
    }

    /// Adds a key that can verify by an algorithm of the contract.
    pub(super) fn add(&mut self, key: VerifyingKey) -> Result<(), VerifierError> {
        let is_accepted = |one: &SignatureAlgorithm| self.algorithms().contains(one);
        match key {
            VerifyingKey::Public(key) if key.algorithms().iter().any(is_accepted) => self.public.push(key),
            VerifyingKey::Secret(key) if self.webhooks.signing.secret.is_some() => self.secrets.push(key),
            VerifyingKey::Public(_) | VerifyingKey::Secret(_) => return Err(self.wrong_algorithm()),
        }
        Ok(())
    }

    fn wrong_algorithm(&self) -> VerifierError {
        let accepted = self.algorithms();
        VerifierError::Algorithm { accepted }
    }

    pub(super) fn count(&self) -> usize {
        self.secrets.len() + self.public.len()
    }

    pub(super) fn secret(&self) -> Option<&Key> {
        self.secrets.first()
    }

    /// Verifies that one of the keys made one of the signatures. Tries all secrets, so that the duration does not reveal which one
    /// matches.
    pub(super) fn verify(&self, message: &Message<'_>, signatures: &[Vec<u8>]) -> Result<(), VerifyError> {
        let parts = message.parts();
        let fits = |key: &&Key| key.mac(&parts).verify(&mut signatures.iter().map(Vec::as_slice));
        let fitting_secrets = self.secrets.iter().filter(fits).count();
        if fitting_secrets > 0 || self.is_by_public_key(message, signatures) {
            return Ok(());
        }
        Err(match self.webhooks.signing.key_pair {
            Some(_) => VerifyError::PublicKeySignature,
            None => VerifyError::Signature,
        })
    }

    /// Returns true if one of the public keys made one of the signatures, by an algorithm of the contract.
    fn is_by_public_key(&self, message: &Message<'_>, signatures: &[Vec<u8>]) -> bool {
        if signatures.is_empty() || self.public.is_empty() {
            return false;
        }
        let (message, rules) = (message.parts().concat(), &self.webhooks.signing);
        let mut keys = self.public.iter();
        keys.any(|key| {
            signatures
                .iter()
                .any(|signature| is_signature(rules, key, &message, signature))
        })
    }
}
