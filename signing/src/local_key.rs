//! Keys in the memory of the process.
//!
//! No key may print or leave this crate. Its drop wipes the memory.

use crate::asymmetric::{KeyError, KeyPair};
use crate::certificate::Certificate;
use crate::secret::{Key, SecretError, SecretForm, SigningSecret};
use crate::signer::{KeyInfo, SignError, SignFuture, Signature, Signer, ToSign};
use std::fmt;

/// A key in the memory of the process. It signs at once.
pub struct LocalKey {
    private: Private,
    info: KeyInfo,
}

enum Private {
    Mac(Key),
    Pair(KeyPair),
}

impl LocalKey {
    /// Reads the key of a MAC from the text of a secret.
    pub fn from_secret(secret: &SigningSecret, form: impl Into<SecretForm>) -> Result<Self, SecretError> {
        let form = form.into();
        Ok(Self {
            private: Private::Mac(secret.key(form)?),
            info: KeyInfo::new([form.algorithm.into()]),
        })
    }

    /// Reads an unencrypted private key in PEM: PKCS#8, PKCS#1 (RSA) or SEC 1 (ECDSA). A key of RSA signs by each algorithm of
    /// RSA, and has 2048 to 8192 bits.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pem(pem)?;
        Ok(Self {
            info: KeyInfo::new(pair.algorithms().iter().copied()),
            private: Private::Pair(pair),
        })
    }

    /// Sets the id by which the API knows the key.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.info = self.info.with_key_id(key_id);
        self
    }

    /// Sets the certificate of the key, which some APIs require in requests.
    pub fn with_certificate(mut self, certificate: &Certificate) -> Result<Self, KeyError> {
        match &self.private {
            Private::Pair(pair) if pair.is_pair_of(certificate.key()) => {
                self.info = self.info.with_certificate(certificate.as_der());
                Ok(self)
            }
            _ => Err(KeyError::Certificate),
        }
    }

    fn signature(&self, what: &ToSign<'_>) -> Result<Signature, SignError> {
        self.info.choose(&[what.algorithm()])?;
        match &self.private {
            Private::Mac(key) => Ok(Signature::new(key.mac(&[what.message()]).finish().as_ref())),
            Private::Pair(pair) => pair
                .sign(what.algorithm(), what.message())
                .ok_or(SignError::Failed(what.algorithm())),
        }
    }
}

impl Signer for LocalKey {
    fn key(&self) -> &KeyInfo {
        &self.info
    }

    fn sign<'s>(&'s self, what: &'s ToSign<'s>) -> SignFuture<'s> {
        Box::pin(std::future::ready(self.signature(what)))
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}
