//! Every example of our contracts validates against its schema, by a validator that is not ours (`jsonschema`).
//!
//! OpenAPI 3.0 schemas are lifted to draft 4: `nullable` becomes a type, the words JSON Schema does not know are dropped.

use serde_json::{Map, Value, json};

const FOREIGN: &[&str] = &[
    "nullable",
    "discriminator",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
];

fn lift(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(lift).collect(),
        Value::Object(object) => {
            if let Some(target) = object.get("$ref") {
                return json!({ "$ref": target });
            }
            let mut lifted = Map::new();
            for (word, value) in object {
                if FOREIGN.contains(&word.as_str()) || word.starts_with("x-") {
                    continue;
                }
                let value = match (word.as_str(), value) {
                    ("properties", Value::Object(members)) => Value::Object(
                        members
                            .iter()
                            .map(|(name, member)| (name.clone(), lift(member)))
                            .collect(),
                    ),
                    _ => lift(value),
                };
                lifted.insert(word.clone(), value);
            }
            if object.get("nullable") == Some(&Value::Bool(true)) && lifted.contains_key("type") {
                lifted["type"] = json!([lifted["type"], "null"]);
                if let Some(Value::Array(values)) = lifted.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
            Value::Object(lifted)
        }
        other => other.clone(),
    }
}

/// Every (pointer, schema, example) below a node: of media types, parameters and schemas.
fn cases<'c>(node: &'c Value, pointer: &str, found: &mut Vec<(String, &'c Value, &'c Value)>) {
    match node {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| cases(item, &format!("{pointer}/{index}"), found));
        }
        Value::Object(object) => {
            if let Some(schema @ Value::Object(_)) = object.get("schema") {
                if let Some(example) = object.get("example") {
                    found.push((format!("{pointer}/example"), schema, example));
                }
                for (name, example) in object.get("examples").and_then(Value::as_object).into_iter().flatten() {
                    if let Some(value) = example.get("value") {
                        found.push((format!("{pointer}/examples/{name}"), schema, value));
                    }
                }
            } else if let Some(example) = object.get("example")
                && ["type", "allOf", "oneOf"].iter().any(|word| object.contains_key(*word))
            {
                found.push((format!("{pointer}/example"), node, example));
            }
            for (word, inner) in object {
                if !["example", "examples", "default", "enum"].contains(&word.as_str()) {
                    cases(
                        inner,
                        &format!("{pointer}/{}", word.replace('~', "~0").replace('/', "~1")),
                        found,
                    );
                }
            }
        }
        _ => {}
    }
}

fn every_example_validates(contract: &str) -> usize {
    let contract = sdkwright_tests::contract(contract);
    let components = json!({ "schemas": lift_all(&contract["components"]["schemas"]) });
    let mut found = Vec::new();
    cases(&contract, "", &mut found);
    let mut failed = Vec::new();
    for (pointer, schema, example) in &found {
        let whole = json!({ "allOf": [lift(schema)], "components": components });
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .should_validate_formats(true)
            .build(&whole)
            .expect("a schema");
        failed.extend(
            validator
                .iter_errors(example)
                .map(|error| format!("{pointer}: {error}")),
        );
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    found.len()
}

fn lift_all(schemas: &Value) -> Value {
    schemas
        .as_object()
        .expect("schemas")
        .iter()
        .map(|(name, schema)| (name.clone(), lift(schema)))
        .collect()
}

#[test]
fn every_example_of_our_contract_validates() {
    let count = every_example_validates("openapi/partner-api.yaml");
    assert!(count > 300, "only {count} examples");
    println!("{count} examples");
}

#[test]
fn every_example_of_the_second_contract_validates() {
    let count = every_example_validates("tests/contracts/second.yaml");
    assert!(count > 20, "only {count} examples");
    println!("{count} examples");
}

#[test]
fn a_wrong_example_is_found() {
    let schema = json!({ "type": "object", "required": ["amount"], "properties": { "amount": { "type": "string", "nullable": true } } });
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .build(&lift(&schema))
        .expect("a schema");
    assert!(validator.is_valid(&json!({ "amount": null })));
    assert!(validator.is_valid(&json!({ "amount": "1.00" })));
    assert!(!validator.is_valid(&json!({ "amount": 1 })));
    assert!(!validator.is_valid(&json!({})));
}
