//! Keys, nonces and deliveries as rows: each change is one statement, which SQLite and PostgreSQL understand.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use sdkwright_signing::clock::{Clock, SystemClock};

use crate::context::Context;
use crate::deliveries::{DeliveryStore, LeaseRequest, OutboxDelivery, OutboxEvent, WrittenEvent};
use crate::keys::{IdempotencyStore, KeyStatus, NonceStore, Reservation};
use crate::problem::{Problem, StoreFailure, StoreFuture, random};
use crate::reply::Reply;

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
  attempts BIGINT NOT NULL, lease BYTEA, interrupted BYTEA, failure TEXT, PRIMARY KEY (receiver, event_id));
CREATE INDEX IF NOT EXISTS sdkwright_deliveries_due ON sdkwright_deliveries (due);
CREATE INDEX IF NOT EXISTS sdkwright_deliveries_leased ON sdkwright_deliveries (receiver) WHERE lease IS NOT NULL;";

// `{now}` is the first value, the clock of the caller. In PostgreSQL it is the clock of the database, so that all machines have one.
// Each statement returns a row for each row that it changes. PostgreSQL does not wait for rows that another transaction removes or takes.
const REMOVE_KEYS: &str = "WITH old AS MATERIALIZED (SELECT client_id, operation, key FROM sdkwright_keys
    WHERE response IS NOT NULL AND until < {now} LIMIT 100 /*SKIP LOCKED*/)
  DELETE FROM sdkwright_keys WHERE (client_id, operation, key) IN (SELECT client_id, operation, key FROM old)";
/// Reserves a key that is absent or old, or whose lease has ended.
const RESERVE: &str = "INSERT INTO sdkwright_keys (client_id, operation, key, run, fingerprint, until, lease)
  VALUES (?2, ?3, ?4, ?5, ?6, {now} + ?7, {now} + ?8) ON CONFLICT (client_id, operation, key) DO UPDATE
  SET run = excluded.run, fingerprint = excluded.fingerprint, until = excluded.until, lease = excluded.lease, response = NULL
  WHERE sdkwright_keys.response IS NOT NULL AND sdkwright_keys.until < {now} OR sdkwright_keys.response IS NULL
    AND sdkwright_keys.fingerprint = excluded.fingerprint AND sdkwright_keys.lease <= {now} RETURNING 1";
const KEY: &str = "SELECT fingerprint, CASE run WHEN ?4 THEN 'own' ELSE '' END, response FROM sdkwright_keys
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3";
pub(crate) const FINISH: &str = "UPDATE sdkwright_keys SET response = coalesce(response, ?5)
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4 RETURNING response";
const KEEP: &str = "UPDATE sdkwright_keys SET lease = NULL
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4 RETURNING response";
const RELEASE: &str = "DELETE FROM sdkwright_keys
  WHERE client_id = ?1 AND operation = ?2 AND key = ?3 AND run = ?4 AND response IS NULL RETURNING 1";
const REMOVE_NONCES: &str = "WITH old AS MATERIALIZED (SELECT client_id, nonce FROM sdkwright_nonces
    WHERE until < {now} LIMIT 100 /*SKIP LOCKED*/)
  DELETE FROM sdkwright_nonces WHERE (client_id, nonce) IN (SELECT client_id, nonce FROM old)";
const RECORD: &str = "INSERT INTO sdkwright_nonces (client_id, nonce, until) VALUES (?2, ?3, {now} + ?4)
  ON CONFLICT (client_id, nonce) DO UPDATE SET until = excluded.until WHERE sdkwright_nonces.until < {now} RETURNING 1";
