//! Makes functions of the examples in the reference of the generated crate, and finds the tests that this machine skips: those with a line `// skipped without <tool or $VARIABLE>` whose tool or variable is missing.
//!
//! Writes `skipped.rs` with an ignored documentation test per skipped test, in a module that names what is missing. Documentation tests run
//! last, and those of this package after all others: the last lines of `cargo test --workspace` name and count what was skipped.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const MARK: &str = "// skipped without ";

/// Folders of test files, from the root of the workspace.
const FOLDERS: [&str; 7] = [
    "codegen/tests",
    "journal/tests",
    "json/tests",
    "sandbox/server/tests",
    "sandbox/cli/tests",
    "tests/crash/tests",
    "tests/it",
];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PATH");
    let (mut marks, mut skipped) = (0, BTreeMap::<String, BTreeSet<String>>::new());
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed=../{folder}");
        read(&root.join(folder), &mut |test, needs| {
            marks += 1;
            if !is_here(needs) {
                skipped
                    .entry(needs.replace('$', ""))
                    .or_default()
                    .insert(test.to_owned());
            }
        })?;
    }
    let mut text = format!("/// Number of tests that some machines skip.\npub const SKIP_MARKS: usize = {marks};\n");
    for (needs, tests) in skipped {
        let _ = write!(
            text,
            "\n#[cfg(doctest)]\n#[allow(non_snake_case)]\nmod skipped_without_{needs} {{\n"
        );
        for test in tests {
            let _ = write!(text, "    /// ```ignore\n    /// ```\n    mod {test} {{}}\n");
        }
        text.push_str("}\n");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("skipped.rs"), text)?;
    println!("cargo::rerun-if-changed=../generated/docs");
    // The index has the groups in the order of the contract.
    let index = fs::read_to_string(root.join("generated/docs/README.md"))?;
    let links = index
        .lines()
        .filter_map(|line| line.strip_prefix("### [")?.split_once("](")?.1.strip_suffix(')'));
    let pages: Vec<String> = links
        .map(|file| fs::read_to_string(root.join("generated/docs").join(file)))
        .collect::<io::Result<_>>()?;
    fs::write(out.join("reference.rs"), examples(&pages.concat()))
}

/// A function with the example of each call of the reference pages, by the name of the call.
fn examples(pages: &str) -> String {
    let mut text =
        "/// The examples of the reference, each by its call.\npub(crate) const EXAMPLES: &[(&str, Example)] = &[\n"
            .to_owned();
    for part in pages.split("\n### ").skip(1) {
        let call = part.lines().next().unwrap_or_default();
        let block = part
            .split_once("\n```rust\n")
            .and_then(|(_, rest)| rest.split_once("\n```"));
        // A function that takes a draft does not stand alone.
        let block = block
            .map(|(block, _)| block)
            .filter(|block| !block.contains("async fn example("));
        if let Some(block) = block.filter(|_| call.contains("().")) {
            let _ = writeln!(
                text,
                "({call:?}, |client| Box::pin(async move {{\n{block}\nOk(())\n}})),"
            );
        }
    }
    text + "];\n"
}

/// Calls `found` with the name of the test, and the tool or variable of each mark below a folder.
fn read(folder: &Path, found: &mut dyn FnMut(&str, &str)) -> io::Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let (text, mut function) = (fs::read_to_string(&path)?, "");
            for line in text.lines().map(str::trim_start) {
                // A mark belongs to the function above it; it may follow a statement.
                if let Some(rest) = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn ")) {
                    function = rest.split(['(', '<']).next().unwrap_or(rest);
                } else if let Some((_, needs)) = line.split_once(MARK) {
                    found(function, needs.trim_end());
                }
            }
        }
    }
    Ok(())
}

/// Returns `true` if this machine has a tool, by the name of its program, or a variable, by `$` and its name.
fn is_here(needs: &str) -> bool {
    if let Some(variable) = needs.strip_prefix('$') {
        println!("cargo::rerun-if-env-changed={variable}");
        return env::var_os(variable).is_some();
    }
    // Debian keeps the programs of PostgreSQL outside of `PATH`.
    let debian = Path::new("/usr/lib/postgresql");
    println!(
        "cargo::rerun-if-changed={}",
        if debian.exists() {
            debian.display().to_string()
        } else {
            "build.rs".to_owned()
        }
    );
    let versions = fs::read_dir(debian)
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(versions)
        .any(|folder| folder.join(needs).is_file())
}
