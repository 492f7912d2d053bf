//! Findings of a change of each extension, in both directions: `tests/changes/words.yaml` has the edits, `words.txt` the findings.
//! `OVERWRITE=1` writes the findings.

use std::fmt::Write as _;
use std::fs;

use sdkwright::comparison::compare;
use sdkwright_changes::Change;
use serde_json::Value;

use super::version;
use crate::case;
use crate::vocabulary::contract::contract;

/// Returns the contract with another value at a place; `null`: without the place.
fn with(contract: &Value, place: &str, value: &Value) -> Value {
    let mut contract = contract.clone();
    let (above, key) = place.rsplit_once('/').expect("a pointer");
    match (contract.pointer_mut(above), value) {
        (Some(Value::Array(items)), Value::Null) => drop(items.remove(key.parse().expect("an index"))),
        (Some(Value::Object(members)), Value::Null) => drop(members.remove(key)),
        (Some(Value::Object(members)), value) => drop(members.insert(key.to_owned(), value.clone())),
        _ => *contract.pointer_mut(place).expect("a place") = value.clone(),
    }
    contract
}

/// Returns the findings that say what a program does differently.
fn findings(mark: char, changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let conduct = &change.verdicts.conduct;
        if !conduct.sentence.is_empty() {
            let (id, text) = (change.id, &change.text);
            let _ = writeln!(out, "{mark} {id}: {text} | {:?}: {}", conduct.risk, conduct.sentence);
        }
    }
    out
}

#[test]
fn a_change_of_a_word_means_what_is_written_down() {
    let folder = case::folder("changes");
    let edits = fs::read_to_string(folder.join("words.yaml")).expect("the edits");
    let edits: Vec<Vec<Value>> = serde_yaml::from_str(&edits).expect("edits");
    let mut contract = contract();
    contract["components"]["schemas"]["OtherEvent"] = contract["components"]["schemas"]["ParcelEvent"].clone();
    let whole = version("contract.json", &contract.to_string());
    let found = case::side_by_side(&edits, |edit| {
        let (place, values) = edit.split_first().expect("a place");
        let place = place.as_str().expect("a pointer");
        let edited = |value| version("contract.json", &with(&contract, place, value).to_string());
        let (old, revision) = match values {
            [old, new] => (Some(edited(old)), edited(new)),
            _ => (None, edited(&values[0])),
        };
        let base = old.as_ref().unwrap_or(&whole);
        let there = findings('>', &compare(base, &revision, None).changes);
        let back = findings('<', &compare(&revision, base, None).changes);
        assert!(!there.is_empty(), "{place}");
        format!("{place}\n{there}{back}")
    });
    let (file, found) = (folder.join("words.txt"), found.concat());
    if std::env::var_os("OVERWRITE").is_some() {
        fs::write(&file, &found).expect("written");
    }
    let wanted = fs::read_to_string(file).expect("the findings");
    for (found, wanted) in found.lines().zip(wanted.lines()) {
        assert_eq!(found, wanted);
    }
    assert_eq!(found.len(), wanted.len());
}
