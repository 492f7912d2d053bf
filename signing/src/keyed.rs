//! The state of a MAC before its text: the bytes of a key come in, a state that has absorbed them goes out. It must never print.

use hmac::{Hmac, KeyInit as _};
use sha2::{Digest as _, Sha256};

/// A MAC state that has absorbed its key and no text yet. As secret as the key, and wiped when dropped.
#[derive(Clone)]
pub(crate) struct Keyed(Hmac<Sha256>);

impl Keyed {
    /// Absorbs the bytes of a key, once for all texts.
    pub(crate) fn new(key: &[u8]) -> Self {
        // A key longer than a block is hashed first, a shorter one padded (RFC 2104, section 2).
        let mut block = zeroize::Zeroizing::new([0; 64]);
        if key.len() > block.len() {
            let digest: zeroize::Zeroizing<[u8; 32]> = zeroize::Zeroizing::new(Sha256::digest(key).into());
            block[..32].copy_from_slice(&*digest);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        Self(Hmac::<Sha256>::new((&*block).into()))
    }
    /// Returns the state, to which text can be given.
    pub(crate) fn begun(&self) -> Hmac<Sha256> {
        self.0.clone()
    }
}
