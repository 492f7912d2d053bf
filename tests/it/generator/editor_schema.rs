//! `docs/generate/vocabulary.json` is a JSON Schema of contracts with our extensions, of overlays and of `contracts.yaml`, by which an
//! editor completes and checks. The ledger writes it with `OVERWRITE=1`, and `sdkwright explain --schema` prints it.

use std::fs;

use sdkwright_contract::document::ledger::{self, ObjectKind, Required, ValueKind};
use serde_json::{Map, Value, json};

use crate::case;

/// Returns the schema of a value.
fn of(value: &ValueKind) -> Value {
    match value {
        ValueKind::Any | ValueKind::Types | ValueKind::ExclusiveBound => json!(true),
        ValueKind::Text => json!({ "type": "string" }),
        // YAML may read a day as a day of its own.
        ValueKind::Date | ValueKind::Filled => json!({ "type": "string", "minLength": 1 }),
        ValueKind::Bool => json!({ "type": "boolean" }),
        ValueKind::Number => json!({ "type": "number" }),
        ValueKind::Whole(least) => json!({ "type": "integer", "minimum": least }),
        ValueKind::Words(words) => json!({ "enum": words }),
        ValueKind::Object(kind) | ValueKind::Referable(kind) => reference(*kind),
        ValueKind::Schema | ValueKind::SchemaOrBool => {
            json!({ "anyOf": [reference(ObjectKind::Schema), { "type": "boolean" }] })
        }
        ValueKind::List(item) => json!({ "type": "array", "items": of(item) }),
        ValueKind::Map(item) => json!({ "type": "object", "additionalProperties": of(item) }),
        ValueKind::Keyed(_, item) => json!({ "type": "object", "patternProperties": { "^(?!x-)": of(item) } }),
        ValueKind::Either(one, other) => json!({ "anyOf": [of(one), of(other)] }),
    }
}

fn reference(kind: ObjectKind) -> Value {
    json!({ "$ref": format!("#/$defs/{kind:?}") })
}

/// Returns the meaning of each extension, from the table of its page.
fn meanings() -> Map<String, Value> {
    let page = fs::read_to_string(case::root().join("docs/generate/extensions/README.md")).expect("the page");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| [`")?.split(" | ");
        let word = cells.next()?.split('`').next()?;
        let meaning = cells.nth(1)?.trim_end_matches(" |");
        Some((word.to_owned(), json!(format!("{meaning} (sdkwright explain {word})"))))
    });
    rows.filter(|(word, _)| word.starts_with("x-")).collect()
}

/// Returns the schema of an object. One of OpenAPI may be a reference, and may have members of other vendors.
fn object(kind: ObjectKind, meanings: &Map<String, Value>) -> Value {
    let rows = kind.rows().iter().chain(ledger::EVERYWHERE);
    let properties = rows.filter_map(|row| {
        let mut schema = of(&row.value);
        // Editors know OpenAPI: of its members, only those count that lead to an extension.
        if !kind.is_ours() && !row.keyword.starts_with("x-") && !schema.to_string().contains("$ref") {
            return None;
        }
        if let (Some(meaning), Some(object)) = (meanings.get(row.keyword), schema.as_object_mut()) {
            object.insert("description".to_owned(), meaning.clone());
        }
        Some((row.keyword.to_owned(), schema))
    });
    let mut schema = json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() });
    if kind.is_ours() {
        let needed = kind.rows().iter().filter(|row| row.required == Required::Always);
        schema["required"] = needed.map(|row| row.keyword).collect();
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// Returns the schema of a part of a contract at any place: each extension in any of its forms.
fn part() -> Value {
    let mut forms = Map::new();
    for (_, row) in ledger::all().filter(|(_, row)| row.keyword.starts_with("x-")) {
        let form = of(&row.value);
        let all = forms.entry(row.keyword).or_insert_with(|| json!({ "anyOf": [] }));
        let all = all["anyOf"].as_array_mut().expect("a list");
        if !all.contains(&form) {
            all.push(form);
        }
    }
    json!({ "properties": forms, "additionalProperties": { "$ref": "#/$defs/Part" }, "items": { "$ref": "#/$defs/Part" } })
}

fn overlay() -> Value {
    let text = || json!({ "type": "string" });
    let action = json!({
        "type": "object",
        "required": ["target"],
        "additionalProperties": false,
        "patternProperties": { "^x-": true },
        "properties": {
            "target": { "type": "string", "description": "JSONPath (RFC 9535) of the nodes that change" },
            "description": text(),
            "update": { "$ref": "#/$defs/Part" },
            "copy": text(),
            "remove": { "type": "boolean" },
        },
    });
    json!({
        "type": "object",
        "required": ["overlay", "info", "actions"],
        "properties": {
            "overlay": text(),
            "info": { "type": "object", "required": ["title", "version"], "properties": { "title": text(), "version": text(), "description": text() } },
            "extends": text(),
            "actions": { "type": "array", "items": action },
        },
    })
}

fn settings() -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let texts = |about: &str| json!({ "type": "array", "items": { "type": "string" }, "description": about });
    let allowed = json!({
        "type": "object",
        "required": ["code", "at", "reason"],
        "additionalProperties": false,
        "properties": { "code": text("code of a lint"), "at": text("JSON Pointer"), "reason": text("why it may stay") },
    });
    let level = json!({ "enum": ["error", "warning", "note", "hidden"] });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "file": text("the contract, relative to the folder of the list; only in contracts.yaml"),
            "out": text("the folder of the crate, relative to the repository; only in contracts.yaml"),
            "package": text("the name of the crate"),
            "version": text("the version of the crate"),
            "license": text("licence, as SPDX expression"),
            "authors": texts("name and address"),
            "repository": text("URL of the source code"),
            "homepage": text("URL of the project"),
            "documentation": text("URL of the documentation"),
            "keywords": texts("at most five words for a registry"),
            "categories": texts("at most five categories of crates.io"),
            "publish": { "anyOf": [{ "type": "boolean" }, texts("registries")], "description": "registries that may have the crate; default: none" },
            "rust-version": { "type": ["string", "number"], "description": "lowest version of Rust; at least 1.85" },
            "runtime": text("vendored (default), registry:VERSION, git:URL#REVISION or path:FOLDER"),
            "level": { "enum": ["strict", "lenient"], "description": "an unsupported part is an error, or becomes a JSON value with a warning" },
            "codes": { "type": "object", "additionalProperties": level, "description": "levels of single diagnostics" },
            "allow": { "type": "array", "items": allowed, "description": "findings of lints that may stay" },
            "names": { "type": "object", "additionalProperties": { "type": "string" }, "description": "JSON Pointer in the contract: name in the crate" },
            "only": {
                "type": "object",
                "additionalProperties": false,
                "properties": { "tags": texts("tags"), "paths": texts("paths"), "operations": texts("operation ids") },
                "description": "operations of the crate; default: all",
            },
            "schemas": { "enum": ["used", "all"], "description": "types of the crate: those that an operation needs (default), or all" },
            "root": text("the folder that references may reach, relative to the folder of the contract"),
            "overlays": texts("overlays in the order of their application, relative to this file"),
            "server": { "type": "boolean", "description": "adds the server's side of the contract, behind the feature server" },
            "keep": texts("own files and folders below src, besides the module custom"),
        },
    })
}

