//! Rows of the PostgreSQL tables: how they are made, found and written.

use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;
use std::time::Duration;

use sdkwright_runtime::journal::Sender;
use tokio_postgres::Client;
use tokio_postgres::error::DbError;
use tokio_postgres::types::{ToSql, Type};

use super::session::{Runs, Session, Value, ends_connection};
use crate::error::StoreError;
use crate::store::{Row, RowChange, RowFilter, RowPosition, Select, SqlValue, at_once, parts};

/// One step per version; the table `sdkwright_journal_version` says how many are done. Who has no client id has the empty one. Texts
/// are compared by their bytes, whatever the database's own order is.
///
/// No index begins with the sender: without statistics of a new table, PostgreSQL takes the rows of a sender for few, and would scan all of
/// them for a key.
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
    PRIMARY KEY (key, base_url, client_id),
    UNIQUE (subject, base_url, client_id)
);
CREATE INDEX sdkwright_journal_intents_by_state ON sdkwright_journal_intents (state, recorded, base_url, client_id, key);
CREATE INDEX sdkwright_journal_intents_by_seal ON sdkwright_journal_intents (sealed_by, recorded, base_url, client_id, key);
CREATE INDEX sdkwright_journal_intents_by_age ON sdkwright_journal_intents (recorded, base_url, client_id, key);
CREATE INDEX sdkwright_journal_intents_by_made ON sdkwright_journal_intents USING gin (made) WITH (fastupdate = off);
CREATE TABLE sdkwright_journal_inbox (
    event_id TEXT PRIMARY KEY,
    accepted BIGINT NOT NULL
);
CREATE TABLE sdkwright_journal_name (name TEXT NOT NULL)
"];

/// Any number that nobody else locks.
const LOCK: i64 = 0x7364_6b2d_6a6f_7572;

/// The database says it in the error of a write that found no row, or another one.
pub(super) const OUTRUN: &str = "another transaction was faster";

const COLUMNS: &str = "base_url, client_id, key, subject, state, recorded, leased_until, leased_by, head, request, evidence, \
     sealed_by, seal, made";

/// Longest wait for a new connection, and for a response that needs no lock.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Settings of a transaction, set in each one: a pooler may give every one of them another session, with the
/// settings that its last user left. A commit must be durable. Nobody waits for ever for the lock of a forgotten
/// transaction, and a transaction without a client ends. Who wants another bound gives it in the connection string
/// (`options=-clock_timeout=60s`), or to the role. A statement is planned once, by its indexes: the table may be new, without statistics.
/// Returns the bound of locks in milliseconds. `$1` is a shorter one, or nothing.
const SETTINGS: &str = "SELECT millis, set_config('synchronous_commit', 'on', true),
        set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
        set_config('lock_timeout', least(millis, $1)::text, true),
        CASE current_setting('idle_in_transaction_session_timeout')
            WHEN '0' THEN set_config('idle_in_transaction_session_timeout', '5s', true) END,
        CASE current_setting('statement_timeout') WHEN '0' THEN set_config('statement_timeout', (millis + 10000)::text, true) END
    FROM (SELECT (extract(epoch FROM lock::interval) * 1000)::bigint AS millis
        FROM (SELECT coalesce(nullif(current_setting('lock_timeout'), '0'), '10s') AS lock OFFSET 0) AS given) AS bound";

fn text(value: &(dyn ToSql + Sync)) -> Value<'_> {
    (value, Type::TEXT)
}

fn number(value: &i64) -> Value<'_> {
    (value, Type::INT8)
}

/// Begins a transaction that sees what others wrote. `wait` is the longest wait for a lock in milliseconds, if it is shorter than that of
/// the connection. Returns the longest time of each step in it.
pub(super) async fn begin(session: Session<'_>, wait: Option<i64>) -> Result<Duration, StoreError> {
    let start = format!(
        "START TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT {}",
        session.proof()
    );
    let values = [(&wait as &(dyn ToSql + Sync), Type::INT8)];
    let (started, set) = tokio::join!(session.client.batch_execute(&start), session.run(SETTINGS, &values));
    started.inspect_err(|error| session.note(error))?;
    let millis: i64 = set?.first().map_or(Ok(0), |row| row.try_get(0))?;
    Ok(Duration::from_millis(millis.unsigned_abs()).saturating_add(PATIENCE))
}

pub(super) async fn roll_back(client: &Client) -> Result<(), StoreError> {
    Ok(client.batch_execute("ROLLBACK").await?)
}

/// Returns `true` if the database has the tables.
pub(super) async fn has_tables(client: &Client) -> Result<bool, StoreError> {
    let text = "SELECT 1 WHERE to_regclass('sdkwright_journal_version') IS NOT NULL";
    Ok(!client.query_typed(text, &[]).await?.is_empty())
}

