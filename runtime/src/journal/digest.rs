//! Digests of the journal: texts come in, SHA-256 goes out. Each text is preceded by its length, so that no two lists of texts
//! give the same bytes.

use crate::signing::Sha256;

/// Computes the digest that distinguishes requests: over method, target, content type, and the SHA-256 of the body.
pub(crate) fn digest_of_request(method: &str, target: &str, content_type: &[u8], body_sha256: &[u8; 32]) -> [u8; 32] {
    let parts: [&[u8]; 4] = [method.as_bytes(), target.as_bytes(), content_type, body_sha256];
    digest(parts.into_iter())
}

pub(super) fn digest<'p>(parts: impl Iterator<Item = &'p [u8]>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finish()
}
