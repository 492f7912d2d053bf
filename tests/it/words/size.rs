//! A file has one question and at most 500 lines without its tests.

use std::fs;

/// Files that may be longer, each with the reason why splitting it would make it harder to read.
const EXCEPTIONS: &[(&str, &str)] = &[(
    "changes/src/conduct/rules.rs",
    "one table, which a reader searches by a word",
)];

pub(crate) const ROOMS: &[&str] = &[
    "description/src",
    "contract/src",
    "picture/src",
    "codegen/src",
    "changes/src",
    "json/src",
    "signing/src",
    "runtime/src",
    "sdkwright/src",
    "xtask/src",
    "sandbox/server/src",
    "sandbox/cli/src",
    "sandbox/certify/src",
    "journal/src",
    "durable/src",
    "server/src",
    "world/src",
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

/// The crates of the generator.
const GENERATOR: [&str; 2] = ["contract/src", "codegen/src"];

/// The files of the generator.
fn generator() -> Vec<std::path::PathBuf> {
    let files = GENERATOR.iter().map(|folder| sdkwright_tests::rust_files(folder));
    files.flatten().collect()
}

/// Numbers of the generator that bound nothing, by their file.
const NO_LIMITS: [(&str, &str); 4] = [
    // Number of bytes that are looked at together.
    ("contract/src/source.rs", "BLOCK"),
    // Number of decimal places of a billionth.
    ("codegen/src/sample/scalar.rs", "DIGITS"),
    // Bytes of values in memory.
    ("contract/src/passes/boxing.rs", "HEAP"),
    ("contract/src/passes/boxing.rs", "WORD"),
];

#[test]
fn every_limit_of_the_generator_stands_in_the_table_of_its_crate() {
    let mut private = Vec::new();
    let is_number = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit());
    for file in generator() {
        let name = sdkwright_tests::name_of(&file);
        if name.ends_with("/limits.rs") || name.contains("/tests") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("readable");
        for line in sdkwright_tests::lines_without_tests(&text) {
            let code = line.trim();
            let constant = code.split_once("const ").and_then(|(_, rest)| rest.split_once(": "));
            let constant = constant.filter(|(_, rest)| {
                let (ty, value) = rest.split_once(" = ").unwrap_or_default();
                ["usize", "u8", "u16", "u32", "u64"].contains(&ty) && is_number(value)
            });
            let is_constant = constant.is_some_and(|(known, _)| !NO_LIMITS.contains(&(&name, known)));
            let compared = [
                "depth > ",
                "depth >= ",
                "depth < ",
                "depth <= ",
                "len() > ",
                "len() >= ",
                "count() > ",
                "for _ in 0..",
            ];
            let is_compared = compared.iter().any(|word| {
                let (_, after) = code.split_once(word).unwrap_or_default();
                let number: String = after
                    .trim_start_matches('=')
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .collect();
                number.parse::<u64>().is_ok_and(|number| number > 8)
            });
            if !code.starts_with("//") && (is_constant || is_compared) {
                private.push(format!("{name}: {code}"));
            }
        }
    }
    assert!(
        private.is_empty(),
        "limits belong into limits.rs, with a reason:\n{}",
        private.join("\n")
    );
}

#[test]
fn every_limit_has_a_reason_and_a_use() {
    let table = |folder: &str| {
        let file = sdkwright_tests::root().join(folder).join("limits.rs");
        fs::read_to_string(file).expect("the table")
    };
    let table = GENERATOR.map(table).join("\n");
    let texts: Vec<String> = generator()
        .iter()
        .map(|file| fs::read_to_string(file).expect("readable"))
        .collect();
    let lines: Vec<&str> = table.lines().collect();
    let mut limits = 0;
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = line
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub ")
            .strip_prefix("const ")
            .and_then(|rest| rest.split(':').next())
        else {
            continue;
        };
        limits += 1;
        assert!(lines[at - 1].starts_with("/// "), "`{name}` has no reason");
        let used = format!("limits::{name}");
        assert!(texts.iter().any(|text| text.contains(&used)), "nothing uses `{name}`");
    }
    assert!(limits > 40, "only {limits} limits were found");
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
