//! In: rows. Out: a SQLite file, of this server alone while it runs. Never: a row that a killed process leaves half written.

use super::{RowStore, Rows, StoredRow};
use crate::error::Error;
use rusqlite::{Connection, params};
use std::time::Duration;

/// Longest wait for a server that is about to end.
const PATIENCE: Duration = Duration::from_secs(2);
const TABLE: &str = "CREATE TABLE IF NOT EXISTS sandbox (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID";
const PUT: &str = "INSERT INTO sandbox VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = excluded.value";
const DROP: &str = "DELETE FROM sandbox WHERE kind = ?1 AND name = ?2";

/// Rows in a file.
pub(crate) struct SqliteStore {
    connection: Connection,
    place: String,
}

impl SqliteStore {
    pub(crate) fn open(place: &str) -> Result<Self, Error> {
        // The file holds data that partners send, so that only its owner may read it.
        // Where that fails, SQLite says why.
        drop(private(place));
        let connect = || {
            let connection = Connection::open(place)?;
            connection.busy_timeout(PATIENCE)?;
            // Held until the end of the process: two servers would not know of each other's resources.
            connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // A write outlives the process at once, and the machine's end soon.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.execute(TABLE, ())?;
            Ok(connection)
        };
        let connection = connect().map_err(|source: rusqlite::Error| {
            if source.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) {
                return Error::Store(format!("{place} is in use by another sandbox"));
            }
            failed(place, &source)
        })?;
        Ok(Self {
            connection,
            place: place.to_owned(),
        })
    }
}

/// Makes a file that only its owner reads and writes, where there is none; SQLite gives the files beside it the same mode.
fn private(place: &str) -> std::io::Result<()> {
    // Names that SQLite does not take for paths.
    if place.is_empty() || place == ":memory:" || place.starts_with("file:") {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(place).map(drop)
}

impl RowStore for SqliteStore {
    fn load(&mut self) -> Result<Rows, Error> {
        let wrong = |source: rusqlite::Error| failed(&self.place, &source);
        let text = "SELECT kind, name, value FROM sandbox";
        let mut statement = self.connection.prepare(text).map_err(wrong)?;
        let mut found = statement.query([]).map_err(wrong)?;
        let mut rows = Rows::new();
        while let Some(row) = found.next().map_err(wrong)? {
            let text = |at: usize| row.get::<_, String>(at).map_err(wrong);
            put(&mut rows, &self.place, text(0)?, text(1)?, &text(2)?)?;
        }
        Ok(rows)
    }

    fn write(&mut self, rows: &[StoredRow]) -> Result<(), Error> {
        let mut write = || {
            let transaction = self.connection.transaction()?;
            for row in rows {
                match &row.value {
                    Some(value) => {
                        transaction
                            .prepare_cached(PUT)?
                            .execute(params![row.kind, row.name, value.to_string()])?
                    }
                    None => transaction.prepare_cached(DROP)?.execute(params![row.kind, row.name])?,
                };
            }
            transaction.commit()
        };
        write().map_err(|source: rusqlite::Error| failed(&self.place, &source))
    }
}

/// The error of a store, with its place.
fn failed(place: &str, source: &(dyn std::error::Error + 'static)) -> Error {
    let causes = std::iter::successors(Some(source), |cause| cause.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    Error::Store(format!("{place}: {}", causes.join(": ")))
}

/// The content of a row, read again.
fn put(rows: &mut Rows, place: &str, kind: String, name: String, text: &str) -> Result<(), Error> {
    let value = serde_json::from_str(text).map_err(|source| {
        Error::Store(format!(
            "{place}: {kind} {name} was changed since it was written: {source}"
        ))
    })?;
    rows.entry(kind).or_default().insert(name, value);
    Ok(())
}
