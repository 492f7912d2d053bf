//! Finds the tests that cannot run on this machine.
//!
//! In: lines `// skipped without <what>` in test files of the workspace, and this machine. Out: `skipped.rs`, with a module for
//! each such test that is skipped here; its documentation is an ignored test. It runs at each build, since a tool may come or go.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const MARK: &str = "// skipped without ";

/// A test that is skipped where something is missing.
struct Test {
    name: String,
    file: String,
    needs: String,
}

fn main() -> io::Result<()> {
    // This file never exists, so the script runs in each build.
    println!("cargo::rerun-if-changed=always");
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = folder.join("../..");
    let mut tests = Vec::new();
    for part in [
        "changes",
        "codegen",
        "examples",
        "journal",
        "json",
        "runtime",
        "sandbox",
        "sdkwright",
        "signing",
        "tests",
        "xtask",
    ] {
        find(&root, &root.join(part), &mut tests)?;
    }
    tests.sort_by(|one, other| (&one.needs, &one.name).cmp(&(&other.needs, &other.name)));
    let mut text = format!(
        "/// The number of tests that are skipped where something is missing.\npub const LOOKED_FOR: usize = {};\n",
        tests.len()
    );
    for test in tests.iter().filter(|test| !is_here(&test.needs)) {
        let Test { name, file, needs } = test;
        let _ = write!(
            text,
            "\n/// ```ignore\n/// // {file}: {needs} is missing\n/// ```\n#[cfg(doctest)]\npub mod {name} {{}}\n"
        );
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("skipped.rs"), text)
}

/// Reads all test files below a folder; files of `src` hold none of these tests.
fn find(root: &Path, folder: &Path, tests: &mut Vec<Test>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if !["cases", "contracts", "expected", "skipped", "src", "target"]
                .iter()
                .any(|left_out| name == *left_out)
            {
                find(root, &path, tests)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            read(&file, &fs::read_to_string(&path)?, tests);
        }
    }
    Ok(())
}

/// A mark belongs to the function above it.
fn read(file: &str, text: &str, tests: &mut Vec<Test>) {
    let mut function = "";
    for line in text.lines().map(str::trim_start) {
        if let Some(rest) = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn ")) {
            function = rest.split(['(', '<']).next().unwrap_or(rest);
        } else if let Some(needs) = line.strip_prefix(MARK) {
            tests.push(Test {
                name: function.to_owned(),
                file: file.to_owned(),
                needs: needs.trim_end().to_owned(),
            });
        }
    }
}

/// Returns `true` if this machine has a tool, by the name of its program, or a variable, by `$` and its name.
fn is_here(needs: &str) -> bool {
    if let Some(variable) = needs.strip_prefix('$') {
        println!("cargo::rerun-if-env-changed={variable}");
        return env::var_os(variable).is_some();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    env::split_paths(&path)
        .chain(debian.map(|version| version.path().join("bin")))
        .any(|folder| folder.join(needs).is_file())
}
