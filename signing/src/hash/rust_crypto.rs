//! Hashes of RustCrypto: pure Rust, for any target and without a C compiler.

use crate::algorithm::{Algorithm, LONGEST_MAC, MacTag};
use hkdf::Hkdf;
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Digest as _;
use zeroize::Zeroizing;

/// Length of a SHA-256 and of its MAC, in bytes.
const LENGTH: usize = 32;

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

/// Computes the SHA-384 of bytes.
pub(crate) fn sha384(bytes: &[u8]) -> [u8; 48] {
    sha2::Sha384::digest(bytes).into()
}

/// Computes the SHA-512 of bytes.
pub(crate) fn sha512(bytes: &[u8]) -> [u8; LONGEST_MAC] {
    sha2::Sha512::digest(bytes).into()
}

/// A MAC state that has absorbed its key and no text yet. As secret as the key, and wiped when dropped.
#[derive(Clone)]
pub(crate) enum Keyed {
    Sha256(Hmac<sha2::Sha256>),
    Sha512(Hmac<sha2::Sha512>),
}

impl Keyed {
    /// Absorbs the bytes of a key, once for all texts.
    pub(crate) fn new(algorithm: Algorithm, key: &[u8]) -> Self {
        match algorithm {
            Algorithm::HmacSha256 => Self::Sha256(Hmac::new((&*block::<64, 32>(key, |key| sha256(key))).into())),
            Algorithm::HmacSha512 => Self::Sha512(Hmac::new((&*block::<128, 64>(key, sha512)).into())),
        }
    }

    /// Starts the MAC of one text.
    pub(crate) fn mac(&self) -> Mac {
        Mac(self.clone())
    }
}

/// Returns the block of a key: the hash of a key longer than a block, padded (RFC 2104, section 2).
fn block<const LONG: usize, const HASH: usize>(key: &[u8], hash: fn(&[u8]) -> [u8; HASH]) -> Zeroizing<[u8; LONG]> {
    let mut block = Zeroizing::new([0; LONG]);
    if key.len() > LONG {
        block[..HASH].copy_from_slice(&*Zeroizing::new(hash(key)));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    block
}

/// The MAC of one text, which comes in parts.
pub(crate) struct Mac(Keyed);

impl Mac {
    /// Appends bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Keyed::Sha256(mac) => mac.update(bytes),
            Keyed::Sha512(mac) => mac.update(bytes),
        }
    }

    /// Returns the MAC.
    pub(crate) fn finish(self) -> MacTag {
        let mut tag = MacTag {
            bytes: [0; LONGEST_MAC],
            length: LONGEST_MAC,
        };
        match self.0 {
            Keyed::Sha256(mac) => {
                tag.length = LENGTH;
                tag.bytes[..LENGTH].copy_from_slice(&mac.finalize().into_bytes());
            }
            Keyed::Sha512(mac) => tag.bytes.copy_from_slice(&mac.finalize().into_bytes()),
        }
        tag
    }

    /// Returns `true` if one of `written` is the MAC. Tries all, each in constant time over its bytes.
    pub(crate) fn verify(self, written: &mut dyn Iterator<Item = &[u8]>) -> bool {
        // The outputs of the library compare in constant time.
        match self.0 {
            Keyed::Sha256(mac) => {
                let tag = mac.finalize();
                let is_same =
                    |bytes: &&[u8]| <[u8; 32]>::try_from(*bytes).is_ok_and(|bytes| tag == CtOutput::new(bytes.into()));
                written.filter(is_same).count() > 0
            }
            Keyed::Sha512(mac) => {
                let tag = mac.finalize();
                let is_same =
                    |bytes: &&[u8]| <[u8; 64]>::try_from(*bytes).is_ok_and(|bytes| tag == CtOutput::new(bytes.into()));
                written.filter(is_same).count() > 0
            }
        }
    }
}

/// Fills `key` with bytes that are derived from a secret (RFC 5869). `None` if it is longer than that allows.
pub(crate) fn derive(secret: &[u8], salt: &[u8], info: &[u8], key: &mut [u8]) -> Option<()> {
    Hkdf::<sha2::Sha256>::new(Some(salt), secret).expand(info, key).ok()
}
