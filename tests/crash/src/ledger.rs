//! The partner's own table, beside the journal: an order, and the intent that pays it, are written in one transaction. Never:
//! one of them without the other.

use sdkwright_journal::{Intent, Journal, Postgres, Sqlite, Store};
use std::collections::BTreeSet;
use std::time::Duration;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS partner_orders (number BIGINT PRIMARY KEY)";
const BOOK: &str = "INSERT INTO partner_orders VALUES ($1) ON CONFLICT DO NOTHING";
const BOOKED: &str = "SELECT number FROM partner_orders";

/// Longest wait for another transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// Returns `true` if a payment is first booked as an order, and sent by `resume`.
pub(crate) const fn is_booked(number: u64) -> bool {
    number % 4 == 3
}

/// A connection of the partner's own to the database that keeps the journal.
pub(crate) trait Ledger<S: Store> {
    /// Writes order and intent; nothing of both if the journal refuses the intent.
    async fn book(&mut self, journal: &Journal<S>, number: u64, intent: Intent) -> anyhow::Result<()>;

    /// The numbers of all orders.
    async fn booked(&mut self) -> anyhow::Result<BTreeSet<u64>>;
}

/// The table in the SQLite file of the journal.
pub(crate) fn in_file(place: &str) -> anyhow::Result<rusqlite::Connection> {
    let open = || {
        let own = rusqlite::Connection::open(place)?;
        own.busy_timeout(PATIENCE)?;
        own.execute_batch(TABLE)?;
        Ok(own)
    };
    open().map_err(|error: rusqlite::Error| anyhow::anyhow!("{place}: {error}"))
}

/// The table in the PostgreSQL database of the journal.
pub(crate) async fn in_database(place: &str) -> anyhow::Result<tokio_postgres::Client> {
    let (own, connection) = tokio_postgres::connect(place, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    // Two programs may come here at once; the lock is any number that nobody else takes.
    own.batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock(4711); {TABLE}; COMMIT"))
        .await?;
    Ok(own)
}

impl Ledger<Sqlite> for rusqlite::Connection {
    async fn book(&mut self, journal: &Journal<Sqlite>, number: u64, intent: Intent) -> anyhow::Result<()> {
        let place = self.path().unwrap_or_default().to_owned();
        let book = || {
            let mut transaction = self.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            transaction.execute(BOOK, [i64::try_from(number)?])?;
            match journal.record_in(&mut transaction, intent)? {
                Ok(()) => transaction.commit()?,
                Err(_) => transaction.rollback()?,
            }
            Ok(())
        };
        book().map_err(|error: anyhow::Error| anyhow::anyhow!("{place}: {error}"))
    }

    async fn booked(&mut self) -> anyhow::Result<BTreeSet<u64>> {
        let mut all = self.prepare(BOOKED)?;
        let numbers = all.query_map([], |row| row.get::<_, i64>(0))?;
        numbers.map(|number| Ok(u64::try_from(number?)?)).collect()
    }
}

impl Ledger<Postgres> for tokio_postgres::Client {
    async fn book(&mut self, journal: &Journal<Postgres>, number: u64, intent: Intent) -> anyhow::Result<()> {
        let mut transaction = self.transaction().await?;
        transaction.execute(BOOK, &[&i64::try_from(number)?]).await?;
        match journal.record_in(&mut transaction, intent).await? {
            Ok(()) => transaction.commit().await?,
            Err(_) => transaction.rollback().await?,
        }
        Ok(())
    }

    async fn booked(&mut self) -> anyhow::Result<BTreeSet<u64>> {
        let rows = self.query(BOOKED, &[]).await?;
        rows.iter()
            .map(|row| Ok(u64::try_from(row.try_get::<_, i64>(0)?)?))
            .collect()
    }
}
