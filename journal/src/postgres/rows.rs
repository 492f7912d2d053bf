//! Rows of the PostgreSQL tables: how they are made, found and written.

use bytes::BytesMut;
use sdkwright_runtime::journal::Sender;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, GenericClient, IsolationLevel, Transaction};

use crate::error::StoreError;
use crate::store::{Change, Row, RowPosition, Select, State};

/// One step per version; the table `sdkwright_journal_version` says how many are done. Who has no client id has the empty one. Texts
/// are compared by their bytes, whatever the database's own order is.
const STEPS: &[&str] = &["
CREATE TABLE sdkwright_journal_intents (
    base_url TEXT COLLATE \"C\" NOT NULL,
    client_id TEXT COLLATE \"C\" NOT NULL,
    key TEXT COLLATE \"C\" NOT NULL,
    subject TEXT,
    state TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    leased_by TEXT NOT NULL,
    head TEXT NOT NULL,
    request BYTEA,
    evidence BYTEA,
    sealed_by TEXT NOT NULL,
    seal BYTEA NOT NULL,
    made TEXT[] NOT NULL,
    PRIMARY KEY (base_url, client_id, key),
    UNIQUE (base_url, client_id, subject)
);
CREATE INDEX sdkwright_journal_intents_by_state ON sdkwright_journal_intents (state, recorded, base_url, client_id, key);
CREATE INDEX sdkwright_journal_intents_by_seal ON sdkwright_journal_intents (base_url, client_id, sealed_by, recorded, key);
CREATE INDEX sdkwright_journal_intents_by_age ON sdkwright_journal_intents (base_url, client_id, recorded, key);
CREATE INDEX sdkwright_journal_intents_by_made ON sdkwright_journal_intents USING gin (made) WITH (fastupdate = off);
CREATE TABLE sdkwright_journal_inbox (
    event_id TEXT PRIMARY KEY,
    accepted BIGINT NOT NULL
);
CREATE TABLE sdkwright_journal_name (name TEXT NOT NULL)
"];

/// Any number that nobody else locks.
const LOCK: i64 = 0x7364_6b2d_6a6f_7572;

const COLUMNS: &str = "base_url, client_id, key, subject, state, recorded, leased_until, leased_by, head, request, evidence, \
     sealed_by, seal, made";

/// Settings of a transaction, set in each one: a pooler may give every one of them another session, and reset it before. What is
/// answered must be durable. Nobody waits for ever for a lock that a forgotten transaction holds; who wants another bound gives it
/// in the connection string (`options=-clock_timeout=60s`).
const SETTINGS: &str = "SET LOCAL synchronous_commit = on;
    SELECT set_config('lock_timeout', '10s', true) WHERE current_setting('lock_timeout') = '0'";

/// Begins a transaction that sees what others wrote.
pub(super) async fn begin(client: &mut Client) -> Result<Transaction<'_>, StoreError> {
    let builder = client.build_transaction();
    let transaction = builder.isolation_level(IsolationLevel::ReadCommitted).start().await?;
    transaction.batch_execute(SETTINGS).await?;
    Ok(transaction)
}

/// Brings the tables up to date, and gives the name of the store. Where they are, nothing is locked or written.
pub(super) async fn migrate(client: &mut Client) -> Result<String, StoreError> {
    let exists = "SELECT to_regclass('sdkwright_journal_version') IS NOT NULL";
    if client.query_one(exists, &[]).await?.try_get(0)? && done(client).await? == STEPS.len() {
        return name(client).await;
    }
    let transaction = begin(client).await?;
    transaction
        .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    transaction
        .batch_execute("CREATE TABLE IF NOT EXISTS sdkwright_journal_version (steps INTEGER NOT NULL)")
        .await?;
    for step in &STEPS[done(&transaction).await?..] {
        transaction.batch_execute(step).await?;
    }
    let steps = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    transaction
        .execute("DELETE FROM sdkwright_journal_version", &[])
        .await?;
    transaction
        .execute("INSERT INTO sdkwright_journal_version VALUES ($1)", &[&steps])
        .await?;
    let new = crate::keys::random()?;
    let text = "INSERT INTO sdkwright_journal_name SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM sdkwright_journal_name)";
    transaction.execute(text, &[&new]).await?;
    transaction.commit().await?;
    name(client).await
}

