//! One folder per fault in `tests/rejections`: a contract, and exactly what is said about it.
//!
//! Every diagnostic code is shown by a rejection (or, where it is a warning, by a case that has a report), and nothing
//! is said that is not written down. `OVERWRITE=1` writes the texts anew.

use crate::case;
use sdkwright_codegen::naming::Overrides;
use sdkwright_codegen::{CrateOptions, Hooks};
use sdkwright_contract::{
    Inputs, SourceFile,
    diag::{Code, Level, Levels, Report},
    source,
};
use std::collections::{BTreeMap, BTreeSet};

/// Codes that no contract of a few lines can show, and why.
const NOT_BY_A_CONTRACT: &[(Code, &str)] = &[
    (Code::TooLarge, "it takes 128 MiB; shown below with smaller limits"),
    (Code::DanglingType, "a fault of the generator, which no contract causes"),
    (Code::NotPrinted, "a fault of the generator, which no contract causes"),
    (
        Code::Template,
        "a fault of a template, which no contract causes; shown below with a broken one",
    ),
    (
        Code::OutputPath,
        "names become plain file names before; the tree of files has its own tests",
    ),
    (
        Code::Markup,
        "a case begins with a comment, and such a file with `<`; shown below",
    ),
    (
        Code::NotedKeyword,
        "hidden by default; shown below with its level raised",
    ),
];

#[test]
fn every_fault_is_told_as_it_is_written_down() {
    let mut faults = Vec::new();
    for case in case::all("rejections") {
        let outcome = case.generate();
        let rendered = outcome.rendered();
        if rendered.is_empty() {
            faults.push(format!("{}: nothing is said about it", case.name));
            continue;
        }
        if outcome.report.has_errors() == outcome.files.is_some() {
            faults.push(format!("{}: errors and output at once, or neither", case.name));
        }
        case::compare(&case.folder.join("expected.txt"), &rendered, &mut faults);
    }
    assert!(
        faults.is_empty(),
        "{} differences; look at them, then OVERWRITE=1:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn every_code_is_shown_by_a_contract() {
    let mut shown: BTreeMap<Code, BTreeSet<String>> = BTreeMap::new();
    for kind in ["rejections", "cases"] {
        for case in case::all(kind) {
            for diagnostic in case.generate().report.diagnostics() {
                shown.entry(diagnostic.code).or_default().insert(case.name.clone());
            }
        }
    }
    let excepted: Vec<Code> = NOT_BY_A_CONTRACT.iter().map(|(code, _)| *code).collect();
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !shown.contains_key(code) && !excepted.contains(code) && !code.is_of_lint())
        .map(|code| (code.number(), code))
        .collect();
    assert!(missing.is_empty(), "no contract shows {missing:?}");
    let needless: Vec<_> = excepted.iter().filter(|code| shown.contains_key(code)).collect();
    assert!(
        needless.is_empty(),
        "contracts show {needless:?}: take them from the list"
    );
}

#[test]
fn every_rejection_shows_a_code_in_a_way_no_other_does() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for case in case::all("rejections") {
        let outcome = case.generate();
        let messages: Vec<String> = outcome
            .report
            .diagnostics()
            .iter()
            .map(|found| format!("{} {}", found.code, found.message))
            .collect();
        if let Some(other) = seen.insert(format!("{} {}", case.file, messages.join("\n")), case.name.clone()) {
            panic!("{} and {other} say the same", case.name);
        }
    }
}

#[test]
fn every_code_stands_in_the_text_of_what_it_says() {
    for case in case::all("rejections") {
        let outcome = case.generate();
        let rendered = outcome.rendered();
        for diagnostic in outcome.report.diagnostics() {
            assert!(
                rendered.contains(&format!("[{}]", diagnostic.code)),
                "{}: {}",
                case.name,
                diagnostic.code
            );
            assert!(diagnostic.level != Level::Hidden, "{}", case.name);
        }
        assert!(
            !rendered.contains('\u{1b}'),
            "{}: a text of the contract reaches the terminal as it is",
            case.name
        );
    }
}

#[test]
fn a_file_larger_than_the_limits_is_refused_before_it_is_read() {
    let mut report = Report::new(Levels::strict());
    let limits = source::FileLimits {
        bytes: 10,
        ..source::FileLimits::default()
    };
    let mut tree = source::Tree::default();
    let read = source::load_into(&mut tree, "contract.yaml", b"openapi: 3.0.3", limits, &mut report);
    assert!(read.is_none());
    assert_eq!(report.count(Code::TooLarge), 1);
    let limits = source::FileLimits {
        nodes: 10,
        ..source::FileLimits::default()
    };
    let mut report = Report::new(Levels::strict());
    let read = source::load_into(
        &mut tree,
        "contract.yaml",
        b"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]",
        limits,
        &mut report,
    );
    assert!(read.is_none());
    assert_eq!(report.count(Code::TooLarge), 1);
}

#[test]
fn a_page_in_the_place_of_a_contract_is_told_as_a_page() {
    for (text, message) in [
        (
            "<!DOCTYPE html>\n<html><title>Sign in</title></html>",
            "this is an HTML page, not a contract",
        ),
        ("\u{feff}\n  <HTML lang=en>: [", "this is an HTML page, not a contract"),
        (
            "\n<?xml version='1.0'?>\n<Error/>\n",
            "this is HTML or XML, not a contract",
        ),
    ] {
        let mut report = Report::new(Levels::lenient());
        assert!(source::load("contract.yaml", text.as_bytes(), &mut report).is_none());
        let told: Vec<_> = report
            .diagnostics()
            .iter()
            .map(|one| (one.code, one.message.clone()))
            .collect();
        assert_eq!(told, [(Code::Markup, message.to_owned())], "{text}");
    }
}

#[test]
fn a_word_without_effect_is_told_to_who_asks() {
    let case = case::all("cases")
        .into_iter()
        .find(|case| case.name == "external-docs")
        .expect("the case");
    let mut levels = case.levels();
    assert!(case.generate().rendered().is_empty());
    levels.overrides.insert(Code::NotedKeyword, Level::Note);
    let outcome = case::generate(
        &case.package(),
        &case.file,
        &case.bytes,
        &case.folder,
        levels,
        &case.names,
    );
    assert!(outcome.report.count(Code::NotedKeyword) >= 4, "{}", outcome.rendered());
    assert!(outcome.rendered().contains("externalDocs"), "{}", outcome.rendered());
}

#[test]
fn a_broken_template_is_told_with_its_name() {
    let case = case::all("cases")
        .into_iter()
        .find(|case| case.name == "paths")
        .expect("the case");
    let mut templates: Vec<(&str, &str)> = case::templates()
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    templates[0].1 = "{% for %}";
    let contract = SourceFile {
        name: &case.file,
        bytes: &case.bytes,
    };
    let inputs = Inputs {
        only: case.only.clone(),
        levels: case.levels(),
        ..Inputs::new(contract)
    };
    let options = CrateOptions {
        package: case::package(&case.package()),
        overrides: Overrides::default(),
        templates: &templates,
    };
    let report = sdkwright_codegen::generate(&inputs, &options, Hooks::default()).expect_err("no output");
    assert_eq!(report.count(Code::Template), 1);
    assert!(sdkwright_contract::diag::render(&report, false).contains(templates[0].0));
}
