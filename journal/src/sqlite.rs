//! A journal in one SQLite file of this machine: durable when a write is answered, and free of what it let go.
//!
//! One thread of its own does the work, so that no async runtime waits for a disk. Changes that wait at the same moment share a commit.
//! Write-ahead log with full sync: each commit syncs the log. Deleted content is overwritten, and the log is emptied after every
//! settling: at once, or as soon as nobody reads it.

mod rows;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender as Line, channel};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction};
use sdkwright_runtime::journal::{Intent, JournalRefusal};
use tokio::sync::{Semaphore, oneshot};

use crate::decision::record;
use crate::error::StoreError;
use crate::journal::{Journal, about, decided};
use crate::store::{Row, RowChange, Select, Store};
use writer::{DatabaseFile, PATIENCE, StoreChange, WaitingChange};

/// Largest number of waiting changes. More callers wait for a place.
const PLACES: usize = 1024;

/// Largest number of statements that stay compiled.
const STATEMENTS: usize = 64;

/// Keeps rows in a SQLite file. Clones share it, and so may other processes of this machine.
#[derive(Debug, Clone)]
pub struct Sqlite {
    line: Arc<Line<Box<dyn WaitingChange>>>,
    turns: Arc<Semaphore>,
    name: Arc<str>,
    place: Option<Arc<DatabaseFile>>,
}

impl Sqlite {
    /// Opens the file, or makes it for its owner alone. It must be on a disk of this machine.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        make(path);
        let open = || {
            let connection = Connection::open(path)?;
            let place = DatabaseFile::from_connection(&connection);
            Self::over(connection, place)
        };
        open().map_err(|error| named(error, path))
    }

    fn over(mut connection: Connection, place: Option<DatabaseFile>) -> Result<Self, StoreError> {
        connection.busy_timeout(PATIENCE)?;
        if connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))? == 0 {
            // Only a new file can be made so that it becomes smaller again.
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        }
        log_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        let name = rows::migrate(&mut connection)?.into();
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let (place, (line, waiting)) = (place.map(Arc::new), channel());
        let file = place.clone();
        std::thread::Builder::new()
            .name("sdkwright-journal".into())
            .spawn(move || writer::run(connection, file.as_deref(), &waiting))
            .map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Self {
            line: Arc::new(line),
            turns: Arc::new(Semaphore::new(PLACES)),
            name,
            place,
        })
    }
}

/// Adds the file to a message of SQLite that lacks it.
fn named(error: StoreError, path: &Path) -> StoreError {
    let file = path.display().to_string();
    match error {
        StoreError::Database(text) if !text.contains(&file) => StoreError::Database(format!("{file}: {text}")),
        StoreError::Unsent(error) => StoreError::Unsent(Box::new(named(*error, path))),
        error => error,
    }
}

/// Makes a new file that nobody else may read; the other files of SQLite take its mode. SQLite reports an error in the path.
#[cfg(unix)]
fn make(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let is_file = path
        .to_str()
        .is_none_or(|text| !(text.is_empty() || text.starts_with(':') || text.starts_with("file:")));
    if is_file {
        let mut options = std::fs::OpenOptions::new();
        let _ = options.write(true).create_new(true).mode(0o600).open(path);
    }
}

#[cfg(not(unix))]
fn make(_: &Path) {}

/// Switches to the write-ahead log. SQLite does not wait here for other processes that use the file.
fn log_ahead(connection: &Connection) -> Result<(), StoreError> {
    let began = Instant::now();
    loop {
        let switched = connection.pragma_update(None, "journal_mode", "WAL");
        match switched.map_err(StoreError::from) {
            Err(StoreError::Busy) if began.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            switched => return switched,
        }
    }
}

impl Store for Sqlite {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        let ended = || StoreError::Database("the thread of the journal ended".into());
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| ended())?;
        let (answer, answered) = oneshot::channel();
        let change = StoreChange::new(select, decide, answer, turn);
        self.line.send(Box::new(change)).map_err(|_| ended())?;
        let done = answered.await.map_err(|_| ended())?;
        done.map_err(|error| match &self.place {
            Some(place) => named(error, &place.path),
            None => error,
        })
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
}

impl Journal<Sqlite> {
    /// Writes an intent down in a transaction of yours on the same file: it is there if and only if you commit. Nothing is sent;
    /// afterwards make the same call under the same key, or [`resume`](Self::resume).
    ///
    /// ```
    /// # use sdkwright_journal::{Intent, Journal, Sqlite};
    /// # fn record(database: &mut rusqlite::Connection, journal: &Journal<Sqlite>, intent: Intent) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut transaction = database.transaction()?;
    /// transaction.execute("UPDATE orders SET state = 'paying' WHERE id = 'wd-9001'", [])?;
    /// journal.record_in(&mut transaction, intent)??;
    /// transaction.commit()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn record_in(
        &self,
        transaction: &mut Transaction<'_>,
        intent: impl Into<Intent>,
    ) -> Result<Result<(), JournalRefusal>, StoreError> {
        let intent = intent.into();
        let (holder, owner) = (self.holder(""), self.owner_of(&intent));
        let draft = self.draft(intent)?;
        let found = rows::find(transaction, &about(&draft))?;
        let decide = decided(owner, move |found| record(found, &draft, &holder));
        let (changed, decided) = decide(&found);
        for change in &changed {
            rows::apply(transaction, change)?;
        }
        decided
    }
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
