//! In: the path of a store, and what calls changed. Out: the store, and the transaction in which one call is executed and written. Never: half of what
//! one call changed.

#[cfg(feature = "sqlite")]
mod sqlite;

use crate::error::Error;
use crate::row::{RowStore, Rows, StoredRow};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Opens a store: the path of a SQLite file. No two servers have one store at the same time.
#[cfg(feature = "sqlite")]
fn open(place: &str) -> Result<Box<dyn RowStore>, Error> {
    Ok(Box::new(sqlite::SqliteStore::open(place)?))
}

#[cfg(not(feature = "sqlite"))]
fn open(_: &str) -> Result<Box<dyn RowStore>, Error> {
    let text = "this command was built without SQLite: build it with `--features sqlite`";
    Err(Error::Store(text.to_owned()))
}

/// Writes what calls change. Who holds its transaction executes a call and writes what it changed; the next call waits.
pub(crate) struct Keeper(Mutex<Backlog>);

/// A store, and the rows that could not be written yet.
struct Backlog {
    store: Box<dyn RowStore>,
    waiting: Vec<StoredRow>,
}

/// The right to execute a call and to write what it changes.
pub(crate) struct WriteTransaction<'a>(MutexGuard<'a, Backlog>);

impl Keeper {
    /// Opens a store and reads its rows.
    pub(crate) fn open(place: &str) -> Result<(Self, Rows), Error> {
        let mut store = open(place)?;
        let rows = store.load()?;
        let waiting = Vec::new();
        Ok((Self(Mutex::new(Backlog { store, waiting })), rows))
    }

    /// Begins to change the store; the next change waits for the end of this one.
    pub(crate) fn begin(&self) -> WriteTransaction<'_> {
        WriteTransaction(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl WriteTransaction<'_> {
    /// Writes rows, with those that could not be written before. Until then nobody may be told of them.
    pub(crate) fn write(&mut self, rows: Vec<StoredRow>) -> Result<(), Error> {
        let Backlog { store, waiting } = &mut *self.0;
        waiting.extend(rows);
        if !waiting.is_empty() {
            store.write(waiting)?;
            waiting.clear();
        }
        Ok(())
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Keeper").finish_non_exhaustive()
    }
}
