//! The clients of the API, and their secrets.

use std::collections::BTreeMap;

use sdkwright_signing::secret::SigningSecret;

use crate::store::StoreFuture;

/// The clients that may send signed requests.
pub trait Clients: Send + Sync + 'static {
    /// Returns the secret of a client; `None` for an unknown or inactive one.
    fn secret<'s>(&'s self, client_id: &'s str) -> StoreFuture<'s, Option<SigningSecret>>;
}

/// A fixed list of clients, for tests and small services. Its secrets never print.
#[derive(Debug, Default)]
pub struct FixedClients(BTreeMap<String, SigningSecret>);

impl FixedClients {
    /// Creates an empty list, which refuses all signed requests.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a client.
    #[must_use]
    pub fn with(mut self, client_id: impl Into<String>, secret: SigningSecret) -> Self {
        self.0.insert(client_id.into(), secret);
        self
    }
}

impl Clients for FixedClients {
    fn secret<'s>(&'s self, client_id: &'s str) -> StoreFuture<'s, Option<SigningSecret>> {
        Box::pin(async move { Ok(self.0.get(client_id).cloned()) })
    }
}
