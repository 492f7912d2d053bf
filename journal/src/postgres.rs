//! A journal in PostgreSQL, for services on many machines, also through a pooler that gives each transaction another session.
//!
//! A change is one short transaction, which changes that wait at the same moment share: rows are locked while it is decided, and never
//! while a call is on its way. If two transactions write the same rows, the slower one decides again. It takes two round trips: the
//! rows are requested with the beginning, and the commit is sent with the writes.
//!
//! Everything has a time limit. A transaction that ends with its connection gets one retry on a new one. Without the response to its
//! commit, the rows show whether it took effect.

mod connections;
mod group;
mod rows;
mod session;

use crate::decision::record;
use crate::error::StoreError;
use crate::journal::{Journal, about, decided};
use crate::store::{Row, RowChange, Select, Store};
use connections::{BorrowedConnection, ConnectionPool, within};
use group::{ChangeQueue, PendingChange, SoloTurn};
use rows::{Ended, PATIENCE};
use sdkwright_runtime::journal::{Intent, JournalRefusal, Sender};
use session::{Session, ends_connection};
use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::{Config, Transaction};

pub use connections::ConnectFuture;

/// Largest number of attempts at a change while other transactions are faster.
const ROUNDS: usize = 20;

/// Keeps rows in PostgreSQL. Clones share its connections.
#[derive(Clone)]
pub struct Postgres {
    connections: Arc<ConnectionPool>,
    queue: Arc<ChangeQueue>,
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
    ///
    /// Without `connect_timeout` each host gets 3 seconds, and without `tcp_user_timeout` the server 10 to confirm the received bytes.
    pub async fn connect(config: &str) -> Result<Self, StoreError> {
        let config: Config = config.parse()?;
        Self::over(ConnectionPool::new(config)).await
    }

    /// The same with your connections: with TLS, through a proxy. Each must drive its connection itself, and should have
    /// a `tcp_user_timeout`: the store leaves a connection that is silent, and only its driver can close it.
    pub async fn with(connect: impl Fn() -> ConnectFuture + Send + Sync + 'static) -> Result<Self, StoreError> {
        Self::over(ConnectionPool::with(connect)).await
    }

    /// Sets the largest number of connections (default 8, at least 1). Each concurrent change needs one, and opens it if none is idle.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = Arc::new(self.connections.with_most(most));
        self
    }

    /// Connects to a database that has the tables; `None` if it has none.
    #[cfg(feature = "command")]
    pub(crate) async fn existing(config: &str) -> Result<Option<Self>, StoreError> {
        let connections = ConnectionPool::new(config.parse()?);
        let taken = connections.take().await?;
        let has_tables = within(PATIENCE, rows::has_tables(taken.client())).await?;
        taken.give_back();
        if !has_tables {
            return Ok(None);
        }
        Self::over(connections).await.map(Some)
    }

    async fn over(connections: ConnectionPool) -> Result<Self, StoreError> {
        let taken = connections.take().await?;
        let session = Session {
            client: taken.client(),
            named: None,
        };
        let limit = within(taken.first_limit(), rows::begin(session, None)).await?;
        let name = within(limit, rows::migrate(taken.client())).await?;
        let committed = async { Ok(taken.client().batch_execute("COMMIT").await?) };
        within(limit, committed).await?;
        taken.give_back();
        Ok(Self {
            connections: Arc::new(connections),
            queue: Arc::default(),
            name: name.into(),
        })
    }
}

impl Store for Postgres {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        let mut change = PendingChange::new(select, decide);
        let solo = SoloTurn::take(&self.queue);
        if solo.is_none() && matches!(change.select, Select::About { .. }) {
            change = group::change(&self.queue, &self.connections, change).await?;
        }
        match change {
            PendingChange {
                decided: Some((_, decided)),
                is_committed: true,
                ..
            } => Ok(decided),
            change => self.change_alone(change).await,
        }
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
}

