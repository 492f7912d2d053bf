//! Keys, nonces and deliveries in PostgreSQL, for servers on many machines, also through a pooler that gives each transaction another session.
//!
//! Each change is one unnamed statement, which is its own transaction. A statement whose connection broke is run once more on a new connection. It
//! has no second effect. At worst it reports a nonce as used, or a key as in progress, which its first attempt has recorded or freed.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_postgres::error::{DbError, Severity, SqlState};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Error, GenericClient, NoTls, Row, Transaction};

use crate::context::Context;
use crate::deliveries::OutboxEvent;
use crate::problem::{Problem, StoreFailure, StoreFuture};
use crate::reply::IntoReply;
use crate::sql::{self, Database, SqlColumns, SqlScalar};

/// Longest time of a statement, with its wait for locks.
const LIMIT: Duration = Duration::from_secs(10);
/// Longest time until a host of the database responds, without `connect_timeout`.
const REACH: Duration = Duration::from_secs(3);
/// Largest number of connections.
const MOST: usize = 8;

/// The clock of the database, in milliseconds since 1970.
const NOW: &str = "(extract(epoch FROM now()) * 1000)::bigint";

/// Two processes must not create the tables at the same time: any number that nobody else locks.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8315176341187651685);";

/// A client of the database in the making.
pub type ClientFuture = Pin<Box<dyn Future<Output = Result<Client, Error>> + Send>>;

/// Keys, nonces and deliveries in PostgreSQL. Clones share its connections, at most 8. Keys and nonces are removed when their time ends. The tables
/// contain responses and events, and so personal data.
#[derive(Clone)]
pub struct PostgresTables(Arc<Inner>);

struct Inner {
    connect: Box<dyn Fn() -> ClientFuture + Send + Sync>,
    idle: Mutex<Vec<Client>>,
    turns: Arc<Semaphore>,
    /// The current time in a statement.
    now: &'static str,
}

crate::opaque!(PostgresTables);

impl PostgresTables {
    /// Connects without TLS (a local socket, a private network), and creates the tables, whose names begin with `sdkwright_`. `config` is a
    /// connection string such as `host=/run/postgresql user=bank dbname=bank`.
    pub async fn connect(config: &str) -> Result<Self, StoreFailure> {
        let mut config: Config = config.parse()?;
        let reach = config.get_connect_timeout().copied().unwrap_or(REACH);
        let silence = config.get_tcp_user_timeout().copied().unwrap_or(LIMIT);
        config.connect_timeout(reach).tcp_user_timeout(silence);
        // The host of a statement that waits may be gone.
        config.keepalives_idle(LIMIT).keepalives_interval(LIMIT);
        Self::with(move || {
            let config = config.clone();
            Box::pin(async move {
                let (client, connection) = config.connect(NoTls).await?;
                // Its error is that of the next statement, too.
                tokio::spawn(connection);
                Ok(client)
            })
        })
        .await
    }

    /// The same with your connections, such as with TLS. Each must drive its connection itself.
    pub async fn with(connect: impl Fn() -> ClientFuture + Send + Sync + 'static) -> Result<Self, StoreFailure> {
        let store = Self(Arc::new(Inner {
            connect: Box::new(connect),
            idle: Mutex::default(),
            turns: Arc::new(Semaphore::new(MOST)),
            now: NOW,
        }));
        let known = "SELECT 1 WHERE to_regclass('sdkwright_deliveries') IS NOT NULL";
        if store.run(known, Vec::new()).await?.is_empty() {
            let tables = [LOCK, sql::TABLES].concat();
            let create = async { (store.0.connect)().await?.batch_execute(&tables).await };
            timeout(LIMIT, create).await.map_err(late)??;
        }
        Ok(store)
    }

    /// Stores the response of a request in your transaction, as `SqliteFile::store` does: effect and response are then committed together. Does
    /// nothing for a request without a key. Fails if another run has taken the key over: do not commit.
    pub async fn store<R: IntoReply + Clone>(
        transaction: &Transaction<'_>,
        context: &Context,
        response: &R,
    ) -> Result<(), Problem> {
        let Some(reservation) = context.reservation() else {
            return Ok(());
        };
        let values = sql::finish(reservation, &response.clone().into_reply()?);
        sql::check_stored(&execute(transaction, sql::FINISH, &values).await?, context)
    }

