//! The output files: relative paths that cannot leave the output folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::manifest::{MadeFrom, Manifest};

/// Files by path; the path is relative, `/`-separated and stays below the output folder.
#[derive(Debug, Clone, Default)]
pub struct OutputTree {
    files: BTreeMap<String, Vec<u8>>,
    /// Case-folded paths, for file systems that ignore case.
    folded: BTreeSet<String>,
    /// Manifest, computed on first use: it hashes every byte.
    manifest: OnceLock<Manifest>,
    made_from: Option<MadeFrom>,
}

/// A refused path: it would leave the folder, or two files would be one on some file systems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRefused(pub String);

impl std::fmt::Display for PathRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the output path {:?} is refused", self.0)
    }
}

impl std::error::Error for PathRefused {}

impl OutputTree {
    /// Returns an empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Errors: [`PathRefused`].
    pub fn insert(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<(), PathRefused> {
        if !stays_below(path) || !self.folded.insert(path.to_ascii_lowercase()) {
            return Err(PathRefused(path.to_owned()));
        }
        self.files.insert(path.to_owned(), bytes.into());
        self.manifest = OnceLock::new();
        Ok(())
    }

    /// States what the files are made from; the manifest says it.
    pub fn set_made_from(&mut self, made_from: MadeFrom) {
        self.made_from = Some(made_from);
        self.manifest = OnceLock::new();
    }

    /// Returns what the files are made from, if it was stated.
    pub fn made_from(&self) -> Option<&MadeFrom> {
        self.made_from.as_ref()
    }

    /// Returns the files in the order of their paths, without the manifest.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Returns the bytes of one file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Returns the manifest of these files.
    pub fn manifest(&self) -> &Manifest {
        self.manifest_on(1)
    }

    /// Returns the manifest of these files, which are digested on this many threads.
    pub(crate) fn manifest_on(&self, threads: usize) -> &Manifest {
        let files = || self.files().collect::<Vec<_>>();
        self.manifest
            .get_or_init(|| Manifest::new(&files(), self.made_from.clone(), threads))
    }
}

/// Returns true for plain names separated by `/`: no root, no `..`, no hidden file but the manifest, no reserved device
/// name.
fn stays_below(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    path.split('/')
        .all(|piece| !piece.is_empty() && !piece.starts_with('.') && !piece.ends_with('.') && piece.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::OutputTree;

    #[test]
    fn a_path_cannot_leave_the_folder() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/./b",
            "c:x",
            "a\\b",
            "a/",
            ".git/config",
            "a\nb",
            "ä",
        ] {
            assert!(OutputTree::new().insert(path, "x").is_err(), "{path:?}");
        }
        assert!(OutputTree::new().insert("src/models/customer_id.rs", "x").is_ok());
    }

    #[test]
    fn two_files_that_differ_in_case_alone_are_refused() {
        let mut tree = OutputTree::new();
        assert!(tree.insert("src/a.rs", "x").is_ok());
        assert!(tree.insert("src/A.rs", "x").is_err());
    }
}
