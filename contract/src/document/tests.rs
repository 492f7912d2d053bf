//! The typed document and the diagnostics of small contracts.

mod cutoff;
mod never;
mod reading;
mod references;
mod schemas;
mod select;
mod vocabulary;
mod words;

use super::{Document, Unread, parse};
use crate::diag::{Code, Level, Levels, Report, render};
use crate::source::load;

/// A contract with other files beside it.
fn parse_with(text: &str, files: &[(&str, &str)], levels: Levels) -> (Option<Document>, Report) {
    let mut report = Report::new(levels);
    let others = |path: &str| {
        let found = files.iter().find(|(name, _)| *name == path);
        let bytes = found.map(|(_, text)| text.as_bytes().to_vec());
        bytes.ok_or_else(Unread::default)
    };
    let document =
        load("openapi/api.yaml", text.as_bytes(), &mut report).and_then(|tree| parse(tree, &others, &mut report));
    (document, report)
}

/// A contract that is read without a word.
fn clean(text: &str) -> Document {
    // Refused keywords are hidden here; the rejection cases cover them.
    let mut levels = Levels::strict();
    for code in [Code::RefusedKeyword, Code::RuleNotChecked] {
        levels.overrides.insert(code, Level::Hidden);
    }
    let (document, report) = parse_with(text, &[], levels);
    assert!(report.diagnostics().is_empty(), "{}", render(&report, false));
    document.unwrap()
}

/// Returns the diagnostics of strict mode: code and the text at its location, in order of location.
fn said(text: &str) -> Vec<(Code, String)> {
    let (_, report) = parse_with(text, &[], Levels::strict());
    let said = report.diagnostics();
    said.iter()
        .map(|one| (one.code, report.sources.text(one.primary.span).to_owned()))
        .collect()
}

/// A 3.0 contract with that below `components`.
fn components_30(text: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n{}",
        indent(text)
    )
}

/// A 3.1 contract with that below `components`.
fn components_31(text: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\ncomponents:\n{}",
        indent(text)
    )
}

/// A 3.1 contract with that below `paths`.
fn paths_31(text: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{}",
        indent(text)
    )
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}\n"))
        .collect::<Vec<_>>()
        .concat()
}

fn owned(pairs: &[(Code, &str)]) -> Vec<(Code, String)> {
    pairs.iter().map(|(code, text)| (*code, (*text).to_owned())).collect()
}
