//! Changes that stand: the file of `--accepted`.
//!
//! In: its text, and the changes. Out: the changes that are accepted, and the entries that match none.

use std::path::Path;

use anyhow::Context as _;
use sdkwright_changes::Change;

use crate::terminal::RunError;

/// The file.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptedFile {
    accepted: Vec<AcceptedChange>,
}

/// A change that stands. What is left out matches everything, but an entry without both `pointer` and `operation` would
/// accept too much.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedChange {
    id: String,
    pointer: Option<String>,
    operation: Option<String>,
    reason: String,
}

impl AcceptedFile {
    /// Reads the file.
    pub(crate) fn load(file: &Path) -> Result<Self, RunError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .with_context(|| name.clone())
            .map_err(RunError::files)?;
        let read = || -> anyhow::Result<Self> {
            let read: Self = serde_yaml::from_str(&text)?;
            for entry in &read.accepted {
                anyhow::ensure!(!entry.reason.trim().is_empty(), "`{}` has no reason", entry.id);
                let is_wide = entry.pointer.is_none() && entry.operation.is_none();
                anyhow::ensure!(
                    !is_wide,
                    "`{}` must have a `pointer` or an `operation`; without them it would accept every change of its kind",
                    entry.id
                );
            }
            Ok(read)
        };
        read().context(name).map_err(RunError::usage)
    }

    /// Returns the reason for which a change stands.
    pub(crate) fn reason(&self, change: &Change) -> Option<&str> {
        let found = self.accepted.iter().find(|entry| entry.matches(change));
        found.map(|entry| entry.reason.as_str())
    }

    /// Returns the entries that match no change, as sentences.
    pub(crate) fn stale(&self, changes: &[&Change]) -> Vec<String> {
        let stale = self
            .accepted
            .iter()
            .filter(|entry| !changes.iter().any(|change| entry.matches(change)));
        stale
            .map(|entry| {
                let at = entry
                    .pointer
                    .as_deref()
                    .or(entry.operation.as_deref())
                    .unwrap_or_default();
                format!(
                    "`{}` at {at} is accepted, but there is no such change; remove the entry",
                    entry.id
                )
            })
            .collect()
    }
}

impl AcceptedChange {
    fn matches(&self, change: &Change) -> bool {
        let is_at = |pointer: &String| {
            let places = [&change.base, &change.revision];
            places.into_iter().flatten().any(|place| place.pointer == *pointer)
        };
        self.id == change.id
            && self.pointer.as_ref().is_none_or(is_at)
            && self
                .operation
                .as_ref()
                .is_none_or(|operation| change.operations.contains(operation))
    }
}