    /// Writes an event for a receiver in your transaction, as `SqliteFile::send` does: a worker sends it after the commit, and never without one.
    pub async fn send(transaction: &Transaction<'_>, receiver: &str, event: &impl OutboxEvent) -> Result<(), Problem> {
        let values = sql::send(receiver, event)?;
        sql::check_sent(&execute(transaction, &sql::SEND.replace("{now}", NOW), &values).await?)
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Client>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a statement on an idle connection or a new one. Before `end`, it is run again after a conflict with another transaction.
    async fn run(&self, text: &str, values: &SqlColumns, end: Instant) -> Result<Vec<SqlColumns>, StoreFailure> {
        loop {
            let idle = self.idle().pop();
            let is_new = idle.is_none();
            let client = match idle {
                Some(client) => client,
                None => timeout_at(end, (self.connect)()).await.map_err(late)??,
            };
            let ended = execute(&client, text, values).await;
            match &ended {
                Err(error) if ends_connection(error) && is_new => return Ok(ended?),
                Err(error) if ends_connection(error) => continue,
                _ => self.idle().push(client),
            }
            if Instant::now() > end || !ended.as_ref().is_err_and(is_conflict) {
                return Ok(ended?);
            }
        }
    }
}

impl Database for PostgresTables {
    fn run(&self, text: &'static str, values: SqlColumns) -> StoreFuture<'_, Vec<SqlColumns>> {
        Box::pin(async move {
            let (inner, end) = (Arc::clone(&self.0), Instant::now() + LIMIT);
            let turn = timeout_at(end, Arc::clone(&inner.turns).acquire_owned()).await;
            let turn = turn.map_err(late)?;
            // A statement whose caller is gone still has its connection.
            let task = tokio::spawn(async move {
                let _turn = turn;
                inner.run(&text.replace("{now}", inner.now), &values, end).await
            });
            let lost = |_| StoreFailure("a statement ended without a result".to_owned());
            timeout_at(end, task).await.map_err(late)?.map_err(lost)?
        })
    }
}

fn late(_: Elapsed) -> StoreFailure {
    StoreFailure(format!("no response of the database within {LIMIT:?}"))
}

/// Runs a statement without a name, which a pooler can give any session.
async fn execute(client: &impl GenericClient, text: &str, values: &SqlColumns) -> Result<Vec<SqlColumns>, Error> {
    let text = text
        .replace('?', "$")
        .replace("/*SKIP LOCKED*/", "FOR UPDATE SKIP LOCKED");
    let values: Vec<_> = values.iter().map(typed).collect();
    let rows = client.query_typed(&text, &values).await?;
    rows.iter().map(columns).collect()
}

/// Returns a value with its type.
fn typed(value: &SqlScalar) -> (&(dyn ToSql + Sync), Type) {
    match value {
        SqlScalar::Null => (&None::<i64>, Type::INT8),
        SqlScalar::Number(number) => (number, Type::INT8),
        SqlScalar::Text(text) => (text, Type::TEXT),
        SqlScalar::Bytes(bytes) => (bytes, Type::BYTEA),
    }
}

/// Reads a row. The types that no caller reads are null.
fn columns(row: &Row) -> Result<SqlColumns, Error> {
    let column = |(at, column): (usize, &tokio_postgres::Column)| {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map(SqlScalar::Number),
            Type::TEXT => row.try_get::<_, Option<String>>(at)?.map(SqlScalar::Text),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.map(SqlScalar::Bytes),
            _ => None,
        };
        Ok(value.unwrap_or(SqlScalar::Null))
    };
    row.columns().iter().enumerate().map(column).collect()
}

/// Returns `true` if the connection has ended, or is about to end, or is one to a host that became read-only.
fn ends_connection(error: &Error) -> bool {
    let severity = error.as_db_error().map(DbError::parsed_severity);
    severity.is_none_or(|severity| matches!(severity, Some(Severity::Fatal | Severity::Panic)))
        || error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
}

/// Returns `true` if the statement had no effect because of another transaction.
fn is_conflict(error: &Error) -> bool {
    let conflicts = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
    error.code().is_some_and(|code| conflicts.contains(code))
}

/// The message of an error may contain values of a row or a part of the connection string; its code does not.
impl From<Error> for StoreFailure {
    fn from(error: Error) -> Self {
        Self(match error.code() {
            Some(code) => format!("error {} of PostgreSQL", code.code()),
            None => error.to_string(),
        })
    }
}

/// A database that failed, as `rusqlite::Error` does.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        StoreFailure::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use axum::http::{HeaderMap, StatusCode};
    use sdkwright_journal::conformance::PrivateServer;
    use tokio_postgres::{Client, NoTls};

    use super::PostgresTables;
    use crate::context::Context;
    use crate::keys::NonceStore;
    use crate::keys::tests::{at, check, run};
    use crate::keys::{IdempotencyStore, KeyStatus, Reservation};
    use crate::problem::Problem;
    use crate::problem::StoreFailure;
    use crate::reply::{IntoReply, Reply};

