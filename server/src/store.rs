//! The future and the error of all stores, and their random bytes.

use std::future::Future;
use std::pin::Pin;

use sdkwright_signing::clock::{NonceSource, SystemNonces};

/// The future of a store.
pub type StoreFuture<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreFailure>> + Send + 's>>;

/// A store that did not respond. The request gets status 503, and the log gets this text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a store of the server failed: {0}")]
pub struct StoreFailure(pub String);

/// Returns random bytes.
pub(crate) fn random() -> Result<[u8; 16], StoreFailure> {
    let mut bytes = [0; 16];
    let filled = SystemNonces.fill(&mut bytes);
    filled.map(|()| bytes).map_err(|error| StoreFailure(error.to_string()))
}
