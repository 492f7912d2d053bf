//! The connections of the store: a few stay open, and a failed one gets no further work.

use crate::error::StoreError;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio_postgres::{Client, Config, NoTls};

use super::rows::{self, PATIENCE};
use super::session::{NamedStatements, Session};

/// Default of the largest number of connections, and so of concurrent changes.
const MOST: usize = 8;

/// Longest wait for the first response of a kept connection: it may have died since, and a new one costs little.
pub(super) const KEPT: Duration = Duration::from_secs(2);

/// Longest wait for one of the connections while all are in use.
const TURN: Duration = Duration::from_secs(30);

/// Default of `connect_timeout`, for each host.
const REACH: Duration = Duration::from_secs(3);

/// A client of the database in the making.
pub type ConnectFuture = Pin<Box<dyn Future<Output = Result<Client, tokio_postgres::Error>> + Send>>;

type Connect = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Connection, StoreError>> + Send>> + Send + Sync>;

/// An open connection.
struct Connection {
    client: Client,
    session: Option<NamedStatements>,
    /// Dropped with it: its driver then waits for what is under way, but not for ever.
    _end: Option<oneshot::Sender<()>>,
    generation: u64,
}

impl From<Client> for Connection {
    fn from(client: Client) -> Self {
        Self {
            client,
            session: None,
            _end: None,
            generation: 0,
        }
    }
}

pub(super) struct ConnectionPool {
    connect: Connect,
    limit: Duration,
    /// A session stays the same for all transactions of a connection, as far as it is known.
    has_sessions: Arc<AtomicBool>,
    kept: Mutex<IdleConnection>,
    turns: Semaphore,
}

#[derive(Default)]
struct IdleConnection {
    idle: Vec<Connection>,
    /// Connections of an earlier generation are not used again.
    generation: u64,
}

/// A connection for one change.
pub(super) struct BorrowedConnection<'c> {
    connection: Connection,
    is_new: bool,
    connections: &'c ConnectionPool,
    _turn: SemaphorePermit<'c>,
}

/// Returns the result of some work, or an error after a time limit.
pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let late = |_| Err(StoreError::Unavailable(format!("no response within {limit:?}")));
    tokio::time::timeout(limit, work).await.unwrap_or_else(late)
}

impl ConnectionPool {
    /// Connections without TLS.
    pub(super) fn new(mut config: Config) -> Self {
        let reach = config.get_connect_timeout().copied().unwrap_or(REACH);
        config.connect_timeout(reach);
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(PATIENCE);
        }
        let hosts = config.get_hosts().len().max(config.get_hostaddrs().len());
        let limit = PATIENCE.max(reach.saturating_mul(u32::try_from(hosts).unwrap_or(u32::MAX)));
        let connect: Connect = Arc::new(move || {
            let config = config.clone();
            Box::pin(async move {
                let (client, connection) = config.connect(NoTls).await?;
                let (end, ended) = oneshot::channel::<()>();
                tokio::spawn(async move {
                    let over = async {
                        let _ = ended.await;
                        tokio::time::sleep(PATIENCE).await;
                    };
                    // Its error is ignored here: the next call of its client fails with it.
                    tokio::select! { _ = connection => {}, () = over => {} }
                });
                Ok(Connection {
                    _end: Some(end),
                    ..client.into()
                })
            })
        });
        Self::over(connect, limit, MOST)
    }

    /// Connections of the caller.
    pub(super) fn with(connect: impl Fn() -> ConnectFuture + Send + Sync + 'static) -> Self {
        let connect: Connect = Arc::new(move || {
            let connected = connect();
            Box::pin(async move { Ok(connected.await?.into()) })
        });
        Self::over(connect, PATIENCE, MOST)
    }

    fn over(connect: Connect, limit: Duration, most: usize) -> Self {
        Self {
            connect,
            limit,
            has_sessions: Arc::new(AtomicBool::new(true)),
            kept: Mutex::default(),
            turns: Semaphore::new(most),
        }
    }

    /// Connections of the same kind, at most as many as that.
    pub(super) fn with_most(&self, most: usize) -> Self {
        Self::over(
            Arc::clone(&self.connect),
            self.limit,
            most.clamp(1, Semaphore::MAX_PERMITS),
        )
    }

    /// Returns a kept connection, or a new one.
    pub(super) async fn take(&self) -> Result<BorrowedConnection<'_>, StoreError> {
        let turn = async {
            let ended = |_| StoreError::Database("no connection".into());
            self.turns.acquire().await.map_err(ended)
        };
        let turn = within(TURN, turn).await?;
        let (idle, generation) = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.idle.retain(|connection| !connection.client.is_closed());
            (kept.idle.pop(), kept.generation)
        };
        let is_new = idle.is_none();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open(generation).await?,
        };
        Ok(BorrowedConnection {
            connection,
            is_new,
            connections: self,
            _turn: turn,
        })
    }

    async fn open(&self, generation: u64) -> Result<Connection, StoreError> {
        let mut connection = within(self.limit, (self.connect)()).await?;
        connection.generation = generation;
        if self.has_sessions.load(Ordering::Relaxed) {
            let session = NamedStatements::new(&connection.client, Arc::clone(&self.has_sessions));
            connection.session = Some(within(self.limit, session).await?);
        }
        Ok(connection)
    }
}

impl BorrowedConnection<'_> {
    pub(super) fn client(&self) -> &Client {
        &self.connection.client
    }

    /// Returns the connection with its named statements; without them once a pooler was noticed.
    pub(super) fn session(&self) -> Session<'_> {
        let session = self.connection.session.as_ref();
        Session {
            client: self.client(),
            named: session.filter(|_| self.connections.has_sessions.load(Ordering::Relaxed)),
        }
    }

    /// Returns the longest wait for its first response.
    pub(super) fn first_limit(&self) -> Duration {
        if self.is_new { PATIENCE } else { KEPT }
    }

    /// Keeps it: no transaction is open.
    pub(super) fn give_back(self) {
        let mut kept = self.connections.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.generation == self.connection.generation {
            kept.idle.push(self.connection);
        }
    }

    /// Ends its transaction, and keeps it if that succeeds.
    pub(super) async fn roll_back(self) {
        if within(KEPT, rows::roll_back(self.client())).await.is_ok() {
            self.give_back();
        }
    }

    /// Leaves it, and all earlier ones: they reach the same server, or the same broken path.
    pub(super) fn give_up(self) {
        let mut kept = self.connections.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.generation == self.connection.generation {
            kept.generation += 1;
            kept.idle.clear();
        }
    }
}
