//! Every word of the vocabulary, changed in every way that leaves a contract, is told.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright::comparison::compare;
use sdkwright_contract::document::ledger::{ObjectKind, ValueKind};
use serde_json::Value;

use super::{read, version};
use crate::case;
use crate::vocabulary::contract::{contract, words};

/// Words for people: no program does anything differently after them.
const FOR_PEOPLE: &[&str] = &["summary", "description", "x-documented", "x-enum-descriptions"];

/// Words that may say what holds without them, such as the name that an operation has anyway, or that a response header has no use for.
const MAY_REPEAT: &[(Option<ObjectKind>, &str)] = &[
    (Some(ObjectKind::Operation), "x-sdk"),
    (Some(ObjectKind::SdkOperation), "group"),
    (Some(ObjectKind::SdkOperation), "method"),
    (Some(ObjectKind::Header), "x-newtype"),
    (Some(ObjectKind::Lifecycle), "needsAction"),
    (Some(ObjectKind::SdkRequestId), "required"),
];

/// A value that took the place of another, and the last key above what differs.
type Changed = (String, Value);

/// Changes a value in each way: another scalar anywhere in it, and objects and lists with one item less.
fn changed(key: &str, value: &Value) -> Vec<Changed> {
    let mut all = Vec::new();
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                let mut less = members.clone();
                less.remove(key);
                all.push((key.clone(), Value::Object(less)));
                for (last, inner) in changed(key, inner) {
                    let mut other = members.clone();
                    other.insert(key.clone(), inner);
                    all.push((last, Value::Object(other)));
                }
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                let mut less = items.clone();
                less.remove(at);
                all.push((key.to_owned(), Value::Array(less)));
                for (last, inner) in changed(key, inner) {
                    let mut other = items.clone();
                    other[at] = inner;
                    all.push((last, Value::Array(other)));
                }
            }
        }
        scalar => all.push((key.to_owned(), another(scalar))),
    }
    all
}

fn another(value: &Value) -> Value {
    const PAIRS: &[(&str, &str)] = &[
        ("hex", "base64"),
        ("post", "basic"),
        ("rfc3339", "unix-seconds"),
        ("effect", "refresh"),
        ("not-executed", "unknown"),
        ("never", "again"),
        ("records", "moves-money"),
        ("client-id", "nonce"),
        ("2027-06-30", "2027-07-01"),
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
    let contract = contract();
    let base = version("base.json", &contract.to_string());
    let mut found = Vec::new();
    words(&contract, &ValueKind::Object(ObjectKind::Root), "", &mut found);
    // Two occurrences of a word with few values, since one of them can be that of the word's absence.
    found.sort_by_key(|(place, row, _)| (*place, row.keyword));
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    found.retain(|(place, row, _)| {
        let times = seen.entry((*place, row.keyword)).or_default();
        *times += 1;
        *times == 1 || (*times == 2 && matches!(row.value, ValueKind::Bool | ValueKind::Words(_) | ValueKind::Whole(_)))
    });
    let mut variants = Vec::new();
    for (place, row, at) in &found {
        let word = row.keyword;
        let object = contract.pointer(at).and_then(Value::as_object).expect("an object");
        let mut without = object.clone();
        without.remove(word);
        let mut objects = vec![(word.to_owned(), without)];
        // An object of ours has words that are found themselves.
        let values = match &object[word] {
            Value::Object(_) if !matches!(row.value, ValueKind::Map(_)) => Vec::new(),
            value => changed(word, value),
        };
        objects.extend(values.into_iter().map(|(last, value)| {
            let mut other = object.clone();
            other.insert(word.to_owned(), value);
            (last, other)
        }));
        objects.retain(|(last, _)| !FOR_PEOPLE.contains(&last.as_str()));
        for (_, other) in objects {
            let label = format!(
                "{at}/{word}: {} becomes {}",
                object[word],
                other.get(word).unwrap_or(&Value::Null)
            );
            let mut contract = contract.clone();
            *contract.pointer_mut(at).expect("the object") = Value::Object(other);
            variants.push(((*place, word), label, contract.to_string()));
        }
    }
    let found = case::side_by_side(&variants, |(word, label, text)| {
        // Most words name something: with another value, the contract is refused.
        let revision = read("revision.json", text).ok()?;
        Some((
            *word,
            label.clone(),
            !compare(&base, &revision, None).changes.is_empty(),
        ))
    });
    let found: Vec<_> = found.into_iter().flatten().collect();
    let silent: Vec<_> = found
        .iter()
        .filter(|(word, _, is_told)| !is_told && !MAY_REPEAT.contains(word))
        .map(|(_, label, _)| label.as_str())
        .collect();
    assert!(
        silent.is_empty(),
        "`diff` says nothing of these: compare the word in changes/src/conduct, or add it to `FOR_PEOPLE` of tests/it/generator/changes/words.rs if \
         no program depends on it: {silent:#?}"
    );
    let told: BTreeSet<_> = found
        .iter()
        .filter(|(.., is_told)| *is_told)
        .map(|(word, ..)| *word)
        .collect();
    assert!(told.len() > 80, "only {} words were told", told.len());
}
