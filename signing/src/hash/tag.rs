//! The algorithm of a MAC, its bytes and their text form.

/// Algorithm of a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC (RFC 2104) with SHA-256.
    HmacSha256,
    /// HMAC (RFC 2104) with SHA-512.
    HmacSha512,
}

/// Encoding of a MAC or of another signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacEncoding {
    /// Lower-case hexadecimal.
    Hex,
    /// Hexadecimal digits of either case; written in lower case.
    HexAnyCase,
    /// Standard alphabet, padded.
    Base64,
    /// URL-safe alphabet, without padding.
    Base64Url,
}

/// Largest length of a MAC, in bytes.
pub(crate) const LONGEST: usize = 64;

/// The bytes of a MAC. Compare them with [`verify`](crate::verify), which takes constant time.
#[derive(Debug, Clone, Copy)]
pub struct Tag {
    pub(super) bytes: [u8; LONGEST],
    pub(super) length: usize,
}

impl AsRef<[u8]> for Tag {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