/// Brings the tables up to date in a transaction, and returns the name of the store. If they are, it locks and writes nothing.
pub(super) async fn migrate(client: &Client) -> Result<String, StoreError> {
    if has_tables(client).await? && done(client).await? == STEPS.len() {
        return name(client).await;
    }
    let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
    client.batch_execute(&lock).await?;
    client
        .batch_execute("CREATE TABLE IF NOT EXISTS sdkwright_journal_version (steps INTEGER NOT NULL)")
        .await?;
    for step in &STEPS[done(client).await?..] {
        client.batch_execute(step).await?;
    }
    let steps = STEPS.len();
    let version =
        format!("DELETE FROM sdkwright_journal_version; INSERT INTO sdkwright_journal_version VALUES ({steps})");
    client.batch_execute(&version).await?;
    let new = crate::keys::random()?;
    let insert = "INSERT INTO sdkwright_journal_name SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM sdkwright_journal_name)";
    client.query_typed(insert, &[text(&new)]).await?;
    name(client).await
}

/// Reads the number of migration steps that are done.
async fn done(client: &Client) -> Result<usize, StoreError> {
    let rows = client
        .query_typed("SELECT steps FROM sdkwright_journal_version", &[])
        .await?;
    let done: i32 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(StoreError::Broken("a newer version of this crate wrote it".into()));
    }
    Ok(done)
}

async fn name(client: &Client) -> Result<String, StoreError> {
    let rows = client
        .query_typed("SELECT name FROM sdkwright_journal_name", &[])
        .await?;
    let row = rows
        .first()
        .ok_or_else(|| StoreError::Broken("it has no name".into()))?;
    Ok(row.try_get(0)?)
}

/// What some [`Select::About`] of one sender find.
#[derive(Default)]
pub(super) struct AboutRows<'s> {
    sender: Option<&'s Sender>,
    keys: Vec<&'s str>,
    subjects: Vec<&'s str>,
    made: Vec<&'s str>,
}

impl<'s> FromIterator<&'s Select> for AboutRows<'s> {
    fn from_iter<I: IntoIterator<Item = &'s Select>>(selects: I) -> Self {
        let mut about = Self::default();
        for select in selects {
            if let Select::About {
                sender,
                key,
                subject,
                made,
            } = select
            {
                about.sender = Some(sender);
                about.keys.push(key);
                about.subjects.extend(subject.as_deref());
                about.made.extend(made.iter().map(String::as_str));
            }
        }
        about
    }
}

pub(super) async fn find_about(client: &impl Runs, about: &AboutRows<'_>) -> Result<Vec<Row>, StoreError> {
    let [base_url, client_id] = about.sender.map(parts).unwrap_or_default();
    let (mut values, mut conditions) = (vec![text(&base_url), text(&client_id)], Vec::new());
    // Every condition has its index, and one that finds nothing would cost a search. One text needs no plan of its own.
    for (column, texts) in [("key", &about.keys), ("subject", &about.subjects)] {
        let (condition, value) = match &texts[..] {
            [] => continue,
            [one] => ("=", text(one)),
            _ => ("= ANY", (texts as &(dyn ToSql + Sync), Type::TEXT_ARRAY)),
        };
        values.push(value);
        conditions.push(format!("{column} {condition} (${})", values.len()));
    }
    if !about.made.is_empty() {
        values.push((&about.made, Type::TEXT_ARRAY));
        conditions.push(format!("made && ${}", values.len()));
    }
    let any = conditions.join(" OR ");
    let which = format!("base_url = $1 AND client_id = $2 AND ({any}) ORDER BY key FOR UPDATE");
    rows(client, &which, &values).await
}

pub(super) async fn find(client: &impl Runs, select: &Select) -> Result<Vec<Row>, StoreError> {
    match select {
        Select::About { .. } => find_about(client, &[select].into_iter().collect()).await,
        Select::Due { sender, after } => {
            let [base_url, client_id] = parts(sender);
            let which = "base_url = $1 AND client_id = $2 AND state IN ('open', 'cut-off') AND \
                         (recorded, base_url, client_id, key) > ($3, $4, $5, $6) \
                         ORDER BY recorded, key LIMIT 1 FOR UPDATE SKIP LOCKED";
            let RowPosition {
                recorded,
                base_url: behind,
                client_id: of,
                key,
            } = after;
            let values = [
                text(&base_url),
                text(&client_id),
                number(recorded),
                text(behind),
                text(of),
                text(key),
            ];
            rows(client, which, &values).await
        }
        Select::Page { filter, after, limit } => page(client, filter, after, *limit).await,
    }
}