/// Writes nothing new for an event that is there, starts its attempts again if it was given up, and returns no row if another one has its id.
pub(crate) const SEND: &str = "INSERT INTO sdkwright_deliveries (receiver, event_id, body, recorded, due, attempts)
  VALUES (?2, ?3, ?4, {now}, {now}, 0) ON CONFLICT (receiver, event_id) DO UPDATE
  SET attempts = CASE WHEN sdkwright_deliveries.due IS NULL THEN 0 ELSE sdkwright_deliveries.attempts END,
    due = coalesce(sdkwright_deliveries.due, excluded.due) WHERE sdkwright_deliveries.body = excluded.body RETURNING 1";
/// Takes rows in turn from each receiver. The place of a row counts those of its receiver that are under way. A row that is due later than any wait
/// can end was written by a wrong clock. An attempt without an end is not counted again.
const TAKE: &str = "WITH known AS (SELECT receiver, event_id, due, CASE WHEN due <= {now} OR due > {now} + ?4 THEN 1 ELSE 0 END AS is_due
    FROM sdkwright_deliveries WHERE due <= {now} OR due > {now} + ?4 OR lease IS NOT NULL),
  ranked AS MATERIALIZED (SELECT receiver, event_id, due, is_due, row_number() OVER (PARTITION BY receiver ORDER BY is_due, due) AS place FROM known),
  taken AS MATERIALIZED (SELECT own.receiver, own.event_id FROM sdkwright_deliveries AS own JOIN ranked
      ON own.receiver = ranked.receiver AND own.event_id = ranked.event_id AND own.due = ranked.due
    WHERE ranked.is_due = 1 AND ranked.place <= ?6 ORDER BY ranked.place, ranked.due LIMIT ?5 /*SKIP LOCKED*/)
  UPDATE sdkwright_deliveries SET due = {now} + ?2, lease = ?3, interrupted = lease, attempts = attempts + CASE WHEN lease IS NULL THEN 1 ELSE 0 END
  WHERE (receiver, event_id) IN (SELECT receiver, event_id FROM taken) RETURNING receiver, event_id, body, attempts, coalesce(failure, ''), interrupted";
const REMOVE_DELIVERED: &str =
    "DELETE FROM sdkwright_deliveries WHERE receiver = ?1 AND event_id = ?2 AND lease = ?3 RETURNING 1";
/// The next attempt is due at a time from the end of the lease.
const RECORD_FAILURE: &str = "UPDATE sdkwright_deliveries SET failure = ?4, due = due + ?5, lease = NULL
  WHERE receiver = ?1 AND event_id = ?2 AND lease = ?3 RETURNING 1";
const GIVEN_UP: &str =
    "SELECT receiver, event_id, body, attempts, coalesce(failure, ''), interrupted FROM sdkwright_deliveries
  WHERE due IS NULL AND (receiver, event_id) > (?1, ?2) ORDER BY receiver, event_id LIMIT ?3";
const RETRY: &str = "UPDATE sdkwright_deliveries SET due = 0, attempts = 0
  WHERE receiver = ?1 AND event_id = ?2 AND due IS NULL RETURNING 1";
const DISCARD: &str =
    "DELETE FROM sdkwright_deliveries WHERE receiver = ?1 AND event_id = ?2 AND due IS NULL RETURNING 1";

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

impl From<Option<i64>> for SqlScalar {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).map_or(i64::MAX / 4, |millis| millis.min(i64::MAX / 4))
}

/// Returns the milliseconds from one instant to another.
fn between(start: SystemTime, end: impl Into<Option<SystemTime>>) -> Option<i64> {
    Some(millis(end.into()?) - millis(start))
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
pub(crate) fn send(receiver: &str, event: &impl OutboxEvent) -> Result<SqlColumns, Problem> {
    let WrittenEvent { id, body } = event.to_written()?;
    Ok(columns![Some(millis(SystemClock.now())), receiver, &*id, &body[..]])
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
            let mut values = columns![Some(millis(now))];
            self.run(REMOVE_KEYS, values.clone()).await?;
            let (until, lease) = (between(now, new.until), between(now, new.lease));
            values.extend(of_run(new, columns![&new.fingerprint[..], until, lease]));
            if self.changes(RESERVE, values).await? {
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
            self.run(REMOVE_NONCES, columns![Some(millis(now))]).await?;
            let values = columns![Some(millis(now)), client_id, nonce, between(now, until)];
            self.changes(RECORD, values).await
        })
    }
}

