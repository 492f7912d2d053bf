//! Integration tests of the examples, one module per topic: `guide` are the tests that docs/use shows.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod bank;
mod certified;
mod durable;
mod flows;
mod guide;
mod intents;
mod run;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The folder of the examples' programs, next to that of this program.
fn programs_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(2).unwrap().join("examples")
}

/// Returns true if a program is newer than its sources, which cargo lists next to it, and than the manifests. A change of the toolchain or of
/// options is not seen.
fn is_fresh(program: &Path) -> bool {
    let changed = |file: &Path| file.metadata().and_then(|data| data.modified()).ok();
    let listed = std::fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    let sources = listed.split_once(": ").map_or("", |(_, sources)| sources.trim_end());
    let manifests = ["../Cargo.toml", "../../Cargo.toml", "../../Cargo.lock"];
    let manifests = manifests.map(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
    let built = changed(program).filter(|_| !sources.is_empty());
    // Spaces in a path are escaped: then the file is missing.
    let mut files = sources
        .split(' ')
        .map(Path::new)
        .chain(manifests.iter().map(PathBuf::as_path));
    built.is_some_and(|built| files.all(|file| changed(file).is_some_and(|changed| changed <= built)))
}

/// Builds the programs of the package `oceafin-examples`, once. `cargo test --workspace` built them before: alone the package has other
/// features, and all its dependencies would be compiled again.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = programs_folder();
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap();
    let names = files.filter_map(|file| Some(file.unwrap().file_name().to_str()?.strip_suffix(".rs")?.to_owned()));
    if names
        .chain(["bank".to_owned()])
        .all(|name| is_fresh(&at(&folder, &name)))
    {
        return folder;
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "-p", "oceafin-examples", "--examples"]);
    cargo.arg("--target-dir").arg(folder.ancestors().nth(2).unwrap());
    assert!(cargo.status().unwrap().success(), "the examples do not build");
    folder
});

/// Returns the program of an example.
fn program(name: &str) -> PathBuf {
    at(&BUILT, name)
}

fn at(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
