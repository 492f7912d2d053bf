//! Judges values by the crate `jsonschema`: of each line of the input (number of a schema, tab, JSON) it prints `1`, `0`, or `?` if
//! the schema cannot be compiled.
//!
//! `cargo run -p sdkwright-tests --example judge -- FILE`; the file has the schemas as `$defs` of one document.
//! A `format` is a rule.

#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::io::{BufRead, Write};

use jsonschema::{Resource, Validator};
use serde_json::{Value, json};

const URI: &str = "urn:contract";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: judge FILE")?;
    let document: Value = serde_json::from_slice(&std::fs::read(file)?)?;
    let registry = jsonschema::Registry::new()
        .add(URI, Resource::from_contents(document))?
        .prepare()?;
    let mut known: HashMap<String, Option<Validator>> = HashMap::new();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (number, text) = line.split_once('\t').ok_or("a line has no tab")?;
        let validator = known.entry(number.to_owned()).or_insert_with(|| {
            let schema = json!({"$ref": format!("{URI}#/$defs/{number}")});
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
            options
                .with_registry(&registry)
                .should_validate_formats(true)
                .build(&schema)
                .ok()
        });
        let value: Value = serde_json::from_str(text)?;
        let word = validator
            .as_ref()
            .map_or("?", |validator| if validator.is_valid(&value) { "1" } else { "0" });
        writeln!(out, "{word}")?;
    }
    Ok(())
}
