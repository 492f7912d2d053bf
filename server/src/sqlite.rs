//! Keys and nonces in a file of SQLite, which several processes of one machine may share.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::context::Context;
use crate::keys::{IdempotencyStore, KeyStatus, Reservation};
use crate::nonces::NonceStore;
use crate::problem::Problem;
use crate::reply::{IntoReply, Reply};
use crate::store::{StoreFailure, StoreFuture};

/// Time to wait for the lock of another connection.
const BUSY: Duration = Duration::from_secs(5);

/// The tables. Instants are milliseconds since 1970.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS sdkwright_keys (
  client_id TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL, fingerprint BLOB NOT NULL, run BLOB NOT NULL,
  until INTEGER NOT NULL, lease INTEGER, response BLOB, PRIMARY KEY (client_id, operation, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sdkwright_keys_until ON sdkwright_keys (until) WHERE response IS NOT NULL;
CREATE TABLE IF NOT EXISTS sdkwright_nonces (
  client_id TEXT NOT NULL, nonce TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (client_id, nonce)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sdkwright_nonces_until ON sdkwright_nonces (until);";

const FINISH: &str = "UPDATE sdkwright_keys SET response = coalesce(response, ?5)
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4";

/// Keys and nonces in a file of SQLite. They survive a restart, and are removed when their time ends. Several processes of one machine may
/// share the file. It contains responses, and so personal data.
#[derive(Clone)]
pub struct SqliteFile(Arc<Mutex<Connection>>);

crate::opaque!(SqliteFile);

impl SqliteFile {
    /// Opens a file with its tables, `sdkwright_keys` and `sdkwright_nonces`, or creates them. It may be the file of your own tables.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreFailure> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(TABLES)?;
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
        if transaction.is_autocommit() {
            tracing::error!(
                request_id = context.request_id(),
                "a response is stored outside of a transaction"
            );
            // The effect may be committed already.
            return Err(Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_unknown_outcome());
        }
        if finish(transaction, reservation, &response.clone().into_reply()?)? {
            return Ok(());
        }
        tracing::warn!(request_id = context.request_id(), "another run has the key");
        Err(Problem::from_status(StatusCode::SERVICE_UNAVAILABLE).with_retry_after(1))
    }

    /// Runs a statement that may wait for the disk.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreFailure> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let connection = Arc::clone(&self.0);
        let work = move || work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(async move {
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => {
                    let done = runtime.spawn_blocking(work).await;
                    done.map_err(|_| StoreFailure("a statement ended without a result".to_owned()))?
                }
                Err(_) => work(),
            }
        })
    }
}

impl IdempotencyStore for SqliteFile {
    fn begin<'s>(&'s self, reservation: &'s Reservation, now: SystemTime) -> StoreFuture<'s, KeyStatus> {
        let new = reservation.clone();
        self.run(move |connection| begin(connection, &new, millis(now)))
    }

    fn finish<'s>(&'s self, reservation: &'s Reservation, response: Reply) -> StoreFuture<'s, Option<Reply>> {
        let run = reservation.clone();
        self.run(move |connection| {
            finish(connection, &run, &response)?;
            stored(connection, &run)
        })
    }

    fn keep<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, Option<Reply>> {
        let run = reservation.clone();
        self.run(move |connection| {
            run_of(connection, "UPDATE sdkwright_keys SET lease = NULL", &run)?;
            stored(connection, &run)
        })
    }

    fn release<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, bool> {
        let run = reservation.clone();
        self.run(move |connection| Ok(run_of(connection, "DELETE FROM sdkwright_keys", &run)? == 1))
    }
}

/// Changes the row of a run that has no response; returns the number of rows.
fn run_of(
    connection: &Connection,
    change: &str,
    Reservation { key, run, .. }: &Reservation,
) -> rusqlite::Result<usize> {
    let own = "WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4 AND response IS NULL";
    let parameters = params![key.client_id, key.operation, key.key, run];
    connection.execute(&format!("{change} {own}"), parameters)
}

