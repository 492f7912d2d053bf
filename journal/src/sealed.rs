//! Contents of flows at rest: bytes come in, bytes that only the client's secret opens go out.
//!
//! ChaCha20-Poly1305 (RFC 8439) by one of two libraries, as in `signing/src/hash.rs`; both give the same bytes. Each encryption
//! has a key of its own, derived from the client's secret and 32 random bytes, so that no nonce is used twice under a key.

#[cfg(not(any(feature = "aws-lc", feature = "rust-crypto")))]
compile_error!("no library of cryptography is enabled: add the feature `aws-lc` or `rust-crypto` to sdkwright-journal");

use crate::error::StoreError;
use sdkwright_runtime::journal::Seal;

/// Separates these keys from the MACs of rows.
const CONTEXT: &[u8] = b"contents of a flow, version 1";

/// The name of the key of a client without a secret, which seals nothing.
const UNSEALED: &str = "-";

const SALT: usize = 32;

/// Seals the contents of a row: the name of the key, a line break, 32 random bytes, the ciphertext.
pub(crate) fn seal(seal: &Seal, row: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut sealed = seal.name().unwrap_or(UNSEALED).as_bytes().to_vec();
    sealed.push(b'\n');
    if seal.name().is_none() {
        sealed.extend_from_slice(plain);
        return Ok(sealed);
    }
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|error| StoreError::Database(error.to_string()))?;
    let key = seal.sign(&[CONTEXT, row.as_bytes(), &salt]);
    let encrypted = key.and_then(|key| library::encrypt(key, row.as_bytes(), plain));
    sealed.extend_from_slice(&salt);
    sealed.extend_from_slice(&encrypted.ok_or_else(|| broken(row))?);
    Ok(sealed)
}

/// Opens the contents of a row, which one of the client's secrets sealed.
pub(crate) fn open(seal: &Seal, row: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let opened = split(sealed).and_then(|(name, rest)| {
        if name == UNSEALED {
            return seal.name().is_none().then(|| rest.to_vec());
        }
        let (salt, encrypted) = rest.split_at_checked(SALT)?;
        let key = seal.sign_as(name, &[CONTEXT, row.as_bytes(), salt])?;
        library::decrypt(key, row.as_bytes(), encrypted)
    });
    opened.ok_or_else(|| broken(row))
}

/// Returns contents that the present secret seals; as they are if it does already.
pub(crate) fn renew(own: &Seal, row: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let is_current = split(sealed).is_some_and(|(name, _)| Some(name) == own.name());
    if is_current {
        return Ok(sealed.to_vec());
    }
    seal(own, row, &open(own, row, sealed)?)
}

fn split(sealed: &[u8]) -> Option<(&str, &[u8])> {
    let end = sealed.iter().position(|byte| *byte == b'\n')?;
    let (name, rest) = sealed.split_at_checked(end)?;
    Some((std::str::from_utf8(name).ok()?, rest.get(1..)?))
}

fn broken(row: &str) -> StoreError {
    StoreError::Broken(format!("`{row}`: its contents"))
}

#[cfg(feature = "aws-lc")]
use aws_lc as library;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc")))]
use rust_crypto as library;

#[cfg(feature = "aws-lc")]
mod aws_lc {
    use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

    fn keyed(key: [u8; 32]) -> Option<LessSafeKey> {
        Some(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).ok()?))
    }

    fn nonce() -> Nonce {
        Nonce::assume_unique_for_key([0; 12])
    }

    pub(super) fn encrypt(key: [u8; 32], row: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = plain.to_vec();
        let sealed = keyed(key)?.seal_in_place_append_tag(nonce(), Aad::from(row), &mut bytes);
        sealed.ok()?;
        Some(bytes)
    }

    pub(super) fn decrypt(key: [u8; 32], row: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = sealed.to_vec();
        let plain = keyed(key)?.open_in_place(nonce(), Aad::from(row), &mut bytes);
        Some(plain.ok()?.to_vec())
    }
}

#[cfg(all(feature = "rust-crypto", any(test, not(feature = "aws-lc"))))]
mod rust_crypto {
    use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
    use chacha20poly1305::{ChaCha20Poly1305, Nonce};

    pub(super) fn encrypt(key: [u8; 32], row: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: plain, aad: row };
        ChaCha20Poly1305::new(&key.into())
            .encrypt(&Nonce::default(), payload)
            .ok()
    }

    pub(super) fn decrypt(key: [u8; 32], row: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: sealed, aad: row };
        ChaCha20Poly1305::new(&key.into())
            .decrypt(&Nonce::default(), payload)
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "flow payout:wd-9001";
    const PLAIN: &[u8] = br#"{"kept":{"iban":"DE89370400440532013000"}}"#;

    fn with(secrets: &[&str]) -> Seal {
        Seal::from_secrets(secrets.iter().map(|secret| secret.as_bytes()))
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn only_the_secret_and_the_row_that_sealed_contents_open_them() {
        let own = with(&["a secret"]);
        let sealed = seal(&own, ROW, PLAIN).unwrap();
        assert!(!holds(&sealed, b"DE89"), "the contents are readable");
        assert_eq!(open(&own, ROW, &sealed).unwrap(), PLAIN);
        assert!(open(&with(&["another"]), ROW, &sealed).is_err());
        assert!(open(&own, "flow payout:wd-9002", &sealed).is_err());
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(open(&own, ROW, &changed).is_err(), "{place}");
        }
        assert!(open(&own, ROW, b"").is_err());
        assert_ne!(seal(&own, ROW, PLAIN).unwrap(), sealed);
    }

    #[test]
    fn contents_without_a_seal_are_refused_by_a_client_with_a_secret() {
        let unsealed = seal(&Seal::default(), ROW, PLAIN).unwrap();
        assert_eq!(open(&Seal::default(), ROW, &unsealed).unwrap(), PLAIN);
        assert!(open(&with(&["a secret"]), ROW, &unsealed).is_err());
    }

    #[test]
    fn a_new_secret_seals_contents_of_the_earlier_one_again() {
        let (earlier, both, later) = (with(&["a"]), with(&["b", "a"]), with(&["b"]));
        let sealed = seal(&earlier, ROW, PLAIN).unwrap();
        let renewed = renew(&both, ROW, &sealed).unwrap();
        assert_eq!(open(&later, ROW, &renewed).unwrap(), PLAIN);
        assert_eq!(renew(&later, ROW, &renewed).unwrap(), renewed);
        assert!(renew(&later, ROW, &sealed).is_err());
    }

    #[cfg(all(feature = "aws-lc", feature = "rust-crypto"))]
    #[test]
    fn both_libraries_open_what_the_other_one_seals() {
        let key = [7; 32];
        let (one, other) = (
            aws_lc::encrypt(key, b"row", PLAIN).unwrap(),
            rust_crypto::encrypt(key, b"row", PLAIN).unwrap(),
        );
        assert_eq!(one, other);
        assert_eq!(rust_crypto::decrypt(key, b"row", &one).unwrap(), PLAIN);
        assert_eq!(aws_lc::decrypt(key, b"row", &other).unwrap(), PLAIN);
    }
}
