//! Keys, nonces and deliveries as rows: each change is one statement, which SQLite and PostgreSQL understand.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use sdkwright_signing::clock::{Clock, SystemClock};

use crate::context::Context;
use crate::deliveries::{DeliveryStore, OutboxDelivery, SentEvent, WrittenEvent};
use crate::keys::{IdempotencyStore, KeyStatus, Reservation};
use crate::nonces::NonceStore;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::store::{StoreFailure, StoreFuture, random};

/// The tables. Instants are milliseconds since 1970.
pub(crate) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS sdkwright_keys (
  client_id TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL, fingerprint BYTEA NOT NULL, run BYTEA NOT NULL,
  until BIGINT NOT NULL, lease BIGINT, response BYTEA, PRIMARY KEY (client_id, operation, key));
CREATE INDEX IF NOT EXISTS sdkwright_keys_until ON sdkwright_keys (until) WHERE response IS NOT NULL;
CREATE TABLE IF NOT EXISTS sdkwright_nonces (
  client_id TEXT NOT NULL, nonce TEXT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (client_id, nonce));
CREATE INDEX IF NOT EXISTS sdkwright_nonces_until ON sdkwright_nonces (until);
CREATE TABLE IF NOT EXISTS sdkwright_deliveries (
  receiver TEXT NOT NULL, event_id TEXT NOT NULL, body BYTEA NOT NULL, recorded BIGINT NOT NULL, due BIGINT,
  attempts BIGINT NOT NULL, run BYTEA, failure TEXT, PRIMARY KEY (receiver, event_id));
CREATE INDEX IF NOT EXISTS sdkwright_deliveries_due ON sdkwright_deliveries (due);";

// Each statement returns a row for each row that it changes. PostgreSQL does not wait for rows that another transaction removes or takes.
const REMOVE_KEYS: &str = "WITH old AS MATERIALIZED (SELECT client_id, operation, key FROM sdkwright_keys
    WHERE response IS NOT NULL AND until < ?1 LIMIT 100 /*SKIP LOCKED*/)
  DELETE FROM sdkwright_keys WHERE (client_id, operation, key) IN (SELECT client_id, operation, key FROM old)";
/// Reserves a key that is absent or old, or whose lease has ended.
const RESERVE: &str = "INSERT INTO sdkwright_keys (client_id, operation, key, run, fingerprint, until, lease)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (client_id, operation, key) DO UPDATE
  SET run = excluded.run, fingerprint = excluded.fingerprint, until = excluded.until, lease = excluded.lease, response = NULL
  WHERE sdkwright_keys.response IS NOT NULL AND sdkwright_keys.until < ?8 OR sdkwright_keys.response IS NULL
    AND sdkwright_keys.fingerprint = excluded.fingerprint AND sdkwright_keys.lease <= ?8 RETURNING 1";
const KEY: &str = "SELECT fingerprint, CASE run WHEN ?4 THEN 'own' ELSE '' END, response FROM sdkwright_keys
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3";
pub(crate) const FINISH: &str = "UPDATE sdkwright_keys SET response = coalesce(response, ?5)
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4 RETURNING response";
const KEEP: &str = "UPDATE sdkwright_keys SET lease = NULL
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4 RETURNING response";
const RELEASE: &str = "DELETE FROM sdkwright_keys
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4 AND response IS NULL RETURNING 1";
const REMOVE_NONCES: &str = "WITH old AS MATERIALIZED (SELECT client_id, nonce FROM sdkwright_nonces
    WHERE until < ?1 LIMIT 100 /*SKIP LOCKED*/)
  DELETE FROM sdkwright_nonces WHERE (client_id, nonce) IN (SELECT client_id, nonce FROM old)";
const RECORD: &str = "INSERT INTO sdkwright_nonces (client_id, nonce, until) VALUES (?1, ?2, ?3)
  ON CONFLICT (client_id, nonce) DO UPDATE SET until = excluded.until WHERE sdkwright_nonces.until < ?4 RETURNING 1";
/// Writes nothing new for an event that is there, and returns no row if another one has its id.
pub(crate) const SEND: &str = "INSERT INTO sdkwright_deliveries (receiver, event_id, body, recorded, due, attempts)
  VALUES (?1, ?2, ?3, ?4, ?4, 0) ON CONFLICT (receiver, event_id) DO UPDATE SET body = excluded.body
  WHERE sdkwright_deliveries.body = excluded.body RETURNING 1";
