//! Certificates (X.509, RFC 5280): PEM or DER comes in, the leaf's key and names go out.
//!
//! A certificate proves no identity here: the caller must check its issuer.

use crate::asymmetric::{self, CertificateContent, KeyError, PublicKey};
use crate::hash::hex;
use std::fmt;

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
