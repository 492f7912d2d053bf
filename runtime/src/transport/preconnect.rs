//! Preconnected connections: open through their handshake, and without a request so far. An action takes one in place of waiting for a
//! new one. A connection leaves the store once and never comes back, so that none in it has carried a request.

use std::any::Any;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Read, ReadBuf};
use tokio::task::{AbortHandle, yield_now};
use tower_layer::Layer;
use tower_service::Service;

use super::Cause;

/// Timeout of connecting.
pub(super) const CONNECT: Duration = Duration::from_secs(10);

tokio::task_local! {
    /// The purpose of the connection that this task needs.
    static PLACE: Arc<Place>;
}

/// The place of a connection on its way from the connector to the store, or from the store to a request.
struct Place {
    /// The connection is for the store: no request leaves over it.
    is_stored: bool,
    connection: Mutex<Option<Box<dyn Unused>>>,
}

impl Place {
    fn new(is_stored: bool, connection: Option<Box<dyn Unused>>) -> Arc<Self> {
        let connection = Mutex::new(connection);
        Arc::new(Self { is_stored, connection })
    }

    fn connection(&self) -> MutexGuard<'_, Option<Box<dyn Unused>>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that has carried no request.
trait Unused: Send {
    /// Resolves if no request can use the connection: the server closed it, or sent bytes without a request.
    fn poll_spoiled(&mut self, context: &mut Context<'_>) -> Poll<()>;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<C: Read + Unpin + Send + 'static> Unused for C {
    fn poll_spoiled(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        Pin::new(self).poll_read(context, byte.unfilled()).map(drop)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Limits of the store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Number of connections for one origin, with those that are being opened.
    pub(super) most: usize,
    /// Age of the oldest connection.
    pub(super) idle: Duration,
}

/// The preconnected connections by origin, such as `https://example.com`.
#[derive(Clone, Default)]
pub(super) struct Store(Arc<Mutex<Origins>>);

type Origins = HashMap<String, Connections>;

#[derive(Default)]
struct Connections {
    /// The youngest is last.
    ready: Vec<Ready>,
    opening: usize,
    /// Number of the next connection.
    next: u64,
}

struct Ready {
    number: u64,
    connection: Box<dyn Unused>,
    /// Ends with the connection's time in the store.
    _watcher: Watcher,
}

/// The task that removes a connection that ended, or is too old.
struct Watcher(AbortHandle);

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Store {
    fn origins(&self) -> MutexGuard<'_, Origins> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a call of the client over the youngest open connection of the origin, or over a new one. Then another one is opened: at once in
    /// place of one that is taken, otherwise after the response, so that both do not share the time of the first.
    pub(super) async fn run<T, E>(
        &self,
        client: &reqwest::Client,
        origin: &str,
        limits: Limits,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let connection = self.take(origin).await;
        let is_stored = connection.is_some();
        if is_stored {
            self.replenish(client, origin, limits);
        }
        let response = PLACE.scope(Place::new(false, connection), call).await?;
        if !is_stored {
            self.replenish(client, origin, limits);
        }
        Ok(response)
    }

    /// Opens connections one after the other, until there are enough.
    pub(super) async fn fill(
        &self,
        client: &reqwest::Client,
        origin: &str,
        limits: Limits,
        number: usize,
    ) -> Result<(), Cause> {
        let most = limits.most.min(number);
        while let Some(opening) = self.reserve(origin, Limits { most, ..limits }) {
            opening.open(client).await?;
        }
        Ok(())
    }

    /// Opens one more connection in the background, if there are not enough.
    fn replenish(&self, client: &reqwest::Client, origin: &str, limits: Limits) {
        if let Some(opening) = self.reserve(origin, limits) {
            let client = client.clone();
            tokio::spawn(async move { opening.open(&client).await });
        }
    }

    /// Returns the youngest connection of the origin that the server did not close.
    async fn take(&self, origin: &str) -> Option<Box<dyn Unused>> {
        if self.origins().get(origin)?.ready.is_empty() {
            return None;
        }
        // The runtime looks at its sockets meanwhile: a connection that the server closed before is never used.
        yield_now().await;
        loop {
            let ready = self.origins().get_mut(origin)?.ready.pop()?;
            let mut connection = ready.connection;
            let is_open = poll_fn(|context| Poll::Ready(connection.poll_spoiled(context).is_pending()));
            if is_open.await {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection until it ends, or for the time that it may wait.
    fn keep(&self, origin: &str, connection: Box<dyn Unused>, idle: Duration) {
        let mut origins = self.origins();
        let connections = origins.entry(origin.to_owned()).or_default();
        connections.next += 1;
        let number = connections.next;
        let (store, name) = (Arc::downgrade(&self.0), origin.to_owned());
        let watcher = tokio::spawn(async move {
            let ended = poll_fn(|context| poll_ended(&store, &name, number, context));
            let _ = tokio::time::timeout(idle, ended).await;
            if let Some(store) = store.upgrade().map(Self) {
                let mut origins = store.origins();
                if let Some(connections) = origins.get_mut(&name) {
                    connections.ready.retain(|ready| ready.number != number);
                }
            }
        });
        connections.ready.push(Ready {
            number,
            connection,
            _watcher: Watcher(watcher.abort_handle()),
        });
    }

    /// Reserves the place of one more connection; `None` if there are enough.
    fn reserve(&self, origin: &str, limits: Limits) -> Option<Opening> {
        if limits.most == 0 {
            return None;
        }
        let mut origins = self.origins();
        let connections = origins.entry(origin.to_owned()).or_default();
        if connections.ready.len() + connections.opening >= limits.most {
            return None;
        }
        connections.opening += 1;
        Some(Opening {
            store: self.clone(),
            origin: origin.to_owned(),
            idle: limits.idle,
        })
    }
}

/// Resolves when a connection ended or left the store.
fn poll_ended(store: &Weak<Mutex<Origins>>, origin: &str, number: u64, context: &mut Context<'_>) -> Poll<()> {
    let Some(store) = store.upgrade().map(Store) else {
        return Poll::Ready(());
    };
    let mut origins = store.origins();
    let ready = origins.get_mut(origin).map(|connections| &mut connections.ready);
    let ready = ready.and_then(|ready| ready.iter_mut().find(|ready| ready.number == number));
    ready.map_or(Poll::Ready(()), |ready| ready.connection.poll_spoiled(context))
}

/// A connection that is being opened for the store.
struct Opening {
    store: Store,
    origin: String,
    idle: Duration,
}

impl Drop for Opening {
    fn drop(&mut self) {
        if let Some(connections) = self.store.origins().get_mut(&self.origin) {
            connections.opening = connections.opening.saturating_sub(1);
        }
    }
}

impl Opening {
    /// Opens the connection. No byte of a request leaves: the client gets an error in place of the connection.
    async fn open(self, client: &reqwest::Client) -> Result<(), Cause> {
        let place = Place::new(true, None);
        let request = reqwest::Request::new(http::Method::HEAD, self.origin.parse()?);
        let sending = PLACE.scope(place.clone(), client.execute(request));
        let ended = tokio::time::timeout(CONNECT, sending).await?;
        let connection = place.connection().take();
        match connection {
            Some(connection) => self.store.keep(&self.origin, connection, self.idle),
            None => drop(ended?),
        }
        Ok(())
    }
}

/// The layer of a client's connector that hands connections to the store and takes them from there.
#[derive(Clone)]
pub(super) struct Connector<S = ()>(pub(super) S);

impl<S> Layer<S> for Connector {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector(inner)
    }
}

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Error = Cause>,
    S::Response: Read + Unpin + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = Cause;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Cause>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let place = PLACE.try_with(Arc::clone).ok();
        let stored = place.as_ref().and_then(|place| place.connection().take());
        if let Some(Ok(connection)) = stored.map(|stored| stored.into_any().downcast()) {
            return Box::pin(std::future::ready(Ok(*connection)));
        }
        let opened = self.0.call(target);
        match place.filter(|place| place.is_stored) {
            None => Box::pin(opened),
            Some(place) => Box::pin(async move {
                let connection = opened.await?;
                *place.connection() = Some(Box::new(connection));
                Err("the connection is kept for a later request".into())
            }),
        }
    }
}
