//! Rows of the PostgreSQL tables: how they are made, found and written.

use bytes::BytesMut;
use sdk_runtime::journal::Sender;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, GenericClient, Row, Transaction};

use crate::entry::{Entry, State};
use crate::error::StoreError;
use crate::store::{Found, Select};
use crate::stored::short;

/// One step per version; the table `sdk_journal_version` says how many are done.
const STEPS: &[&str] = &[
    "
CREATE TABLE sdk_journal_intents (
    key TEXT PRIMARY KEY,
    client_id TEXT,
    base_url TEXT NOT NULL,
    subject TEXT UNIQUE,
    state TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    leased_by TEXT NOT NULL,
    head TEXT NOT NULL,
    request BYTEA,
    evidence BYTEA
);
CREATE INDEX sdk_journal_intents_by_state ON sdk_journal_intents (state, recorded, key COLLATE \"C\");
CREATE TABLE sdk_journal_made (
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (id, key)
);
CREATE INDEX sdk_journal_made_by_key ON sdk_journal_made (key);
CREATE TABLE sdk_journal_inbox (
    event_id TEXT PRIMARY KEY,
    accepted BIGINT NOT NULL
);
",
    "CREATE TABLE sdk_journal_name (name TEXT NOT NULL)",
];

/// Any number that nobody else locks.
const LOCK: i64 = 0x7364_6b2d_6a6f_7572;

const COLUMNS: &str =
    "key, client_id, base_url, subject, state, recorded, leased_until, leased_by, head, request, evidence";

/// Brings the tables up to date, and gives the name of the store. Where they are, nothing is locked or written.
pub(super) async fn migrate(client: &mut Client) -> Result<String, StoreError> {
    let exists = "SELECT to_regclass('sdk_journal_version') IS NOT NULL";
    if client.query_one(exists, &[]).await?.try_get(0)? && done(client).await? == STEPS.len() {
        return name(client).await;
    }
    let transaction = client.transaction().await?;
    transaction
        .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    transaction
        .batch_execute("CREATE TABLE IF NOT EXISTS sdk_journal_version (steps INTEGER NOT NULL)")
        .await?;
    for step in &STEPS[done(&transaction).await?..] {
        transaction.batch_execute(step).await?;
    }
    let steps = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    transaction.execute("DELETE FROM sdk_journal_version", &[]).await?;
    transaction
        .execute("INSERT INTO sdk_journal_version VALUES ($1)", &[&steps])
        .await?;
    let new = crate::journal::random()?;
    let text = "INSERT INTO sdk_journal_name SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM sdk_journal_name)";
    transaction.execute(text, &[&new]).await?;
    transaction.commit().await?;
    name(client).await
}

/// How many steps are done.
async fn done(client: &impl GenericClient) -> Result<usize, StoreError> {
    let row = client.query_opt("SELECT steps FROM sdk_journal_version", &[]).await?;
    let done: i32 = row.as_ref().map_or(Ok(0), |row| row.try_get(0))?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(StoreError::Broken("a newer version of this crate wrote it".into()));
    }
    Ok(done)
}

async fn name(client: &Client) -> Result<String, StoreError> {
    let row = client.query_one("SELECT name FROM sdk_journal_name", &[]).await?;
    Ok(row.try_get(0)?)
}

pub(super) async fn find(transaction: &Transaction<'_>, select: &Select) -> Result<Found, StoreError> {
    let entries = match select {
        Select::About { key, subject, made } => {
            let which = "key = $1 OR subject = $2 ORDER BY key FOR UPDATE";
            let mut entries = rows(transaction, which, &[key, subject]).await?;
            if !made.is_empty() {
                let made: Vec<String> = made.iter().map(|id| short(id).into_owned()).collect();
                let which = "evidence IS NOT NULL AND key IN (SELECT key FROM sdk_journal_made WHERE id = ANY($1)) \
                             AND key <> $2 ORDER BY key FOR UPDATE";
                entries.extend(rows(transaction, which, &[&made, key]).await?);
            }
            entries
        }
        Select::Due { sender, after } => {
            let which = "state IN ('open', 'cut-off') AND client_id IS NOT DISTINCT FROM $1 AND base_url = $2 \
                         AND (recorded, key COLLATE \"C\") > ($3, $4) ORDER BY recorded, key COLLATE \"C\" LIMIT 1 \
                         FOR UPDATE SKIP LOCKED";
            rows(
                transaction,
                which,
                &[&sender.client_id, &sender.base_url, &after.0, &after.1],
            )
            .await?
        }
        Select::In { state, after, limit } => {
            let which =
                "state = $1 AND (recorded, key COLLATE \"C\") > ($2, $3) ORDER BY recorded, key COLLATE \"C\" LIMIT $4";
            let (state, limit) = (state.as_str(), i64::from(*limit));
            rows(transaction, which, &[&state, &after.0, &after.1, &limit]).await?
        }
        Select::Kept { after, limit } => {
            let which = "request IS NOT NULL AND key > $1 ORDER BY key LIMIT $2";
            rows(transaction, which, &[after, &i64::from(*limit)]).await?
        }
    };
    Ok(Found { entries })
}