fn vocabulary() -> Value {
    let meanings = meanings();
    let objects = ObjectKind::ALL
        .iter()
        .map(|kind| (format!("{kind:?}"), object(*kind, &meanings)));
    let mut defs: Map<String, Value> = objects.collect();
    defs.insert("Part".to_owned(), part());
    defs.insert("Overlay".to_owned(), overlay());
    defs.insert("Settings".to_owned(), settings());
    let list = json!({
        "type": "object",
        "required": ["contracts"],
        "additionalProperties": false,
        "properties": { "contracts": { "type": "array", "items": { "$ref": "#/$defs/Settings", "required": ["file", "out", "package", "version"] } } },
    });
    let is = |word: &str| json!({ "required": [word] });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "OpenAPI contracts with sdkwright's extensions, overlays, contracts.yaml, and files of --config",
        "if": is("openapi"),
        "then": reference(ObjectKind::Root),
        "else": {
            "if": is("overlay"),
            "then": { "$ref": "#/$defs/Overlay" },
            "else": { "if": is("contracts"), "then": list, "else": { "$ref": "#/$defs/Settings" } },
        },
        "$defs": defs,
    })
}

#[test]
fn the_file_is_the_ledger() {
    let mut faults = Vec::new();
    let text = serde_json::to_string_pretty(&vocabulary()).expect("JSON") + "\n";
    case::compare(&case::root().join("docs/generate/vocabulary.json"), &text, &mut faults);
    assert!(
        faults.is_empty(),
        "OVERWRITE=1 cargo test -p sdkwright-tests --test generator editor_schema writes the file: {}",
        faults.join("\n")
    );
}

fn faults(judge: &jsonschema::Validator, text: &str) -> Vec<String> {
    let value: Value = serde_yaml::from_str(text).expect("YAML");
    judge
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn it_accepts_our_files_and_refuses_slips() {
    let judge = jsonschema::validator_for(&vocabulary()).expect("a schema");
    let mut seen = 0;
    for pattern in ["openapi", "overlays", "tests/contracts"] {
        for entry in fs::read_dir(case::root().join(pattern)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "yaml") {
                let found = faults(&judge, &fs::read_to_string(&path).expect("a file"));
                assert!(found.is_empty(), "{}: {found:#?}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 15, "{seen} files");
    let contract = "openapi: 3.0.3\ninfo: { title: A, version: '1' }\npaths: {}\n";
    let overlay = "overlay: 1.0.0\ninfo: { title: A, version: '1' }\nactions: [{ target: $, update: ";
    for (text, place) in [
        (
            format!("{contract}x-idempotency: {{ retension: 600 }}"),
            "/x-idempotency",
        ),
        (format!("{contract}x-retry: {{ waitUnit: hours }}"), "/x-retry/waitUnit"),
        (
            format!("{overlay}{{ x-effect: moves }} }}]"),
            "/actions/0/update/x-effect",
        ),
        (
            "contracts: [{ file: a.yaml, out: a, package: a, version: 0.1.0, overlay: [b.yaml] }]".to_owned(),
            "/contracts/0",
        ),
        ("packages: a".to_owned(), ""),
    ] {
        let found = faults(&judge, &text);
        assert!(
            found.iter().any(|fault| fault.starts_with(&format!("{place}:"))),
            "{text}: {found:#?}"
        );
    }
}
