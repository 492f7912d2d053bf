//! In: rows of what the server remembers, and what calls changed. Out: the same rows again, after the process was killed, too,
//! and the transaction in which one call is executed and written. Never: a row without its kind, or half of what one call
//! changed.

#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

use crate::error::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something that is remembered, under a kind and a name that never change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredRow {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// The present content; `None` for what is forgotten.
    pub(crate) value: Option<Value>,
}

/// Rows that a store does not have yet. Without a store there are none.
#[derive(Debug, Default)]
pub(crate) struct Unwritten(Option<Vec<StoredRow>>);

impl Unwritten {
    /// Returns the collection of a server with a store.
    pub(crate) fn with_store() -> Self {
        Self(Some(Vec::new()))
    }

    pub(crate) fn has_store(&self) -> bool {
        self.0.is_some()
    }

    /// Adds the present content of a row; `None` for what is forgotten.
    pub(crate) fn put(&mut self, kind: &'static str, name: &(impl ToString + ?Sized), value: Option<impl Serialize>) {
        if let Some(rows) = &mut self.0 {
            rows.push(StoredRow {
                kind,
                name: name.to_string(),
                value: value.and_then(|value| serde_json::to_value(value).ok()),
            });
        }
    }

    /// Returns the rows since they were taken before.
    pub(crate) fn take(&mut self) -> Vec<StoredRow> {
        self.0.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

/// Content of a row.
pub(crate) fn from_content<T: DeserializeOwned>(content: Value) -> Option<T> {
    serde_json::from_value(content).ok()
}

/// Everything that a store has: contents by kind and name.
pub(crate) type Rows = BTreeMap<String, BTreeMap<String, Value>>;

/// A place where rows outlive the process.
pub(crate) trait RowStore: Send {
    /// All rows.
    fn load(&mut self) -> Result<Rows, Error>;

    /// Writes all rows or none of them.
    fn write(&mut self, rows: &[StoredRow]) -> Result<(), Error>;
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
    /// Reads the rows of a store.
    pub(crate) fn new(mut store: Box<dyn RowStore>) -> Result<(Self, Rows), Error> {
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
