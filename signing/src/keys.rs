//! Keys in the memory of the process: those that verify, those that sign, and their certificates (X.509, RFC 5280).
//!
//! No private key and no secret may print or leave this crate. Their drop wipes the memory. A certificate proves no identity here: the caller
//! must check its issuer.

use std::fmt;

use base64::Engine as _;
use sdkwright_description::{KeyPairRules, SignatureRules};

use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::{self, CertificateContent, KeyError, KeyPair, PublicKey, SignatureError};
use crate::hash::hex;
use crate::secret::{Key, SecretError, SecretForm, SigningSecret};
use crate::signer::{KeyInfo, SignError, SignFuture, Signature, Signer, ToSign};

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

/// A key that verifies: a secret for MACs, or a public key. No key of one kind verifies by an algorithm of the other.
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

/// Largest size of a certificate, in bytes.
const LARGEST: usize = 64 << 10;

/// The certificate of a key. Reading it does not verify who issued it.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    key: PublicKey,
    content: CertificateContent,
}

impl Certificate {
    /// Reads the first certificate in PEM (`-----BEGIN CERTIFICATE-----`), which is that of the key.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let (_, der) = asymmetric::block(pem, &["CERTIFICATE"]).map_err(|error| match error {
            KeyError::Pem => CertificateError::Pem,
            error => CertificateError::Key(error),
        })?;
        Self::from_der(&der)
    }

    /// Reads a certificate in DER. Its key must be one for signatures.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > LARGEST {
            return Err(CertificateError::Form);
        }
        let content = asymmetric::certificate(der).map_err(|error| match error {
            KeyError::Rejected => CertificateError::Form,
            error => CertificateError::Key(error),
        })?;
        if !content.signs {
            return Err(CertificateError::Usage);
        }
        Ok(Self {
            der: der.to_vec(),
            key: PublicKey::from_der(&content.key)?,
            content,
        })
    }

    /// Returns the key of the certificate if it is valid at an instant, in seconds since 1970.
    pub fn public_key(&self, seconds: i64) -> Result<&PublicKey, CertificateError> {
        if (self.content.from..=self.content.until).contains(&seconds) {
            Ok(&self.key)
        } else {
            Err(CertificateError::Expired {
                from: self.content.from,
                until: self.content.until,
            })
        }
    }

    /// Returns the bytes in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the serial number in lower-case hexadecimal, two digits for each byte.
    pub fn serial(&self) -> String {
        // DER has a zero before a number that would be negative without it.
        hex(self.content.serial.strip_prefix(&[0]).unwrap_or(&self.content.serial))
    }

    /// Returns the distinguished name of the issuer (RFC 4514).
    pub fn issuer(&self) -> &str {
        &self.content.issuer
    }

    /// Returns the distinguished name of the subject (RFC 4514).
    pub fn subject(&self) -> &str {
        &self.content.subject
    }

    /// Returns the first and the last second of the validity, since 1970.
    pub fn validity(&self) -> (i64, i64) {
        (self.content.from, self.content.until)
    }

    pub(crate) fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("serial", &self.serial())
            .field("issuer", &self.content.issuer)
            .field("subject", &self.content.subject)
            .finish_non_exhaustive()
    }
}

/// The reason of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The text contains no certificate in PEM.
    #[error("the text contains no certificate in PEM (`-----BEGIN CERTIFICATE-----`)")]
    Pem,
    /// The bytes are not a certificate in DER, or more than 64 KiB.
    #[error("the bytes are not a certificate in DER of at most 64 KiB (RFC 5280)")]
    Form,
    /// The key of the certificate is not one for signatures.
    #[error("the certificate does not allow its key to sign (`keyUsage`)")]
    Usage,
    /// The key of the certificate is of an unknown kind, broken or too weak.
    #[error("the certificate has no usable key: {0}")]
    Key(#[from] KeyError),
    /// The certificate is not valid at the instant.
    #[error("the certificate is valid from {from} to {until} only (seconds since 1970)")]
    Expired {
        /// First second of its validity.
        from: i64,
        /// Last second of its validity.
        until: i64,
    },
}
