//! Payloads: bytes come in, their source and SHA-256 go out, fixed for all attempts.

use bytes::Bytes;

use crate::refusal::Refusal;
use crate::signing::body_sha256;
use crate::transport::Source;

/// SHA-256 of the empty text, with which most requests are signed.
const SHA256_OF_NOTHING: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// A body that is laid out and hashed.
#[derive(Clone)]
pub(crate) struct Payload {
    pub(crate) source: Source,
    pub(crate) sha256: [u8; 32],
}

impl Payload {
    pub(crate) fn from_bytes(bytes: Bytes) -> Self {
        if bytes.is_empty() {
            return Self {
                sha256: SHA256_OF_NOTHING,
                source: Source::default(),
            };
        }
        Self {
            sha256: body_sha256(&bytes),
            source: Source::from_bytes(bytes),
        }
    }

    /// Reads a body that was laid out before, for its digest.
    pub(crate) async fn of(source: Source) -> Result<Self, Refusal> {
        let sha256 = super::digest(&source).await?;
        Ok(Self { source, sha256 })
    }
}
