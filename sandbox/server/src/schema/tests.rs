//! Our checks beside those of the crate `jsonschema`: over an example of every schema of two contracts, and over all that can
//! be made of it by one change.

use super::{Direction, Schemas, SelfContained};
use crate::contract::Contract;
use crate::example;
use serde_json::{Value, json};

/// The opinion of `jsonschema`.
struct Other(jsonschema::Validator);

impl Other {
    fn of(contract: &Contract, schema: &Value, way: Direction) -> Self {
        let lifted = SelfContained::of(contract, schema, way);
        // A reference allows no siblings in draft 4, so the components go around it.
        let root = json!({ "allOf": [lifted.schema], "components": { "schemas": lifted.components } });
        let draft = if contract.is_30 {
            jsonschema::Draft::Draft4
        } else {
            jsonschema::Draft::Draft202012
        };
        let options = jsonschema::options().with_draft(draft).should_validate_formats(true);
        let date = |text: &str| crate::json::has_format("date", text, true);
        Self(options.with_format("date", date).build(&root).unwrap())
    }
}

/// All values that one change makes of a value.
fn changed(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(100_000_000_000_i64),
        json!(""),
        json!("a"),
        json!("A1-b2_c3"),
        json!("12.50"),
        json!("2026-02-30"),
        json!("2026-02-28T10:00:00Z"),
        json!("a@b.example"),
        json!("https://x.example/a?b=c"),
        json!("x".repeat(3000)),
        json!([]),
        json!({}),
        json!({ "unknown": 1 }),
    ]
    .into();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.remove(name);
                all.push(Value::Object(without));
                for one in changed(member) {
                    let mut other = members.clone();
                    other.insert(name.clone(), one);
                    all.push(Value::Object(other));
                }
            }
            let mut more = members.clone();
            more.insert("unknownMember".to_owned(), json!("x"));
            all.push(Value::Object(more));
        }
        Value::Array(items) => {
            all.push(items.iter().chain(items).cloned().collect());
            for (index, item) in items.iter().enumerate().take(1) {
                for one in changed(item) {
                    let mut other = items.clone();
                    other[index] = one;
                    all.push(Value::Array(other));
                }
            }
        }
        _ => {}
    }
    all
}

/// Compares both opinions of all values that one change makes of a schema's example, and of these values. Returns their number.
fn agree(contract: &Contract, schema: &Value, values: &[Value]) -> usize {
    let example = example::from_schema(contract, schema);
    let mut all = changed(&example);
    all.push(example);
    all.extend_from_slice(values);
    for way in [Direction::Request, Direction::Answer] {
        let (schemas, other) = (Schemas::default(), Other::of(contract, schema, way));
        for value in &all {
            let found = schemas.check(contract, schema, way, value);
            assert_eq!(
                found.is_empty(),
                other.0.is_valid(value),
                "{schema} of {value}: {found:?}"
            );
        }
    }
    all.len()
}

fn read(path: &str) -> Contract {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    Contract::parse(&std::fs::read_to_string(format!("{folder}{path}")).unwrap()).unwrap()
}

#[test]
fn a_value_is_valid_where_another_validator_says_so() {
    let mut compared = 0;
    for path in ["openapi/partner-api.yaml", "tests/contracts/second.yaml"] {
        let contract = read(path);
        let schemas = contract.root.pointer("/components/schemas").and_then(Value::as_object);
        let schemas: Vec<&Value> = schemas.into_iter().flatten().map(|(_, schema)| schema).collect();
        compared += std::thread::scope(|scope| {
            let (contract, share) = (&contract, schemas.len().div_ceil(4).max(1));
            let parts = schemas.chunks(share);
            let of_part = |part: &[&Value]| part.iter().map(|schema| agree(contract, schema, &[])).sum::<usize>();
            let running: Vec<_> = parts.map(|part| scope.spawn(move || of_part(part))).collect();
            running.into_iter().map(|one| one.join().unwrap()).sum::<usize>()
        });
    }
    assert!(compared > 20_000, "{compared}");
}

