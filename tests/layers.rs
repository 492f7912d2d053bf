//! The walls between the rooms: purity, doors, and nothing of one API inside the general parts.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::{collections::BTreeSet, fs, path::PathBuf};

/// A source file: its path below the root, and its code without comments and tests.
struct Source {
    name: String,
    code: String,
    text: String,
}

fn sources(room: &str) -> Vec<Source> {
    let files = sdk_tests::rust_files(room);
    assert!(files.len() > 5, "{room} was not found");
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("readable");
        let lines: Vec<&str> = sdk_tests::lines_without_tests(&text).collect();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        Source {
            name: sdk_tests::name_of(file),
            code: lines.iter().copied().filter(is_code).collect::<Vec<_>>().join("\n"),
            text: lines.join("\n"),
        }
    };
    files.iter().map(read).collect()
}

#[test]
fn i1_the_generator_touches_nothing_outside_its_arguments() {
    for source in sources("codegen/src") {
        for word in [
            "std::fs",
            "std::env",
            "std::process",
            "std::net",
            "time::Instant",
            "time::SystemTime",
            "::now()",
            "include_str!",
            "include_bytes!",
            "env!(",
            "option_env!",
            "getrandom::",
            "RandomState",
            "std::io::std",
        ] {
            assert!(
                !source.code.contains(word),
                "{} names `{word}`: codegen is pure",
                source.name
            );
        }
    }
}

#[test]
fn i2_each_library_is_behind_its_door() {
    let doors: &[(&str, &[&str])] = &[
        ("openapiv3::", &["codegen/src/contract"]),
        ("saphyr_parser", &["codegen/src/source"]),
        ("serde_yaml", &[]),
        ("serde_json::", &["codegen/src/source", "codegen/src/contract/gate"]),
        ("annotate_snippets", &["codegen/src/diag"]),
        ("syn::", &["codegen/src/emit", "codegen/src/output"]),
        ("quote::", &["codegen/src/emit", "codegen/src/output"]),
        ("quote!", &["codegen/src/emit", "codegen/src/output"]),
        ("prettyplease", &["codegen/src/emit", "codegen/src/output"]),
        ("minijinja", &["codegen/src/pages"]),
    ];
    for source in sources("codegen/src") {
        for (library, allowed) in doors {
            let inside = allowed.iter().any(|door| source.name.starts_with(door));
            assert!(
                inside || !source.code.contains(library),
                "{} names `{library}`",
                source.name
            );
        }
    }
}

#[test]
fn data_flows_one_way_through_the_generator() {
    // A room may name the rooms before it, never one behind it.
    let order = [
        "source", "diag", "ir", "contract", "lower", "passes", "naming", "emit", "pages", "output",
    ];
    for source in sources("codegen/src") {
        let Some(room) = source
            .name
            .strip_prefix("codegen/src/")
            .and_then(|rest| rest.split(['/', '.']).next())
        else {
            continue;
        };
        let Some(place) = order.iter().position(|name| *name == room) else {
            continue;
        };
        for later in &order[place + 1..] {
            // `source` reports through `diag`, `ir` keeps the spans of `source`; the two are one floor.
            if place < 2 && *later == "diag" {
                continue;
            }
            assert!(
                !source.code.contains(&format!("crate::{later}::")),
                "{} (room {room}) names the later room {later}",
                source.name
            );
        }
    }
}

#[test]
fn the_local_server_is_a_second_reading_and_not_a_mirror() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(sdk_tests::root())
        .output()
        .expect("cargo metadata");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let sandbox = packages
        .iter()
        .find(|package| package["name"] == "sdk-sandbox")
        .expect("the server");
    let dependencies: Vec<&str> = sandbox["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter()
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();
    assert!(dependencies.len() > 5, "{dependencies:?}");
    for name in dependencies {
        assert!(
            !ours.contains(name) && name != "hmac" && name != "sha2",
            "the server depends on {name}"
        );
    }
}

