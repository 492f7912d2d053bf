//! Rows of the SQLite file: its tables, and how an entry is read and written.

use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, params, params_from_iter};
use sdk_runtime::journal::Sender;

use crate::entry::{Entry, State};
use crate::error::StoreError;
use crate::store::{Found, Select};

/// One step per version; `PRAGMA user_version` says how many are done.
const STEPS: &[&str] = &[
    "
CREATE TABLE sdk_journal_intents (
    key TEXT PRIMARY KEY,
    client_id TEXT,
    base_url TEXT NOT NULL,
    subject TEXT UNIQUE,
    state TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    leased_by TEXT NOT NULL,
    head TEXT NOT NULL,
    request BLOB,
    evidence BLOB
) STRICT;
CREATE INDEX sdk_journal_intents_by_state ON sdk_journal_intents (state, recorded, key);
CREATE TABLE sdk_journal_made (
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE sdk_journal_inbox (
    event_id TEXT PRIMARY KEY,
    accepted INTEGER NOT NULL
) STRICT;
",
    "CREATE TABLE sdk_journal_name (name TEXT NOT NULL) STRICT",
];

const COLUMNS: &str =
    "key, client_id, base_url, subject, state, recorded, leased_until, leased_by, head, request, evidence";

/// Brings the tables up to date, and gives the name of the store. Waits for nobody where they are.
pub(super) fn migrate(connection: &mut Connection) -> Result<String, StoreError> {
    if done(connection)? == STEPS.len() {
        return name(connection);
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for step in &STEPS[done(&transaction)?..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", i64::try_from(STEPS.len()).unwrap_or(i64::MAX))?;
    let known = transaction.query_row("SELECT COUNT(*) FROM sdk_journal_name", [], |row| row.get::<_, i64>(0))?;
    if known == 0 {
        let name = crate::journal::random()?;
        transaction.execute("INSERT INTO sdk_journal_name VALUES (?1)", [name])?;
    }
    transaction.commit()?;
    name(connection)
}

/// How many steps are done.
fn done(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(StoreError::Broken("a newer version of this crate wrote it".into()));
    }
    Ok(done)
}

fn name(connection: &Connection) -> Result<String, StoreError> {
    Ok(connection.query_row("SELECT name FROM sdk_journal_name", [], |row| row.get(0))?)
}

pub(super) fn find(connection: &Connection, select: &Select) -> Result<Found, StoreError> {
    match select {
        Select::About { key, subject, made } => {
            let mut entries = rows(connection, "key = ?1 OR subject = ?2", params![key, subject])?;
            if !made.is_empty() {
                let marks = vec!["?"; made.len()].join(", ");
                let which =
                    format!("evidence IS NOT NULL AND key IN (SELECT key FROM sdk_journal_made WHERE id IN ({marks}))");
                let more = rows(connection, &which, params_from_iter(made))?;
                let is_new = |entry: &Entry| entries.iter().all(|known| known.key != entry.key);
                let more: Vec<Entry> = more.into_iter().filter(is_new).collect();
                entries.extend(more);
            }
            Ok(Found { entries })
        }
        Select::Due { sender, after } => {
            let which = "state IN ('open', 'cut-off') AND client_id IS ?1 AND base_url = ?2 AND (recorded, key) > (?3, ?4) \
                         ORDER BY recorded, key LIMIT 1";
            let entries = rows(
                connection,
                which,
                params![sender.client_id, sender.base_url, after.0, after.1],
            )?;
            Ok(Found { entries })
        }
        Select::Kept { after, limit } => {
            let which = "request IS NOT NULL AND key > ?1 ORDER BY key LIMIT ?2";
            let entries = rows(connection, which, params![after, limit])?;
            Ok(Found { entries })
        }
        Select::In { state, after, limit } => {
            let which = "state = ?1 AND (recorded, key) > (?2, ?3) ORDER BY recorded, key LIMIT ?4";
            let entries = rows(connection, which, params![state.as_str(), after.0, after.1, limit])?;
            Ok(Found { entries })
        }
    }
}

fn rows(connection: &Connection, which: &str, values: impl rusqlite::Params) -> Result<Vec<Entry>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM sdk_journal_intents WHERE {which}"))?;
    let mut found = Vec::new();
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<Entry, StoreError> {
    let (state, head): (String, String) = (row.get(4)?, row.get(8)?);
    let broken = |what: &str| StoreError::Broken(what.into());
    Ok(Entry {
        key: row.get(0)?,
        sender: Sender {
            client_id: row.get(1)?,
            base_url: row.get(2)?,
        },
        subject: row.get(3)?,
        state: State::of(&state).ok_or_else(|| broken("a state"))?,
        recorded: row.get(5)?,
        leased_until: row.get(6)?,
        leased_by: row.get(7)?,
        head: serde_json::from_str(&head).map_err(|_| broken("a head"))?,
        request: row.get(9)?,
        evidence: row.get(10)?,
    })
}

pub(super) fn write(connection: &Connection, entry: &Entry) -> Result<(), StoreError> {
    let head = serde_json::to_string(&entry.head).map_err(|error| StoreError::Broken(error.to_string()))?;
    let values: [&dyn ToSql; 11] = [
        &entry.key,
        &entry.sender.client_id,
        &entry.sender.base_url,
        &entry.subject,
        &entry.state.as_str(),
        &entry.recorded,
        &entry.leased_until,
        &entry.leased_by,
        &head,
        &entry.request,
        &entry.evidence,
    ];
    connection
        .prepare_cached(&format!(
            "INSERT INTO sdk_journal_intents ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT (key) DO UPDATE SET client_id = ?2, base_url = ?3, subject = ?4, state = ?5, recorded = ?6, \
             leased_until = ?7, leased_by = ?8, head = ?9, request = ?10, evidence = ?11"
        ))?
        .execute(values.as_slice())?;
    // Only a row that keeps an approval has to be found by what it made.
    connection.execute("DELETE FROM sdk_journal_made WHERE key = ?1", [&entry.key])?;
    if entry.evidence.is_some() {
        for (_, id) in &entry.head.ids {
            connection.execute(
                "INSERT OR IGNORE INTO sdk_journal_made (id, key) VALUES (?1, ?2)",
                [id, &entry.key],
            )?;
        }
    }
    Ok(())
}
