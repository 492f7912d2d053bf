//! Judges values by the crate `jsonschema`: of each line of the input (number of a schema, tab, JSON) it prints `1`, `0`, or `?` if
//! the schema cannot be compiled.
//!
//! `cargo run -p sdkwright-tests --example judge -- FILE`; the file has the schemas as `$defs` of one document.
//! A `format` is a rule.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::io::BufRead;

use jsonschema::Resource;
use serde_json::{Value, json};

const URI: &str = "urn:contract";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: judge FILE")?;
    let document: Value = serde_json::from_slice(&std::fs::read(file)?)?;
    let registry = jsonschema::Registry::new()
        .add(URI, Resource::from_contents(document))?
        .prepare()?;
    let mut lines: BTreeMap<String, Vec<(usize, Value)>> = BTreeMap::new();
    let mut words = Vec::new();
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        let (number, text) = line.split_once('\t').ok_or("a line has no tab")?;
        lines
            .entry(number.to_owned())
            .or_default()
            .push((at, serde_json::from_str(text)?));
        words.push("?");
    }
    // A validator has a copy of all that its schema reaches, so one at a time is held.
    for (number, values) in lines {
        let schema = json!({"$ref": format!("{URI}#/$defs/{number}")});
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        let options = options.with_registry(&registry).should_validate_formats(true);
        let Ok(validator) = options.build(&schema) else {
            continue;
        };
        for (at, value) in values {
            words[at] = if validator.is_valid(&value) { "1" } else { "0" };
        }
    }
    println!("{}", words.join("\n"));
    Ok(())
}