    async fn connect(config: &str) -> Client {
        let (client, connection) = tokio_postgres::connect(config, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    #[derive(Clone)]
    struct Paid;

    impl IntoReply for Paid {
        fn into_reply(self) -> Result<Reply, Problem> {
            Ok(Reply::new(201))
        }
    }

    fn context(reservation: Reservation) -> Context {
        Context {
            request_id: String::new(),
            client_id: None,
            idempotency_key: None,
            reservation: Some(reservation),
            body_sha256: [0; 32],
            headers: HeaderMap::new().into(),
        }
    }

    /// Returns a reservation with a lease.
    fn leased(operation: &str, run: u8, end: u64) -> Reservation {
        let lease = Some(at(end));
        Reservation {
            lease,
            ..self::run(operation, 1, run)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres_has_the_keys_and_nonces_of_all_its_servers_also_through_a_pooler() {
        sdkwright_watch::listen();
        let Some(server) = PrivateServer::start().unwrap() else {
            // skipped without initdb
            return;
        };
        let Some(pooler) = server.pooler(3).unwrap() else {
            // skipped without pgbouncer
            return;
        };
        let open = async |config: String| PostgresTables::connect(&config).await;
        // All create the tables at once.
        let [first, second] = [open(pooler.config()), open(pooler.config())];
        let (one, other, third) = tokio::join!(first, second, open(server.config()));
        let (mut one, mut other, mut direct) = (one.unwrap(), other.unwrap(), third.unwrap());
        for store in [&mut one, &mut other, &mut direct] {
            std::sync::Arc::get_mut(&mut store.0).unwrap().now = "$1";
        }
        check(&one).await;
        for (now, is_new) in [(1, true), (9, false), (10, false), (11, true)] {
            let recorded = other.record("c", "nonce", at(now), at(10)).await;
            assert_eq!(recorded.unwrap(), is_new, "{now}");
        }
        let begin = |number: u8| {
            let store = if number % 2 == 0 { one.clone() } else { other.clone() };
            tokio::spawn(async move { store.begin(&run("raced", 1, number), at(1)).await.unwrap() })
        };
        let tasks: Vec<_> = (0..40).map(begin).collect();
        let mut new = 0;
        for task in tasks {
            new += usize::from(task.await.unwrap() == KeyStatus::New);
        }
        assert_eq!(new, 1);
        // A reservation whose response was lost is that of its run.
        for _ in 0..2 {
            assert_eq!(one.begin(&run("lost", 1, 1), at(1)).await.unwrap(), KeyStatus::New);
        }
        let admin = connect(&server.config()).await;
        let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()";
        admin.batch_execute(ended).await.unwrap();
        assert_eq!(
            direct.begin(&run("lost", 1, 2), at(1)).await.unwrap(),
            KeyStatus::InProgress
        );
        responses_are_committed_with_their_effect(&server.config(), &direct).await;
        drop(pooler);
        drop(server);
        let StoreFailure(text) = direct.begin(&run("gone", 1, 1), at(1)).await.unwrap_err();
        assert!(text.contains("connect") || text.contains("closed"), "{text}");
    }

    async fn responses_are_committed_with_their_effect(config: &str, store: &PostgresTables) {
        let mut own = connect(config).await;
        let paid = |operation, run| context(leased(operation, run, 10));
        // Without a commit, there is no response.
        assert_eq!(
            store.begin(&leased("rolled back", 1, 10), at(1)).await.unwrap(),
            KeyStatus::New
        );
        let transaction = own.transaction().await.unwrap();
        PostgresTables::store(&transaction, &paid("rolled back", 1), &Paid)
            .await
            .unwrap();
        transaction.rollback().await.unwrap();
        assert_eq!(store.keep(&leased("rolled back", 1, 10)).await.unwrap(), None);
        // A retry after the lease waits for a transaction that has stored its response.
        assert_eq!(
            store.begin(&leased("committed", 1, 10), at(1)).await.unwrap(),
            KeyStatus::New
        );
        let transaction = own.transaction().await.unwrap();
        PostgresTables::store(&transaction, &paid("committed", 1), &Paid)
            .await
            .unwrap();
        let late = store.clone();
        let retry = tokio::spawn(async move { late.begin(&leased("committed", 2, 30), at(20)).await.unwrap() });
        let watch = connect(config).await;
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        while watch.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            tokio::task::yield_now().await;
        }
        transaction.commit().await.unwrap();
        assert_eq!(retry.await.unwrap(), KeyStatus::Stored(Reply::new(201)));
        // After the retry has the key, the first run cannot commit.
        assert_eq!(
            store.begin(&leased("taken over", 1, 10), at(1)).await.unwrap(),
            KeyStatus::New
        );
        assert_eq!(
            store.begin(&leased("taken over", 2, 30), at(20)).await.unwrap(),
            KeyStatus::New
        );
        let transaction = own.transaction().await.unwrap();
        let lost = PostgresTables::store(&transaction, &paid("taken over", 1), &Paid)
            .await
            .unwrap_err();
        assert_eq!(lost.status(), StatusCode::SERVICE_UNAVAILABLE);
        PostgresTables::store(&transaction, &paid("taken over", 2), &Paid)
            .await
            .unwrap();
        let wrong = transaction.batch_execute("SELECT absent_column").await.unwrap_err();
        assert!(Problem::from(wrong).keeps_lease);
        drop(transaction);
        let old = SystemTime::UNIX_EPOCH;
        assert!(store.record("c", "old", old, old).await.unwrap());
    }
}
