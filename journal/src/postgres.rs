//! A journal in PostgreSQL, for services on many machines.
//!
//! Every change is one short transaction: rows are locked while it is decided, and never while a call is on its way. What two
//! transactions write at once is decided again by the slower one.

mod connections;
mod rows;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sdk_runtime::journal::Refused;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls, Transaction};

use crate::begin::{Draft, record};
use crate::entry::{Entry, Holder};
use crate::error::StoreError;
use crate::store::{Found, Select, Store};
use connections::Connections;

/// How often a change is decided anew when others are faster.
const ROUNDS: usize = 20;

/// A client of the database in the making.
pub type Connecting = Pin<Box<dyn Future<Output = Result<Client, tokio_postgres::Error>> + Send>>;

/// Keeps rows in PostgreSQL. Clones share its connections.
#[derive(Clone)]
pub struct Postgres(Arc<Connections>);

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl Postgres {
    /// Connects without TLS (a local socket, a private network), and brings the tables up to date. `config` is a connection
    /// string such as `host=/run/postgresql user=payments dbname=payments`.
    pub async fn connect(config: &str) -> Result<Self, StoreError> {
        let config: Config = config.parse()?;
        Self::with(move || {
            let config = config.clone();
            Box::pin(async move {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(async move {
                    // Its end shows on the client that it belongs to.
                    let _ = connection.await;
                });
                Ok(client)
            })
        })
        .await
    }

    /// The same with connections of your own: with TLS, through a proxy. Each must drive its connection itself.
    pub async fn with(connect: impl Fn() -> Connecting + Send + Sync + 'static) -> Result<Self, StoreError> {
        let connections = Connections::new(Box::new(connect));
        let mut client = connections.take().await?;
        rows::migrate(client.client()?).await?;
        client.give_back();
        Ok(Self(Arc::new(connections)))
    }
}

impl Store for Postgres {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&Found) -> (Vec<Entry>, T) + Send + 'static,
    {
        for _ in 0..ROUNDS {
            let mut taken = self.0.take().await?;
            let transaction = taken.client()?.transaction().await?;
            let found = match rows::find(&transaction, &select).await {
                Err(StoreError::Busy) => continue,
                found => found?,
            };
            let (changed, decided) = decide(&found);
            let is_new = found.entries.is_empty() && !changed.is_empty();
            let written = match rows::write_all(&transaction, &found, &changed).await {
                Ok(true) => transaction.commit().await.map_err(StoreError::from),
                Ok(false) => continue,
                Err(error) => {
                    drop(transaction);
                    Err(error)
                }
            };
            match written {
                Ok(()) => {}
                Err(StoreError::Busy) => continue,
                Err(error) if is_new => return Err(StoreError::Unsent(Box::new(error))),
                Err(error) => return Err(error),
            }
            taken.give_back();
            return Ok(decided);
        }
        Err(StoreError::Busy)
    }
}

/// Writes an intent down in a transaction of the partner.
pub(crate) async fn record_in(
    transaction: &mut Transaction<'_>,
    draft: &Draft,
    holder: &Holder,
) -> Result<Result<(), Refused>, StoreError> {
    let select = Select::About {
        key: draft.intent.key.clone(),
        subject: draft.intent.subject.clone(),
        made: Vec::new(),
    };
    for _ in 0..ROUNDS {
        // A savepoint, so that a faster transaction does not spoil the partner's.
        let inner = transaction.transaction().await?;
        let found = rows::find(&inner, &select).await?;
        let (changed, decided) = record(&found, draft, holder);
        match rows::write_all(&inner, &found, &changed).await {
            Ok(true) => {
                inner.commit().await?;
                return Ok(decided);
            }
            Ok(false) | Err(StoreError::Busy) => inner.rollback().await?,
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Busy)
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) if is_race(said.code()) => Self::Busy,
            // Its detail may repeat values of a row; code and message do not.
            Some(said) => Self::Database(format!("{}: {}", said.code().code(), said.message())),
            None => Self::Database(error.to_string()),
        }
    }
}

/// Was another transaction faster?
fn is_race(code: &SqlState) -> bool {
    [
        SqlState::UNIQUE_VIOLATION,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
    ]
    .contains(code)
}
