//! Settings of a server.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use sdkwright_signing::clock::{Clock, SystemClock};

use crate::clients::{Clients, FixedClients};
use crate::keys::{IdempotencyStore, MemoryKeys, MemoryNonces, NonceStore};
use crate::problem::Problem;

/// Default limit of a body: 1 MiB.
const BODY: usize = 1 << 20;
/// Default limit of time. Generated clients wait no longer for a response by default.
const TIME: Duration = Duration::from_secs(30);

/// Settings of a server. The default knows no client, keeps keys and nonces in memory, and reads bodies of up to 1 MiB and 30 s.
#[derive(Clone)]
pub struct Options {
    pub(crate) clients: Arc<dyn Clients>,
    pub(crate) keys: Arc<dyn IdempotencyStore>,
    pub(crate) nonces: Arc<dyn NonceStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) origin: Option<String>,
    pub(crate) caller: Option<FindCaller>,
    pub(crate) transactional: Option<Transactional>,
    pub(crate) body: usize,
    pub(crate) body_time: Duration,
    pub(crate) handler_time: Duration,
}

crate::opaque!(Options);

/// Finds the client of a request by its headers.
type FindCaller = Arc<dyn Fn(&HeaderMap) -> Result<Caller, Problem> + Send + Sync>;

/// The client of a request without a signature. A `String` is one whose scopes the router does not check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub(crate) client_id: String,
    pub(crate) scopes: Option<Vec<String>>,
}

impl From<String> for Caller {
    fn from(client_id: String) -> Self {
        let scopes = None;
        Self { client_id, scopes }
    }
}

impl Caller {
    /// Sets the scopes of its token. An operation that requires others gets status 403.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }
}

/// The operations whose handlers store their response in the transaction of their effect.
#[derive(Clone)]
pub(crate) struct Transactional {
    pub(crate) lease: Duration,
    pub(crate) is_it: Arc<dyn Fn(&str) -> bool + Send + Sync>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clients: Arc::new(FixedClients::new()),
            keys: Arc::new(MemoryKeys::default()),
            nonces: Arc::new(MemoryNonces::default()),
            clock: Arc::new(SystemClock),
            origin: None,
            caller: None,
            transactional: None,
            body: BODY,
            body_time: TIME,
            handler_time: TIME,
        }
    }
}

impl Options {
    /// Creates the default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the clients with their secrets.
    #[must_use]
    pub fn clients(mut self, clients: impl Clients) -> Self {
        self.clients = Arc::new(clients);
        self
    }

    /// Sets the store of idempotency keys.
    #[must_use]
    pub fn keys(mut self, keys: impl IdempotencyStore) -> Self {
        self.keys = Arc::new(keys);
        self
    }

    /// Sets the store of nonces.
    #[must_use]
    pub fn nonces(mut self, nonces: impl NonceStore) -> Self {
        self.nonces = Arc::new(nonces);
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets scheme and host, such as `https://bank.example`, for signatures that cover them. The default is `https` and the host of the request,
    /// so that a request to another server with the same clients is accepted.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Sets how the client of an operation without a signature is found, such as by a bearer token, or refused. It runs before a stored
    /// response is returned. Without it, such an operation takes no idempotency key. The result is a `String`, or a [`Caller`] with its scopes.
    #[must_use]
    pub fn caller<C: Into<Caller>>(
        mut self,
        caller: impl Fn(&HeaderMap) -> Result<C, Problem> + Send + Sync + 'static,
    ) -> Self {
        self.caller = Some(Arc::new(move |headers| caller(headers).map(Into::into)));
        self
    }

    /// States which operations, by their ids, have a handler that stores its response in the transaction of its effect, and that has no
    /// other effect. If such a run has no response after `lease`, a retry runs the handler again, and the transaction of the first run
    /// fails. So a crash blocks no key. A success that the handler did not store becomes status 500, and its key stays in progress.
    #[must_use]
    pub fn transactional(mut self, lease: Duration, is_it: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let is_it = Arc::new(is_it);
        self.transactional = Some(Transactional { lease, is_it });
        self
    }

    /// Sets the largest number of bytes in a body. A larger one gets status 413.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }

    /// Sets the longest time for reading a body, by default 30 s. A slower one gets status 408. The runtime of tokio needs its timers.
    #[must_use]
    pub fn body_time_limit(mut self, limit: Duration) -> Self {
        self.body_time = limit;
        self
    }

    /// Sets the longest time of a handler without an idempotency key, by default 30 s. A slower one gets status 503. It is stopped if its request
    /// method is safe; any other handler runs to its end.
    #[must_use]
    pub fn handler_time_limit(mut self, limit: Duration) -> Self {
        self.handler_time = limit;
        self
    }
}
