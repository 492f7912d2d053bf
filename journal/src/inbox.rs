//! Deliveries that came before: the ids of events, written in the receiver's own transaction.
//!
//! An event is new if and only if the transaction that handles it commits. A duplicate is answered like the first one (2xx),
//! and not handled again.

use std::marker::PhantomData;
use std::time::SystemTime;

use sdkwright_runtime::signing::sha256;
use sdkwright_runtime::webhook::{Delivery, Webhook};

use crate::error::StoreError;
use crate::keys::{hex, short};
use sdkwright_runtime::signing::clock::unix_seconds;
#[cfg(feature = "postgres")]
use tokio_postgres::types::{ToSql, Type};

/// The result of accepting an event: new, or a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Accepted {
    /// A new delivery: handle it in the same transaction, and commit.
    New,
    /// A delivery that was handled before: answer 2xx, and do nothing.
    Duplicate,
}

/// Tells new events from duplicates, in a store that was opened once with the tables of this crate.
///
/// `Inbox::new(&store)` makes it. It holds no connection, and is copied; a struct of yours has it as `Inbox<Sqlite>` or
/// `Inbox<Postgres>`, because it takes transactions of that store alone.
#[derive(Debug)]
pub struct Inbox<S> {
    source: &'static str,
    store: PhantomData<fn() -> S>,
}

impl<S> Clone for Inbox<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Inbox<S> {}

impl<S> Inbox<S> {
    /// The inbox beside a store.
    pub fn new(_: &S) -> Self {
        Self {
            source: "",
            store: PhantomData,
        }
    }

    /// The inbox of deliveries that come from somewhere else: another API, or another environment of it. Ids of two sources say
    /// nothing about each other; without this the second event of that id would be taken for a duplicate, and be lost.
    #[must_use]
    pub fn from(mut self, source: &'static str) -> Self {
        self.source = source;
        self
    }

    /// The id of its event, or the digest of an odd one; of a delivery without an id, its own digest.
    fn id<W: Webhook>(self, delivery: &Delivery<W>) -> String {
        let raw = || format!("sha256:{}", hex(&sha256(delivery.raw())));
        let id = delivery.event_id().unwrap_or_else(raw);
        if self.source.is_empty() {
            return short(&id).into_owned();
        }
        // The line break separates them: source `a` with id `bc` differs from `ab` with `c`.
        short(&format!("{}\n{id}", self.source)).into_owned()
    }
}

#[cfg(feature = "sqlite")]
impl Inbox<crate::sqlite::Sqlite> {
    /// Writes an event down in a transaction on the same file. `at` is now.
    ///
    /// ```
    /// # use rusqlite::{Connection, TransactionBehavior};
    /// # use sdkwright_journal::{Accepted, Inbox, Sqlite};
    /// # use sdkwright_runtime::webhook::{Delivery, Webhook};
    /// # use std::time::SystemTime;
    /// # fn store<W: Webhook>(database: &mut Connection, inbox: Inbox<Sqlite>, delivery: &Delivery<W>) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    /// if inbox.accept(&mut transaction, delivery, SystemTime::now())? == Accepted::New {
    ///     let event = (delivery.event_id(), &delivery.raw()[..]);
    ///     transaction.execute("INSERT INTO events (id, body) VALUES (?1, ?2)", event)?;
    /// }
    /// transaction.commit()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn accept<W: Webhook>(
        self,
        transaction: &mut rusqlite::Transaction<'_>,
        delivery: &Delivery<W>,
        at: SystemTime,
    ) -> Result<Accepted, StoreError> {
        let text = "INSERT OR IGNORE INTO sdkwright_journal_inbox (event_id, accepted) VALUES (?1, ?2)";
        Ok(accepted(
            transaction.execute(text, (self.id(delivery), unix_seconds(at)))?,
        ))
    }

    /// Forgets events that came before a moment: longer ago than the API delivers again.
    pub fn forget_before(
        self,
        transaction: &mut rusqlite::Transaction<'_>,
        at: SystemTime,
    ) -> Result<usize, StoreError> {
        Ok(transaction.execute(
            "DELETE FROM sdkwright_journal_inbox WHERE accepted < ?1",
            [unix_seconds(at)],
        )?)
    }
}

#[cfg(feature = "postgres")]
impl Inbox<crate::postgres::Postgres> {
    /// Writes an event down in a transaction on the same database. `at` is now. Waits for another
    /// transaction that handles the same event.
    pub async fn accept<W: Webhook>(
        self,
        transaction: &mut tokio_postgres::Transaction<'_>,
        delivery: &Delivery<W>,
        at: SystemTime,
    ) -> Result<Accepted, StoreError> {
        let id = self.id(delivery);
        let text = "INSERT INTO sdkwright_journal_inbox (event_id, accepted) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1";
        let values: [(&(dyn ToSql + Sync), Type); 2] = [(&id, Type::TEXT), (&unix_seconds(at), Type::INT8)];
        Ok(accepted(transaction.query_typed(text, &values).await?.len()))
    }

    /// Forgets events that came before a moment: longer ago than the API delivers again.
    pub async fn forget_before(
        self,
        transaction: &mut tokio_postgres::Transaction<'_>,
        at: SystemTime,
    ) -> Result<u64, StoreError> {
        let text = "WITH gone AS (DELETE FROM sdkwright_journal_inbox WHERE accepted < $1 RETURNING 1) SELECT count(*) FROM gone";
        let rows = transaction
            .query_typed(text, &[(&unix_seconds(at), Type::INT8)])
            .await?;
        let gone: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
        Ok(gone.unsigned_abs())
    }
}

fn accepted(rows: usize) -> Accepted {
    if rows == 0 { Accepted::Duplicate } else { Accepted::New }
}
