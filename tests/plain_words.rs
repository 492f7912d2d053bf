//! Words: doc comments name their subject, and file names say what a file answers. The rest is for reviewers (CONTRIBUTING.md).

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fs;

/// Folders in which no doc comment opens with a question word.
const FOLDERS: [&str; 5] = ["json/src", "signing/src", "runtime/src", "codegen/src", "xtask/src"];

/// Words that open a question or a clause without a subject.
const OPENINGS: [&str; 22] = [
    "What", "Where", "Who", "Whom", "Whose", "How", "Whether", "Why", "When", "Which", "Is", "Are", "Does", "Do",
    "May", "Can", "Has", "Have", "Was", "Were", "Will", "Would",
];

/// File names that explain nothing.
const NAMES: [&str; 14] = [
    "apart", "aside", "bench", "beside", "desk", "helper", "kept", "misc", "shown", "spare", "things", "twins", "util",
    "whose",
];

#[test]
fn no_doc_comment_opens_with_a_question_word() {
    let mut found = Vec::new();
    let mut seen = 0;
    for folder in FOLDERS {
        for file in sdkwright_tests::rust_files(folder) {
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
    assert!(seen > 5_000, "only {seen} lines of documentation were found");
    assert!(
        found.is_empty(),
        "begin with a verb in the third person, or name the thing:\n{}",
        found.join("\n")
    );
}

#[test]
fn file_names_say_which_question_a_file_answers() {
    for folder in FOLDERS.into_iter().chain(["journal/src", "sandbox/src"]) {
        for file in sdkwright_tests::rust_files(folder) {
            let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
            assert!(
                !NAMES.contains(&stem.as_str()),
                "{}: find a name of the field",
                sdkwright_tests::name_of(&file)
            );
        }
    }
}
