//! Names that generated code has itself: a contract that uses each of them still gets a crate that compiles.
//!
//! The names are read from the client files of all generated crates, so that a method which is added later is looked at, too.

use crate::case;
use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf};

/// Client files of the cases and of both crates that are kept.
fn clients() -> Vec<PathBuf> {
    let root = case::root();
    let mut files = vec![
        root.join("generated/src/client.rs"),
        root.join("tests/second/src/client.rs"),
    ];
    let cases = fs::read_dir(case::folder("cases")).expect("cases");
    files.extend(cases.flatten().map(|one| one.path().join("expected/src/client.rs")));
    files.retain(|file| file.exists());
    files
}

/// Methods of `Call` and of `Client` and of their traits; not those that hand out a group.
fn methods() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut of_call, mut of_client) = (BTreeSet::new(), BTreeSet::from(["clone".to_owned()]));
    let blocking = fs::read_to_string(case::root().join("runtime/src/blocking.rs")).expect("readable");
    for item in syn::parse_file(&blocking).expect("Rust").items {
        let syn::Item::Trait(one) = item else { continue };
        for item in one.items {
            let syn::TraitItem::Fn(function) = item else { continue };
            of_call.insert(function.sig.ident.to_string());
        }
    }
    for file in clients() {
        let text = fs::read_to_string(&file).expect("readable");
        let parsed = syn::parse_file(&text).expect("Rust");
        for item in parsed.items {
            let syn::Item::Impl(block) = item else { continue };
            let of_trait = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
            if of_trait.is_some_and(|name| name.ident == "Debug" || name.ident == "From") {
                continue;
            }
            let syn::Type::Path(path) = &*block.self_ty else {
                continue;
            };
            let name = path.path.segments.last().map(|last| last.ident.to_string());
            for item in block.items {
                let syn::ImplItem::Fn(function) = item else { continue };
                let is_group = function.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
                let own = function.sig.ident.to_string();
                match name.as_deref() {
                    Some("Call") => drop(of_call.insert(own)),
                    Some("Client") if !is_group => drop(of_client.insert(own)),
                    _ => {}
                }
            }
        }
    }
    (of_call, of_client)
}

/// Names that look like those of the generated client, and are free as required parameters and as groups.
const FREE: [&str; 9] = [
    "client",
    "core",
    "extra",
    "json",
    "models",
    "operations",
    "query",
    "request",
    "timeout",
];

#[test]
fn a_contract_that_uses_a_name_of_the_generated_client_gets_another_one() {
    let (of_call, of_client) = methods();
    assert!(
        of_call.contains("streamed") && of_call.len() > 15 && of_client.len() > 5,
        "{of_call:?} {of_client:?}"
    );
    let mut contract = String::from("openapi: 3.1.0\ninfo: { title: Names, version: '1' }\npaths:\n");
    let answer = "responses: { '204': { description: Done. } }";
    for (index, name) in of_call.iter().enumerate() {
        let parameter = format!("{{ name: {name}, in: query, schema: {{ type: string }} }}");
        let _ = writeln!(
            contract,
            "  /calls/{index}: {{ get: {{ operationId: call{index}, tags: [calls], parameters: [{parameter}], {answer} }} }}"
        );
    }
    for (index, name) in of_client.iter().enumerate() {
        let _ = writeln!(
            contract,
            "  /groups/{index}: {{ get: {{ operationId: own{index}, tags: [{name}], {answer} }} }}"
        );
    }
    for (index, name) in FREE.iter().enumerate() {
        let parameter = format!("{{ name: {name}, in: query, required: true, schema: {{ type: string }} }}");
        let _ = writeln!(
            contract,
            "  /free/{index}: {{ get: {{ operationId: callFree{index}, tags: [calls], parameters: [{parameter}], {answer} }} }}\n  \
             /free-groups/{index}: {{ get: {{ operationId: group{index}, tags: [{name}], {answer} }} }}"
        );
    }
    let mut case = case::all("cases").remove(0);
    case.lenient = true;
    let outcome = case.generate_from(contract.as_bytes());
    let rendered = outcome.rendered();
    let files = outcome.files.unwrap_or_else(|| panic!("{rendered}"));
    let text = |path: &str| -> &str {
        let found = files.iter().find(|(known, _)| *known == path);
        found.map_or("", |(_, text)| text)
    };
    let calls = text("src/operations/calls.rs");
    for (index, name) in FREE.iter().enumerate() {
        let arguments = format!("pub fn call_free{index}(self, {name}: &str)");
        assert!(calls.contains(&arguments), "the required parameter `{name}`");
        let client = text("src/client.rs");
        let group = format!("pub fn {name}(&self) -> crate::operations");
        let folded = format!("pub fn {name}(\n");
        assert!(
            client.contains(&group) || client.contains(&folded),
            "the group `{name}`"
        );
    }
    for name in &of_call {
        let has = |name: &str| text("src/operations/calls.rs").contains(&format!("pub fn {name}(self"));
        assert!(!has(name) && has(&format!("{name}_")), "the parameter `{name}`");
    }
    for name in &of_client {
        let has = |name: &str| text("src/client.rs").contains(&format!("pub fn {name}(&self) -> crate::operations"));
        let is_moved = has(&format!("{name}_")) || text("src/client.rs").contains(&format!("pub fn {name}_(\n"));
        assert!(!has(name) && is_moved, "the group `{name}`");
    }
}
