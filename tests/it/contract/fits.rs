//! One table of schemas and values, `tests/fit/cases.json`, binds the three judges of values. This file tests the check of
//! examples. `sandbox/server/src/schema/tests.rs` tests the local sandbox, and `runtime/src/rules/tests.rs` the rules of the runtime. The crate `jsonschema` is the referee.
//!
//! A row has `schema`, `value` and `fits`. `direction`: the row is about `readOnly` or `writeOnly`, which JSON Schema does not
//! know. `open`: who does not decide the row, and accepts the value.

use sdkwright_contract::diag::{Code, Levels, Report};
use sdkwright_contract::{Contract, Inputs, SourceFile};
use serde_json::{Value, json};

/// Returns true if the example of a schema is not reported.
fn is_accepted(schema: &Value, value: &Value) -> bool {
    let mut schema = schema.clone();
    schema["example"] = value.clone();
    let contract = json!({
        "openapi": "3.1.0",
        "info": { "title": "Case", "version": "1" },
        "paths": {},
        "components": { "schemas": { "Case": schema } },
    });
    let bytes = contract.to_string();
    let inputs = Inputs::new(SourceFile {
        name: "case.json",
        bytes: bytes.as_bytes(),
    });
    let mut report = Report::new(Levels::lenient());
    let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report).expect("a contract");
    contract.meaning(&|_| {}, &mut report);
    report.count(Code::ExampleContradicts) == 0
}

#[test]
fn an_example_is_reported_where_the_table_and_another_validator_refuse_it() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let text = std::fs::read_to_string(format!("{folder}/fit/cases.json")).expect("the table");
    let rows: Vec<Value> = serde_json::from_str(&text).expect("rows");
    let mut wrong = Vec::new();
    for row in &rows {
        let (schema, value, fits) = (&row["schema"], &row["value"], row["fits"] == true);
        let is_open = row["open"]
            .as_array()
            .is_some_and(|open| open.contains(&json!("contract")));
        if is_accepted(schema, value) != (fits || is_open) {
            wrong.push(format!("the example: {row}"));
        }
        if row.get("direction").is_none() && jsonschema::draft202012::is_valid(schema, value) != fits {
            wrong.push(format!("the referee: {row}"));
        }
    }
    assert!(!rows.is_empty() && wrong.is_empty(), "{}", wrong.join("\n"));
}
