//! Keys, nonces and deliveries in a file of SQLite, which several processes of one machine may share.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, ErrorCode, ToSql, params_from_iter};

use crate::context::Context;
use crate::deliveries::OutboxEvent;
use crate::problem::{Problem, StoreFailure, StoreFuture};
use crate::reply::IntoReply;
use crate::sql::{self, Database, SqlColumns, SqlScalar};

/// Time to wait for the lock of another connection.
const BUSY: Duration = Duration::from_secs(5);

/// Keys, nonces and deliveries in a file of SQLite. They survive a restart; keys and nonces are removed when their time ends. Several processes of
/// one machine may share the file. It contains responses and events, and so personal data.
#[derive(Clone)]
pub struct SqliteFile(Arc<Mutex<Connection>>);

crate::opaque!(SqliteFile);

impl SqliteFile {
    /// Opens a file with its tables, whose names begin with `sdkwright_`, or creates them. It may be the file of your tables.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreFailure> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        // This change does not wait for the lock itself.
        let end = Instant::now() + BUSY;
        while let Err(error) = connection.pragma_update(None, "journal_mode", "wal") {
            if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) || Instant::now() > end {
                return Err(error.into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(sql::TABLES)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Stores the response of a request in your transaction: effect and response are then committed together. Does nothing for a
    /// request without a key. Fails outside of a transaction, and if another run has taken the key over: do not commit.
    pub fn store<R: IntoReply + Clone>(
        transaction: &Connection,
        context: &Context,
        response: &R,
    ) -> Result<(), Problem> {
        let Some(reservation) = context.reservation() else {
            return Ok(());
        };
        check_transaction(transaction)?;
        let values = sql::finish(reservation, &response.clone().into_reply()?);
        sql::check_stored(&execute(transaction, sql::FINISH, values)?, context)
    }

    /// Writes an event for a receiver in your transaction: a worker sends it after the commit, and never without one. An event that was written
    /// before and is not delivered yet is not written again. Fails outside of a transaction, and for an event that is not one of the contract.
    pub fn send(transaction: &Connection, receiver: &str, event: &impl OutboxEvent) -> Result<(), Problem> {
        check_transaction(transaction)?;
        sql::check_sent(&execute(transaction, sql::SEND, sql::send(receiver, event)?)?)
    }
}

/// Returns an error outside of a transaction.
fn check_transaction(connection: &Connection) -> Result<(), Problem> {
    if !connection.is_autocommit() {
        return Ok(());
    }
    tracing::error!("a response or an event is stored outside of a transaction");
    // The effect may be committed already.
    Err(Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_unknown_outcome())
}

impl Database for SqliteFile {
    /// Runs a statement that may wait for the disk.
    fn run(&self, text: &'static str, values: SqlColumns) -> StoreFuture<'_, Vec<SqlColumns>> {
        let connection = Arc::clone(&self.0);
        let work = move || execute(&connection.lock().unwrap_or_else(PoisonError::into_inner), text, values);
        Box::pin(async move {
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => {
                    let done = runtime.spawn_blocking(work).await;
                    Ok(done.map_err(|_| StoreFailure("a statement ended without a result".to_owned()))??)
                }
                Err(_) => Ok(work()?),
            }
        })
    }
}

fn execute(connection: &Connection, text: &str, values: SqlColumns) -> rusqlite::Result<Vec<SqlColumns>> {
    let mut prepared = connection.prepare_cached(&text.replace("{now}", "?1"))?;
    let columns = prepared.column_count();
    let rows = prepared.query_map(params_from_iter(values), |row| {
        let column = |at| {
            Ok(match row.get_ref(at)? {
                ValueRef::Integer(number) => SqlScalar::Number(number),
                ValueRef::Text(text) => String::from_utf8_lossy(text).as_ref().into(),
                ValueRef::Blob(bytes) => bytes.into(),
                ValueRef::Null | ValueRef::Real(_) => SqlScalar::Null,
            })
        };
        (0..columns).map(column).collect()
    });
    rows?.collect()
}

impl ToSql for SqlScalar {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The message of an error may contain values; its code does not.
impl From<Error> for StoreFailure {
    fn from(error: Error) -> Self {
        Self(match &error {
            Error::SqliteFailure(code, _) | Error::SqlInputError { error: code, .. } => code.to_string(),
            Error::FromSqlConversionFailure(..) | Error::IntegralValueOutOfRange(..) => "an invalid value".to_owned(),
            _ => error.to_string(),
        })
    }
}

/// A database that failed: status 503, and its text only in the log. An earlier effect of the handler may have happened, so the key stays in
/// progress; that of a transactional operation, whose transaction ends without a commit, until its lease ends.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        StoreFailure::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::SqliteFile;
    use crate::keys::NonceStore;
    use crate::keys::tests::{at, check, run};
    use crate::keys::{IdempotencyStore, KeyStatus};
    use crate::reply::Reply;

    #[tokio::test]
    async fn a_file_has_the_keys_and_nonces_of_all_its_processes_until_their_time_ends() {
        let folder = tempfile::tempdir().unwrap();
        let open = || SqliteFile::open(folder.path().join("bank.db")).unwrap();
        check(&open()).await;

        let kept = run("d", 1, 1);
        assert_eq!(open().begin(&kept, at(1)).await.unwrap(), KeyStatus::New);
        let other = run("d", 1, 2);
        assert_eq!(open().begin(&other, at(2)).await.unwrap(), KeyStatus::InProgress);
        assert!(open().finish(&kept, Reply::new(201)).await.unwrap().is_some());
        assert_eq!(
            open().begin(&kept, at(3)).await.unwrap(),
            KeyStatus::Stored(Reply::new(201))
        );
        for (now, is_new) in [(1, true), (9, false), (10, false), (11, true)] {
            let recorded = open().record("c", "nonce", at(now), at(10)).await;
            assert_eq!(recorded.unwrap(), is_new, "{now}");
        }
    }

    #[tokio::test]
    async fn of_two_processes_one_gets_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let stores: Vec<SqliteFile> = (0..8)
            .map(|_| SqliteFile::open(folder.path().join("bank.db")).unwrap())
            .collect();
        let tasks = stores.into_iter().zip(0..).map(|(store, number)| {
            tokio::spawn(async move { store.begin(&run("a", 1, number), at(1)).await.unwrap() })
        });
        let tasks: Vec<_> = tasks.collect();
        let mut new = 0;
        for task in tasks {
            new += usize::from(task.await.unwrap() == KeyStatus::New);
        }
        assert_eq!(new, 1);
    }
}
