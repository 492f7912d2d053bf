//! A file has one question and at most 500 lines without its tests.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fs;

/// Files that may be longer, each with the reason why splitting it would make it harder to read.
const EXCEPTIONS: &[(&str, &str)] = &[];

const ROOMS: &[&str] = &[
    "codegen/src",
    "json/src",
    "signing/src",
    "runtime/src",
    "xtask/src",
    "sandbox/src",
    "journal/src",
    "examples",
    "benches",
    "fuzz/fuzz_targets",
];
const MOST: usize = 500;

#[test]
fn no_source_file_is_longer_than_a_reader_can_hold() {
    let files: Vec<_> = ROOMS
        .iter()
        .flat_map(|room| sdkwright_tests::rust_files(room))
        .collect();
    assert!(files.len() > 50, "the rooms were not found: {} files", files.len());
    let mut long = Vec::new();
    for file in files {
        let name = sdkwright_tests::name_of(&file);
        let lines = length(&fs::read_to_string(&file).expect("readable"));
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

/// The table that `.ci/mutate` reads: a row whose line is gone proves nothing of the code that is there.
#[test]
fn every_row_of_changes_that_change_nothing_names_a_line_that_is_there() {
    let rows = fs::read_to_string(sdkwright_tests::root().join(".ci/mutants-equivalent.tsv")).expect("the table");
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let [file, function, change, line, reason] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("five columns: {row}")
        };
        assert!(!change.is_empty() && !reason.is_empty(), "{row}");
        let text = fs::read_to_string(sdkwright_tests::root().join(file)).expect(file);
        assert!(text.contains(&format!("fn {function}")), "{file} has no `{function}`");
        assert!(
            text.lines().any(|known| known.trim() == line),
            "{file} has no line `{line}`"
        );
    }
}

#[test]
fn every_exception_is_still_needed() {
    for (path, reason) in EXCEPTIONS {
        let text = fs::read_to_string(sdkwright_tests::root().join(path))
            .unwrap_or_else(|_| panic!("{path} is gone: delete its exception"));
        assert!(
            length(&text) > MOST,
            "{path} is short enough now: delete its exception ({reason})"
        );
    }
}

fn length(text: &str) -> usize {
    sdkwright_tests::lines_without_tests(text).count()
}
