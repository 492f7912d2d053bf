//! Holds the verdict on the wire to pairs of small contracts, each with the verdict that the specification gives.

use crate::case;
use std::fs;

use sdkwright_changes::{Version, WireBreak, compare};
use sdkwright_contract::{Inputs, SourceFile};

/// One pair.
#[derive(serde::Deserialize)]
struct Pair {
    name: String,
    /// The verdict; `silent` if there is no change to tell of.
    wire: String,
    base: serde_yaml::Value,
    revision: serde_yaml::Value,
}

/// Reads a version by what goes over the wire.
fn version(contract: &serde_yaml::Value) -> Version {
    let text = serde_json::to_string(contract).expect("JSON");
    let inputs = Inputs::new(SourceFile {
        name: "contract.json",
        bytes: text.as_bytes(),
    });
    Version::from_inputs(&inputs).expect("a contract")
}

/// Returns whom the change of a pair breaks.
fn verdict(pair: &Pair) -> &'static str {
    let comparison = compare(&version(&pair.base), &version(&pair.revision), None);
    let changes = comparison.changes.iter();
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