/// Returns the rows after a position, in their order. Those that may be written are locked, without the ones that another
/// transaction has locked.
async fn page(client: &impl Runs, filter: &RowFilter, after: &RowPosition, limit: u32) -> Result<Vec<Row>, StoreError> {
    let (condition, of_filter) = filter.to_sql();
    let lock = if filter.is_read_only() {
        ""
    } else {
        "FOR UPDATE SKIP LOCKED"
    };
    let which = format!(
        "(recorded, base_url, client_id, key) > ($1, $2, $3, $4) AND {condition} \
         ORDER BY recorded, base_url, client_id, key LIMIT $5 {lock}"
    );
    let limit = i64::from(limit);
    let place = [
        number(&after.recorded),
        text(&after.base_url),
        text(&after.client_id),
        text(&after.key),
        number(&limit),
    ];
    let of_filter = of_filter.iter().map(|value| match value {
        SqlValue::Text(value) => text(value),
        SqlValue::Number(value) => number(value),
    });
    let values: Vec<Value<'_>> = place.into_iter().chain(of_filter).collect();
    rows(client, &which, &values).await
}

/// Returns `true` if one of these rows exists.
pub(super) async fn knows_any(client: &Client, unwritten: &[(Sender, String)]) -> Result<bool, StoreError> {
    for (sender, key) in unwritten {
        if named(client, sender, key).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns `true` if the rows are as these changes leave them.
pub(super) async fn has_changed(client: &Client, changed: &[RowChange]) -> Result<bool, StoreError> {
    for change in changed {
        let is_done = match change {
            RowChange::Write(row) => named(client, &row.sender, &row.key).await?.as_ref() == Some(row),
            RowChange::Remove(row) => named(client, &row.sender, &row.key).await?.is_none(),
        };
        if !is_done {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the row of a name.
async fn named(client: &Client, sender: &Sender, key: &str) -> Result<Option<Row>, StoreError> {
    let [base_url, client_id] = parts(sender);
    let which = "base_url = $1 AND client_id = $2 AND key = $3";
    let found = rows(client, which, &[text(&base_url), text(&client_id), text(&key)]).await?;
    Ok(found.into_iter().next())
}

async fn rows(client: &impl Runs, which: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM sdkwright_journal_intents WHERE {which}");
    let found = client.run(&text, values).await?;
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

/// A request that is sent with others.
type Request<'r> = Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send + 'r>>;

/// The end of a transaction whose commit was sent with its writes.
pub(super) enum Ended {
    Committed,
    /// Another transaction was faster, and nothing is written.
    Outrun,
    /// Nothing is written.
    Failed(StoreError),
    /// Its response is missing.
    InDoubt(StoreError),
}

/// Writes rows and commits, in one round trip: a write that fails turns the commit into a rollback.
pub(super) async fn commit<'r>(
    session: Session<'_>,
    found: &[Row],
    changed: impl IntoIterator<Item = &'r RowChange>,
) -> Ended {
    let statements = statements(found, changed);
    let apply = |statement| -> Request<'_> { Box::pin(apply(&session, statement)) };
    let mut requests: Vec<Request<'_>> = statements.iter().map(apply).collect();
    let mut responses = Vec::new();
    // A statement that is compiled first would run after a commit that is sent at once.
    if statements.iter().any(|statement| session.compiles(statement.text)) {
        responses = at_once(std::mem::take(&mut requests)).await;
    }
    requests.push(Box::pin(session.client.batch_execute("COMMIT")));
    responses.extend(at_once(requests).await);
    let Some((place, error)) = responses
        .into_iter()
        .enumerate()
        .find_map(|(place, response)| Some((place, response.err()?)))
    else {
        return Ended::Committed;
    };
    // The server responds in order, so that an error of a write is certain, also if it shuts down (class 57P). Another one that ends the
    // connection may be a pooler's, which lost the server after it had sent it all.
    let is_servers = |said: &DbError| !ends_connection(said) || said.code().code().starts_with("57P");
    let is_certain = place < statements.len() && error.as_db_error().is_some_and(is_servers);
    match StoreError::from(error) {
        StoreError::Busy => Ended::Outrun,
        why if is_certain => Ended::Failed(why),
        why => Ended::InDoubt(why),
    }
}

/// Writes and removes rows in a transaction that goes on.
pub(super) async fn apply_all(client: &impl Runs, found: &[Row], changed: &[RowChange]) -> Result<(), StoreError> {
    for statement in &statements(found, changed) {
        apply(client, statement).await?;
    }
    Ok(())
}

/// A statement with the rows that it writes or removes.
struct RowStatement<'r> {
    text: &'static str,
    rows: Vec<&'r Row>,
}

const REMOVE: &str = "DELETE FROM sdkwright_journal_intents WHERE base_url = $1 AND client_id = $2 AND key = $3";

/// Writes new rows.
static INSERT: LazyLock<String> = LazyLock::new(|| write("NOTHING"));

/// Writes rows that are locked. An update with a join would depend on the plan of the join.
static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let columns = COLUMNS.split(", ").skip(3);
    let set: Vec<String> = columns.map(|column| format!("{column} = excluded.{column}")).collect();
    write(&format!("UPDATE SET {}", set.join(", ")))
});

fn write(on_conflict: &str) -> String {
    let target = if on_conflict == "NOTHING" {
        ""
    } else {
        "(key, base_url, client_id)"
    };
    // A number that is none unless all rows were written. The database's log would show the names of a violated constraint.
    format!(
        "WITH written AS (INSERT INTO sdkwright_journal_intents ({COLUMNS}) SELECT {COLUMNS}::TEXT[] \
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS new ({COLUMNS}) \
         ON CONFLICT {target} DO {on_conflict} RETURNING 1) \
         SELECT CAST(CASE count(*) WHEN cardinality($3) THEN '1' ELSE '{OUTRUN}' END AS INTEGER) FROM written"
    )
}

/// Returns the statements of changes: one for each row to remove, one for all known rows, and one for all new rows.
fn statements<'r>(found: &[Row], changed: impl IntoIterator<Item = &'r RowChange>) -> Vec<RowStatement<'r>> {
    let (mut new, mut known, mut statements) = (Vec::new(), Vec::new(), Vec::new());
    for change in changed {
        match change {
            RowChange::Write(row) if found.iter().any(|found| found.has_name_of(row)) => known.push(row),
            RowChange::Write(row) => new.push(row),
            RowChange::Remove(row) => statements.push(RowStatement {
                text: REMOVE,
                rows: vec![row],
            }),
        }
    }
    let writes = [(UPDATE.as_str(), known), (INSERT.as_str(), new)];
    let writes = writes.into_iter().filter(|(_, rows)| !rows.is_empty());
    statements.extend(writes.map(|(text, rows)| RowStatement { text, rows }));
    statements
}

