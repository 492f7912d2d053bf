//! The day the formal contract arrives: our contract as its owner would publish it, without our words and with the headers
//! of the signature declared as parameters, gives with our overlay a crate with the same public API.
//!
//! With `FORMAL_OUT` set, the crate and the wire test of it are written to that folder, as a workspace of their own;
//! `.ci/formal` runs it.

use crate::case;
use sdkwright_codegen::naming::Overrides;
use sdkwright_codegen::{CrateOptions, Hooks, PackageChoice};
use sdkwright_contract::{Inputs, SourceFile};
use sdkwright_contract::{
    diag::{Levels, Report, render},
    overlay, source, split,
};
use serde_yaml::{Mapping, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use syn::{Item, Visibility};

const NAME: &str = "partner-api.yaml";

/// Header, in lower case here and there, and what its owner would say of it.
const HEADERS: &[(&str, &str, bool)] = &[
    ("X-Partner-Client-Id", "{ type: string, minLength: 1 }", true),
    ("X-PARTNER-TIMESTAMP", "{ type: string, format: date-time }", true),
    ("X-Partner-Nonce", "{ type: string, minLength: 16 }", true),
    (
        "X-Partner-Signature",
        "{ type: string, pattern: '^[0-9a-f]{64}$' }",
        true,
    ),
    ("x-request-id", "{ type: string, maxLength: 128 }", true),
    (
        "Idempotency-Key",
        "{ type: string, minLength: 1, maxLength: 255 }",
        false,
    ),
];

fn contract() -> Vec<u8> {
    fs::read(case::root().join("openapi").join(NAME)).expect("our contract")
}

fn key(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// Our contract as its owner would write it.
fn formal(plain: &str) -> String {
    let mut contract: Value = serde_yaml::from_str(plain).expect("YAML");
    let mut parameters = contract["components"]["parameters"]
        .as_mapping()
        .cloned()
        .unwrap_or_default();
    for (header, schema, required) in HEADERS {
        let text = format!(
            "{{ name: {header}, in: header, required: {required}, description: Of the protocol., schema: {schema} }}"
        );
        parameters.insert(key(header), serde_yaml::from_str(&text).expect("a parameter"));
    }
    contract["components"]["parameters"] = Value::Mapping(parameters);
    let paths = contract["paths"].as_mapping().expect("paths").clone();
    let mut turned: Vec<(Value, Value)> = paths
        .into_iter()
        .map(|(path, item)| (path, formal_path(&item)))
        .collect();
    turned.reverse();
    contract["paths"] = Value::Mapping(turned.into_iter().collect());
    contract["info"]["description"] = key("The formal contract.");
    serde_yaml::to_string(&contract).expect("YAML")
}

/// A path with its operations the other way round, and the headers first among the parameters of each.
fn formal_path(item: &Value) -> Value {
    let item = item.as_mapping().expect("a path").clone();
    let operation = |(word, mut value): (Value, Value)| {
        if value.get("responses").is_some() {
            let headers = HEADERS.iter().filter(|(_, _, always)| *always || word != key("get"));
            let reference = |(header, ..): &(&str, &str, bool)| {
                let reference = key(&format!("#/components/parameters/{header}"));
                Value::Mapping(Mapping::from_iter([(key("$ref"), reference)]))
            };
            let mut parameters: Vec<Value> = headers.map(reference).collect();
            parameters.extend(
                value["parameters"]
                    .as_sequence()
                    .cloned()
                    .unwrap_or_default()
                    .into_iter()
                    .rev(),
            );
            value["parameters"] = Value::Sequence(parameters);
            value["description"] = key("Said otherwise.");
        }
        (word, value)
    };
    let mut turned: Vec<(Value, Value)> = item.into_iter().map(operation).collect();
    turned.reverse();
    Value::Mapping(turned.into_iter().collect())
}

/// The crate of a contract, with names of our own.
fn generated(bytes: &[u8], overlays: &[SourceFile<'_>], names: &[(&str, &str)]) -> BTreeMap<String, String> {
    let templates: Vec<(&str, &str)> = case::templates()
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let inputs = Inputs {
        overlays,
        levels: Levels::strict(),
        ..Inputs::new(SourceFile { name: NAME, bytes })
    };
    let names = names.iter();
    let options = CrateOptions {
        package: PackageChoice {
            server: true,
            ..case::package("oceafin-partner")
        },
        overrides: Overrides::new(names.map(|(place, name)| ((*place).to_owned(), (*name).to_owned()))),
        templates: &templates,
    };
    match sdkwright_codegen::generate(&inputs, &options, Hooks::default()) {
        Ok(generated) => {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("only texts come out");
            let files = generated.tree.files();
            files.map(|(path, bytes)| (path.to_owned(), text(bytes))).collect()
        }
        Err(report) => panic!("{}", render(&report, false)),
    }
}

/// Returns the public API of a client: every public item with its signature, without documentation and without bodies. A server names the
/// members of a request, so that their order, which is that of the contract, means nothing to it.
fn api(files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut api = BTreeSet::new();
    let is_of_client = |path: &str| path.ends_with(".rs") && !path.starts_with("src/server");
    for (path, text) in files.iter().filter(|(path, _)| is_of_client(path)) {
        for item in syn::parse_file(text).expect("Rust").items {
            named(path, &item, &mut api);
        }
    }
    let features = files["Cargo.toml"].lines().filter(|line| line.contains("= ["));
    let features = features.filter(|line| !line.starts_with("server = "));
    api.extend(features.map(str::to_owned));
    api
}

fn tokens(of: &impl quote::ToTokens) -> String {
    of.to_token_stream().to_string()
}

fn is_public(of: &Visibility) -> bool {
    matches!(of, Visibility::Public(_))
}

fn named(path: &str, item: &Item, api: &mut BTreeSet<String>) {
    let mut add = |what: String| {
        api.insert(format!("{path}: {what}"));
    };
    match item {
        Item::Fn(one) if is_public(&one.vis) => add(tokens(&one.sig)),
        Item::Const(one) if is_public(&one.vis) => add(format!("const {}: {}", one.ident, tokens(&one.ty))),
        Item::Type(one) if is_public(&one.vis) => add(format!("type {} = {}", one.ident, tokens(&one.ty))),
        Item::Use(one) if is_public(&one.vis) => add(tokens(&one.tree)),
        Item::Struct(one) if is_public(&one.vis) => {
            let fields = one.fields.iter().filter(|field| is_public(&field.vis));
            let fields: Vec<String> = fields
                .map(|field| format!("{}: {}", tokens(&field.ident), tokens(&field.ty)))
                .collect();
            add(format!("struct {} {{ {} }}", one.ident, fields.join(", ")));
        }
        Item::Enum(one) if is_public(&one.vis) => {
            let variants: Vec<String> = one
                .variants
                .iter()
                .map(|variant| format!("{} {}", variant.ident, tokens(&variant.fields)))
                .collect();
            add(format!("enum {} {{ {} }}", one.ident, variants.join(", ")));
        }
        Item::Impl(one) => {
            let of = one.trait_.as_ref().map(|(path, _)| tokens(path));
            let head = format!("impl {} for {}", of.unwrap_or_default(), tokens(&one.self_ty));
            for item in &one.items {
                if let syn::ImplItem::Fn(method) = item
                    && (is_public(&method.vis) || one.trait_.is_some())
                {
                    add(format!("{head}: {}", tokens(&method.sig)));
                }
            }
            add(head);
        }
        // `glue::model!(Order);` implements traits for a type.
        Item::Macro(one) => add(format!("{} of {}", tokens(&one.mac.path), one.mac.tokens)),
        Item::Mod(one) => {
            for item in one.content.iter().flat_map(|(_, items)| items) {
                named(&format!("{path}::{}", one.ident), item, api);
            }
        }
        _ => {}
    }
}

#[test]
fn the_formal_contract_with_our_overlay_gives_the_same_public_api() {
    let whole = contract();
    let split = split::split(NAME, &whole, NAME, &mut Report::new(Levels::strict())).expect("our contract");
    let formal = formal(&split.plain);
    assert!(formal.contains("X-PARTNER-TIMESTAMP") && !formal.contains("x-signing"));
    let words = SourceFile {
        name: "words.yaml",
        bytes: split.overlay.as_bytes(),
    };
    let (before, after) = (generated(&whole, &[], &[]), generated(formal.as_bytes(), &[words], &[]));
    let (was, is) = (api(&before), api(&after));
    let gone: Vec<&String> = was.difference(&is).collect();
    let new: Vec<&String> = is.difference(&was).collect();
    assert!(was.len() > 3000, "only {} public items were found", was.len());
    assert!(gone.is_empty() && new.is_empty(), "gone: {gone:#?}\nnew: {new:#?}");
    println!("{} public items are the same", was.len());
    if let Some(out) = std::env::var_os("FORMAL_OUT") {
        write(Path::new(&out), &formal, &split.overlay, &after);
    }
}

#[test]
fn what_its_owner_calls_otherwise_is_followed_by_replacing_it_in_the_overlay() {
    let whole = contract();
    let split = split::split(NAME, &whole, NAME, &mut Report::new(Levels::strict())).expect("our contract");
    // Renames in the formal contract and in the overlay, as docs/use/formal-contract.md describes.
    let renamed = |text: &str| {
        let text = text.replace("/partner/v1/", "/api/v1/partner/");
        let text = text.replace("PartnerBalanceAvailability", "BalanceAvailability");
        text.replace("createPartnerConversionApprovalDraft", "conversionsPost")
    };
    let formal = renamed(&formal(&split.plain)).replace("https://api.oceafin.com", "https://gateway.oceafin.com");
    let words = renamed(&split.overlay).replace("https://api.oceafin.com", "https://gateway.oceafin.com");
    assert!(words.contains("by: conversionsPost") && formal.contains("operationId: conversionsPost"));
    let names = [
        ("/components/schemas/BalanceAvailability", "PartnerBalanceAvailability"),
        (
            "/paths/~1api~1v1~1partner~1customers~1{customerId}~1conversions/post",
            "CreatePartnerConversionApprovalDraft",
        ),
    ];
    let words = SourceFile {
        name: "words.yaml",
        bytes: words.as_bytes(),
    };
    let was = api(&generated(&whole, &[], &[]));
    let is = api(&generated(formal.as_bytes(), &[words], &names));
    let gone: Vec<&String> = was.difference(&is).collect();
    let new: Vec<&String> = is.difference(&was).collect();
    assert!(gone.is_empty() && new.is_empty(), "gone: {gone:#?}\nnew: {new:#?}");
}

#[test]
fn a_changed_argument_is_no_same_public_api() {
    let of = |text: &str| {
        api(&BTreeMap::from([
            ("Cargo.toml".into(), String::new()),
            ("a.rs".into(), text.into()),
        ]))
    };
    let is = of("pub struct A { pub a: u8 } impl A { pub fn call(&self, nonce: &str) {} fn hidden(&self) {} }");
    assert_eq!(
        is,
        of("impl A { /** Other. */ pub fn call(&self, nonce: &str) { loop {} } } pub struct A { pub a: u8, b: u8 }")
    );
    for other in [
        "pub struct A { pub a: u8 } impl A { pub fn call(&self) {} }",
        "pub struct A { pub a: u16 } impl A { pub fn call(&self, nonce: &str) {} }",
        "struct A { pub a: u8 } impl A { pub fn call(&self, nonce: &str) {} }",
    ] {
        assert_ne!(is, of(other), "{other}");
    }
}

/// Returns `true` if the crate of a line of a manifest is named in the code, and for lines of no crate.
fn is_named(line: &str, code: &str) -> bool {
    let name = line.split([' ', '.']).next().unwrap_or_default();
    !line.contains("workspace = true") || code.contains(&format!("{}::", name.replace('-', "_")))
}

/// A workspace with the crate, the contract as it is with the overlay, and the wire test.
fn write(out: &Path, formal: &str, words: &str, files: &BTreeMap<String, String>) {
    let root = case::root();
    let put = |name: &str, text: &str| {
        let file = out.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("writable");
    };
    let mut report = Report::new(Levels::strict());
    let mut tree = source::load(NAME, formal.as_bytes(), &mut report).expect("the formal contract");
    overlay::lay(&mut tree, &[("words.yaml", words.as_bytes())], &mut report).expect("the overlay fits");
    put(
        "openapi/partner-api.yaml",
        &source::to_yaml(tree.root().expect("a root")),
    );
    for (name, text) in files {
        put(
            &format!("generated/{name}"),
            &text
                .replace(case::RUNTIME, &root.join("runtime").display().to_string())
                .replace("../server", &root.join("server").display().to_string()),
        );
    }
    // The manifest of the workspace says which crates and lints; the members are these two alone.
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    let mut manifest: String = manifest
        .lines()
        .map(|line| match line.split_once(" = { path = \"") {
            _ if line.starts_with("members = ") => "members = [\"generated\", \"tests\"]\n".to_owned(),
            Some((name, rest)) if name != "oceafin-partner" => {
                format!("{name} = {{ path = \"{}/{rest}\n", root.display())
            }
            _ => format!("{line}\n"),
        })
        .collect();
    manifest.push('\n');
    put("Cargo.toml", &manifest);
    put(
        "Cargo.lock",
        &fs::read_to_string(root.join("Cargo.lock")).expect("the lock"),
    );
    let mut code = String::new();
    let own = [
        "contract",
        "operations",
        "partner",
        "partner/arguments",
        "served",
        "suite",
    ];
    let own = own.map(|name| (name, format!("tests/it/wire/{name}.rs")));
    let bank = [("bank", "bank"), ("bank_operations", "operations"), ("steps", "steps")];
    let bank = bank.map(|(name, file)| (name, format!("examples/bank/{file}.rs")));
    let mut main = "//! The wire test of our contract.\n#![allow(dead_code)]\n".to_owned();
    for (name, file) in own.iter().chain(&bank) {
        let text = fs::read_to_string(root.join(file)).expect("the wire test");
        put(&format!("tests/wire/{name}.rs"), &text);
        code += &text;
        if !name.contains('/') {
            main += &format!("mod {name};\n");
        }
    }
    put("tests/wire/main.rs", &main);
    // Of what the tests depend on, the crates that the wire test names: the others take minutes to compile.
    let own = fs::read_to_string(root.join("tests/Cargo.toml")).expect("the manifest of the tests");
    let own = own.split("[[test]]").next().unwrap_or_default();
    let (package, crates) = own.split_once("[dependencies]").expect("dependencies");
    let package = package
        .replace("build = \"build.rs\"\n", "")
        .replace("test = false\n", "");
    let crates: Vec<_> = crates.lines().filter(|line| is_named(line, &code)).collect();
    put(
        "tests/Cargo.toml",
        &format!(
            "{package}[dependencies]{}\n\n[[test]]\nname = \"wire\"\npath = \"wire/main.rs\"\n",
            crates.join("\n")
        ),
    );
    put("tests/lib.rs", "//! Nothing: the wire test is all there is.\n");
}
