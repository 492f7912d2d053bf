//! The program that runs the commands: its name in help and advice, and the folder it looks for contracts in.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::FromArgMatches as _;

use crate::arguments::{self, Arguments, Verb};
use crate::fault::Ended;
use crate::{explain, generate, init, manual, new_overlay, overlay};

/// A program with the commands of this library.
#[derive(Debug, Clone)]
pub struct Program {
    name: &'static str,
    folder: PathBuf,
}

/// One run of a program: what its commands know about it, and what it did.
pub(crate) struct Run<'a> {
    /// Folder in which and above which contracts are looked for.
    pub(crate) folder: &'a Path,
    /// Command line as it was written, with the name of the program.
    pub(crate) line: Vec<OsString>,
    /// Time of its start.
    pub(crate) began: Instant,
    /// The files of a crate that are written.
    pub(crate) part: Part,
    /// Contracts, overlays and other files that were read.
    pub(crate) read: RefCell<Vec<PathBuf>>,
    /// Features of the crates, each with whether it is on by default; noted for `Part::Code` alone.
    pub(crate) features: RefCell<Vec<(String, bool)>>,
}

/// The files of a crate that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of them.
    Crate,
    /// All but `Cargo.toml`.
    Code,
}

impl<'a> Run<'a> {
    /// Begins a run.
    pub(crate) fn new(folder: &'a Path, line: Vec<OsString>, part: Part) -> Self {
        Self {
            folder,
            line,
            began: Instant::now(),
            part,
            read: RefCell::default(),
            features: RefCell::default(),
        }
    }
}

impl Program {
    /// Names the program as people call it, such as `sdkwright` or `cargo xtask`.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            folder: PathBuf::from("."),
        }
    }

    /// Looks for `contracts.yaml` in this folder and above it, instead of the current folder.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Runs a command line, given without the name of the program. Prints the results and returns the exit code.
    pub fn run(&self, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
        let name = OsString::from(self.name);
        let line: Vec<OsString> = std::iter::once(name).chain(arguments).collect();
        let parsed = arguments::command(self.name)
            .try_get_matches_from(&line)
            .and_then(|matches| Arguments::from_arg_matches(&matches));
        let arguments = match parsed {
            Ok(arguments) => arguments,
            Err(error) => {
                // `--help` and `--version` come this way too; clap chooses stream and exit code.
                let _ = error.print();
                let ended = if error.use_stderr() { Ended::Usage } else { Ended::Done };
                return ended.into();
            }
        };
        let run = Run::new(&self.folder, line, Part::Crate);
        let ended = match arguments.verb {
            Verb::Generate(generate) => generate::run(&run, &generate),
            Verb::Overlay(overlay) => overlay::run(&overlay),
            Verb::NewOverlay(new) => new_overlay::run(&new),
            Verb::Init(init) => init::run(&init),
            Verb::Explain(explain) => explain::run(&explain),
            Verb::Completions(completions) => manual::completions(self.name, &completions),
            Verb::Man(man) => manual::man(self.name, &man),
        };
        ended.into()
    }
}
