//! Payloads: bytes come in, their source and SHA-256 go out, fixed for all attempts.

use std::future::poll_fn;

use bytes::Bytes;

use crate::refusal::Refusal;
use crate::signing::{Sha256, sha256};
use crate::transport::{Changed, Source, Unopened, breathe};

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
            sha256: sha256(&bytes),
            source: Source::from_bytes(bytes),
        }
    }

    /// Reads a body that was laid out before, for its digest.
    pub(crate) async fn of(source: Source) -> Result<Self, Refusal> {
        let sha256 = digest(&source).await?;
        Ok(Self { source, sha256 })
    }
}

/// Computes the digest of a body that was laid out before, which detects files that changed since.
async fn digest(source: &Source) -> Result<[u8; 32], Refusal> {
    let mut body = source.open().await.map_err(|error| refused(&error))?;
    let mut digest = Sha256::new();
    while let Some(block) = poll_fn(|context| body.poll_block(context)).await {
        digest.update(block.map_err(|error| refused(&error))?);
        breathe().await;
    }
    Ok(digest.finish())
}

/// Returns the refusal of a body that cannot be opened or read.
pub(crate) fn refused(error: &std::io::Error) -> Refusal {
    let inner = error.get_ref();
    if let Some(changed) = inner.and_then(|inner| inner.downcast_ref::<Changed>()) {
        return Refusal::Changed {
            path: changed.path.display().to_string(),
        };
    }
    match inner.and_then(|inner| inner.downcast_ref::<Unopened>()) {
        Some(file) => Refusal::File {
            path: file.path.display().to_string(),
            why: file.why.clone(),
        },
        None => Refusal::File {
            path: "of an upload".into(),
            why: error.to_string(),
        },
    }
}
