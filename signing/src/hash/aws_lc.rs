//! Hashes of aws-lc, which TLS with aws-lc compiles anyway.

use crate::algorithm::{Algorithm, LONGEST_MAC, MacTag};
use aws_lc_rs::{constant_time, digest, hkdf, hmac};

/// Length of a SHA-256 and of its MAC, in bytes.
const LENGTH: usize = digest::SHA256_OUTPUT_LEN;

/// A SHA-256 of bytes that come in blocks.
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Sha256 {
    /// Starts without bytes.
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Appends bytes.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes.as_ref());
    }

    /// Returns the SHA-256 of all bytes.
    pub fn finish(self) -> [u8; LENGTH] {
        array(self.0.finish().as_ref())
    }
}

/// Computes the SHA-256 of bytes.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; LENGTH] {
    array(digest::digest(&digest::SHA256, bytes.as_ref()).as_ref())
}

/// Computes the SHA-384 of bytes.
pub(crate) fn sha384(bytes: &[u8]) -> [u8; 48] {
    let mut array = [0; 48];
    array.copy_from_slice(digest::digest(&digest::SHA384, bytes).as_ref());
    array
}

/// Computes the SHA-512 of bytes.
pub(crate) fn sha512(bytes: &[u8]) -> [u8; LONGEST_MAC] {
    let mut array = [0; LONGEST_MAC];
    array.copy_from_slice(digest::digest(&digest::SHA512, bytes).as_ref());
    array
}

/// A MAC state that has absorbed its key and no text yet. As secret as the key, and wiped when dropped.
#[derive(Clone)]
pub(crate) struct Keyed(hmac::Key);

impl Keyed {
    /// Absorbs the bytes of a key, once for all texts.
    pub(crate) fn new(algorithm: Algorithm, key: &[u8]) -> Self {
        let algorithm = match algorithm {
            Algorithm::HmacSha256 => hmac::HMAC_SHA256,
            Algorithm::HmacSha512 => hmac::HMAC_SHA512,
        };
        Self(hmac::Key::new(algorithm, key))
    }

    /// Starts the MAC of one text.
    pub(crate) fn mac(&self) -> Mac {
        Mac(hmac::Context::with_key(&self.0))
    }
}

/// The MAC of one text, which comes in parts.
pub(crate) struct Mac(hmac::Context);

impl Mac {
    /// Appends bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the MAC.
    pub(crate) fn finish(self) -> MacTag {
        let mut bytes = [0; LONGEST_MAC];
        let tag = self.0.sign();
        let length = tag.as_ref().len().min(LONGEST_MAC);
        bytes[..length].copy_from_slice(&tag.as_ref()[..length]);
        MacTag { bytes, length }
    }

    /// Returns `true` if one of `written` is the MAC. Tries all, each in constant time over its bytes.
    pub(crate) fn verify(self, written: &mut dyn Iterator<Item = &[u8]>) -> bool {
        let tag = self.0.sign();
        let is_same = |bytes: &&[u8]| constant_time::verify_slices_are_equal(tag.as_ref(), bytes).is_ok();
        written.filter(is_same).count() > 0
    }
}

/// Fills `key` with bytes that are derived from a secret (RFC 5869). `None` if it is longer than that allows.
pub(crate) fn derive(secret: &[u8], salt: &[u8], info: &[u8], key: &mut [u8]) -> Option<()> {
    let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    derived.expand(&[info], Length(key.len())).ok()?.fill(key).ok()
}

/// Length of a derived key, in bytes.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Copies a result of the library, which says its length at run time.
fn array(bytes: &[u8]) -> [u8; LENGTH] {
    let mut array = [0; LENGTH];
    array.copy_from_slice(bytes);
    array
}
