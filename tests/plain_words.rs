//! Words: comments name their subject, file names say what a file answers, and the glossary stays short. The rest is for
//! reviewers (CONTRIBUTING.md).

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fs;
use std::path::PathBuf;

/// Folders whose words are those of a contract, or of other crates.
const OTHERS: [&str; 5] = [
    "tests/cases",
    "tests/second",
    "tests/rejections",
    "fuzz/target",
    "fuzz/corpus",
];

/// Words that open a question or a clause without a subject, persons in the place of programs, and pronouns for what stands
/// elsewhere.
const OPENINGS: &[&str] = &[
    "What",
    "Where",
    "Who",
    "Whom",
    "Whose",
    "How",
    "Whether",
    "Why",
    "When",
    "Which",
    "Until",
    "Is",
    "Are",
    "Does",
    "Do",
    "May",
    "Can",
    "Has",
    "Have",
    "Was",
    "Were",
    "Will",
    "Would",
    "Whatever",
    "Whoever",
    "Whichever",
    "Wherever",
    "Nobody",
    "Somebody",
    "Anybody",
    "Everybody",
    "Someone",
    "It",
    "They",
    "Those",
    "Theirs",
];

/// Markers of comments: documentation of an item, of a module, and plain.
const MARKERS: [&str; 3] = ["/// ", "//! ", "// "];

/// File names that explain nothing.
const NAMES: [&str; 15] = [
    "apart", "aside", "bench", "beside", "desk", "helper", "kept", "misc", "shown", "spare", "things", "told", "twins",
    "util", "whose",
];

/// Returns the folders of handwritten crates, so that a new crate is held to the same words.
fn folders() -> Vec<String> {
    let root = sdkwright_tests::root();
    let entries = fs::read_dir(root)
        .expect("the root")
        .map(|entry| entry.expect("an entry").path());
    let crates = entries.filter(|path| path.join("Cargo.toml").is_file() && *path != root.join("generated"));
    crates.map(|path| sdkwright_tests::name_of(&path)).collect()
}

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

/// A comment: its marker, the number of its first line, and its lines without the marker.
struct Comment<'t> {
    marker: &'static str,
    line: usize,
    text: Vec<&'t str>,
}

/// Returns the comments that stand on lines of their own.
fn comments(text: &str) -> Vec<Comment<'_>> {
    let mut found: Vec<Comment<'_>> = Vec::new();
    let mut open = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let marker = MARKERS.into_iter().find(|marker| line.starts_with(marker.trim_end()));
        let content = |marker: &str| line.strip_prefix(marker).unwrap_or_default();
        match (marker, found.last_mut()) {
            (Some(marker), Some(last)) if open == Some(marker) => last.text.push(content(marker)),
            (Some(marker), _) => found.push(Comment {
                marker,
                line: number + 1,
                text: vec![content(marker)],
            }),
            (None, _) => {}
        }
        open = marker;
    }
    found
}

/// Returns the line that breaks a rule: the first, if it opens with a word of [`OPENINGS`], or one that ends with a question.
fn riddle<'t>(comment: &Comment<'t>) -> Option<&'t str> {
    let first = comment.text.first().copied().unwrap_or_default();
    if OPENINGS.contains(&first.split([' ', ',']).next().unwrap_or_default()) {
        return Some(first);
    }
    comment.text.iter().copied().find(|line| line.ends_with('?'))
}

#[test]
fn no_comment_opens_with_a_question_word_or_asks() {
    let (mut found, mut docs, mut plain) = (Vec::new(), 0, 0);
    for folder in folders() {
        for file in sources(&folder) {
            let text = fs::read_to_string(&file).expect("readable");
            for comment in comments(&text) {
                *(if comment.marker == "// " { &mut plain } else { &mut docs }) += comment.text.len();
                if let Some(line) = riddle(&comment) {
                    found.push(format!("{}:{}: {line}", sdkwright_tests::name_of(&file), comment.line));
                }
            }
        }
    }
    assert!(
        docs > 8_000 && plain > 500,
        "only {docs} lines of documentation and {plain} others were found"
    );
    assert!(
        found.is_empty(),
        "begin with a verb in the third person, or name the thing:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_riddle_is_found_in_each_kind_of_comment() {
    for text in [
        "/// What is sent.\nstruct A;",
        "//! Who asks.",
        "    // Nobody knows.",
        "// Waits.\n\n// Whatever comes, waits.",
        "/// Waits.\n// Is it over?",
        "// Sent again.\n// But why?",
        "/// It happened.",
    ] {
        assert_eq!(comments(text).iter().filter_map(riddle).count(), 1, "{text}");
    }
    for text in [
        "/// Waits\n/// What follows.",
        "let a = 1; // What",
        "// Returns `a?`.",
        "//////",
        "// Whatsoever",
    ] {
        assert_eq!(comments(text).iter().filter_map(riddle).count(), 0, "{text}");
    }
}

#[test]
fn file_names_say_which_question_a_file_answers() {
    for folder in folders() {
        for file in sources(&folder) {
            let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
            assert!(
                !NAMES.contains(&stem.as_str()),
                "{}: find a name of the field",
                sdkwright_tests::name_of(&file)
            );
        }
    }
}

/// Returns the rows of a table of two columns, without its head: term and meaning.
///
/// # Errors
///
/// The first line that is not a row of two filled cells.
fn terms(section: &str) -> Result<Vec<(&str, &str)>, String> {
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells[..] {
            [term, meaning] if !term.is_empty() && !meaning.is_empty() => Ok((term, meaning)),
            _ => Err(format!("not a term and its meaning: {line}")),
        }
    })
    .collect()
}

#[test]
fn the_glossary_has_at_most_40_terms_in_order_with_one_line_each() {
    let text = fs::read_to_string(sdkwright_tests::root().join("ARCHITECTURE.md")).expect("readable");
    let (_, section) = text.split_once("\n## Glossary\n").expect("a glossary");
    let section = section.split("\n## ").next().unwrap_or_default();
    let found = terms(section).expect("rows of two cells");
    let names: Vec<String> = found.iter().map(|(term, _)| term.to_lowercase()).collect();
    assert!(
        (20..=40).contains(&names.len()),
        "{} terms; the limit is 40",
        names.len()
    );
    assert!(
        names.windows(2).all(|pair| pair[0] < pair[1]),
        "each term once, in alphabetical order: {names:?}"
    );
    for (term, meaning) in found {
        assert!(meaning.len() <= 120, "`{term}`: the meaning is longer than one line");
    }
}

#[test]
fn a_row_of_a_glossary_without_a_meaning_is_found() {
    let head = "| term | meaning |\n|---|---|\n";
    assert_eq!(
        terms(&format!("{head}| call | One use |\n")),
        Ok(vec![("call", "One use")])
    );
    assert!(terms(&format!("{head}| call | |\n")).is_err());
    assert!(terms(&format!("{head}| call | One | two |\n")).is_err());
}
