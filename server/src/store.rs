//! What all stores share: their future and their error.

use std::future::Future;
use std::pin::Pin;

/// The future of a store.
pub type StoreFuture<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreFailure>> + Send + 's>>;

/// A store that did not respond. The request gets status 503, and the log gets this text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a store of the server failed: {0}")]
pub struct StoreFailure(pub String);