/// Runs a statement. A write fails if another transaction wrote a row first, so that a commit behind it writes nothing.
async fn apply(client: &impl Runs, statement: &RowStatement<'_>) -> Result<(), tokio_postgres::Error> {
    let rows = &statement.rows;
    if let (REMOVE, [row]) = (statement.text, &rows[..]) {
        let [base_url, client_id] = parts(&row.sender);
        let values = [text(&base_url), text(&client_id), text(&row.key)];
        return client.run(REMOVE, &values).await.map(drop);
    }
    let texts = |value: fn(&Row) -> &str| -> Vec<&str> { rows.iter().map(|row| value(row)).collect() };
    let numbers = |value: fn(&Row) -> i64| -> Vec<i64> { rows.iter().map(|row| value(row)).collect() };
    let bytes =
        |value: fn(&Row) -> Option<&[u8]>| -> Vec<Option<&[u8]>> { rows.iter().map(|row| value(row)).collect() };
    let subjects: Vec<Option<&str>> = rows.iter().map(|row| row.subject.as_deref()).collect();
    let made: Vec<String> = rows.iter().map(|row| list(&row.made)).collect();
    let values: [Value<'_>; 14] = [
        (&texts(|row| parts(&row.sender)[0]), Type::TEXT_ARRAY),
        (&texts(|row| parts(&row.sender)[1]), Type::TEXT_ARRAY),
        (&texts(|row| &row.key), Type::TEXT_ARRAY),
        (&subjects, Type::TEXT_ARRAY),
        (&texts(|row| &row.state), Type::TEXT_ARRAY),
        (&numbers(|row| row.recorded), Type::INT8_ARRAY),
        (&numbers(|row| row.leased_until), Type::INT8_ARRAY),
        (&texts(|row| &row.leased_by), Type::TEXT_ARRAY),
        (&texts(|row| &row.head), Type::TEXT_ARRAY),
        (&bytes(|row| row.request.as_deref()), Type::BYTEA_ARRAY),
        (&bytes(|row| row.evidence.as_deref()), Type::BYTEA_ARRAY),
        (&texts(|row| &row.sealed_by), Type::TEXT_ARRAY),
        (&bytes(|row| Some(&row.seal)), Type::BYTEA_ARRAY),
        (&made, Type::TEXT_ARRAY),
    ];
    client.run(statement.text, &values).await.map(drop)
}

/// Returns a list of texts as the database writes it: lists in a list must have one length.
fn list(texts: &[String]) -> String {
    let quoted = texts
        .iter()
        .map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))
}
