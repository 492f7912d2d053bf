//! The keys of a verifier, and the signatures that they verify: texts come in, a key fits or not. Never prints a key.

use super::rules::{PublicKeyRules, VerifierError, VerifyError, Webhooks};
use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::{KeyError, PublicKey};
use crate::message::Message;
use crate::secret::{Key, SigningSecret};
use crate::verifying_key::VerifyingKey;
use base64::Engine as _;
use sdkwright_json::Limits;
use std::time::Duration;

/// Allowed distance between the instant of a delivery and the clock; `None`: any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tolerance {
    pub(super) past: Option<Duration>,
    pub(super) future: Option<Duration>,
}

/// Keys, settings and limits of a verifier.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) keys: &'k Keys,
    pub(super) settings: &'k [(&'static str, String)],
    pub(super) tolerance: Tolerance,
    pub(super) limits: &'k Limits,
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
        self.webhooks.public_keys.map_or(&[], |rules| rules.algorithms)
    }

    /// Reads the text of a key: a secret, or a public key by the rules of the contract.
    pub(super) fn add_text(&mut self, text: &SigningSecret) -> Result<(), VerifierError> {
        let rules = self.webhooks.public_keys.filter(|rules| {
            let has_prefix = !rules.prefix.is_empty() && text.text().starts_with(rules.prefix);
            has_prefix || text.text().trim_start().starts_with("-----BEGIN") || self.webhooks.secret.is_none()
        });
        if let Some(rules) = rules {
            return self.add(public(text.text(), &rules)?.into());
        }
        let accepted = self.algorithms();
        let form = self.webhooks.secret.ok_or(VerifierError::Algorithm { accepted })?;
        self.secrets.push(text.key(form)?);
        Ok(())
    }

    /// Adds a key that can verify by an algorithm of the contract.
    pub(super) fn add(&mut self, key: VerifyingKey) -> Result<(), VerifierError> {
        let accepted = self.algorithms();
        match key {
            VerifyingKey::Public(key) if key.algorithms().iter().any(|one| accepted.contains(one)) => {
                self.public.push(key);
                Ok(())
            }
            VerifyingKey::Secret(key) if self.webhooks.secret.is_some() => {
                self.secrets.push(key);
                Ok(())
            }
            VerifyingKey::Public(_) | VerifyingKey::Secret(_) => Err(VerifierError::Algorithm { accepted }),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.secrets.len() + self.public.len()
    }

    pub(super) fn secret(&self) -> Option<&Key> {
        self.secrets.first()
    }

    /// Returns true if items of that name are signatures; `wanted` is the name of MACs.
    pub(super) fn reads(&self, name: &str, wanted: &str) -> bool {
        name == wanted || self.webhooks.public_keys.is_some_and(|rules| rules.name == Some(name))
    }

    /// Returns the error of a missing key.
    pub(super) fn missing(&self) -> VerifierError {
        let variable = self.webhooks.environment;
        match self.webhooks.secret {
            Some(_) => VerifierError::Missing { variable },
            None => VerifierError::MissingKey { variable },
        }
    }

    /// Verifies that one of the keys made one of the signatures. Tries all, so that the duration does not reveal which one matches.
    pub(super) fn verify(&self, message: &Message<'_>, signatures: &[Vec<u8>]) -> Result<(), VerifyError> {
        let parts = message.parts();
        let fits = |key: &&Key| key.mac(&parts).verify(&mut signatures.iter().map(Vec::as_slice));
        let by_secrets = self.secrets.iter().filter(fits).count() > 0;
        if by_secrets || self.is_public(message, signatures) {
            return Ok(());
        }
        Err(match self.webhooks.public_keys {
            Some(_) => VerifyError::PublicKeySignature,
            None => VerifyError::Signature,
        })
    }

    /// Returns true if one of the public keys made one of the signatures, by an algorithm of the contract.
    fn is_public(&self, message: &Message<'_>, signatures: &[Vec<u8>]) -> bool {
        if signatures.is_empty() || self.public.is_empty() {
            return false;
        }
        let message = message.parts().concat();
        self.public.iter().any(|key| {
            let mut algorithms = self.algorithms().iter().filter(|one| key.algorithms().contains(one));
            algorithms.any(|algorithm| {
                let mut signatures = signatures.iter();
                signatures.any(|signature| key.verify(*algorithm, &message, signature).is_ok())
            })
        })
    }
}

/// Reads a public key: PEM, or the base64 of a key of Ed25519 after the prefix of the contract.
fn public(text: &str, rules: &PublicKeyRules) -> Result<PublicKey, KeyError> {
    if rules.prefix.is_empty() || !text.starts_with(rules.prefix) {
        return PublicKey::from_pem(text);
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(&text[rules.prefix.len()..]);
    PublicKey::from_ed25519(&bytes.map_err(|_| KeyError::Rejected)?)
}