const TAKE: &str = "WITH due AS MATERIALIZED (SELECT receiver, event_id FROM sdkwright_deliveries
    WHERE due <= ?1 ORDER BY due LIMIT ?4 /*SKIP LOCKED*/)
  UPDATE sdkwright_deliveries SET due = ?2, run = ?3, attempts = attempts + 1
  WHERE (receiver, event_id) IN (SELECT receiver, event_id FROM due) RETURNING receiver, event_id, body, attempts, coalesce(failure, '')";
const DELIVERED: &str =
    "DELETE FROM sdkwright_deliveries WHERE receiver = ?1 AND event_id = ?2 AND run = ?3 RETURNING 1";
const FAILED: &str = "UPDATE sdkwright_deliveries SET failure = ?4, due = ?5, run = NULL
  WHERE receiver = ?1 AND event_id = ?2 AND run = ?3 RETURNING 1";
const GIVEN_UP: &str = "SELECT receiver, event_id, body, attempts, coalesce(failure, '') FROM sdkwright_deliveries
  WHERE due IS NULL ORDER BY recorded LIMIT ?1";
const RETRY: &str = "UPDATE sdkwright_deliveries SET due = recorded, attempts = 0
  WHERE receiver = ?1 AND event_id = ?2 AND due IS NULL RETURNING 1";

