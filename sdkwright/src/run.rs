//! One run of a program or of a build script, as its commands know it.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Variable that makes a build compare the code with the contract instead of writing it.
pub(crate) const CHECK: &str = "SDKWRIGHT_CHECK";

/// One run of a program: what its commands know about it, and what it did.
pub(crate) struct Run<'a> {
    /// Folder in which and above which contracts are looked for.
    pub(crate) folder: &'a Path,
    /// Command line as it was written, with the name of the program.
    pub(crate) line: Vec<OsString>,
    /// The files of a crate that are written.
    pub(crate) part: WrittenPart,
    /// Contracts, overlays and other files that were read.
    pub(crate) read: RefCell<Vec<PathBuf>>,
    /// Features of the crates, each with whether it is on by default; noted for `Part::Code` alone.
    pub(crate) features: RefCell<Vec<(String, bool)>>,
}

/// The files of a crate that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenPart {
    /// All of them.
    Crate,
    /// All but `Cargo.toml`.
    Code,
}

impl<'a> Run<'a> {
    /// Begins a run.
    pub(crate) fn new(folder: &'a Path, line: Vec<OsString>, part: WrittenPart) -> Self {
        Self {
            folder,
            line,
            part,
            read: RefCell::default(),
            features: RefCell::default(),
        }
    }
}
