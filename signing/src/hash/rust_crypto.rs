//! Hashes of RustCrypto: pure Rust, for any target and without a C compiler.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Digest as _;
use zeroize::Zeroizing;

/// Length of a SHA-256 and of its MAC, in bytes.
const LENGTH: usize = 32;

/// Length of a block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// A SHA-256 of bytes that come in blocks.
#[derive(Clone)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// Starts without bytes.
    pub fn new() -> Self {
        Self(sha2::Sha256::new())
    }

    /// Appends bytes.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// Returns the SHA-256 of all bytes.
    pub fn finish(self) -> [u8; LENGTH] {
        self.0.finalize().into()
    }
}

/// Computes the SHA-256 of bytes.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; LENGTH] {
    sha2::Sha256::digest(bytes).into()
}

/// A MAC state that has absorbed its key and no text yet. As secret as the key, and wiped when dropped.
#[derive(Clone)]
pub(crate) struct Keyed(Hmac<sha2::Sha256>);

impl Keyed {
    /// Absorbs the bytes of a key, once for all texts.
    pub(crate) fn new(key: &[u8]) -> Self {
        // A key longer than a block is hashed first, a shorter one padded (RFC 2104, section 2).
        let mut block = Zeroizing::new([0; BLOCK]);
        if key.len() > BLOCK {
            block[..LENGTH].copy_from_slice(&*Zeroizing::new(sha256(key)));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        Self(Hmac::new((&*block).into()))
    }

    /// Starts the MAC of one text.
    pub(crate) fn mac(&self) -> Mac {
        Mac(self.0.clone())
    }
}

/// The MAC of one text, which comes in parts.
pub(crate) struct Mac(Hmac<sha2::Sha256>);

impl Mac {
    /// Appends bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the MAC.
    pub(crate) fn finish(self) -> [u8; LENGTH] {
        self.0.finalize().into_bytes().into()
    }

    /// Returns `true` if `written` is the MAC. Takes constant time over its bytes.
    pub(crate) fn verify(self, written: &[u8]) -> bool {
        self.0.verify_slice(written).is_ok()
    }
}

/// Fills `key` with bytes that are derived from a secret (RFC 5869). `None` if it is longer than that allows.
pub(crate) fn derive(secret: &[u8], salt: &[u8], info: &[u8], key: &mut [u8]) -> Option<()> {
    Hkdf::<sha2::Sha256>::new(Some(salt), secret).expand(info, key).ok()
}
