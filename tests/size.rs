//! House, section 9: a file has one question and at most 500 lines without its tests.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::{fs, path::Path};

/// Files that may be longer, each with the reason why splitting it would make it harder to read.
const EXCEPTIONS: &[(&str, &str)] = &[];

const ROOMS: &[&str] = &[
    "codegen/src",
    "runtime/src",
    "xtask/src",
    "sandbox/src",
    "journal/src",
    "examples",
    "benches",
];
const MOST: usize = 500;

#[test]
fn no_source_file_is_longer_than_a_reader_can_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut files = Vec::new();
    for room in ROOMS {
        collect(&root.join(room), &mut files);
    }
    assert!(files.len() > 50, "the rooms were not found: {} files", files.len());
    let mut long = Vec::new();
    for file in files {
        let name = file
            .strip_prefix(root)
            .expect("below the root")
            .to_string_lossy()
            .replace('\\', "/");
        let lines = without_tests(&fs::read_to_string(&file).expect("readable"));
        if lines > MOST && !EXCEPTIONS.iter().any(|(path, _)| *path == name) {
            long.push(format!("{name}: {lines} lines"));
        }
    }
    assert!(
        long.is_empty(),
        "split these, or add a reasoned exception:\n{}",
        long.join("\n")
    );
}

#[test]
fn every_exception_is_still_needed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    for (path, reason) in EXCEPTIONS {
        let text =
            fs::read_to_string(root.join(path)).unwrap_or_else(|_| panic!("{path} is gone: delete its exception"));
        assert!(
            without_tests(&text) > MOST,
            "{path} is short enough now: delete its exception ({reason})"
        );
    }
}

fn without_tests(text: &str) -> usize {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .count()
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
            files.push(path);
        }
    }
}

/// Modules of tests beside the code: `tests.rs`, and what is below a folder `tests`.
fn is_test(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "tests") || file.components().any(|part| part.as_os_str() == "tests")
}
