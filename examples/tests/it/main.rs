//! Integration tests of the examples, one module per topic: `guide` are the tests that docs/guides shows.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod certified;
mod guide;
mod run;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the examples' programs, next to that of this program.
fn programs_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(2).unwrap().join("examples")
}

/// Returns the program of an example, built again if its source is newer.
fn program(name: &str, source: &str) -> PathBuf {
    let folder = programs_folder();
    let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let age = |file: &Path| file.metadata().and_then(|data| data.modified()).ok();
    if age(&program) < age(&source) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "-p", "oceafin-examples", "--example", name]);
        cargo.arg("--target-dir").arg(folder.ancestors().nth(2).unwrap());
        assert!(cargo.status().unwrap().success(), "{name} does not build");
    }
    program
}