/// A value of a row.
#[derive(Clone)]
pub(crate) enum SqlScalar {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The values of a row, or those of a statement, whose places are `?1`, `?2` and so on.
pub(crate) type SqlColumns = Vec<SqlScalar>;

macro_rules! columns {
    ($($value:expr),*) => { vec![$(SqlScalar::from($value)),*] };
}

/// A database that runs each statement in a transaction.
pub(crate) trait Database: Send + Sync + 'static {
    fn run(&self, text: &'static str, values: SqlColumns) -> StoreFuture<'_, Vec<SqlColumns>>;

    /// Returns `true` if the statement changes a row.
    fn changes(&self, text: &'static str, values: SqlColumns) -> StoreFuture<'_, bool> {
        Box::pin(async move { Ok(!self.run(text, values).await?.is_empty()) })
    }
}

impl From<&str> for SqlScalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[u8]> for SqlScalar {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Option<SystemTime>> for SqlScalar {
    fn from(time: Option<SystemTime>) -> Self {
        let since = time.map(|time| time.duration_since(UNIX_EPOCH).unwrap_or_default());
        since.map_or(Self::Null, |since| {
            Self::Number(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }
}

/// Returns the values of the key and the run of a reservation, and then others.
fn of_run(Reservation { key, run, .. }: &Reservation, others: SqlColumns) -> SqlColumns {
    let mut values = columns![&*key.client_id, &*key.operation, &*key.key, &run[..]];
    values.extend(others);
    values
}

/// Returns the values of `FINISH`, which stores the response of a run, unless it has one.
pub(crate) fn finish(reservation: &Reservation, reply: &Reply) -> SqlColumns {
    of_run(reservation, columns![&reply.to_bytes()[..]])
}

/// Returns an error if `FINISH` has changed nothing: another run has the key.
pub(crate) fn check_stored(rows: &[SqlColumns], context: &Context) -> Result<(), Problem> {
    if !rows.is_empty() {
        return Ok(());
    }
    tracing::warn!(request_id = context.request_id(), "another run has the key");
    Err(Problem::from_status(StatusCode::SERVICE_UNAVAILABLE).with_retry_after(1))
}

/// Returns the values of `SEND`, which writes an event for a receiver.
pub(crate) fn send(receiver: &str, event: &impl SentEvent) -> Result<SqlColumns, Problem> {
    let WrittenEvent { id, body } = WrittenEvent::from_event(event)?;
    Ok(columns![receiver, &*id, &body[..], Some(SystemClock.now())])
}

/// Returns an error if `SEND` has changed nothing: another event has the id.
pub(crate) fn check_sent(rows: &[SqlColumns]) -> Result<(), Problem> {
    if !rows.is_empty() {
        return Ok(());
    }
    tracing::error!("two events of a receiver have the same id");
    Err(Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_failed_database())
}

/// Returns the response in the last column of the first row.
fn stored(rows: Vec<SqlColumns>) -> Result<Option<Reply>, StoreFailure> {
    match rows.into_iter().next().and_then(|mut columns| columns.pop()) {
        Some(SqlScalar::Bytes(bytes)) => match Reply::from_bytes(&bytes) {
            None => Err(StoreFailure("a stored response is damaged".to_owned())),
            reply => Ok(reply),
        },
        _ => Ok(None),
    }
}

impl<D: Database> IdempotencyStore for D {
    fn begin<'s>(&'s self, new: &'s Reservation, now: SystemTime) -> StoreFuture<'s, KeyStatus> {
        Box::pin(async move {
            self.run(REMOVE_KEYS, columns![Some(now)]).await?;
            let others = columns![&new.fingerprint[..], Some(new.until), new.lease, Some(now)];
            if self.changes(RESERVE, of_run(new, others)).await? {
                return Ok(KeyStatus::New);
            }
            let rows = self.run(KEY, of_run(new, Vec::new())).await?;
            match rows.first().map(Vec::as_slice) {
                Some([SqlScalar::Bytes(fingerprint), ..]) if *fingerprint != new.fingerprint => Ok(KeyStatus::Conflict),
                // The response to the first statement was lost.
                Some([_, SqlScalar::Text(run), SqlScalar::Null]) if run == "own" => Ok(KeyStatus::New),
                _ => Ok(stored(rows)?.map_or(KeyStatus::InProgress, KeyStatus::Stored)),
            }
        })
    }

    fn finish<'s>(&'s self, run: &'s Reservation, response: Reply) -> StoreFuture<'s, Option<Reply>> {
        Box::pin(async move { stored(self.run(FINISH, finish(run, &response)).await?) })
    }

    fn keep<'s>(&'s self, run: &'s Reservation) -> StoreFuture<'s, Option<Reply>> {
        Box::pin(async move { stored(self.run(KEEP, of_run(run, Vec::new())).await?) })
    }

    fn release<'s>(&'s self, run: &'s Reservation) -> StoreFuture<'s, bool> {
        self.changes(RELEASE, of_run(run, Vec::new()))
    }
}

impl<D: Database> NonceStore for D {
    fn record<'s>(
        &'s self,
        client_id: &'s str,
        nonce: &'s str,
        now: SystemTime,
        until: SystemTime,
    ) -> StoreFuture<'s, bool> {
        Box::pin(async move {
            self.run(REMOVE_NONCES, columns![Some(now)]).await?;
            let values = columns![client_id, nonce, Some(until), Some(now)];
            self.changes(RECORD, values).await
        })
    }
}

/// Reads deliveries with the bytes of their lease.
fn deliveries(rows: Vec<SqlColumns>, run: [u8; 16]) -> Vec<OutboxDelivery> {
    use SqlScalar::{Bytes, Number, Text};
    let delivery = |columns: SqlColumns| match <[SqlScalar; 5]>::try_from(columns) {
        Ok([Text(receiver), Text(id), Bytes(body), Number(attempts), Text(failure)]) => Some(OutboxDelivery {
            receiver,
            event: WrittenEvent { id, body },
            attempts: attempts.try_into().unwrap_or(u32::MAX),
            failure,
            run,
        }),
        _ => None,
    };
    rows.into_iter().filter_map(delivery).collect()
}

impl<D: Database> DeliveryStore for D {
    fn take(&self, now: SystemTime, until: SystemTime, most: u32) -> StoreFuture<'_, Vec<OutboxDelivery>> {
        Box::pin(async move {
            let run = random()?;
            let mut values = columns![Some(now), Some(until), &run[..]];
            values.push(SqlScalar::Number(most.into()));
            Ok(deliveries(self.run(TAKE, values).await?, run))
        })
    }

    fn delivered(&self, delivery: &OutboxDelivery) -> StoreFuture<'_, bool> {
        let OutboxDelivery {
            receiver, event, run, ..
        } = delivery;
        self.changes(DELIVERED, columns![&**receiver, &*event.id, &run[..]])
    }

    fn failed(&self, delivery: &OutboxDelivery, failure: &str, due: Option<SystemTime>) -> StoreFuture<'_, bool> {
        let OutboxDelivery {
            receiver, event, run, ..
        } = delivery;
        self.changes(FAILED, columns![&**receiver, &*event.id, &run[..], failure, due])
    }

    fn given_up(&self, most: u32) -> StoreFuture<'_, Vec<OutboxDelivery>> {
        let values = vec![SqlScalar::Number(most.into())];
        Box::pin(async move { Ok(deliveries(self.run(GIVEN_UP, values).await?, [0; 16])) })
    }

    fn retry(&self, receiver: &str, event_id: &str) -> StoreFuture<'_, bool> {
        self.changes(RETRY, columns![receiver, event_id])
    }
}
