//! Ten changes of our contract, and exactly what is said of each. `OVERWRITE=1` writes the texts anew.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests")]

mod case;

use sdkwright_changes::release::{self, Numbers};
use sdkwright_changes::{Comparison, ConductRisk, Version, compare};
use sdkwright_codegen::{
    Conduct, Inputs, SourceFile,
    contract::Only,
    diag::{Levels, Report},
    naming::Overrides,
};
use std::{collections::BTreeMap, fmt::Write as _, fs};

/// One text, and what takes its place.
#[derive(serde::Deserialize)]
struct Edit {
    find: String,
    put: String,
}

fn cases() -> BTreeMap<String, Vec<Edit>> {
    let text = fs::read_to_string(case::folder("changes").join("cases.yaml")).expect("the cases");
    serde_yaml::from_str(&text).expect("cases")
}

fn contract() -> String {
    fs::read_to_string(case::root().join("openapi/partner-api.yaml")).expect("the contract")
}

fn changed(edits: &[Edit]) -> String {
    edits.iter().fold(contract(), |text, edit| {
        assert!(text.contains(&edit.find), "`{}` is not in the contract", edit.find);
        text.replace(&edit.find, &edit.put)
    })
}

fn version(name: &str, text: &str) -> Version {
    let inputs = Inputs {
        contract: SourceFile {
            name,
            bytes: text.as_bytes(),
        },
        overlays: &[],
        others: &|_| None,
        inside: "",
        package: case::package("changed"),
        overrides: Overrides::default(),
        only: Only::default(),
        levels: Levels::lenient(),
        templates: &[],
    };
    let mut report = Report::new(Levels::lenient());
    let contract = sdkwright_codegen::link(&inputs, &mut report).expect("a contract");
    let sources = std::mem::take(&mut report.sources);
    let understood = sdkwright_codegen::understand(&inputs, Conduct::default(), &mut report);
    assert!(
        !report.has_errors(),
        "{}",
        sdkwright_codegen::diag::render(&report, false)
    );
    Version {
        contract,
        sources,
        understood,
    }
}

fn compared(base: &str, revision: &str) -> Comparison {
    compare(&version("base.yaml", base), &version("revision.yaml", revision), None)
}

/// Returns what is said of the conduct, with the place, and of the wire.
fn told(comparison: &Comparison) -> String {
    comparison.changes.iter().fold(String::new(), |mut out, change| {
        let place = change
            .place()
            .map_or(String::new(), |place| format!("{}:{}", place.file, place.line));
        let verdicts = &change.verdicts;
        let _ = writeln!(
            out,
            "{} ({place})\n  {}\n  wire: {:?}",
            change.id, change.text, verdicts.wire.breaks
        );
        if verdicts.conduct.risk != ConductRisk::Same {
            let _ = writeln!(
                out,
                "  conduct: {:?}: {}",
                verdicts.conduct.risk, verdicts.conduct.sentence
            );
        }
        out
    })
}

#[test]
fn ten_changes_of_our_contract_are_told_as_it_is_written_down() {
    let mut faults = Vec::new();
    for (name, edits) in cases() {
        let comparison = compared(&contract(), &changed(&edits));
        let step = release::step(&comparison);
        let next = Numbers(1, 0, 0).after(step).to_string();
        let found = format!(
            "{}\nrelease after 1.0.0: {} ({})\n\n{}",
            told(&comparison),
            next,
            step.word(),
            release::entry(&next, "2026-11-22", &comparison)
        );
        case::compare(
            &case::folder("changes").join(format!("{name}.txt")),
            &found,
            &mut faults,
        );
    }
    assert!(
        faults.is_empty(),
        "{} differences; look at them, then OVERWRITE=1:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn a_contract_and_itself_differ_in_nothing_and_what_is_told_forwards_is_told_backwards() {
    assert_eq!(told(&compared(&contract(), &contract())), "");
    for (name, edits) in cases() {
        let (base, revision) = (contract(), changed(&edits));
        let (there, back) = (compared(&base, &revision), compared(&revision, &base));
        assert_eq!(there.changes.is_empty(), back.changes.is_empty(), "{name}");
    }
}

#[test]
fn a_danger_is_said_once_and_names_what_an_engineer_must_know() {
    let of = |name: &str| {
        let cases = cases();
        let comparison = compared(&contract(), &changed(cases.get(name).expect("the case")));
        let dangers = comparison
            .changes
            .into_iter()
            .filter(|change| change.verdicts.conduct.risk == ConductRisk::Dangerous);
        dangers
            .map(|change| change.verdicts.conduct.sentence)
            .collect::<Vec<String>>()
    };
    let retention = of("a-retention-of-12-hours");
    assert!(
        retention.len() == 1 && retention[0].contains("12 hours") && retention[0].contains("twice"),
        "{retention:?}"
    );
    let order = of("another-order-of-components");
    assert!(order.len() == 1 && order[0].contains("locked out"), "{order:?}");
    assert!(of("an-optional-member").is_empty());
    assert!(of("a-newtype-introduced").is_empty());
}
