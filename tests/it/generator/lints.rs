//! One contract per lint in `tests/lints`, with what is wrong and what looks like it, and exactly what is said about it.
//!
//! `OVERWRITE=1` writes the texts anew.

use crate::case;
use sdkwright_contract::diag::{Code, Levels, render};
use sdkwright_contract::lint::Allowed;
use std::{collections::BTreeSet, fs, path::PathBuf};

fn contracts() -> Vec<PathBuf> {
    let files = fs::read_dir(case::folder("lints")).expect("the lints");
    let mut files: Vec<PathBuf> = files.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    assert!(files.len() > 10, "the lints were not found");
    files
}

/// Allowances of the second comment line: `# allow: C1001 /place, C1002 /other`.
fn allowed(text: &str) -> Vec<Allowed> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("# allow: "))
        .unwrap_or_default();
    let entries = line.split(", ").filter_map(|entry| entry.split_once(' '));
    entries
        .map(|(code, at)| Allowed {
            code: Code::from_number(code).expect("a code"),
            at: at.to_owned(),
            reason: "the sums are small and only shown".to_owned(),
        })
        .collect()
}

/// Levels of the strict mode, unless a comment says `# level: lenient`.
fn levels(text: &str) -> Levels {
    if text.contains("\n# level: lenient\n") {
        Levels::lenient()
    } else {
        Levels::strict()
    }
}

#[test]
fn every_lint_finds_what_it_is_about_and_nothing_else() {
    let (mut faults, mut shown) = (Vec::new(), BTreeSet::new());
    for file in contracts() {
        let text = fs::read_to_string(&file).expect("readable");
        let report = case::lint(&text, levels(&text), &allowed(&text)).expect("a contract that is read");
        shown.extend(report.diagnostics().iter().map(|found| found.code));
        case::compare(&file.with_extension("txt"), &render(&report, false), &mut faults);
    }
    assert!(
        faults.is_empty(),
        "{} differences; look at them, then OVERWRITE=1:\n{}",
        faults.len(),
        faults.join("\n")
    );
    let silent: Vec<_> = Code::ALL
        .iter()
        .filter(|code| code.is_of_lint() && !shown.contains(code) && **code != Code::ExampleKind)
        .collect();
    assert!(silent.is_empty(), "no contract shows {silent:?}");
}

#[test]
fn a_level_of_a_lint_can_be_set() {
    let text = fs::read_to_string(case::folder("lints").join("keys.yaml")).expect("readable");
    let mut levels = Levels::lenient();
    levels
        .overrides
        .insert(Code::MutationWithoutKey, sdkwright_contract::diag::Level::Error);
    let report = case::lint(&text, levels, &[]).expect("a contract that is read");
    assert_eq!(report.errors(), 1);
}

#[test]
fn a_contract_that_cannot_be_read_is_refused_and_not_linted() {
    let refused = case::lint("openapi: 3.0.3\ninfo: [", Levels::lenient(), &[]);
    assert!(refused.is_err_and(|report| report.has_errors()));
}
