//! A journal in memory: for tests, and for programs that may forget everything when they end.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use crate::entry::{Entry, State};
use crate::error::StoreError;
use crate::store::{Found, Select, Store};

/// Keeps rows in memory. Clones share them.
#[derive(Debug, Clone)]
pub struct Memory {
    rows: Arc<Mutex<BTreeMap<String, Entry>>>,
    name: Option<Arc<str>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            name: crate::journal::random().ok().map(Arc::from),
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
        D: Fn(&Found) -> (Vec<Entry>, T) + Send + 'static,
    {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let found = find(&rows, &select);
        let (changed, decided) = decide(&found);
        for entry in changed {
            rows.insert(entry.key.clone(), entry);
        }
        Ok(decided)
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

fn find(rows: &BTreeMap<String, Entry>, select: &Select) -> Found {
    let entries = match select {
        Select::About { key, subject, made } => rows
            .values()
            .filter(|entry| {
                let made_one = |(_, id): &(String, String)| made.contains(id);
                entry.key == *key
                    || (subject.is_some() && entry.subject == *subject)
                    || (entry.evidence.is_some() && entry.head.ids.iter().any(made_one))
            })
            .cloned()
            .collect(),
        Select::Due { sender, after } => {
            let due = |entry: &&Entry| entry.state.is_pending() && entry.sender == *sender;
            sorted(rows, after, due, 1)
        }
        Select::Kept { after, limit } => {
            let behind = rows.range::<str, _>((Bound::Excluded(after.as_str()), Bound::Unbounded));
            let kept = behind.map(|(_, entry)| entry).filter(|entry| entry.request.is_some());
            kept.take(*limit as usize).cloned().collect()
        }
        Select::In { state, after, limit } => sorted(rows, after, |entry| is_in(entry, *state), *limit as usize),
    };
    Found { entries }
}

fn is_in(entry: &Entry, state: State) -> bool {
    entry.state == state
}

fn sorted(
    rows: &BTreeMap<String, Entry>,
    after: &(i64, String),
    keep: impl Fn(&&Entry) -> bool,
    limit: usize,
) -> Vec<Entry> {
    let place = |entry: &Entry| (entry.recorded, entry.key.clone());
    let mut found: Vec<Entry> = rows
        .values()
        .filter(|entry| keep(entry) && place(entry) > *after)
        .cloned()
        .collect();
    found.sort_by_key(place);
    found.truncate(limit);
    found
}
