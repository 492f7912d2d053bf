//! The clients of the API with their secrets, and the receivers of its deliveries with their URLs and keys.

use std::collections::BTreeMap;

use sdkwright_runtime::webhook::DeliveryKeys;
use sdkwright_signing::secret::SigningSecret;

use crate::problem::StoreFuture;

/// The clients that may send signed requests.
pub trait Clients: Send + Sync + 'static {
    /// Returns the secret of a client, or the PEM of its public key if the contract has key pairs; `None` for an unknown or inactive one.
    fn secret<'s>(&'s self, client_id: &'s str) -> StoreFuture<'s, Option<SigningSecret>>;

    /// Returns the name under which idempotency keys and nonces of a client are stored, and which handlers get. The default is the same name.
    ///
    /// If a request names its key and no client, return the owner of the key. Otherwise a retry with another key acts again.
    fn account<'s>(&'s self, client_id: &'s str) -> StoreFuture<'s, String> {
        Box::pin(async move { Ok(client_id.to_owned()) })
    }
}

/// A receiver of deliveries. Its URL may contain a secret, so it never prints.
#[derive(Clone)]
pub struct Receiver {
    /// The absolute URL. Anyone who can set it decides where this server sends requests: check it against the addresses of your network.
    pub url: String,
    /// The keys of its signatures. During a rotation, a list of signatures has one by each secret. A signature that is not in a list is by the first secret.
    pub keys: DeliveryKeys,
}

crate::opaque!(Receiver);

impl Receiver {
    /// Creates a receiver with one secret.
    pub fn new(url: impl Into<String>, secret: SigningSecret) -> Self {
        let (url, mut keys) = (url.into(), DeliveryKeys::default());
        keys.secrets.push(secret);
        Self { url, keys }
    }
}

/// The receivers of deliveries.
pub trait Receivers: Send + Sync + 'static {
    /// Returns a receiver by the name with which an event was sent; `None` for an unknown or inactive one, whose attempts fail.
    fn receiver<'s>(&'s self, name: &'s str) -> StoreFuture<'s, Option<Receiver>>;
}

/// A fixed list by name, for tests and small services. Its values never print.
#[derive(Debug)]
pub struct FixedList<V>(BTreeMap<String, V>);

/// A fixed list of clients.
pub type FixedClients = FixedList<SigningSecret>;

/// A fixed list of receivers.
pub type FixedReceivers = FixedList<Receiver>;

impl<V> Default for FixedList<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V> FixedList<V> {
    /// Creates an empty list. Without a client, the server refuses all signed requests.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value by its name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: V) -> Self {
        self.0.insert(name.into(), value);
        self
    }
}

impl Clients for FixedClients {
    fn secret<'s>(&'s self, client_id: &'s str) -> StoreFuture<'s, Option<SigningSecret>> {
        Box::pin(async move { Ok(self.0.get(client_id).cloned()) })
    }
}

impl Receivers for FixedReceivers {
    fn receiver<'s>(&'s self, name: &'s str) -> StoreFuture<'s, Option<Receiver>> {
        Box::pin(async move { Ok(self.0.get(name).cloned()) })
    }
}