/// Reads the number of migration steps that are done.
async fn done(client: &impl GenericClient) -> Result<usize, StoreError> {
    let row = client
        .query_opt("SELECT steps FROM sdkwright_journal_version", &[])
        .await?;
    let done: i32 = row.as_ref().map_or(Ok(0), |row| row.try_get(0))?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(StoreError::Broken("a newer version of this crate wrote it".into()));
    }
    Ok(done)
}

async fn name(client: &Client) -> Result<String, StoreError> {
    let row = client.query_one("SELECT name FROM sdkwright_journal_name", &[]).await?;
    Ok(row.try_get(0)?)
}

pub(super) async fn find(transaction: &Transaction<'_>, select: &Select) -> Result<Vec<Row>, StoreError> {
    match select {
        Select::About {
            sender,
            key,
            subject,
            made,
        } => {
            let (base_url, client_id) = parts(sender);
            let which =
                "base_url = $1 AND client_id = $2 AND (key = $3 OR subject = $4 OR made && $5) ORDER BY key FOR UPDATE";
            rows(transaction, which, &[&base_url, &client_id, key, subject, made]).await
        }
        Select::Due { sender, after } => {
            let (base_url, client_id) = parts(sender);
            let which = "base_url = $1 AND client_id = $2 AND state IN ('open', 'cut-off') AND \
                         (recorded, base_url, client_id, key) > ($3, $4, $5, $6) \
                         ORDER BY recorded, key LIMIT 1 FOR UPDATE SKIP LOCKED";
            let RowPosition {
                recorded,
                base_url: behind,
                client_id: of,
                key,
            } = after;
            rows(transaction, which, &[&base_url, &client_id, recorded, behind, of, key]).await
        }
        Select::In { state, after, limit } => match state {
            Some(state) => page(transaction, Which::all("state = $6"), &[&state.as_str()], after, *limit).await,
            None => page(transaction, Which::all(State::NONE), &[], after, *limit).await,
        },
        Select::SealedBy {
            sender,
            name,
            after,
            limit,
        } => {
            let (base_url, client_id) = parts(sender);
            let which = "base_url = $6 AND client_id = $7 AND sealed_by = $8";
            // Signing again writes the whole row, so rows that another transaction holds are left for the next time.
            page(
                transaction,
                Which::locked(which),
                &[&base_url, &client_id, name],
                after,
                *limit,
            )
            .await
        }
        Select::Old {
            sender,
            before,
            after,
            limit,
        } => {
            let (base_url, client_id) = parts(sender);
            let which = "base_url = $6 AND client_id = $7 AND recorded >= $1 AND recorded < $8";
            page(
                transaction,
                Which::locked(which),
                &[&base_url, &client_id, before],
                after,
                *limit,
            )
            .await
        }
        Select::Kept { after, limit } => page(transaction, Which::all("request IS NOT NULL"), &[], after, *limit).await,
    }
}

/// Condition on rows, and their lock.
struct Which<'w> {
    condition: &'w str,
    lock: &'static str,
}

impl<'w> Which<'w> {
    const fn all(condition: &'w str) -> Self {
        Self { condition, lock: "" }
    }

    /// Leaves out the rows that another transaction has locked.
    const fn locked(condition: &'w str) -> Self {
        let lock = "FOR UPDATE SKIP LOCKED";
        Self { condition, lock }
    }
}

/// Returns the rows after a position, in their order. Values of `which` begin with `$6`.
async fn page(
    transaction: &Transaction<'_>,
    which: Which<'_>,
    values: &[&(dyn ToSql + Sync)],
    after: &RowPosition,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
    let Which { condition, lock } = which;
    let which = format!(
        "(recorded, base_url, client_id, key) > ($1, $2, $3, $4) AND {condition} \
         ORDER BY recorded, base_url, client_id, key LIMIT $5 {lock}"
    );
    let limit = i64::from(limit);
    let place: [&(dyn ToSql + Sync); 5] = [&after.recorded, &after.base_url, &after.client_id, &after.key, &limit];
    let values: Vec<&(dyn ToSql + Sync)> = place.into_iter().chain(values.iter().copied()).collect();
    rows(transaction, &which, &values).await
}

