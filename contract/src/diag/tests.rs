//! Codes and their explanations, levels, and how a diagnostic looks.

use super::{Code, Diagnostic, Level, Levels, Report, render, render_json};
use crate::text::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

const DOCUMENT: &str = concat!(
    include_str!("../../../docs/generate/diagnostics/README.md"),
    include_str!("../../../docs/generate/diagnostics/c01.md"),
    include_str!("../../../docs/generate/diagnostics/c02.md"),
    include_str!("../../../docs/generate/diagnostics/c03.md"),
    include_str!("../../../docs/generate/diagnostics/c04.md"),
    include_str!("../../../docs/generate/diagnostics/c05.md"),
    include_str!("../../../docs/generate/diagnostics/c06.md"),
    include_str!("../../../docs/generate/diagnostics/c07.md"),
    include_str!("../../../docs/generate/diagnostics/c08.md"),
    include_str!("../../../docs/generate/diagnostics/c09.md"),
    include_str!("../../../docs/generate/diagnostics/c10.md"),
);

#[test]
fn every_code_is_explained_and_every_explanation_has_its_code() {
    let explained: Vec<String> = DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("## C"))
        .map(|title| format!("C{title}"))
        .collect();
    let known: Vec<String> = Code::ALL
        .iter()
        .map(|code| format!("{} {}", code.number(), code.title()))
        .collect();
    let missing: Vec<&String> = known.iter().filter(|code| !explained.contains(code)).collect();
    let orphans: Vec<&String> = explained.iter().filter(|code| !known.contains(code)).collect();
    assert!(
        missing.is_empty() && orphans.is_empty(),
        "not in docs/generate/diagnostics: {missing:?}; no such code: {orphans:?}"
    );
    assert_eq!(
        explained, known,
        "the order of docs/generate/diagnostics is that of diag/code.rs"
    );
}

#[test]
fn every_explanation_says_what_to_do() {
    for section in DOCUMENT.split("\n## C").skip(1) {
        let number = section.split(' ').next().unwrap();
        assert!(
            section.lines().skip(1).any(|line| line.len() > 20),
            "{number} has no text"
        );
        assert!(section.contains("**Do:**"), "{number} does not say what to do");
    }
}

#[test]
fn the_table_of_levels_in_the_document_is_the_one_in_force() {
    for code in Code::ALL {
        let row = DOCUMENT
            .lines()
            .find(|line| line.starts_with(&format!("| {} |", code.number())));
        let levels = [
            Levels::strict().level_of(*code).word(),
            Levels::lenient().level_of(*code).word(),
        ];
        assert_eq!(
            row.map(str::to_owned),
            Some(format!("| {} | {} | {} |", code.number(), levels[0], levels[1]))
        );
    }
}

#[test]
fn no_number_stands_for_two_codes() {
    let numbers: BTreeSet<&str> = Code::ALL.iter().map(|code| code.number()).collect();
    assert_eq!(numbers.len(), Code::ALL.len());
    assert!(
        Code::ALL
            .iter()
            .all(|code| Code::from_number(code.number()) == Some(*code))
    );
}

fn sample(levels: Levels) -> Report {
    let mut report = Report::new(levels);
    let text: Arc<str> = "type: object\npropertys:\n  name: text\nproperties: {}\n".into();
    let file = report.sources.add("openapi/a.yaml", text).unwrap();
    report.push(Diagnostic::new(Code::WrongKind, "expected an object, found a text").at(Span::new(file, 32, 36)));
    report.push(
        Diagnostic::new(Code::UnknownKeyword, "a schema has no keyword `propertys`")
            .at(Span::new(file, 13, 22))
            .label("here")
            .also(Span::new(file, 37, 47), "the right one")
            .did_you_mean("propertys", ["properties", "type"])
            .note("a word that is not read\u{1b}[0m changes nothing"),
    );
    report
}

