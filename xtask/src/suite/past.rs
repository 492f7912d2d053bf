//! The seconds that each program took the last time, in a file of the target folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Durations of programs by their names.
pub(super) struct Past {
    file: PathBuf,
    seconds: BTreeMap<String, f64>,
}

impl Past {
    /// Reads the durations; a file that is missing or damaged has none.
    pub(super) fn read(file: &Path) -> Self {
        let text = fs::read(file).unwrap_or_default();
        Self {
            file: file.to_owned(),
            seconds: serde_json::from_slice(&text).unwrap_or_default(),
        }
    }

    /// Returns the duration of a program, if it is known.
    pub(super) fn seconds(&self, name: &str) -> Option<f64> {
        self.seconds.get(name).copied()
    }

    /// Notes the duration of a program.
    pub(super) fn note(&mut self, name: &str, seconds: f64) {
        self.seconds.insert(name.to_owned(), seconds);
    }

    /// Writes the durations for the next run.
    pub(super) fn write(&self) -> io::Result<()> {
        fs::write(&self.file, serde_json::to_vec_pretty(&self.seconds)?)
    }
}