/// Returns the response of a run; `None` if it has none, or has lost the key.
fn stored(connection: &Connection, Reservation { key, run, .. }: &Reservation) -> Result<Option<Reply>, StoreFailure> {
    let select =
        "SELECT response FROM sdkwright_keys WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4";
    let parameters = params![key.client_id, key.operation, key.key, run];
    let found: Option<Option<Vec<u8>>> = connection.query_row(select, parameters, |row| row.get(0)).optional()?;
    found.flatten().map(|bytes| read(&bytes)).transpose()
}

fn read(bytes: &[u8]) -> Result<Reply, StoreFailure> {
    Reply::from_bytes(bytes).ok_or_else(|| StoreFailure("a stored response is damaged".to_owned()))
}

impl NonceStore for SqliteFile {
    fn record<'s>(
        &'s self,
        client_id: &'s str,
        nonce: &'s str,
        now: SystemTime,
        until: SystemTime,
    ) -> StoreFuture<'s, bool> {
        let (client_id, nonce) = (client_id.to_owned(), nonce.to_owned());
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM sdkwright_nonces WHERE until < ?1", [millis(now)])?;
            let insert = "INSERT OR IGNORE INTO sdkwright_nonces VALUES (?1, ?2, ?3)";
            let is_new = transaction.execute(insert, params![client_id, nonce, millis(until)])? == 1;
            transaction.commit()?;
            Ok(is_new)
        })
    }
}

fn begin(connection: &mut Connection, new: &Reservation, now: i64) -> Result<KeyStatus, StoreFailure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let ended = "DELETE FROM sdkwright_keys WHERE response IS NOT NULL AND until < ?1";
    transaction.execute(ended, [now])?;
    let key = &new.key;
    let select = "SELECT fingerprint, lease, response FROM sdkwright_keys
      WHERE client_id = ?1 AND operation = ?2 AND key = ?3";
    let found = transaction.query_row(select, params![key.client_id, key.operation, key.key], |row| {
        let row: (Vec<u8>, Option<i64>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(row)
    });
    match found.optional()? {
        Some((fingerprint, ..)) if fingerprint != new.fingerprint => return Ok(KeyStatus::Conflict),
        Some((_, _, Some(response))) => {
            return read(&response).map(KeyStatus::Stored);
        }
        Some((_, lease, None)) if lease.is_none_or(|end| end > now) => return Ok(KeyStatus::InProgress),
        _ => {}
    }
    let (until, lease) = (millis(new.until), new.lease.map(millis));
    transaction.execute(
        "INSERT OR REPLACE INTO sdkwright_keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)",
        params![
            key.client_id,
            key.operation,
            key.key,
            new.fingerprint,
            new.run,
            until,
            lease
        ],
    )?;
    transaction.commit()?;
    Ok(KeyStatus::New)
}

/// Stores the response of a run, unless it has one. Returns `false` if the run has lost the key.
fn finish(connection: &Connection, reservation: &Reservation, reply: &Reply) -> rusqlite::Result<bool> {
    let Reservation { key, run, .. } = reservation;
    let parameters = params![key.client_id, key.operation, key.key, run, reply.to_bytes()];
    Ok(connection.execute(FINISH, parameters)? == 1)
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl From<rusqlite::Error> for StoreFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

/// A database that failed: status 503, and its text only in the log. An earlier effect of the handler may have happened, so the key stays in
/// progress; that of a transactional operation, whose transaction ends without a commit, until its lease ends.
impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "a database failed");
        Self::from_status(StatusCode::SERVICE_UNAVAILABLE).with_failed_database()
    }
}

#[cfg(test)]
mod tests {
    use super::SqliteFile;
    use crate::keys::tests::{at, check, run};
    use crate::keys::{IdempotencyStore, KeyStatus};
    use crate::nonces::NonceStore;
    use crate::reply::Reply;

    #[tokio::test]
    async fn a_file_has_the_keys_and_nonces_of_all_its_processes_until_their_time_ends() {
        let folder = tempfile::tempdir().unwrap();
        let open = || SqliteFile::open(folder.path().join("bank.db")).unwrap();
        check(&open()).await;

        let kept = run("d", 1, 1);
        assert_eq!(open().begin(&kept, at(1)).await.unwrap(), KeyStatus::New);
        assert_eq!(open().begin(&kept, at(2)).await.unwrap(), KeyStatus::InProgress);
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