#[test]
fn a_diagnostic_looks_as_rustc_shows_it() {
    let shown = render(&sample(Levels::strict()), false);
    let wanted = "\
error[C0205]: a schema has no keyword `propertys`
 --> openapi/a.yaml:2:1
  |
2 | propertys:
  | ^^^^^^^^^ here
3 |   name: text
4 | properties: {}
  | ---------- the right one
  |
  = help: did you mean `properties`?
  = note: a word that is not read\u{fffd}[0m changes nothing

error[C0211]: expected an object, found a text
 --> openapi/a.yaml:3:9
  |
3 |   name: text
  |         ^^^^

";
    assert_eq!(shown, wanted);
}

#[test]
fn colours_are_added_and_nothing_else() {
    let coloured = render(&sample(Levels::strict()), true);
    assert!(coloured.contains("\u{1b}["));
}

/// Text of a contract neither steers a terminal nor turns around, wherever it is shown; its place is still marked.
#[test]
fn hidden_characters_are_never_shown() {
    let hidden = "\u{0}\u{1b}[31m\r\u{7f}\u{9b}\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}";
    let mut report = Report::new(Levels::strict());
    let text = format!("a: {hidden}bad\n");
    let start = u32::try_from(text.find("bad").unwrap()).unwrap();
    let file = report.sources.add(&format!("a{hidden}.yaml"), text.into()).unwrap();
    let span = Span::new(file, start, start + 3);
    let fault = Diagnostic::new(Code::UnknownKeyword, format!("no `{hidden}`"))
        .at(span)
        .label(hidden);
    report.push(fault.also(Span::new(file, 0, 1), hidden).help(hidden).note(hidden));
    for shown in [render(&report, false), render_json(&report)] {
        let kept = |c: char| c != '\n' && crate::text::is_hidden(c);
        assert!(!shown.contains(kept), "{shown:?}");
    }
    let shown = render(&report, false);
    let mut lines = shown.lines().skip_while(|line| !line.contains("bad"));
    let column = |line: &str, mark: &str| line.find(mark).map(|at| line[..at].chars().count());
    let (of_text, of_mark) = (lines.next().unwrap(), lines.find(|line| line.contains('^')).unwrap());
    assert_eq!(column(of_text, "bad"), column(of_mark, "^^^"), "{shown}");
}

#[test]
fn machines_read_one_json_object_per_line() {
    let lines = render_json(&sample(Levels::lenient()));
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(lines.lines().count(), 2);
    assert_eq!(first["code"], "C0205");
    assert_eq!(first["level"], "warning");
    assert_eq!(
        (first["kind"].as_str(), first["file"].as_str(), first["title"].as_str()),
        (Some("diagnostic"), Some("openapi/a.yaml"), Some("unknown keyword"))
    );
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(2), Some(1)));
    assert_eq!(first["span"], serde_json::json!({ "start": 13, "end": 22 }));
    assert_eq!(first["also"][0]["column"], 1);
    assert_eq!(first["help"][0], "did you mean `properties`?");
}

#[test]
fn what_is_nowhere_has_no_place_for_machines() {
    let mut report = Report::new(Levels::strict());
    report.push(Diagnostic::new(Code::IdleOverride, "a name for nothing"));
    let line: serde_json::Value = serde_json::from_str(&render_json(&report)).unwrap();
    assert!(
        line["file"].is_null() && line["line"].is_null() && line["span"].is_null(),
        "{line}"
    );
}

#[test]
fn the_same_thing_is_said_once_and_counted_once() {
    let mut report = Report::new(Levels::strict());
    for _ in 0..3 {
        report.push(Diagnostic::new(Code::WrongKind, "the same"));
    }
    assert_eq!(
        (
            report.diagnostics().len(),
            report.errors(),
            report.count(Code::WrongKind)
        ),
        (1, 1, 1)
    );
}

