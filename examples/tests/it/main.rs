//! Integration tests of the examples, one module per topic: `guide` are the tests that docs/use shows.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod bank;
mod certified;
mod durable;
mod flows;
mod guide;
mod intents;
mod run;

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// The folder of the examples' programs, next to that of this program.
fn programs_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(2).unwrap().join("examples")
}

/// Builds the programs of the package `oceafin-examples`, once.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = programs_folder();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "-p", "oceafin-examples", "--examples"]);
    cargo.arg("--target-dir").arg(folder.ancestors().nth(2).unwrap());
    assert!(cargo.status().unwrap().success(), "the examples do not build");
    folder
});

/// Returns the program of an example.
fn program(name: &str) -> PathBuf {
    BUILT.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
