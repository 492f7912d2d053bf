//! The algorithm of a MAC, its bytes and their text form.

/// Largest length of a MAC, in bytes.
pub(crate) const LONGEST: usize = 64;

/// The bytes of a MAC. Compare them with [`verify`](crate::verify), which takes constant time.
#[derive(Debug, Clone, Copy)]
pub struct MacTag {
    pub(super) bytes: [u8; LONGEST],
    pub(super) length: usize,
}

impl AsRef<[u8]> for MacTag {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
