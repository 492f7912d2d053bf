//! Helpers of the test programs: the root of the repository, a contract as plain JSON, and the source files of a folder.
//!
//! `serde_yaml` reads the contracts, not the reader of the generator: a second opinion. The documentation tests of this package name the
//! tests that this machine skips (`build.rs`):
//!
//! ```
//! assert!(sdkwright_tests::SKIP_MARKS > 5, "the marks were not found");
//! ```
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on fails"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// A contract, by its path below the root.
pub fn contract(path: &str) -> serde_json::Value {
    let text = fs::read_to_string(root().join(path)).expect("the contract");
    serde_yaml::from_str(&text).expect("YAML")
}

/// The Rust files of a room (a folder below the root) without those that are tests, in order.
pub fn rust_files(room: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root().join(room), &mut files);
    files.sort();
    files
}

/// The path of a file below the root, with `/`.
pub fn name_of(file: &Path) -> String {
    file.strip_prefix(root())
        .expect("below the root")
        .to_string_lossy()
        .replace('\\', "/")
}

/// The lines of a file before its tests.
pub fn lines_without_tests(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_tests = path.file_stem().is_some_and(|stem| stem == "tests");
        if is_tests {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/skipped.rs"));