/// The table that the check of examples is bound to as well (`tests/it/contract/fits.rs`).
#[test]
fn a_value_is_valid_where_the_table_says_so() {
    let text = include_str!("../../../../tests/fit/cases.json");
    let rows: Vec<Value> = serde_json::from_str(text).unwrap();
    let mut later = read("tests/contracts/second.yaml");
    later.is_30 = false;
    let mut wrong = Vec::new();
    for row in &rows {
        let ways: &[Direction] = match row["direction"].as_str() {
            Some("request") => &[Direction::Request],
            Some("response") => &[Direction::Answer],
            _ => &[Direction::Request, Direction::Answer],
        };
        let open = row["open"].as_array();
        let is_open = open.is_some_and(|open| open.contains(&json!("sandbox")));
        for way in ways {
            let found = Schemas::default().check(&later, &row["schema"], *way, &row["value"]);
            if found.is_empty() != (row["fits"] == true || is_open) {
                wrong.push(format!("{way:?} {row}: {found:?}"));
            }
        }
    }
    assert!(!rows.is_empty() && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_value_without_a_known_tag_is_checked_against_the_default_schema() {
    let contract = Contract::parse(include_str!("../../../../tests/cases/default-mapping/contract.yaml")).unwrap();
    let schema = json!({ "$ref": "#/components/schemas/Vehicle" });
    let is_valid = |value: Value| {
        let found = Schemas::default().check(&contract, &schema, Direction::Request, &value);
        found.is_empty()
    };
    assert!(is_valid(json!({ "kind": "boat" })));
    assert!(is_valid(json!({ "kind": "sled", "label": "x" })));
    assert!(is_valid(json!({ "label": "x" })));
    assert!(!is_valid(json!({ "kind": "sled" })));
    assert!(!is_valid(json!({ "doors": 4 })));
}

#[test]
fn an_example_is_its_data_value() {
    let contract = Contract::parse(include_str!("../../../../tests/cases/examples-of-values/contract.yaml")).unwrap();
    let media = contract
        .root
        .pointer("/paths/~1books/post/requestBody/content/application~1json");
    let example = media.and_then(|media| contract.media_example(media));
    assert_eq!(example, Some(&json!({ "title": "Emma" })));
}

#[test]
fn keywords_that_these_contracts_do_not_use_agree_with_another_validator_as_well() {
    let mut later = read("tests/contracts/second.yaml");
    let values = [
        json!(1),
        json!(2),
        json!(0.3),
        json!(1e3),
        json!(5),
        json!("ab"),
        json!("b4a8dd5c-3c62-4b1e-9c3e-3c2a7f3f1c11"),
        json!([1, "a", true]),
        json!([1, 1.0]),
        json!([1, 2, 3]),
        json!({ "a": 1, "b": 2 }),
        json!({ "xa": 1 }),
        json!({ "a": "x", "c": null }),
    ];
    for is_30 in [true, false] {
        later.is_30 = is_30;
        let limit = |word: &str| {
            if is_30 {
                json!({ word: true, "minimum": 1, "maximum": 2 })
            } else {
                json!({ word: 1 })
            }
        };
        let mut schemas = vec![
            limit("exclusiveMinimum"),
            limit("exclusiveMaximum"),
            json!({ "multipleOf": 0.1 }),
            json!({ "type": "integer" }),
            json!({ "enum": [1, "ab"] }),
            json!({ "not": { "type": "string" } }),
            json!({ "uniqueItems": true, "minItems": 2, "maxItems": 3 }),
            json!({ "oneOf": [{ "type": "number" }, { "minimum": 2 }] }),
            json!({ "minProperties": 2, "maxProperties": 2 }),
            json!({ "additionalProperties": { "type": "integer" }, "properties": { "a": {} } }),
            json!({ "patternProperties": { "^x": { "type": "string" } }, "additionalProperties": false }),
            json!({ "items": { "type": "integer" } }),
        ];
        if !is_30 {
            schemas.extend([
                json!({ "const": 1.0 }),
                json!({ "type": ["integer", "null", "string"] }),
                json!({ "format": "uuid" }),
                json!({ "prefixItems": [{ "type": "integer" }, { "type": "string" }], "items": false }),
                json!({ "contains": { "const": 1 }, "minContains": 2 }),
                json!({ "contains": { "type": "string" } }),
                json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] }, "else": { "type": "number" } }),
                json!({ "propertyNames": { "maxLength": 1 } }),
                json!({ "dependentRequired": { "a": ["b"] } }),
                json!({ "dependentSchemas": { "a": { "required": ["c"] } } }),
            ]);
        }
        for schema in schemas {
            agree(&later, &schema, &values);
        }
    }
}

#[test]
fn a_word_or_a_pattern_that_cannot_be_checked_is_named_and_refuses_nothing() {
    let mut root = read("tests/contracts/second.yaml").root;
    root["components"]["schemas"]["Odd"] = json!({ "unevaluatedProperties": false, "pattern": "^(?=a)" });
    let contract = Contract::parse(&root.to_string()).unwrap();
    let found = Schemas::default().check(
        &contract,
        &root["components"]["schemas"]["Odd"],
        Direction::Request,
        &json!("b"),
    );
    assert_eq!(found, []);
    assert_eq!(
        contract.extensions.unchecked,
        [
            "patterns with lookaround or back references, such as `^(?=a)`",
            "the keyword `unevaluatedProperties`"
        ]
    );
}

/// Schemas that share others in each composition: a walk over each way to them would take 2^40 steps.
#[test]
fn schemas_that_share_others_cost_no_more_than_these() {
    let start = std::time::Instant::now();
    for kind in ["allOf", "anyOf", "oneOf", "not", "if", "required", "wide"] {
        let (mut root, last) = (json!({ "openapi": "3.1.0", "components": { "schemas": {} } }), 40);
        root["paths"] = json!({ "/a": { "get": { "responses": {} } } });
        for number in 0..last {
            let next = json!({ "$ref": format!("#/components/schemas/D{}", number + 1) });
            root["components"]["schemas"][format!("D{number}")] = match kind {
                "not" => json!({ "not": { "not": { "allOf": [next, next] } } }),
                "if" => json!({ "if": next, "then": next, "else": next }),
                "required" => json!({ "required": ["l", "r"], "properties": { "l": next, "r": next } }),
                "wide" => json!({ "type": "object", "required": ["a", "b", "c", "d", "e"],
                    "properties": { "a": next, "b": next, "c": next, "d": next, "e": next } }),
                word => json!({ word: [next, next] }),
            };
        }
        root["components"]["schemas"][format!("D{last}")] =
            json!({ "type": "object", "required": ["x"], "properties": { "x": { "type": "integer" } } });
        let contract = Contract::parse(&root.to_string()).unwrap();
        let first = json!({ "$ref": "#/components/schemas/D0" });
        for value in [json!({ "x": 1 }), json!({}), example::from_schema(&contract, &first)] {
            let errors = Schemas::default().check(&contract, &first, Direction::Request, &value);
            assert!(errors.len() < 50_000, "{kind}: {}", errors.len());
        }
    }
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
