//! Ten changes of our contract, and what is said of the conduct of programs. What people read of them is in sdkwright/tests/ten_changes.rs.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests")]

mod case;

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
    read(name, text).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Returns a version, or why the contract is refused.
fn read(name: &str, text: &str) -> Result<Version, String> {
    let inputs = Inputs {
        contract: SourceFile {
            name,
            bytes: text.as_bytes(),
        },
        overlays: &[],
        others: &|_| Err(sdkwright_codegen::contract::Unread::default()),
        inside: "",
        package: case::package("changed"),
        overrides: Overrides::default(),
        only: Only::default(),
        levels: Levels::lenient(),
        templates: &[],
    };
    let mut report = Report::new(Levels::lenient());
    let refused = |report: &Report| sdkwright_codegen::diag::render(report, false);
    let contract = sdkwright_codegen::link(&inputs, &mut report).ok_or_else(|| refused(&report))?;
    let sources = std::mem::take(&mut report.sources);
    let understood = sdkwright_codegen::understand(&inputs, Conduct::default(), &mut report);
    if report.has_errors() {
        return Err(refused(&report));
    }
    Ok(Version {
        contract,
        sources,
        understood,
    })
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
fn a_contract_and_itself_differ_in_nothing_and_what_is_told_forwards_is_told_backwards() {
    let cases: Vec<_> = cases().into_iter().collect();
    let base = version("base.yaml", &contract());
    assert_eq!(told(&compare(&base, &base, None)), "");
    case::side_by_side(&cases, |(name, edits)| {
        let revision = version("revision.yaml", &changed(edits));
        let (there, back) = (compare(&base, &revision, None), compare(&revision, &base, None));
        assert_eq!(there.changes.is_empty(), back.changes.is_empty(), "{name}");
    });
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

/// Words of ours that name things in Rust, and texts for people: no program does anything differently after them.
const NO_CONDUCT: &[&str] = &[
    "group",
    "method",
    "summary",
    "description",
    "x-newtype",
    "x-documented",
    "required",
];

type Path = Vec<serde_yaml::Value>;

/// Collects the paths of all scalars below words of ours.
fn places(value: &serde_yaml::Value, at: &Path, is_ours: bool, found: &mut Vec<Path>) {
    let below = |key: &serde_yaml::Value| [at.as_slice(), std::slice::from_ref(key)].concat();
    match value {
        serde_yaml::Value::Mapping(members) => {
            for (key, value) in members {
                let is_word = key.as_str().is_some_and(|key| key.starts_with("x-"));
                places(value, &below(key), is_ours || is_word, found);
            }
        }
        serde_yaml::Value::Sequence(items) => {
            for (number, value) in items.iter().enumerate() {
                places(value, &below(&number.into()), is_ours, found);
            }
        }
        _ if is_ours => found.push(at.clone()),
        _ => {}
    }
}

/// Returns the contract with another scalar at a path.
fn with_another(contract: &serde_yaml::Value, path: &Path) -> String {
    let mut contract = contract.clone();
    let scalar = path.iter().fold(&mut contract, |value, key| match key.as_u64() {
        Some(number) if value.is_sequence() => &mut value[usize::try_from(number).expect("an index")],
        _ => &mut value[key.clone()],
    });
    *scalar = another(scalar);
    case::text(&contract)
}

fn another(value: &serde_yaml::Value) -> serde_yaml::Value {
    const PAIRS: &[(&str, &str)] = &[
        ("hex", "base64"),
        ("rfc3339", "unix-seconds"),
        ("effect", "refresh"),
        ("not-executed", "unknown"),
        ("never", "again"),
        ("records", "moves-money"),
    ];
    if let Some(text) = value.as_str() {
        let pair = PAIRS.iter().find_map(|(one, other)| match text {
            text if text == *one => Some(*other),
            text if text == *other => Some(*one),
            _ => None,
        });
        return pair.map_or_else(|| format!("{text}q").into(), Into::into);
    }
    match (value.as_bool(), value.as_u64()) {
        (Some(is), _) => (!is).into(),
        (_, Some(number)) => number.saturating_sub(1).into(),
        _ => value.clone(),
    }
}

#[test]
fn every_word_of_ours_with_another_value_is_told() {
    let text = fs::read_to_string(case::root().join("tests/contracts/second.yaml")).expect("the contract");
    let contract: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
    let base = version("base.yaml", &case::text(&contract));
    let mut paths = Vec::new();
    places(&contract, &Vec::new(), false, &mut paths);
    let found = case::side_by_side(&paths, |path| {
        // Most words name something: with another value, the contract is refused.
        let revision = read("revision.yaml", &with_another(&contract, path)).ok()?;
        let keys: Vec<&str> = path.iter().filter_map(serde_yaml::Value::as_str).collect();
        let is_for_people = keys.last().is_some_and(|key| NO_CONDUCT.contains(key));
        let is_told = !compare(&base, &revision, None).changes.is_empty();
        Some((is_told, (!is_told && !is_for_people).then(|| keys.join("/"))))
    });
    let found: Vec<(bool, Option<String>)> = found.into_iter().flatten().collect();
    let silent: Vec<&String> = found.iter().filter_map(|(_, silent)| silent.as_ref()).collect();
    assert!(silent.is_empty(), "nothing is said of {silent:#?}");
    let told = found.iter().filter(|(is_told, _)| *is_told).count();
    assert!(told > 100, "only {told} words were told");
}
