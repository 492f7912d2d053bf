//! Digests of a body in a header: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530).

use crate::hash::{base64, sha256, sha512};

/// Algorithm of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    fn of(self, body: &[u8]) -> String {
        match self {
            Self::Sha256 => base64(&sha256(body)),
            Self::Sha512 => base64(&sha512(body)),
        }
    }
}

/// Returns the value of `Digest` for a body, such as `SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`.
pub fn digest(algorithm: DigestAlgorithm, body: &[u8]) -> String {
    match algorithm {
        DigestAlgorithm::Sha256 => format!("SHA-256={}", algorithm.of(body)),
        DigestAlgorithm::Sha512 => format!("SHA-512={}", algorithm.of(body)),
    }
}

/// Returns the value of `Content-Digest` for a body, such as `sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:`.
pub fn content_digest(algorithm: DigestAlgorithm, body: &[u8]) -> String {
    match algorithm {
        DigestAlgorithm::Sha256 => format!("sha-256=:{}:", algorithm.of(body)),
        DigestAlgorithm::Sha512 => format!("sha-512=:{}:", algorithm.of(body)),
    }
}
