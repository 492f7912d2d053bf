//! Words: doc comments name their subject, and file names say what a file answers. The rest is for reviewers (CONTRIBUTING.md).

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fs;
use std::path::PathBuf;

/// Folders of handwritten code, tests included.
const FOLDERS: [&str; 11] = [
    "benches", "codegen", "examples", "fuzz", "journal", "json", "runtime", "sandbox", "signing", "tests", "xtask",
];

/// Folders whose words are those of a contract, or of other crates.
const OTHERS: [&str; 5] = [
    "tests/cases",
    "tests/second",
    "tests/rejections",
    "fuzz/target",
    "fuzz/corpus",
];

/// Words that open a question or a clause without a subject.
const OPENINGS: [&str; 22] = [
    "What", "Where", "Who", "Whom", "Whose", "How", "Whether", "Why", "When", "Which", "Is", "Are", "Does", "Do",
    "May", "Can", "Has", "Have", "Was", "Were", "Will", "Would",
];

/// File names that explain nothing.
const NAMES: [&str; 15] = [
    "apart", "aside", "bench", "beside", "desk", "helper", "kept", "misc", "shown", "spare", "things", "told", "twins",
    "util", "whose",
];

/// Returns the Rust files of a folder, tests included, without those whose words are not ours.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![sdkwright_tests::root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !OTHERS.contains(&sdkwright_tests::name_of(&path).as_str()) {
                open.push(path);
            } else if path.extension() == Some("rs".as_ref()) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn no_doc_comment_opens_with_a_question_word() {
    let mut found = Vec::new();
    let mut seen = 0;
    for folder in FOLDERS {
        for file in sources(folder) {
            let text = fs::read_to_string(&file).expect("readable");
            let mut is_inside = false;
            for (number, line) in text.lines().enumerate() {
                let line = line.trim_start();
                let doc = line.strip_prefix("/// ").or_else(|| line.strip_prefix("//! "));
                seen += usize::from(doc.is_some());
                let first = doc.filter(|_| !is_inside).and_then(|doc| doc.split(' ').next());
                if first.is_some_and(|word| OPENINGS.contains(&word)) {
                    found.push(format!("{}:{}: {line}", sdkwright_tests::name_of(&file), number + 1));
                }
                is_inside = line.starts_with("///") || line.starts_with("//!");
            }
        }
    }
    assert!(seen > 8_000, "only {seen} lines of documentation were found");
    assert!(
        found.is_empty(),
        "begin with a verb in the third person, or name the thing:\n{}",
        found.join("\n")
    );
}

#[test]
fn file_names_say_which_question_a_file_answers() {
    for folder in FOLDERS {
        for file in sources(folder) {
            let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
            assert!(
                !NAMES.contains(&stem.as_str()),
                "{}: find a name of the field",
                sdkwright_tests::name_of(&file)
            );
        }
    }
}
