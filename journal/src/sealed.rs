//! What the client's secret protects: rows come in and are verified, or go out, signed; contents of flows at rest go out as
//! bytes that only the secret opens. A row of a client that has a key is never believed without its MAC.
//!
//! ChaCha20-Poly1305 (RFC 8439) by one of two libraries, as in `signing/src/hash.rs`; both give the same bytes. Each encryption
//! has a key of its own, derived from the client's secret and 32 random bytes, so that no nonce is used twice under a key.

use crate::error::StoreError;
use crate::store::{Row, State};
#[cfg(feature = "aws-lc")]
use aws_lc as library;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc")))]
use rust_crypto as library;
use sdkwright_runtime::journal::{Seal, Sender};

#[cfg(not(any(feature = "aws-lc", feature = "rust-crypto")))]
compile_error!("no library of cryptography is enabled: add the feature `aws-lc` or `rust-crypto` to sdkwright-journal");

/// Separates these keys from the MACs of rows.
const FLOW_CONTEXT: &[u8] = b"contents of a flow, version 1";

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
    let key = seal.sign(&[FLOW_CONTEXT, row.as_bytes(), &salt]);
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
        let key = seal.sign_as(name, &[FLOW_CONTEXT, row.as_bytes(), salt])?;
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

/// Prefix of the MAC's input: the kind of text, its version, and the store.
const ROW_CONTEXT: &[u8] = b"a row of sdkwright-journal, version 1";

/// A client as far as rows are concerned.
#[derive(Debug, Clone)]
pub(crate) struct RowOwner {
    pub(crate) sender: Sender,
    pub(crate) seal: Seal,
    store: Option<String>,
}

impl RowOwner {
    pub(crate) fn new(sender: Sender, seal: Seal, store: Option<&str>) -> Self {
        let store = store.map(str::to_owned);
        Self { sender, seal, store }
    }

    /// Returns `true` if a client with one of these secrets wrote the row into this store; for a client without a key, if it is unsigned.
    pub(crate) fn verifies(&self, row: &Row) -> bool {
        if self.seal.name().is_none() {
            return row.sealed_by.is_empty() && row.seal.is_empty();
        }
        self.over(row, |parts| self.seal.verifies(&row.sealed_by, &row.seal, parts))
    }

    /// Signs a row with the current key, if there is one.
    pub(crate) fn sign(&self, row: &mut Row) {
        self.seal.name().unwrap_or_default().clone_into(&mut row.sealed_by);
        let is_flow = State::from_word(&row.state).is_some_and(State::is_flow);
        if let Some(sealed) = row.evidence.as_mut().filter(|_| is_flow) {
            // A secret that is replaced may be gone soon. Contents that no key of this owner opens stay as they are.
            if let Ok(renewed) = renew(&self.seal, &row.key, sealed) {
                *sealed = renewed;
            }
        }
        let mac = self.over(row, |parts| self.seal.sign(parts));
        row.seal = mac.map(Vec::from).unwrap_or_default();
    }

    /// All that is signed of a row.
    fn over<T>(&self, row: &Row, sign: impl Fn(&[&[u8]]) -> T) -> T {
        let Row {
            sender: Sender { client_id, base_url },
            key,
            subject,
            state,
            recorded,
            leased_until,
            leased_by,
            head,
            request,
            evidence,
            sealed_by,
            seal: _,
            made,
        } = row;
        let numbers = [recorded, leased_until].map(|number| number.to_be_bytes());
        let mut parts: Vec<&[u8]> = vec![ROW_CONTEXT];
        // An absent value and an empty text are signed differently.
        let options = [
            self.store.as_deref().map(str::as_bytes),
            client_id.as_deref().map(str::as_bytes),
            subject.as_deref().map(str::as_bytes),
            request.as_deref(),
            evidence.as_deref(),
        ];
        for option in options {
            parts.push(if option.is_some() { b"1" } else { b"0" });
            parts.push(option.unwrap_or_default());
        }
        for text in [base_url, key, state, leased_by, head, sealed_by] {
            parts.push(text.as_bytes());
        }
        parts.extend(numbers.iter().map(<[u8; 8]>::as_slice));
        // Last, because only their number varies.
        parts.extend(made.iter().map(String::as_bytes));
        sign(&parts)
    }
}

#[cfg(test)]
mod tests;
