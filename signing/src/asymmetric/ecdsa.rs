//! Both forms of a signature of ECDSA: two numbers of fixed length, and DER.

use super::library::{numbers, write_numbers};
use crate::algorithm::SignatureAlgorithm;
use crate::signer::{SignError, Signature};

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
            write_numbers([&bytes[..half], &bytes[half..]])
        };
        integers().ok_or(SignError::Length {
            algorithm,
            found: bytes.len(),
        })
    }
}

fn fixed(algorithm: SignatureAlgorithm, der: &[u8]) -> Option<Signature> {
    let length = ecdsa_length(algorithm)?;
    let mut bytes = vec![0; length];
    for (half, digits) in bytes.chunks_exact_mut(length / 2).zip(numbers(der)?) {
        let zeros = half.len().checked_sub(digits.len())?;
        half[zeros..].copy_from_slice(&digits);
    }
    Some(Signature::new(bytes))
}

/// Returns the length of a signature of ECDSA; `None` for another algorithm.
fn ecdsa_length(algorithm: SignatureAlgorithm) -> Option<usize> {
    use SignatureAlgorithm as A;
    let is_ecdsa = matches!(algorithm, A::EcdsaP256Sha256 | A::EcdsaP384Sha384 | A::EcdsaP521Sha512);
    algorithm.signature_length().filter(|_| is_ecdsa)
}