impl Postgres {
    /// Does a change in a transaction without others.
    async fn change_alone<T, D>(&self, change: PendingChange<T, D>) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        let (select, mut decide, mut in_doubt) = (change.select, change.decide, change.decided);
        let mut has_failed = change.has_failed;
        for _ in 0..ROUNDS {
            let taken = self.connections.take().await?;
            match transact(&taken, &select, &mut decide, &mut in_doubt).await {
                Ok(Some(decided)) => {
                    taken.give_back();
                    return Ok(decided);
                }
                Ok(None) => taken.give_back(),
                Err(TransactionError {
                    why: StoreError::Unavailable(_),
                    ..
                }) if !has_failed => {
                    has_failed = true;
                    taken.give_up();
                }
                Err(TransactionError { why, unwritten }) => {
                    taken.roll_back().await;
                    return Err(if in_doubt.is_none() && self.is_unsent(&why, &unwritten).await {
                        StoreError::Unsent(Box::new(why))
                    } else {
                        why
                    });
                }
            }
        }
        Err(StoreError::Busy)
    }
}

/// A transaction that did not end well.
struct TransactionError {
    why: StoreError,
    /// Keys that were absent before, and that it was to write.
    unwritten: Vec<(Sender, String)>,
}

impl From<StoreError> for TransactionError {
    fn from(why: StoreError) -> Self {
        let unwritten = Vec::new();
        Self { why, unwritten }
    }
}

/// Tries a change in one transaction; `None` if another one was faster, and left it open.
///
/// `in_doubt` is what an earlier transaction wrote and decided whose commit had no response. A commit that is still under way
/// keeps its rows locked, so this transaction waits for it when it writes them.
async fn transact<T>(
    taken: &BorrowedConnection<'_>,
    select: &Select,
    decide: &mut (impl Fn(&[Row]) -> (Vec<RowChange>, T) + Send),
    in_doubt: &mut Option<(Vec<RowChange>, T)>,
) -> Result<Option<T>, TransactionError> {
    let (client, session) = (taken.client(), taken.session());
    let begun = if let Some((changed, _)) = in_doubt {
        match within(taken.first_limit(), rows::begin(session, None)).await {
            Ok(limit) if within(limit, rows::has_changed(client, changed)).await? => {
                within(limit, rows::roll_back(client)).await?;
                return Ok(in_doubt.take().map(|(_, decided)| decided));
            }
            Ok(limit) => Ok((limit, within(limit, rows::find(&session, select)).await)),
            Err(why) => Err(why),
        }
    } else {
        begin_and_find(taken, select).await
    };
    let (limit, found) = match begun {
        Ok((limit, Ok(found))) => (limit, found),
        Ok((limit, Err(StoreError::Busy))) => {
            return Ok(within(limit, rows::roll_back(client)).await.map(|()| None)?);
        }
        Err(StoreError::Busy) => return Ok(within(PATIENCE, rows::roll_back(client)).await.map(|()| None)?),
        Ok((_, Err(why))) | Err(why) => return Err(why.into()),
    };
    let (changed, decided) = decide(&found);
    let ended = async { Ok(rows::commit(session, &found, &changed).await) };
    match within(limit.saturating_add(PATIENCE), ended).await {
        Ok(Ended::Committed) => Ok(Some(decided)),
        Ok(Ended::Outrun) => Ok(None),
        Ok(Ended::Failed(why)) => {
            let names = changed.into_iter().map(|change| match change {
                RowChange::Write(row) | RowChange::Remove(row) => (row.sender, row.key),
            });
            let unwritten = if found.is_empty() { names.collect() } else { Vec::new() };
            Err(TransactionError { why, unwritten })
        }
        Ok(Ended::InDoubt(why)) | Err(why) => {
            *in_doubt = Some((changed, decided));
            Err(why.into())
        }
    }
}

