//! Verdicts beside values: each schema of a family in place of each other one. A value that only the base accepts has to break
//! those who send or be undecided, and one that only the revision accepts those who receive. What a schema accepts is the
//! opinion of the crate `jsonschema`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sdkwright_changes::{Version, WireBreak, compare};
use serde_json::Value;

use super::{both_ways, version};
use crate::case;

/// One schema on each line, then `---`, then values that tell the schemas apart.
const FAMILIES: [(&str, &str); 5] = [
    ("texts", include_str!("values/texts.yaml")),
    ("numbers", include_str!("values/numbers.yaml")),
    ("lists", include_str!("values/lists.yaml")),
    ("objects", include_str!("values/objects.yaml")),
    ("alternatives", include_str!("values/alternatives.yaml")),
];

/// A schema with what it accepts of the values.
struct Schema {
    text: String,
    version: Version,
    accepts: Vec<bool>,
    /// Names of the members that it describes.
    members: BTreeSet<String>,
}

fn lines(text: &str) -> impl Iterator<Item = (String, Value)> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| (line.to_owned(), serde_yaml::from_str(line).expect("a line")))
}

fn described(schema: &Value, found: &mut BTreeSet<String>) {
    let members = schema.as_object().into_iter().flatten();
    for (key, value) in members {
        // What holds beside another member alone does not describe it.
        if key == "dependentSchemas" {
            continue;
        }
        if key == "properties" {
            found.extend(
                value
                    .as_object()
                    .into_iter()
                    .flat_map(|members| members.keys().cloned()),
            );
        }
        described(value, found);
    }
    schema
        .as_array()
        .into_iter()
        .flatten()
        .for_each(|item| described(item, found));
}

/// Returns true if a value has a member of one of these names.
fn has_member(value: &Value, names: &BTreeSet<&String>) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| names.contains(name) || has_member(value, names)),
        Value::Array(items) => items.iter().any(|item| has_member(item, names)),
        _ => false,
    }
}

/// Returns what is silent in a family, and the number of its pairs that a value tells apart.
fn silent(family: &str) -> (Vec<String>, usize) {
    let (schemas, values) = family.split_once("---").expect("schemas and values");
    let values: Vec<Value> = lines(values).map(|(_, value)| value).collect();
    let schemas = lines(schemas).map(|(text, schema)| {
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        let validator = options.build(&schema).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut members = BTreeSet::new();
        described(&schema, &mut members);
        Schema {
            version: version(both_ways(&schema.to_string()).as_bytes()).expect("a contract"),
            accepts: values.iter().map(|value| validator.is_valid(value)).collect(),
            text,
            members,
        }
    });
    let schemas: Vec<Schema> = schemas.collect();
    let (mut faults, mut told) = (Vec::new(), 0);
    for base in &schemas {
        for revision in &schemas {
            // A member that the revision alone describes is a new one, not a narrower one.
            let new: BTreeSet<&String> = revision.members.difference(&base.members).collect();
            let only = |one: &Schema, other: &Schema| {
                let mut all = values.iter().enumerate();
                all.find(|(at, value)| one.accepts[*at] && !other.accepts[*at] && !has_member(value, &new))
                    .map(|(_, value)| value)
            };
            let changes = compare(&base.version, &revision.version, None).changes;
            let breaks: BTreeSet<WireBreak> = changes.iter().map(|change| change.verdicts.wire.breaks).collect();
            let has = |wanted: WireBreak| {
                [wanted, WireBreak::Both, WireBreak::Undecided]
                    .iter()
                    .any(|one| breaks.contains(one))
            };
            for (value, wanted) in [
                (only(base, revision), WireBreak::Sender),
                (only(revision, base), WireBreak::Receiver),
            ] {
                let Some(value) = value else { continue };
                told += 1;
                // Two of `oneOf` that overlap before and after can overlap elsewhere: then a verdict for the others is enough.
                let is_choice = [base, revision].iter().all(|schema| schema.text.contains("oneOf"));
                let is_told = has(wanted) || (is_choice && breaks.last() > Some(&WireBreak::Nobody));
                if !is_told {
                    let mut fault = format!(
                        "{} -> {}: {value} is silent for the {wanted:?}",
                        base.text, revision.text
                    );
                    for change in changes.iter().filter(|change| change.id != "crate-not-compared") {
                        let _ = write!(fault, "\n    {} {:?}", change.text, change.verdicts.wire.breaks);
                    }
                    faults.push(fault);
                }
            }
        }
    }
    (faults, told)
}

#[test]
fn what_a_value_tells_apart_is_never_silent() {
    let families: Vec<_> = FAMILIES.into_iter().collect();
    let found = case::side_by_side(&families, |(name, family)| (*name, silent(family)));
    let faults: Vec<String> = found.iter().flat_map(|(_, (faults, _))| faults.clone()).collect();
    for (name, (faults, told)) in &found {
        println!("{name}: {} of {told} are silent", faults.len());
        assert!(*told > 500, "{name}: the values tell too few schemas apart");
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
