//! A journal in one SQLite file of this machine: durable when a write is answered, and free of what it let go.
//!
//! One thread of its own does the work, so that no async runtime waits for a disk. Write-ahead log with full sync; deleted
//! content is overwritten, and the log is emptied after every settling: at once, or as soon as nobody reads it.

mod rows;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender as Line, channel};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sdkwright_runtime::journal::{Intent, JournalRefusal};
use tokio::sync::oneshot;

use crate::begin::record;
use crate::error::StoreError;
use crate::journal::{Journal, about, decided};
use crate::store::{Row, RowChange, Select, Store};

/// Longest wait for another process that holds the file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Gives whether it let something go, and what tells the one who asked.
type StoreJob = Box<dyn FnOnce(&mut Connection) -> (bool, Box<dyn FnOnce()>) + Send>;

/// Keeps rows in a SQLite file. Clones share it, and so may other processes of this machine.
#[derive(Debug, Clone)]
pub struct Sqlite {
    line: Arc<Line<StoreJob>>,
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
            let place = DatabaseFile::of(&connection);
            Self::over(connection, place)
        };
        open().map_err(|error| named(error, path))
    }

    fn over(mut connection: Connection, place: Option<DatabaseFile>) -> Result<Self, StoreError> {
        connection.busy_timeout(PATIENCE)?;
        log_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        let name = rows::migrate(&mut connection)?.into();
        let (line, jobs) = channel::<StoreJob>();
        std::thread::Builder::new()
            .name("sdkwright-journal".into())
            .spawn(move || {
                // An earlier run may have ended before it emptied the log.
                let mut holds_on = true;
                for job in jobs {
                    let (lets_go, tell) = job(&mut connection);
                    holds_on |= lets_go;
                    // Emptied before the answer is given: a program may exit as soon as its last action is settled.
                    holds_on = holds_on && !empties_log(&connection);
                    tell();
                }
            })
            .map_err(|error| StoreError::Database(error.to_string()))?;
        let line = Arc::new(line);
        Ok(Self {
            line,
            name,
            place: place.map(Arc::new),
        })
    }

    /// Runs work with the connection, one at a time.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> (bool, Result<T, StoreError>) + Send + 'static,
    ) -> Result<T, StoreError> {
        let ended = || StoreError::Database("the thread of the journal ended".into());
        let (answer, answered) = oneshot::channel();
        let place = self.place.clone();
        self.line
            .send(Box::new(move |connection| {
                let is_there = place.as_ref().map_or(Ok(()), |place| place.check());
                let (lets_go, done) = match is_there {
                    Ok(()) => work(connection),
                    Err(error) => (false, Err(error)),
                };
                let done = done.map_err(|error| match &place {
                    Some(place) => named(error, &place.path),
                    None => error,
                });
                let tell = move || {
                    let _ = answer.send(done);
                };
                (lets_go, Box::new(tell))
            }))
            .map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

/// The file that was opened. Another one in its place, or none, is noticed before the next row is written, and so before the next
/// action is sent. SQLite itself would go on with a file that nobody can find any more. On Windows an open file cannot be deleted.
#[derive(Debug)]
struct DatabaseFile {
    path: PathBuf,
    file: (u64, u64),
}

impl DatabaseFile {
    /// Returns the place of an open file; `None` for a database in memory.
    fn of(connection: &Connection) -> Option<Self> {
        let path = PathBuf::from(connection.path().filter(|path| !path.is_empty())?);
        let file = identity(&path)?;
        Some(Self { path, file })
    }

    fn check(&self) -> Result<(), StoreError> {
        if identity(&self.path) == Some(self.file) {
            return Ok(());
        }
        Err(StoreError::Replaced(self.path.clone()))
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

/// Returns device and number of a file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let data = std::fs::metadata(path).ok()?;
    Some((data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
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

/// Empties the log, which still contains released pages, unless it is being read at this moment. Does not wait, and the
/// next question tries again.
fn empties_log(connection: &Connection) -> bool {
    let checkpoint = || {
        connection.busy_timeout(Duration::ZERO)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
    };
    let is_busy = checkpoint();
    let restored = connection.busy_timeout(PATIENCE);
    restored.is_ok() && matches!(is_busy, Ok(0))
}

impl Store for Sqlite {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        self.work(move |connection| {
            let mut lets_go = false;
            let changed = change(connection, &select, decide, &mut lets_go);
            (lets_go, changed)
        })
        .await
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
}

fn change<T>(
    connection: &mut Connection,
    select: &Select,
    decide: impl Fn(&[Row]) -> (Vec<RowChange>, T),
    lets_go: &mut bool,
) -> Result<T, StoreError> {
    if matches!(select, Select::Page { filter, .. } if filter.is_read_only()) {
        return Ok(decide(&rows::find(connection, select)?).1);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = rows::find(&transaction, select)?;
    let (changed, decided) = decide(&found);
    let write = || {
        for change in &changed {
            rows::apply(&transaction, change)?;
        }
        Ok(())
    };
    let is_new = found.is_empty();
    let unsent = |error: StoreError| {
        if is_new {
            StoreError::Unsent(Box::new(error))
        } else {
            error
        }
    };
    write().map_err(unsent)?;
    // After a failed commit the result is unknown: a recovery may still read it from the log.
    transaction.commit()?;
    *lets_go = changed.iter().any(|change| match change {
        RowChange::Write(row) => row.request.is_none(),
        RowChange::Remove(_) => true,
    });
    Ok(decided)
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
        intent: Intent,
    ) -> Result<Result<(), JournalRefusal>, StoreError> {
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
