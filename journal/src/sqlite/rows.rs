//! Rows of the SQLite file: its tables, and how an entry is read and written.

use std::borrow::Cow;

use rusqlite::types::ToSql;
use rusqlite::{Connection, params, params_from_iter};
use sdkwright_runtime::journal::Sender;

use crate::error::StoreError;
use crate::store::{Row, RowChange, RowFilter, RowPosition, Select, SqlValue, parts};

/// One step per version; `PRAGMA user_version` says how many are done. Who has no client id has the empty one.
const STEPS: &[&str] = &["
CREATE TABLE sdkwright_journal_intents (
    base_url TEXT NOT NULL,
    client_id TEXT NOT NULL,
    key TEXT NOT NULL,
    subject TEXT,
    state TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    leased_by TEXT NOT NULL,
    head TEXT NOT NULL,
    request BLOB,
    evidence BLOB,
    sealed_by TEXT NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (base_url, client_id, key),
    UNIQUE (base_url, client_id, subject)
) STRICT;
CREATE INDEX sdkwright_journal_intents_by_state ON sdkwright_journal_intents (state, recorded, base_url, client_id, key);
CREATE INDEX sdkwright_journal_intents_by_seal ON sdkwright_journal_intents (base_url, client_id, sealed_by, recorded, key);
CREATE INDEX sdkwright_journal_intents_by_age ON sdkwright_journal_intents (base_url, client_id, recorded, key);
CREATE TABLE sdkwright_journal_made (
    base_url TEXT NOT NULL,
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (base_url, client_id, key, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sdkwright_journal_made_by_id ON sdkwright_journal_made (base_url, client_id, id, key);
CREATE TABLE sdkwright_journal_inbox (
    event_id TEXT PRIMARY KEY,
    accepted INTEGER NOT NULL
) STRICT;
CREATE TABLE sdkwright_journal_name (name TEXT NOT NULL) STRICT
"];

const COLUMNS: &str = "base_url, client_id, key, subject, state, recorded, leased_until, leased_by, head, request, evidence, \
     sealed_by, seal";

/// Returns the search keys of a row, as a JSON list.
const MADE: &str = "(SELECT json_group_array(id) FROM sdkwright_journal_made AS made WHERE made.base_url = found.base_url \
     AND made.client_id = found.client_id AND made.key = found.key)";

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
    let known = transaction.query_row("SELECT COUNT(*) FROM sdkwright_journal_name", [], |row| {
        row.get::<_, i64>(0)
    })?;
    if known == 0 {
        let name = crate::keys::random()?;
        transaction.execute("INSERT INTO sdkwright_journal_name VALUES (?1)", [name])?;
    }
    transaction.commit()?;
    name(connection)
}

/// Reads the number of migration steps that are done.
fn done(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(StoreError::Broken("a newer version of this crate wrote it".into()));
    }
    Ok(done)
}

fn name(connection: &Connection) -> Result<String, StoreError> {
    Ok(connection.query_row("SELECT name FROM sdkwright_journal_name", [], |row| row.get(0))?)
}

pub(super) fn find(connection: &Connection, select: &Select) -> Result<Vec<Row>, StoreError> {
    match select {
        Select::About {
            sender,
            key,
            subject,
            made,
        } => {
            let [base_url, client_id] = parts(sender);
            let which = "base_url = ?1 AND client_id = ?2 AND (key = ?3 OR subject = ?4)";
            let mut found = rows(connection, which, params![base_url, client_id, key, subject])?;
            if !made.is_empty() {
                let marks = vec!["?"; made.len()].join(", ");
                let which = format!(
                    "base_url = ? AND client_id = ? AND key IN (SELECT key FROM sdkwright_journal_made \
                     WHERE base_url = ? AND client_id = ? AND id IN ({marks}))"
                );
                let named = [base_url, client_id, base_url, client_id].into_iter();
                let values = named.chain(made.iter().map(String::as_str));
                let more = rows(connection, &which, params_from_iter(values))?;
                let is_new = |row: &Row| found.iter().all(|known| known.key != row.key);
                let more: Vec<Row> = more.into_iter().filter(is_new).collect();
                found.extend(more);
            }
            Ok(found)
        }
        Select::Due { sender, after } => {
            let [base_url, client_id] = parts(sender);
            // Keys are visible ASCII. A row with another key cannot be a page position, so it is left to the queries that report
            // broken rows.
            let which = "base_url = ?1 AND client_id = ?2 AND state IN ('open', 'cut-off') AND key NOT GLOB '*[^!-~]*' AND \
                         (recorded, base_url, client_id, key) > (?3, ?4, ?5, ?6) ORDER BY recorded, key LIMIT 1";
            let RowPosition {
                recorded,
                base_url: behind,
                client_id: of,
                key,
            } = after;
            rows(
                connection,
                which,
                params![base_url, client_id, recorded, behind, of, key],
            )
        }
        Select::Page { filter, after, limit } => page(connection, filter, after, *limit),
    }
}

/// Rows after a position, in their order.
fn page(connection: &Connection, filter: &RowFilter, after: &RowPosition, limit: u32) -> Result<Vec<Row>, StoreError> {
    let (condition, of_filter) = filter.to_sql();
    let which = format!(
        "(recorded, base_url, client_id, key) > (?1, ?2, ?3, ?4) AND {} \
         ORDER BY recorded, base_url, client_id, key LIMIT ?5",
        condition.replace('$', "?")
    );
    let place: [&dyn ToSql; 5] = [&after.recorded, &after.base_url, &after.client_id, &after.key, &limit];
    let of_filter = of_filter.iter().map(|value| match value {
        SqlValue::Text(value) => value as &dyn ToSql,
        SqlValue::Number(value) => value,
    });
    let values: Vec<&dyn ToSql> = place.into_iter().chain(of_filter).collect();
    rows(connection, &which, values.as_slice())
}

fn rows(connection: &Connection, which: &str, values: impl rusqlite::Params) -> Result<Vec<Row>, StoreError> {
    let text = format!("SELECT {COLUMNS}, {MADE} FROM sdkwright_journal_intents AS found WHERE {which}");
    let mut statement = connection.prepare_cached(&text)?;
    let mut found = Vec::new();
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Reads a row whatever bytes stand where it should have text: one row must not hide the others. It is then in no state.
fn read(row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
    let mut is_text = true;
    let mut text = |column: usize| -> Result<Option<String>, rusqlite::Error> {
        let bytes = row.get_ref(column)?.as_bytes_or_null()?;
        let read = bytes.map(String::from_utf8_lossy);
        is_text &= !matches!(read, Some(Cow::Owned(_)));
        Ok(read.map(Cow::into_owned))
    };
    let made = text(13)?.unwrap_or_default();
    let mut read = Row {
        sender: Sender {
            client_id: text(1)?.filter(|id| !id.is_empty()),
            base_url: text(0)?.unwrap_or_default(),
        },
        key: text(2)?.unwrap_or_default(),
        subject: text(3)?,
        state: text(4)?.unwrap_or_default(),
        recorded: row.get(5)?,
        leased_until: row.get(6)?,
        leased_by: text(7)?.unwrap_or_default(),
        head: text(8)?.unwrap_or_default(),
        request: row.get(9)?,
        evidence: row.get(10)?,
        sealed_by: text(11)?.unwrap_or_default(),
        seal: row.get(12)?,
        // An unreadable list was not written by this crate and fails verification.
        made: serde_json::from_str(&made).unwrap_or_else(|_| vec![made]),
    };
    read.made.sort_unstable();
    if !is_text {
        read.state.clear();
    }
    Ok(read)
}

pub(super) fn apply(connection: &Connection, change: &RowChange) -> Result<(), StoreError> {
    match change {
        RowChange::Write(row) => write(connection, row),
        RowChange::Remove(row) => {
            let [base_url, client_id] = parts(&row.sender);
            for table in ["sdkwright_journal_intents", "sdkwright_journal_made"] {
                let text = format!("DELETE FROM {table} WHERE base_url = ?1 AND client_id = ?2 AND key = ?3");
                connection
                    .prepare_cached(&text)?
                    .execute(params![base_url, client_id, row.key])?;
            }
            Ok(())
        }
    }
}

fn write(connection: &Connection, row: &Row) -> Result<(), StoreError> {
    let [base_url, client_id] = parts(&row.sender);
    let values: [&dyn ToSql; 13] = [
        &base_url,
        &client_id,
        &row.key,
        &row.subject,
        &row.state,
        &row.recorded,
        &row.leased_until,
        &row.leased_by,
        &row.head,
        &row.request,
        &row.evidence,
        &row.sealed_by,
        &row.seal,
    ];
    connection
        .prepare_cached(&format!(
            "INSERT INTO sdkwright_journal_intents ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
             ON CONFLICT (base_url, client_id, key) DO UPDATE SET subject = ?4, state = ?5, recorded = ?6, \
             leased_until = ?7, leased_by = ?8, head = ?9, request = ?10, evidence = ?11, sealed_by = ?12, seal = ?13"
        ))?
        .execute(values.as_slice())?;
    let forgets = "DELETE FROM sdkwright_journal_made WHERE base_url = ?1 AND client_id = ?2 AND key = ?3";
    connection
        .prepare_cached(forgets)?
        .execute(params![base_url, client_id, row.key])?;
    let adds = "INSERT OR IGNORE INTO sdkwright_journal_made (base_url, client_id, id, key) VALUES (?1, ?2, ?3, ?4)";
    for id in &row.made {
        connection
            .prepare_cached(adds)?
            .execute(params![base_url, client_id, id, row.key])?;
    }
    Ok(())
}