/// Reads a delivery with its lease, or returns and logs that it is unreadable.
fn delivery(columns: SqlColumns, lease: [u8; 16], until: SystemTime) -> Result<OutboxDelivery, SqlColumns> {
    use SqlScalar::{Bytes, Number, Text};
    let values = <[SqlScalar; 6]>::try_from(columns)?;
    let [
        Text(receiver),
        Text(id),
        Bytes(body),
        Number(attempts),
        Text(failure),
        end,
    ] = values
    else {
        tracing::error!("the row of a delivery is unreadable");
        return Err(values.into());
    };
    Ok(OutboxDelivery {
        receiver,
        event: WrittenEvent { id, body },
        attempts: attempts.try_into().unwrap_or(u32::MAX),
        failure,
        lease,
        until,
        is_interrupted: matches!(end, Bytes(_)),
    })
}

/// Returns the values of a delivery and its lease, and then others.
fn of_lease(delivery: &OutboxDelivery, others: SqlColumns) -> SqlColumns {
    let mut values = columns![&*delivery.receiver, &*delivery.event.id, &delivery.lease[..]];
    values.extend(others);
    values
}

impl<D: Database> DeliveryStore for D {
    fn take(&self, request: LeaseRequest) -> StoreFuture<'_, Vec<OutboxDelivery>> {
        Box::pin(async move {
            let (lease, LeaseRequest { now, until, .. }) = (random()?, request);
            let [most, per_receiver] = [request.most, request.per_receiver].map(|most| Some(i64::from(most)));
            let (end, latest) = (between(now, until), between(now, request.latest));
            let values = columns![Some(millis(now)), end, &lease[..], latest, most, per_receiver];
            let mut taken = Vec::new();
            for row in self.run(TAKE, values).await? {
                match delivery(row, lease, until) {
                    Ok(delivery) => taken.push(delivery),
                    // It is given up.
                    Err(mut row) => {
                        row.truncate(2);
                        row.extend(columns![&lease[..], "the row is unreadable", None]);
                        self.run(RECORD_FAILURE, row).await?;
                    }
                }
            }
            Ok(taken)
        })
    }

    fn remove_delivered(&self, delivery: &OutboxDelivery) -> StoreFuture<'_, bool> {
        self.changes(REMOVE_DELIVERED, of_lease(delivery, Vec::new()))
    }

    fn record_failure(
        &self,
        delivery: &OutboxDelivery,
        failure: &str,
        due: Option<SystemTime>,
    ) -> StoreFuture<'_, bool> {
        self.changes(
            RECORD_FAILURE,
            of_lease(delivery, columns![failure, between(delivery.until, due)]),
        )
    }

    fn given_up(&self, after: Option<&OutboxDelivery>, most: u32) -> StoreFuture<'_, Vec<OutboxDelivery>> {
        let [receiver, id] = after.map_or(["", ""], |after| [&after.receiver, &after.event.id]);
        let values = columns![receiver, id, Some(i64::from(most))];
        Box::pin(async move {
            let rows = self.run(GIVEN_UP, values).await?.into_iter();
            Ok(rows.filter_map(|row| delivery(row, [0; 16], UNIX_EPOCH).ok()).collect())
        })
    }

    fn retry(&self, receiver: &str, event_id: &str) -> StoreFuture<'_, bool> {
        self.changes(RETRY, columns![receiver, event_id])
    }

    fn discard(&self, receiver: &str, event_id: &str) -> StoreFuture<'_, bool> {
        self.changes(DISCARD, columns![receiver, event_id])
    }
}
