//! The file of a SQLite journal, as long as it is where it was opened.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::error::StoreError;

/// Longest wait for another process that holds the file.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The file that was opened. Another one in its place, or none, is noticed before the next row is written, and so before the next
/// action is sent. SQLite itself would go on with a file that nobody can find any more. On Windows an open file cannot be deleted.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    pub(super) path: PathBuf,
    file: (u64, u64),
}

impl DatabaseFile {
    /// Returns the place of an open file; `None` for a database in memory.
    pub(super) fn from_connection(connection: &Connection) -> Option<Self> {
        let path = PathBuf::from(connection.path().filter(|path| !path.is_empty())?);
        let file = identity(&path)?;
        Some(Self { path, file })
    }

    pub(super) fn check(&self) -> Result<(), StoreError> {
        if identity(&self.path) == Some(self.file) {
            return Ok(());
        }
        Err(StoreError::Replaced(self.path.clone()))
    }
}

/// Returns device and number of a file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let data = std::fs::metadata(path).ok()?;
    Some((data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}