/// Begins a transaction and finds rows in it, in one round trip. Returns the longest time of each further step, too.
async fn begin_and_find(
    taken: &BorrowedConnection<'_>,
    select: &Select,
) -> Result<(Duration, Result<Vec<Row>, StoreError>), StoreError> {
    let session = taken.session();
    let (mut first, mut find) = (pin!(rows::begin(session, None)), pin!(rows::find(&session, select)));
    let mut early = None;
    let begin = poll_fn(|context| {
        let begun = first.as_mut().poll(context);
        if early.is_none() {
            early = match find.as_mut().poll(context) {
                Poll::Ready(found) => Some(found),
                Poll::Pending => None,
            };
        }
        begun
    });
    let limit = within(taken.first_limit(), begin).await?;
    let found = match early {
        Some(found) => found,
        None => within(limit, find).await,
    };
    Ok((limit, found))
}

impl Postgres {
    /// Returns `true` if nothing was ever sent under keys that were absent before a change failed. Another program may have written them
    /// meanwhile, and one that holds a lock may be about to.
    async fn is_unsent(&self, why: &StoreError, unwritten: &[(Sender, String)]) -> bool {
        if unwritten.is_empty() || matches!(why, StoreError::Locked(_)) {
            return false;
        }
        let Ok(taken) = self.connections.take().await else {
            return false;
        };
        let knows_any = within(taken.first_limit(), rows::knows_any(taken.client(), unwritten)).await;
        if knows_any.is_ok() {
            taken.give_back();
        }
        matches!(knows_any, Ok(false))
    }
}

impl Journal<Postgres> {
    /// Writes an intent down in a transaction of yours on the same database: it is there if and only if you commit. Nothing is
    /// sent; afterwards make the same call under the same key, or [`resume`](Self::resume).
    pub async fn record_in(
        &self,
        transaction: &mut Transaction<'_>,
        intent: impl Into<Intent>,
    ) -> Result<Result<(), JournalRefusal>, StoreError> {
        let intent = intent.into();
        let (holder, owner) = (self.holder(""), self.owner_of(&intent));
        let draft = self.drafted(intent).await?;
        let select = about(&draft);
        let decide = decided(owner, move |found| record(found, &draft, &holder));
        for _ in 0..ROUNDS {
            // A savepoint, so that losing a race does not abort the caller's transaction.
            let inner = transaction.transaction().await?;
            let found = rows::find(&inner, &select).await?;
            let (changed, decided) = decide(&found);
            match rows::apply_all(&inner, &found, &changed).await {
                Ok(()) => {
                    inner.commit().await?;
                    return decided;
                }
                Err(StoreError::Busy) => inner.rollback().await?,
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Busy)
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) if is_race(said) || session::is_another(&error) => Self::Busy,
            Some(said) if *said.code() == SqlState::LOCK_NOT_AVAILABLE => Self::Locked(said.message().to_owned()),
            // The error's detail may contain values of a row; its code and message do not.
            Some(said) => {
                let text = format!("{}: {}", said.code().code(), said.message());
                if is_of_connection(said) {
                    Self::Unavailable(text)
                } else {
                    Self::Database(text)
                }
            }
            // The cause of another error may contain a part of the connection string.
            None => match std::error::Error::source(&error) {
                Some(cause) if cause.is::<io::Error>() => Self::Unavailable(format!("{error}: {cause}")),
                // A response out of turn has no cause.
                None => Self::Unavailable(error.to_string()),
                Some(_) => Self::Database(error.to_string()),
            },
        }
    }
}

/// Returns `true` if the error says that another transaction was faster.
fn is_race(said: &DbError) -> bool {
    let is_outrun = *said.code() == SqlState::INVALID_TEXT_REPRESENTATION && said.message().contains(rows::OUTRUN);
    let codes = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
    ];
    is_outrun || codes.contains(said.code())
}

/// Returns `true` if the error ends the connection (57P01, 08006), or would return on it alone: the server accepts no writes
/// since a failover (25006).
fn is_of_connection(said: &DbError) -> bool {
    ends_connection(said) || *said.code() == SqlState::READ_ONLY_SQL_TRANSACTION
}
