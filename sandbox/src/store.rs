//! In: the name of a store, and what calls changed. Out: the store, and the transaction in which one call is executed and written. Never: half of what
//! one call changed.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::error::Error;
use crate::row::{Rows, Store, StoredRow};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store that all clients of a server share.
pub(crate) type Common = Arc<Mutex<Box<dyn Store>>>;

/// Opens a store: a URL of PostgreSQL, or the path of a SQLite file. No two servers have one store at the same time.
pub(crate) fn open(place: &str) -> Result<Common, Error> {
    let store = if place.starts_with("postgres://") || place.starts_with("postgresql://") {
        postgres(place)?
    } else {
        sqlite(place)?
    };
    Ok(Arc::new(Mutex::new(store)))
}

#[cfg(feature = "sqlite")]
fn sqlite(place: &str) -> Result<Box<dyn Store>, Error> {
    Ok(Box::new(sqlite::Sqlite::open(place)?))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str) -> Result<Box<dyn Store>, Error> {
    Err(missing("SQLite", "sqlite"))
}

#[cfg(feature = "postgres")]
fn postgres(place: &str) -> Result<Box<dyn Store>, Error> {
    Ok(Box::new(postgres::Postgres::open(place)?))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Result<Box<dyn Store>, Error> {
    Err(missing("PostgreSQL", "postgres"))
}

#[cfg(not(all(feature = "sqlite", feature = "postgres")))]
fn missing(name: &str, feature: &str) -> Error {
    let text = format!("this command was built without {name}: build it with `--features {feature}`");
    Error::Store(text)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The store of one client. Who holds its transaction executes a call and writes what it changed; the next call waits.
pub(crate) struct Keeper {
    client: String,
    store: Common,
    /// Rows that could not be written yet.
    waiting: Mutex<Vec<StoredRow>>,
}

/// The right to execute a call and to write what it changes.
pub(crate) struct WriteTransaction<'a> {
    keeper: &'a Keeper,
    waiting: MutexGuard<'a, Vec<StoredRow>>,
}

impl Keeper {
    pub(crate) fn new(client: &str, store: &Common) -> Self {
        Self {
            client: client.to_owned(),
            store: Arc::clone(store),
            waiting: Mutex::default(),
        }
    }

    pub(crate) fn load(&self) -> Result<Rows, Error> {
        locked(&self.store).load(&self.client)
    }

    /// Begins to change the store; the next change waits for the end of this one.
    pub(crate) fn begin(&self) -> WriteTransaction<'_> {
        WriteTransaction {
            keeper: self,
            waiting: locked(&self.waiting),
        }
    }
}

impl WriteTransaction<'_> {
    /// Writes rows, with those that could not be written before. Until then nobody may be told of them.
    pub(crate) fn write(&mut self, rows: Vec<StoredRow>) -> Result<(), Error> {
        self.waiting.extend(rows);
        if !self.waiting.is_empty() {
            locked(&self.keeper.store).write(&self.keeper.client, &self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Keeper")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
