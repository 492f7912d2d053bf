//! A journal in memory: for tests, and for programs that may forget everything when they end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sdkwright_runtime::journal::Sender;

use crate::error::StoreError;
use crate::keys::random;
use crate::store::{Row, RowChange, RowFilter, RowPosition, Select, State, Store};

/// Rows by base URL, client id and key.
type Rows = BTreeMap<(String, Option<String>, String), Row>;

/// Keeps rows in memory. Clones share them.
#[derive(Debug, Clone)]
pub struct Memory {
    rows: Arc<Mutex<Rows>>,
    name: Option<Arc<str>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            name: random().ok().map(Arc::from),
        }
    }
}

impl Memory {
    /// Nothing is in it.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for Memory {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let (changed, decided) = decide(&find(&rows, &select));
        let name = |row: &Row| {
            let Sender { client_id, base_url } = row.sender.clone();
            (base_url, client_id, row.key.clone())
        };
        for change in changed {
            match change {
                RowChange::Write(row) => rows.insert(name(&row), row),
                RowChange::Remove(row) => rows.remove(&name(&row)),
            };
        }
        Ok(decided)
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

fn find(rows: &Rows, select: &Select) -> Vec<Row> {
    match select {
        Select::About {
            sender,
            key,
            subject,
            made,
        } => rows
            .values()
            .filter(|row| row.sender == *sender)
            .filter(|row| {
                let is_made = || row.made.iter().any(|id| made.contains(id));
                row.key == *key || (subject.is_some() && row.subject == *subject) || is_made()
            })
            .cloned()
            .collect(),
        Select::Due { sender, after } => {
            let is_pending = |row: &Row| State::from_word(&row.state).is_some_and(State::is_pending);
            sorted(rows, after, 1, |row| row.sender == *sender && is_pending(row))
        }
        Select::Page { filter, after, limit } => sorted(rows, after, *limit, |row| match filter {
            RowFilter::InState(state) => State::from_word(&row.state) == *state,
            RowFilter::WithRequest => row.request.is_some(),
            RowFilter::SealedBy { sender, name } => row.sender == *sender && row.sealed_by == *name,
            RowFilter::RecordedBefore { sender, before } => row.sender == *sender && row.recorded < *before,
        }),
    }
}

fn sorted(rows: &Rows, after: &RowPosition, limit: u32, keep: impl Fn(&Row) -> bool) -> Vec<Row> {
    let behind = rows.values().filter(|row| keep(row) && row.position() > *after);
    let mut found: Vec<Row> = behind.cloned().collect();
    found.sort_by_key(Row::position);
    found.truncate(limit as usize);
    found
}
