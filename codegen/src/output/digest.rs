//! Digests of files and of parts of a contract.

use std::fmt::Write as _;

use sha2::Digest as _;

/// Returns the SHA-256 in lower-case hex.
pub(crate) fn digest(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Number of hexadecimal digits that are kept of the digest of a part: enough to tell two versions apart.
const DIGITS: usize = 16;

/// Returns the digest of a part.
pub(crate) fn short_digest(bytes: &[u8]) -> String {
    let mut digest = digest(bytes);
    digest.truncate(DIGITS);
    digest
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_empty_file_has_the_digest_of_nothing() {
        assert_eq!(
            super::digest(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