/// Beside `glue`, the public rooms whose types a user names.
const ROOMS_FOR_PEOPLE: &[&str] = &[
    "blocking",
    "client",
    "clock",
    "draft",
    "error",
    "glue",
    "http",
    "json",
    "metrics",
    "multipart",
    "problem",
    "request",
    "retry",
    "secret",
    "security",
    "stream",
    "testing",
    "transport",
    "value",
    "waiting",
    "webhook",
];

#[test]
fn the_runtime_has_one_door_for_generated_code() {
    for source in sources("generated/src") {
        for line in source.code.lines().filter(|line| line.contains("sdk_runtime::")) {
            let after = line.split("sdk_runtime::").nth(1).unwrap_or_default();
            let word: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let at_the_root = word.chars().next().is_some_and(char::is_uppercase) || word.is_empty();
            assert!(
                at_the_root || ROOMS_FOR_PEOPLE.contains(&word.as_str()),
                "{}: {line}",
                source.name
            );
        }
    }
}

#[test]
fn nothing_of_the_contract_is_hardcoded_in_the_general_parts() {
    let words = distinctive_words("openapi/partner-api.yaml");
    assert!(
        words.len() > 400,
        "only {} words were read from the contract",
        words.len()
    );
    let mut found = Vec::new();
    for room in ["codegen/src", "runtime/src"] {
        for source in sources(room) {
            let tokens: BTreeSet<&str> = source
                .text
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
                .filter(|token| !token.is_empty())
                .collect();
            found.extend(
                tokens
                    .iter()
                    .filter(|token| words.contains(**token))
                    .map(|token| format!("{}: {token}", source.name)),
            );
            let lower = source.text.to_lowercase();
            if lower.contains("oceafin") {
                found.push(format!("{}: the owner's name", source.name));
            }
        }
    }
    assert!(
        found.is_empty(),
        "the contract decides, not the code:\n{}",
        found.join("\n")
    );
}

/// Words of the extension vocabulary and of the standards that are also members of our contract.
const VOCABULARY: &[&str] = &[
    "baseUrl",
    "clientId",
    "clientSecret",
    "contentType",
    "operationId",
    "requestBody",
    "requestId",
    "resourceId",
    "resourceType",
    "webhookSecret",
];

/// Headers, schemas, codes, newtypes, enum values of several words, and member names of several words.
fn distinctive_words(contract: &str) -> BTreeSet<String> {
    let value = sdk_tests::contract(contract);
    let mut words = BTreeSet::new();
    walk(&value, &mut words);
    for word in VOCABULARY {
        words.remove(*word);
    }
    words
}

fn walk(value: &serde_json::Value, words: &mut BTreeSet<String>) {
    let serde_json::Value::Object(object) = value else {
        if let serde_json::Value::Array(items) = value {
            for item in items {
                walk(item, words);
            }
        }
        return;
    };
    for (key, inner) in object {
        match (key.as_str(), inner) {
            ("schemas", serde_json::Value::Object(schemas)) => {
                words.extend(schemas.keys().filter(|name| humps(name) > 1).cloned());
            }
            ("properties", serde_json::Value::Object(members)) => {
                words.extend(members.keys().filter(|name| humps(name) > 1).cloned());
            }
            ("enum", serde_json::Value::Array(values)) => {
                words.extend(
                    values
                        .iter()
                        .filter_map(|value| value.as_str())
                        .filter(|text| text.contains('_'))
                        .map(str::to_owned),
                );
            }
            ("headers", serde_json::Value::Object(headers)) => {
                words.extend(headers.values().filter_map(|header| header.as_str()).map(str::to_owned));
            }
            ("header" | "x-newtype" | "group", serde_json::Value::String(text))
                if text.contains('-') || humps(text) > 1 =>
            {
                words.insert(text.clone());
            }
            _ => {}
        }
        if key != "example" && key != "examples" {
            walk(inner, words);
        }
    }
}

/// Words of a camelCase or PascalCase name.
fn humps(name: &str) -> usize {
    1 + name.chars().skip(1).filter(|c| c.is_uppercase()).count()
}
