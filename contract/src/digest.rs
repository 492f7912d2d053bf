//! Digests of files and of parts of a contract.

use std::fmt::Write as _;

use sha2::Digest as _;

/// Returns the SHA-256 in lower-case hex.
pub fn digest(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Returns a digest of 64 bits in lower-case hex: it tells two versions of a text apart, at a fraction of the cost of SHA-256,
/// and proves nothing against somebody who wants two texts to look alike.
pub fn short_digest(bytes: &[u8]) -> String {
    // A multiplication carries each bit upwards, and the shift carries it back.
    let mix = |state: u64, word: u64| {
        let product = (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 32)
    };
    let mut chunks = bytes.chunks_exact(8);
    let word = |chunk: &[u8]| <[u8; 8]>::try_from(chunk).map_or(0, u64::from_le_bytes);
    let mut state = chunks
        .by_ref()
        .fold(bytes.len() as u64, |state, chunk| mix(state, word(chunk)));
    for byte in chunks.remainder() {
        state = mix(state, u64::from(*byte));
    }
    format!("{:016x}", mix(state, 0))
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

    #[test]
    fn a_changed_moved_or_missing_byte_is_another_short_digest() {
        let text = "the digest of a part of a contract";
        let all = [
            text.to_owned(),
            text.replace('p', "q"),
            text.replace("of a", "a of"),
            text[1..].to_owned(),
            text.to_owned() + "\0",
        ];
        let digests: std::collections::BTreeSet<String> =
            all.iter().map(|text| super::short_digest(text.as_bytes())).collect();
        assert_eq!(digests.len(), all.len());
        assert_eq!(
            super::short_digest(text.as_bytes()),
            super::short_digest(text.as_bytes())
        );
        assert!(digests.iter().all(|digest| digest.len() == 16));
    }
}