#[test]
fn what_is_too_much_to_show_is_still_counted() {
    let mut report = Report::new(Levels::strict());
    for at in 0..1000 {
        report.push(Diagnostic::new(Code::WrongKind, format!("number {at}")));
    }
    assert_eq!(
        (
            report.diagnostics().len(),
            report.count(Code::WrongKind),
            report.omitted(Code::WrongKind, Level::Error)
        ),
        (200, 1000, 800)
    );
    assert!(render(&report, false).ends_with("error[C0211]: 800 more: a value of the wrong kind\n"));
}

#[test]
fn the_level_of_a_single_code_can_be_set() {
    let mut levels = Levels::lenient();
    levels.overrides.insert(Code::WrongKind, Level::Error);
    assert!(sample(levels.clone()).has_errors());
    levels.overrides.insert(Code::WrongKind, Level::Hidden);
    let report = sample(levels);
    assert!(!report.has_errors());
    assert_eq!((report.diagnostics().len(), report.count(Code::WrongKind)), (1, 1));
}

#[test]
fn a_very_long_line_is_cut_around_its_place() {
    let mut report = Report::new(Levels::strict());
    let text: Arc<str> = format!("{{{}\"patern\": 1}}", "\"ä\": 1, ".repeat(100_000)).into();
    let at = u32::try_from(text.find("\"patern\"").unwrap()).unwrap();
    let file = report.sources.add("min.json", text).unwrap();
    report.push(Diagnostic::new(Code::UnknownKeyword, "no such word").at(Span::new(file, at, at + 8)));
    let shown = render(&report, false);
    assert!(shown.contains("min.json:1:800002"), "{shown}");
    assert!(shown.contains("\"patern\": 1}"), "{shown}");
    assert!(shown.len() < 1000, "{}", shown.len());
    assert!(
        !shown.contains(":::") && !render(&report, true).contains(":::"),
        "{shown}"
    );
    // A location in another file names that file.
    let other = report.sources.add("other.json", "{}".into()).unwrap();
    report.push(
        Diagnostic::new(Code::WrongKind, "two places")
            .at(Span::new(file, at, at + 8))
            .also(Span::new(other, 0, 1), "here"),
    );
    assert!(render(&report, false).contains("::: other.json:1:1"));
}

#[test]
fn of_many_warnings_of_one_code_some_are_shown_and_all_are_counted() {
    let mut report = Report::new(Levels::lenient());
    for at in 0..162 {
        report.push(Diagnostic::new(Code::WrongKind, format!("number {at:03}")));
    }
    let shown = render(&report, false);
    assert!(shown.contains("number 009") && !shown.contains("number 010"), "{shown}");
    assert!(
        shown.ends_with("warning[C0211]: 152 more: a value of the wrong kind\n"),
        "{shown}"
    );
    assert_eq!(render_json(&report).lines().count(), 162);
}

#[test]
fn thousands_of_places_in_one_line_of_megabytes_are_found_at_once() {
    let mut report = Report::new(Levels::strict());
    let text: Arc<str> = "{\"a\": 1}, ".repeat(1_200_000).into();
    let file = report.sources.add("min.json", text).unwrap();
    for code in [Code::UnknownKeyword, Code::WrongKind, Code::WrongValue] {
        for at in 0..200 {
            let start = 11_000_000 + 10 * at + 1;
            report.push(Diagnostic::new(code, "no such word").at(Span::new(file, start, start + 3)));
        }
    }
    let started = std::time::Instant::now();
    let shown = render(&report, false);
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    assert!(shown.contains("min.json:1:11000002") && shown.contains("min.json:1:11001992"));
    assert_eq!(shown.matches("error[").count(), 600);
}

#[test]
fn lines_and_columns_are_counted_from_one_in_characters() {
    let mut report = Report::new(Levels::strict());
    let file = report.sources.add("a", "a\näb\n\n".into()).unwrap();
    let at = |offset| {
        let place = report.sources.line_column(Span::new(file, offset, offset)).unwrap();
        (place.line, place.column)
    };
    assert_eq!(
        [0, 1, 2, 4, 5, 6, 7].map(at),
        [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1)]
    );
}