/// Is one of these keys there?
pub(super) async fn knows_any(client: &Client, keys: &[String]) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM sdk_journal_intents WHERE key = ANY($1) LIMIT 1";
    Ok(client.query_opt(text, &[&keys]).await?.is_some())
}

async fn rows(
    transaction: &Transaction<'_>,
    which: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Entry>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM sdk_journal_intents WHERE {which}");
    let found = transaction.query(&text, values).await?;
    found.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Entry, StoreError> {
    let (state, head): (String, String) = (row.try_get(4)?, row.try_get(8)?);
    Ok(Entry {
        key: row.try_get(0)?,
        sender: Sender {
            client_id: row.try_get(1)?,
            base_url: row.try_get(2)?,
        },
        subject: row.try_get(3)?,
        state: State::of(&state).ok_or_else(|| StoreError::Broken("a state".into()))?,
        recorded: row.try_get(5)?,
        leased_until: row.try_get(6)?,
        leased_by: row.try_get(7)?,
        head: serde_json::from_str(&head).map_err(|_| StoreError::Broken("a head".into()))?,
        request: row.try_get(9)?,
        evidence: row.try_get(10)?,
    })
}

/// Bytes that the database's client does not print: its log tells the parameters of each statement.
struct Unseen<'v>(&'v Option<Vec<u8>>);

impl std::fmt::Debug for Unseen<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl ToSql for Unseen<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.0.to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <Option<Vec<u8>> as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// Writes rows; `false` if another transaction wrote one of them first.
pub(super) async fn write_all(
    transaction: &Transaction<'_>,
    found: &Found,
    changed: &[Entry],
) -> Result<bool, StoreError> {
    for entry in changed {
        if !write(transaction, found, entry).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn write(transaction: &Transaction<'_>, found: &Found, entry: &Entry) -> Result<bool, StoreError> {
    let is_known = found.entries.iter().any(|known| known.key == entry.key);
    let head = serde_json::to_string(&entry.head).map_err(|error| StoreError::Broken(error.to_string()))?;
    let state = entry.state.as_str();
    let values: [&(dyn ToSql + Sync); 11] = [
        &entry.key,
        &entry.sender.client_id,
        &entry.sender.base_url,
        &entry.subject,
        &state,
        &entry.recorded,
        &entry.leased_until,
        &entry.leased_by,
        &head,
        &Unseen(&entry.request),
        &Unseen(&entry.evidence),
    ];
    let text = if is_known {
        "UPDATE sdk_journal_intents SET client_id = $2, base_url = $3, subject = $4, state = $5, recorded = $6, \
         leased_until = $7, leased_by = $8, head = $9, request = $10, evidence = $11 WHERE key = $1"
            .to_owned()
    } else {
        format!(
            "INSERT INTO sdk_journal_intents ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT DO NOTHING"
        )
    };
    if transaction.execute(&text, &values).await? == 0 {
        return Ok(false);
    }
    if is_known {
        transaction
            .execute("DELETE FROM sdk_journal_made WHERE key = $1", &[&entry.key])
            .await?;
    }
    // Only a row that keeps an approval has to be found by what it made.
    if entry.evidence.is_some() {
        for (_, id) in &entry.head.ids {
            let text = "INSERT INTO sdk_journal_made (id, key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            transaction.execute(text, &[&short(id), &entry.key]).await?;
        }
    }
    Ok(true)
}
