//! Digests of a body in a header: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530).

use crate::hash::{base64, sha256, sha512};

/// Largest length of a received header, in bytes.
const LONGEST: usize = 4 << 10;

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

    fn from_name(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("sha-256") {
            Some(Self::Sha256)
        } else if name.eq_ignore_ascii_case("sha-512") {
            Some(Self::Sha512)
        } else {
            None
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

/// Returns `true` if a received `Digest` has at least one digest by SHA-256 or SHA-512, and each of them is that of the body.
/// Others, such as those by SHA-1, count for nothing.
pub fn is_digest(value: &str, body: &[u8]) -> bool {
    is_right(value, body, |written| Some(written))
}

/// Returns `true` if a received `Content-Digest` has at least one digest by SHA-256 or SHA-512, and each of them is that of the
/// body.
pub fn is_content_digest(value: &str, body: &[u8]) -> bool {
    is_right(value, body, |written| written.strip_prefix(':')?.strip_suffix(':'))
}

fn is_right(value: &str, body: &[u8], read: impl Fn(&str) -> Option<&str>) -> bool {
    let mut known = 0;
    for item in value.get(..value.len().min(LONGEST + 1)).unwrap_or_default().split(',') {
        let Some((name, written)) = item.trim_matches([' ', '\t']).split_once('=') else {
            return false;
        };
        if let Some(algorithm) = DigestAlgorithm::from_name(name) {
            known += 1;
            // A digest is public: an attacker who changes the body can compute it, so the comparison needs no constant time.
            if read(written) != Some(&algorithm.of(body)) {
                return false;
            }
        }
    }
    known > 0 && value.len() <= LONGEST
}
