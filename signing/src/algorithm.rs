//! Algorithms of signatures, and the bytes of a MAC. No name comes from a message alone: the verifier has a list of those it accepts.

pub use sdkwright_description::{Algorithm, MacEncoding, SignatureAlgorithm};

/// Writes the names with commas between them.
pub(crate) fn names(algorithms: &[SignatureAlgorithm]) -> String {
    let names: Vec<String> = algorithms.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// Largest length of a MAC, in bytes.
pub(crate) const LONGEST_MAC: usize = 64;

/// The bytes of a MAC. Compare them with [`verify`](crate::verify), which takes constant time.
#[derive(Debug, Clone, Copy)]
pub struct MacTag {
    pub(crate) bytes: [u8; LONGEST_MAC],
    pub(crate) length: usize,
}

impl AsRef<[u8]> for MacTag {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
