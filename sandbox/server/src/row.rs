//! In: rows of what the server remembers. Out: the same rows again, after the process was killed, too. Never: a row without its kind.

use crate::error::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// Something that is remembered, under a kind and a name that never change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredRow {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// The present content; `None` for what is forgotten.
    pub(crate) value: Option<Value>,
}

/// Rows that a store does not have yet. Without a store there are none.
#[derive(Debug, Default)]
pub(crate) struct Unwritten(Option<Vec<StoredRow>>);

impl Unwritten {
    /// Returns the collection of a server with a store.
    pub(crate) fn with_store() -> Self {
        Self(Some(Vec::new()))
    }

    pub(crate) fn has_store(&self) -> bool {
        self.0.is_some()
    }

    /// Adds the present content of a row; `None` for what is forgotten.
    pub(crate) fn put(&mut self, kind: &'static str, name: &(impl ToString + ?Sized), value: Option<impl Serialize>) {
        if let Some(rows) = &mut self.0 {
            rows.push(StoredRow {
                kind,
                name: name.to_string(),
                value: value.and_then(|value| serde_json::to_value(value).ok()),
            });
        }
    }

    /// Returns the rows since they were taken before.
    pub(crate) fn take(&mut self) -> Vec<StoredRow> {
        self.0.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

/// Content of a row.
pub(crate) fn from_content<T: DeserializeOwned>(content: Value) -> Option<T> {
    serde_json::from_value(content).ok()
}

/// Everything that a store has: contents by kind and name.
pub(crate) type Rows = BTreeMap<String, BTreeMap<String, Value>>;

/// A place where rows outlive the process.
pub(crate) trait RowStore: Send {
    /// All rows.
    fn load(&mut self) -> Result<Rows, Error>;

    /// Writes all rows or none of them.
    fn write(&mut self, rows: &[StoredRow]) -> Result<(), Error>;
}

/// The error of a store, with its place.
#[cfg(feature = "sqlite")]
pub(crate) fn failed(place: &str, source: &(dyn std::error::Error + 'static)) -> Error {
    let causes = std::iter::successors(Some(source), |cause| cause.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    Error::Store(format!("{place}: {}", causes.join(": ")))
}

/// The content of a row, read again.
#[cfg(feature = "sqlite")]
pub(crate) fn put(rows: &mut Rows, place: &str, kind: String, name: String, text: &str) -> Result<(), Error> {
    let value = serde_json::from_str(text).map_err(|source| {
        Error::Store(format!(
            "{place}: {kind} {name} was changed since it was written: {source}"
        ))
    })?;
    rows.entry(kind).or_default().insert(name, value);
    Ok(())
}
