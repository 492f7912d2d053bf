//! Holds the verdict on the wire to pairs of small contracts, each with the verdict that the specification gives.

use crate::case;
use std::fs;

use sdkwright_changes::{Version, WireBreak, compare};
use sdkwright_codegen::contract::{Only, Unread};
use sdkwright_codegen::diag::{Levels, Report};
use sdkwright_codegen::naming::Overrides;
use sdkwright_codegen::{Inputs, SourceFile};

/// One pair.
#[derive(serde::Deserialize)]
struct Pair {
    name: String,
    /// The verdict; `silent` if there is no change to tell of.
    wire: String,
    base: serde_yaml::Value,
    revision: serde_yaml::Value,
}

/// Reads a version by what goes over the wire: no crate is made of it.
fn version(contract: &serde_yaml::Value) -> Version {
    let text = serde_json::to_string(contract).expect("JSON");
    let inputs = Inputs {
        contract: SourceFile {
            name: "contract.json",
            bytes: text.as_bytes(),
        },
        overlays: &[],
        others: &|_| Err(Unread::default()),
        inside: "",
        package: case::package("pairs"),
        overrides: Overrides::default(),
        only: Only::default(),
        levels: Levels::lenient(),
        templates: &[],
    };
    let mut report = Report::new(Levels::lenient());
    let contract = sdkwright_codegen::link(&inputs, &mut report).expect("a contract");
    Version {
        contract,
        sources: report.sources,
        understood: None,
        refused: None,
    }
}

/// Returns whom the change of a pair breaks.
fn verdict(pair: &Pair) -> &'static str {
    let comparison = compare(&version(&pair.base), &version(&pair.revision), None);
    let changes = comparison
        .changes
        .iter()
        .filter(|change| change.id != "crate-not-compared");
    match changes.map(|change| change.verdicts.wire.breaks).max() {
        None => "silent",
        Some(WireBreak::Nobody) => "nobody",
        Some(WireBreak::Undecided) => "undecided",
        Some(WireBreak::Sender) => "sender",
        Some(WireBreak::Receiver) => "receiver",
        Some(WireBreak::Both) => "both",
    }
}

#[test]
fn each_pair_breaks_those_whom_the_specification_says_it_breaks() {
    let text = fs::read_to_string(case::folder("changes").join("pairs.yaml")).expect("the pairs");
    let pairs: Vec<Pair> = serde_yaml::from_str(&text).expect("pairs");
    let wrong = pairs.iter().filter_map(|pair| {
        let found = verdict(pair);
        (found != pair.wire).then(|| format!("{}: {found}, and should be {}", pair.name, pair.wire))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
