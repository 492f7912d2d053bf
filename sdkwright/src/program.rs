//! The entry points: a program that runs the commands, with its name in help and advice and the folder it looks for contracts
//! in, and `build` for the `build.rs` of a crate.
//!
//! `build` takes the options of `generate`, without the command. It writes source files below the folder of the package, and
//! lines for cargo. The package keeps its own `Cargo.toml`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::FromArgMatches as _;

use crate::arguments::{self, Arguments, Completions, Format, Verb};
use crate::jobs::{CHECK, Run, WrittenPart};
use crate::terminal::{self, Exit, RunError};
use crate::{diff, explain, generate, init, lint, new_overlay, overlay, release, report};

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
fn write_completions(program: &'static str, arguments: &Completions) -> Result<Exit, RunError> {
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

// The entry point of build scripts.

/// Generates the code of the package whose build script calls it. Returns the exit code of the build script.
///
/// The arguments are those of `sdkwright generate`: `["--contract", "../petstore.yaml", "--out", "generated"]`, with
/// paths that are relative to the package. All files of the crate but its `Cargo.toml` and runtime are written to the folder of
/// `--out`, which is committed; the package includes them with `#[path = "../generated/src/lib.rs"] mod generated;` and
/// `pub use generated::*;`. With the variable `SDKWRIGHT_CHECK=1` nothing is written, and the build fails if anything would be.
pub fn build<A: Into<OsString>>(options: impl IntoIterator<Item = A>) -> ExitCode {
    let mut line: Vec<OsString> = vec!["sdkwright".into(), "generate".into()];
    line.extend(options.into_iter().map(Into::into));
    terminal::put(&format!("cargo::rerun-if-env-changed={CHECK}\n"));
    if std::env::var_os(CHECK).is_some_and(|value| value == "1") {
        line.push("--check".into());
    }
    let package = std::env::var_os("CARGO_PKG_NAME").filter(|_| !line.iter().any(|word| word == "--package"));
    if let Some(package) = package {
        line.extend(["--package".into(), package]);
    }
    let parsed = arguments::command("sdkwright")
        .try_get_matches_from(&line)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let generate = match parsed.map(|arguments| arguments.verb) {
        Ok(Verb::Generate(generate)) => generate,
        // Cargo shows standard error of a build script that fails.
        Err(error) => {
            terminal::say(&error.to_string());
            return Exit::Usage.into();
        }
        Ok(_) => return Exit::Usage.into(),
    };
    let run = Run::new(".".as_ref(), line, WrittenPart::Code);
    let ended = generate::run(&run, &generate);
    terminal::put(&lines(&run, &generate));
    ended.into()
}

/// Returns what cargo must know: the files that were read, and the features of the code.
fn lines(run: &Run<'_>, generate: &arguments::Generate) -> String {
    let mut files: Vec<String> = run
        .read
        .borrow()
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    files.extend(
        [&generate.config, &generate.out]
            .into_iter()
            .flatten()
            .map(|path| path.display().to_string()),
    );
    files.sort();
    files.dedup();
    let files = files.into_iter().fold(String::new(), |text, file| {
        format!("{text}cargo::rerun-if-changed={file}\n")
    });
    run.features.borrow().iter().fold(files, |text, (name, is_on)| {
        let known = format!("{text}cargo::rustc-check-cfg=cfg(feature, values({name:?}))\n");
        if *is_on {
            format!("{known}cargo::rustc-cfg=feature={name:?}\n")
        } else {
            known
        }
    })
}