fn parts(sender: &Sender) -> (&str, &str) {
    (&sender.base_url, sender.client_id.as_deref().unwrap_or_default())
}

/// Returns `true` if one of these rows exists.
pub(super) async fn knows_any(client: &Client, unwritten: &[(Sender, String)]) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM sdkwright_journal_intents WHERE base_url = $1 AND client_id = $2 AND key = $3";
    for (sender, key) in unwritten {
        let (base_url, client_id) = parts(sender);
        if client.query_opt(text, &[&base_url, &client_id, key]).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn rows(
    transaction: &Transaction<'_>,
    which: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM sdkwright_journal_intents WHERE {which}");
    let found = transaction.query(&text, values).await?;
    found.iter().map(read).collect()
}

fn read(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let client_id: String = row.try_get(1)?;
    Ok(Row {
        sender: Sender {
            client_id: Some(client_id).filter(|id| !id.is_empty()),
            base_url: row.try_get(0)?,
        },
        key: row.try_get(2)?,
        subject: row.try_get(3)?,
        state: row.try_get(4)?,
        recorded: row.try_get(5)?,
        leased_until: row.try_get(6)?,
        leased_by: row.try_get(7)?,
        head: row.try_get(8)?,
        request: row.try_get(9)?,
        evidence: row.try_get(10)?,
        sealed_by: row.try_get(11)?,
        seal: row.try_get(12)?,
        // An unreadable list was not written by this crate: the placeholder fails verification, and other rows are still read.
        made: row.try_get(13).unwrap_or_else(|_| vec!["\0".to_owned()]),
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

/// Writes and removes rows; `false` if another transaction wrote one of them first.
pub(super) async fn write_all(
    transaction: &Transaction<'_>,
    found: &[Row],
    changed: &[Change],
) -> Result<bool, StoreError> {
    for change in changed {
        match change {
            Change::Write(row) => {
                if !write(transaction, found, row).await? {
                    return Ok(false);
                }
            }
            Change::Remove(row) => remove(transaction, row).await?,
        }
    }
    Ok(true)
}

async fn remove(transaction: &Transaction<'_>, row: &Row) -> Result<(), StoreError> {
    let (base_url, client_id) = parts(&row.sender);
    let text = "DELETE FROM sdkwright_journal_intents WHERE base_url = $1 AND client_id = $2 AND key = $3";
    transaction.execute(text, &[&base_url, &client_id, &row.key]).await?;
    Ok(())
}

async fn write(transaction: &Transaction<'_>, found: &[Row], row: &Row) -> Result<bool, StoreError> {
    let is_known = found
        .iter()
        .any(|known| known.key == row.key && known.sender == row.sender);
    let (base_url, client_id) = parts(&row.sender);
    let values: [&(dyn ToSql + Sync); 14] = [
        &base_url,
        &client_id,
        &row.key,
        &row.subject,
        &row.state,
        &row.recorded,
        &row.leased_until,
        &row.leased_by,
        &row.head,
        &Unseen(&row.request),
        &Unseen(&row.evidence),
        &row.sealed_by,
        &row.seal,
        &row.made,
    ];
    let text = if is_known {
        "UPDATE sdkwright_journal_intents SET subject = $4, state = $5, recorded = $6, leased_until = $7, leased_by = $8, \
         head = $9, request = $10, evidence = $11, sealed_by = $12, seal = $13, made = $14 WHERE base_url = $1 AND client_id = $2 AND key = $3"
            .to_owned()
    } else {
        format!(
            "INSERT INTO sdkwright_journal_intents ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT DO NOTHING"
        )
    };
    Ok(transaction.execute(&text, &values).await? > 0)
}
