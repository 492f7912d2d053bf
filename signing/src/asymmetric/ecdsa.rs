//! Both forms of a signature of ECDSA: two numbers of fixed length, and DER.

use crate::algorithm::SignatureAlgorithm;
use crate::signer::{SignError, Signature};
use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode as _, Encode as _};

#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
impl Signature {
    /// Converts a signature of ECDSA in DER (RFC 3279, section 2.2.3), which key management services return, to `r` and `s` of
    /// fixed length.
    pub fn from_ecdsa_der(algorithm: SignatureAlgorithm, der: &[u8]) -> Result<Self, SignError> {
        fixed(algorithm, der).ok_or(SignError::Der(algorithm))
    }

    /// Converts a signature of ECDSA, which is `r` and `s` of fixed length, to DER.
    pub fn to_ecdsa_der(&self, algorithm: SignatureAlgorithm) -> Result<Vec<u8>, SignError> {
        let bytes = self.as_ref();
        let integers = || {
            let half = ecdsa_length(algorithm).filter(|length| *length == bytes.len())? / 2;
            let integers = [UintRef::new(&bytes[..half]).ok()?, UintRef::new(&bytes[half..]).ok()?];
            integers.to_der().ok()
        };
        integers().ok_or(SignError::Length {
            algorithm,
            found: bytes.len(),
        })
    }
}

fn fixed(algorithm: SignatureAlgorithm, der: &[u8]) -> Option<Signature> {
    let length = ecdsa_length(algorithm)?;
    let integers = Vec::<UintRef<'_>>::from_der(der)
        .ok()
        .filter(|integers| integers.len() == 2)?;
    let mut bytes = vec![0; length];
    for (half, integer) in bytes.chunks_exact_mut(length / 2).zip(&integers) {
        let digits = integer.as_bytes();
        let zeros = half.len().checked_sub(digits.len())?;
        half[zeros..].copy_from_slice(digits);
    }
    Some(Signature::new(bytes))
}

/// Returns the length of a signature of ECDSA; `None` for another algorithm.
fn ecdsa_length(algorithm: SignatureAlgorithm) -> Option<usize> {
    use SignatureAlgorithm as A;
    let is_ecdsa = matches!(algorithm, A::EcdsaP256Sha256 | A::EcdsaP384Sha384 | A::EcdsaP521Sha512);
    algorithm.signature_length().filter(|_| is_ecdsa)
}
