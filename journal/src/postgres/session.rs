//! Statements that a session of the database keeps compiled, and the proof that a transaction has this session.
//!
//! A pooler may give each transaction another session, in which a name may belong to a statement of another client. So each session has a
//! mark, and each transaction begins with a comparison that fails without it. All that follows in the transaction then fails, too.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::BytesMut;
use tokio_postgres::error::{DbError, Severity, SqlState};
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Client, Error, Row, Statement, Transaction};

use crate::error::StoreError;

/// A value of a statement, with its type.
pub(super) type Value<'v> = (&'v (dyn ToSql + Sync), Type);

/// The error of a transaction that has another session.
const ANOTHER: &str = "another session";

/// Runs statements.
pub(super) trait Runs: Sync {
    /// Runs a statement that many changes have in common.
    fn run(&self, text: &str, values: &[Value<'_>]) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;
}

impl Runs for Client {
    async fn run(&self, text: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        self.query_typed(text, values).await
    }
}

impl Runs for Transaction<'_> {
    async fn run(&self, text: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        self.query_typed(text, values).await
    }
}

/// The statements of one session.
pub(super) struct NamedStatements {
    mark: String,
    /// Becomes false once a transaction had another session.
    has_sessions: Arc<AtomicBool>,
    known: Mutex<HashMap<String, Statement>>,
}

impl NamedStatements {
    /// Marks the session of a new connection.
    pub(super) async fn new(client: &Client, has_sessions: Arc<AtomicBool>) -> Result<Self, StoreError> {
        let mark = crate::keys::random()?;
        let marks = format!("SELECT set_config('sdkwright_journal.session', '{mark}', false)");
        client.batch_execute(&marks).await?;
        Ok(Self {
            mark,
            has_sessions,
            known: Mutex::default(),
        })
    }
}

/// A connection with its statements, if it has a session.
#[derive(Clone, Copy)]
pub(super) struct Session<'c> {
    pub(super) client: &'c Client,
    pub(super) named: Option<&'c NamedStatements>,
}

impl Session<'_> {
    /// Returns what a transaction selects first: without the mark of the session it fails.
    pub(super) fn proof(&self) -> String {
        let mark = self.named.map(|named| {
            let mark = &named.mark;
            format!(
                "CASE current_setting('sdkwright_journal.session', true) WHEN '{mark}' THEN '1' ELSE '{ANOTHER}' END"
            )
        });
        format!("CAST({} AS INTEGER)", mark.as_deref().unwrap_or("'1'"))
    }

    /// Returns `true` if a statement would be compiled before it runs.
    pub(super) fn compiles(&self, text: &str) -> bool {
        self.named.is_some_and(|named| named.get(text).is_none())
    }

    /// Notes an error of another session: no names are used any more.
    pub(super) fn note(&self, error: &Error) {
        if let Some(named) = self.named.filter(|_| is_another(error)) {
            named.has_sessions.store(false, Ordering::Relaxed);
        }
    }
}

impl NamedStatements {
    fn get(&self, text: &str) -> Option<Statement> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(text).cloned()
    }

    async fn compile(&self, client: &Client, text: &str, values: &[Value<'_>]) -> Result<Statement, Error> {
        let types: Vec<Type> = values.iter().map(|(_, of)| of.clone()).collect();
        let statement = client.prepare_typed(text, &types).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    async fn run(&self, client: &Client, text: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        let statement = match self.get(text) {
            Some(statement) => statement,
            None => self.compile(client, text, values).await?,
        };
        let unseen: Vec<Unseen<'_>> = values.iter().map(|(value, _)| Unseen(*value)).collect();
        let values: Vec<&(dyn ToSql + Sync)> = unseen.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        client.query(&statement, &values).await
    }
}

impl Runs for Session<'_> {
    async fn run(&self, text: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        match self.named {
            Some(named) => named
                .run(self.client, text, values)
                .await
                .inspect_err(|error| self.note(error)),
            None => self.client.run(text, values).await,
        }
    }
}

/// A value that the database's client does not print: its log tells the parameters of each named statement.
struct Unseen<'v>(&'v (dyn ToSql + Sync));

impl std::fmt::Debug for Unseen<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

type Encoded = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Unseen<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        self.0.to_sql_checked(of, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        self.0.to_sql_checked(of, out)
    }
}

/// Returns `true` if the transaction has another session than its connection had, or one in which the names are in use.
pub(super) fn is_another(error: &Error) -> bool {
    error.as_db_error().is_some_and(|said| {
        said.message().contains(ANOTHER)
            || [SqlState::DUPLICATE_PSTATEMENT, SqlState::INVALID_SQL_STATEMENT_NAME].contains(said.code())
    })
}

/// Returns `true` if the error ends the connection (57P01, 08006).
pub(super) fn ends_connection(said: &DbError) -> bool {
    matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic)) || said.code().code().starts_with("08")
}
