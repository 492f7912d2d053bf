//! A journal in PostgreSQL, for services on many machines.
//!
//! Every change is one short transaction: rows are locked while it is decided, and never while a call is on its way. What two
//! transactions write at once is decided again by the slower one.
//!
//! A few connections are kept open. One whose work did not end well is not used again.

mod rows;

use crate::begin::record;
use crate::error::StoreError;
use crate::journal::{Journal, about, decided};
use crate::store::{Change, Row, Select, Store};
use sdkwright_runtime::journal::{Intent, JournalRefusal, Sender};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls, Transaction};

/// Largest number of attempts at a change while other transactions are faster.
const ROUNDS: usize = 20;

/// Keeps rows in PostgreSQL. Clones share its connections.
#[derive(Clone)]
pub struct Postgres {
    connections: Arc<Connections>,
    name: Arc<str>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl Postgres {
    /// Connects without TLS (a local socket, a private network), and brings the tables up to date. `config` is a connection
    /// string such as `host=/run/postgresql user=payments dbname=payments`.
    pub async fn connect(config: &str) -> Result<Self, StoreError> {
        let config: Config = config.parse()?;
        Self::with(move || {
            let config = config.clone();
            Box::pin(async move {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(async move {
                    // Its error is ignored here: the next call of its client fails with it.
                    let _ = connection.await;
                });
                Ok(client)
            })
        })
        .await
    }

    /// The same with connections of your own: with TLS, through a proxy. Each must drive its connection itself.
    pub async fn with(connect: impl Fn() -> ConnectFuture + Send + Sync + 'static) -> Result<Self, StoreError> {
        let connections = Connections::new(Box::new(connect));
        let mut client = connections.take().await?;
        let name = rows::migrate(client.client()?).await?.into();
        client.give_back();
        let connections = Arc::new(connections);
        Ok(Self { connections, name })
    }
}

impl Store for Postgres {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<Change>, T) + Send + 'static,
    {
        for _ in 0..ROUNDS {
            let (why, unwritten) = {
                let mut taken = self.connections.take().await?;
                let transaction = rows::begin(taken.client()?).await?;
                let found = match rows::find(&transaction, &select).await {
                    Err(StoreError::Busy) => continue,
                    found => found?,
                };
                let (changed, decided) = decide(&found);
                match rows::write_all(&transaction, &found, &changed).await {
                    Ok(true) => match transaction.commit().await.map_err(StoreError::from) {
                        Ok(()) => {
                            taken.give_back();
                            return Ok(decided);
                        }
                        Err(StoreError::Busy) => continue,
                        // The result is unknown: the connection may have ended after the commit.
                        Err(why) => return Err(why),
                    },
                    Ok(false) | Err(StoreError::Busy) => continue,
                    Err(why) => {
                        let names: Vec<_> = changed
                            .into_iter()
                            .map(|change| match change {
                                Change::Write(row) | Change::Remove(row) => (row.sender, row.key),
                            })
                            .collect();
                        (why, if found.is_empty() { names } else { Vec::new() })
                    }
                }
            };
            return Err(if self.is_unsent(&why, &unwritten).await {
                StoreError::Unsent(Box::new(why))
            } else {
                why
            });
        }
        Err(StoreError::Busy)
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
}

impl Postgres {
    /// Returns `true` if nothing was ever sent under keys that were absent before a change failed. Another program may have written them
    /// meanwhile, and one that holds a lock may be about to.
    async fn is_unsent(&self, why: &StoreError, unwritten: &[(Sender, String)]) -> bool {
        if unwritten.is_empty() || matches!(why, StoreError::Locked(_)) {
            return false;
        }
        let Ok(mut taken) = self.connections.take().await else {
            return false;
        };
        let Ok(client) = taken.client() else { return false };
        let is_unsent = matches!(rows::knows_any(client, unwritten).await, Ok(false));
        taken.give_back();
        is_unsent
    }
}

impl Journal<Postgres> {
    /// Writes an intent down in a transaction of yours on the same database: it is there if and only if you commit. Nothing is
    /// sent; afterwards make the same call under the same key, or [`resume`](Self::resume).
    pub async fn record_in(
        &self,
        transaction: &mut Transaction<'_>,
        intent: Intent,
    ) -> Result<Result<(), JournalRefusal>, StoreError> {
        let (holder, owner) = (self.holder(""), self.owner_of(&intent));
        let draft = self.drafted(intent).await?;
        let select = about(&draft);
        let decide = decided(owner, move |found| record(found, &draft, &holder));
        for _ in 0..ROUNDS {
            // A savepoint, so that losing a race does not abort the caller's transaction.
            let inner = transaction.transaction().await?;
            let found = rows::find(&inner, &select).await?;
            let (changed, decided) = decide(&found);
            match rows::write_all(&inner, &found, &changed).await {
                Ok(true) => {
                    inner.commit().await?;
                    return decided;
                }
                Ok(false) | Err(StoreError::Busy) => inner.rollback().await?,
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Busy)
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) if is_race(said.code()) => Self::Busy,
            Some(said) if *said.code() == SqlState::LOCK_NOT_AVAILABLE => Self::Locked(said.message().to_owned()),
            // The error's detail may contain values of a row; its code and message do not.
            Some(said) => Self::Database(format!("{}: {}", said.code().code(), said.message())),
            None => Self::Database(error.to_string()),
        }
    }
}

/// Returns `true` if the error says that another transaction was faster.
fn is_race(code: &SqlState) -> bool {
    [
        SqlState::UNIQUE_VIOLATION,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
    ]
    .contains(code)
}

/// Largest number of concurrent changes.
const MOST: usize = 8;

/// A client of the database in the making.
pub type ConnectFuture = Pin<Box<dyn Future<Output = Result<Client, tokio_postgres::Error>> + Send>>;

type Connect = Box<dyn Fn() -> ConnectFuture + Send + Sync>;

struct Connections {
    connect: Connect,
    idle: Mutex<Vec<Client>>,
    turns: Semaphore,
}

/// A connection for one change.
struct Taken<'c> {
    client: Option<Client>,
    connections: &'c Connections,
    _turn: SemaphorePermit<'c>,
}

impl Connections {
    fn new(connect: Connect) -> Self {
        Self {
            connect,
            idle: Mutex::default(),
            turns: Semaphore::new(MOST),
        }
    }

    async fn take(&self) -> Result<Taken<'_>, StoreError> {
        let ended = || StoreError::Database("no connection".into());
        let turn = self.turns.acquire().await.map_err(|_| ended())?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle = idle.filter(|client| !client.is_closed());
        let client = if let Some(client) = idle {
            client
        } else {
            (self.connect)().await?
        };
        Ok(Taken {
            client: Some(client),
            connections: self,
            _turn: turn,
        })
    }
}

impl Taken<'_> {
    fn client(&mut self) -> Result<&mut Client, StoreError> {
        let gone = || StoreError::Database("the connection was given back".into());
        self.client.as_mut().ok_or_else(gone)
    }

    /// Its work is done: it can be used again.
    fn give_back(mut self) {
        let mut idle = self.connections.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.client.take());
    }
}
