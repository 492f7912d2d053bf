//! The program that runs the commands: its name in help and advice, and the folder it looks for contracts in.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::FromArgMatches as _;

use super::terminal::{Exit, RunError};
use crate::arguments::{Arguments, Completions, Format, Verb};
use crate::run::{Run, WrittenPart};
use crate::{arguments, diff, explain, generate, init, lint, new_overlay, overlay, release, report, terminal};

/// A program with the commands of this library.
#[derive(Debug, Clone)]
pub struct Program {
    name: &'static str,
    folder: PathBuf,
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
                let ended = if error.use_stderr() { Exit::Usage } else { Exit::Done };
                return ended.into();
            }
        };
        let run = Run::new(&self.folder, line, WrittenPart::Crate);
        let ended = match arguments.verb {
            Verb::Generate(generate) => return generate::run(&run, &generate).into(),
            Verb::Lint(arguments) => return report::ended(arguments.format, lint::run(&run, &arguments)).into(),
            Verb::Diff(diff) => diff::run(&run, &diff),
            Verb::Release(release) => release::run(&run, &release),
            Verb::Overlay(overlay) => overlay::run(&overlay),
            Verb::NewOverlay(new) => new_overlay::run(&new),
            Verb::Init(init) => init::run(&init),
            Verb::Explain(explain) => explain::run(&explain),
            Verb::Completions(completions) => write_completions(self.name, &completions),
        };
        report::ended(Format::Text, ended).into()
    }
}

// `completions`: the completions of a shell, derived from the command line.

/// Prints the completions of a shell for a program of this name.
pub(crate) fn write_completions(program: &'static str, arguments: &Completions) -> Result<Exit, RunError> {
    if program.contains(' ') {
        let message = format!(
            "a shell cannot complete `{program}`; install the command `sdkwright` and run `sdkwright completions`"
        );
        return Err(RunError::usage(anyhow!(message)));
    }
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut arguments::command(program), program, &mut text);
    terminal::put(&String::from_utf8_lossy(&text));
    Ok(Exit::Done)
}
