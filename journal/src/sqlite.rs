//! A journal in one SQLite file of this machine: durable when a write is answered, and free of what it let go.
//!
//! One thread of its own does the work, so that no async runtime waits for a disk. Write-ahead log with full sync; deleted
//! content is overwritten, and the log is emptied after every settling.

mod rows;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender as Line, channel};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::begin::{Draft, record};
use crate::entry::{Entry, Holder};
use crate::error::StoreError;
use crate::store::{Found, Select, Store};

/// What another process that holds the file may take.
const PATIENCE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Keeps rows in a SQLite file. Clones share it, and so may other processes of this machine.
#[derive(Debug, Clone)]
pub struct Sqlite(Arc<Line<Job>>);

impl Sqlite {
    /// Opens the file, or makes it. It must be on a disk of this machine.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::over(Connection::open(path)?)
    }

    fn over(mut connection: Connection) -> Result<Self, StoreError> {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        rows::migrate(&mut connection)?;
        let (line, jobs) = channel::<Job>();
        std::thread::Builder::new()
            .name("sdk-journal".into())
            .spawn(move || {
                for job in jobs {
                    job(&mut connection);
                }
            })
            .map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Self(Arc::new(line)))
    }

    /// Does something with the connection, in its turn.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, oneshot::Sender<Result<T, StoreError>>) + Send + 'static,
    ) -> Result<T, StoreError> {
        let ended = || StoreError::Database("the thread of the journal ended".into());
        let (answer, answered) = oneshot::channel();
        self.0
            .send(Box::new(move |connection| work(connection, answer)))
            .map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

impl Store for Sqlite {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&Found) -> (Vec<Entry>, T) + Send + 'static,
    {
        self.work(move |connection, answer| {
            let mut lets_go = false;
            let changed = change(connection, &select, &decide, &mut lets_go);
            let _ = answer.send(changed);
            if lets_go {
                // What was let go still stands in the log. Another process that reads it at this moment is no error: the next
                // settling empties it.
                let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            }
        })
        .await
    }
}

fn change<T>(
    connection: &mut Connection,
    select: &Select,
    decide: &dyn Fn(&Found) -> (Vec<Entry>, T),
    lets_go: &mut bool,
) -> Result<T, StoreError> {
    if let Select::In { .. } = select {
        return Ok(decide(&rows::find(connection, select)?).1);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = rows::find(&transaction, select)?;
    let (changed, decided) = decide(&found);
    let write = || {
        for entry in &changed {
            rows::write(&transaction, entry)?;
        }
        Ok(())
    };
    let is_new = found.entries.is_empty();
    let unsent = |error: StoreError| {
        if is_new {
            StoreError::Unsent(Box::new(error))
        } else {
            error
        }
    };
    write().map_err(unsent)?;
    transaction.commit().map_err(|error| unsent(error.into()))?;
    *lets_go = changed.iter().any(|entry| entry.request.is_none());
    Ok(decided)
}

/// Writes an intent down in a transaction of the partner.
pub(crate) fn record_in(
    transaction: &Transaction<'_>,
    draft: &Draft,
    holder: &Holder,
) -> Result<Result<(), sdk_runtime::journal::Refused>, StoreError> {
    let select = Select::About {
        key: draft.intent.key.clone(),
        subject: draft.intent.subject.clone(),
        made: Vec::new(),
    };
    let (changed, decided) = record(&rows::find(transaction, &select)?, draft, holder);
    for entry in &changed {
        rows::write(transaction, entry)?;
    }
    Ok(decided)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy) => Self::Busy,
            _ => Self::Database(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
