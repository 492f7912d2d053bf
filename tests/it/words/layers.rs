//! The walls between the rooms: purity, doors, and nothing of one API inside the general parts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use syn::visit::Visit;

/// A source file: its path below the root, and its code without comments and tests.
struct Source {
    name: String,
    code: String,
    text: String,
}

fn sources(room: &str) -> Vec<Source> {
    let files = sdkwright_tests::rust_files(room);
    assert!(files.len() > 3, "{room} was not found");
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("readable");
        let lines: Vec<&str> = sdkwright_tests::lines_without_tests(&text).collect();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        Source {
            name: sdkwright_tests::name_of(file),
            code: lines.iter().copied().filter(is_code).collect::<Vec<_>>().join("\n"),
            text: lines.join("\n"),
        }
    };
    files.iter().map(read).collect()
}

/// The files of the generator, from the bytes of a contract to files.
fn generator() -> impl Iterator<Item = Source> {
    ["contract/src", "picture/src", "codegen/src"]
        .into_iter()
        .flat_map(sources)
}

#[test]
fn i1_the_generator_touches_nothing_outside_its_arguments() {
    for source in generator() {
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
                "{} names `{word}`: the generator is pure",
                source.name
            );
        }
    }
}

#[test]
fn i2_each_library_is_behind_its_door() {
    let doors: &[(&str, &[&str])] = &[
        ("openapiv3::", &["contract/src/document"]),
        ("granit_parser", &["contract/src/source"]),
        ("serde_yaml", &[]),
        (
            "serde_json::",
            &[
                "contract/src/source",
                "contract/src/document/gate",
                "contract/src/overlay/query",
            ],
        ),
        ("serde_json_path", &["contract/src/overlay/query"]),
        ("annotate_snippets", &["contract/src/diag"]),
        ("syn::", &["codegen/src/emit", "codegen/src/output"]),
        ("quote::", &["codegen/src/emit", "codegen/src/output"]),
        ("quote!", &["codegen/src/emit", "codegen/src/output"]),
        ("prettyplease", &["codegen/src/emit", "codegen/src/output"]),
        ("minijinja", &["codegen/src/pages"]),
    ];
    for source in generator() {
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
fn the_libraries_that_compute_hashes_are_behind_one_door() {
    let mut inside = BTreeSet::new();
    for source in ["signing/src", "runtime/src", "journal/src"]
        .into_iter()
        .flat_map(sources)
    {
        for library in ["aws_lc_rs::", "chacha20poly1305::", "sha2::", "hmac::", "hkdf::"] {
            if source.code.contains(library) {
                let doors = ["signing/src/hash/", "signing/src/asymmetric/", "journal/src/sealed.rs"];
                assert!(
                    doors.iter().any(|door| source.name.starts_with(door)),
                    "{} names `{library}`",
                    source.name
                );
                inside.insert(library);
            }
        }
    }
    assert_eq!(inside.len(), 5, "{inside:?}");
}

#[test]
fn one_file_of_the_generator_names_the_runtime() {
    for source in generator() {
        for name in ["sdkwright_runtime", "sdkwright-runtime"] {
            assert!(
                source.name == "codegen/src/runtime.rs" || !source.text.contains(name),
                "{} names `{name}`: emitters write `runtime::Name` or `glue::Name`",
                source.name
            );
        }
    }
    for template in fs::read_dir(sdkwright_tests::root().join("templates")).expect("templates") {
        let path = template.expect("readable").path();
        let text = fs::read_to_string(&path).expect("readable");
        assert!(!text.contains("sdkwright-runtime"), "{}", path.display());
    }
}

#[test]
fn the_words_of_a_value_stand_in_one_table() {
    let words = [
        "body-sha256-hex",
        "idempotency-key",
        "unix-seconds",
        "rfc3339",
        "can-move-money",
        "not-executed",
        "resign-once",
        "utf8",
    ];
    let mut found = 0;
    for source in generator() {
        for word in words.iter().filter(|word| source.code.contains(&format!("\"{word}\""))) {
            found += 1;
            assert_eq!(source.name, "contract/src/ir/word.rs", "`{word}` stands there too");
        }
    }
    assert_eq!(found, words.len());
}

#[test]
fn no_emitter_reads_a_rust_type_as_text() {
    for source in sources("codegen/src/emit") {
        for word in [
            "ty.to_string().",
            "ty().to_string()",
            "to_string() == \"()\"",
            "starts_with('&')",
        ] {
            let found = source.code.contains(word);
            assert!(!found, "{} has `{word}`: ask `RustType`", source.name);
        }
    }
}

/// Names in a file: every path and every import, lists taken apart.
#[derive(Default)]
struct Named {
    paths: Vec<Vec<String>>,
    /// Names that it re-exports, each with its path.
    exports: Vec<(String, Vec<String>)>,
}

/// Takes an import apart: each name with its path.
fn imported(tree: &syn::UseTree, mut path: Vec<String>, into: &mut Vec<(String, Vec<String>)>) {
    let whole = |path: Vec<String>, ident: &syn::Ident| [path, vec![ident.to_string()]].concat();
    match tree {
        syn::UseTree::Path(one) => {
            path.push(one.ident.to_string());
            imported(&one.tree, path, into);
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, path.clone(), into)),
        syn::UseTree::Name(name) => into.push((name.ident.to_string(), whole(path, &name.ident))),
        syn::UseTree::Rename(name) => into.push((name.rename.to_string(), whole(path, &name.ident))),
        syn::UseTree::Glob(_) => into.push(("*".to_owned(), path)),
    }
}

impl<'a> Visit<'a> for Named {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        let mut names = Vec::new();
        imported(&item.tree, Vec::new(), &mut names);
        if !matches!(item.vis, syn::Visibility::Inherited) {
            self.exports.extend(names.iter().cloned());
        }
        self.paths.extend(names.into_iter().map(|(_, path)| path));
    }

    fn visit_visibility(&mut self, _: &'a syn::Visibility) {}

    fn visit_path(&mut self, path: &'a syn::Path) {
        let words = path.segments.iter().map(|segment| segment.ident.to_string());
        self.paths.push(words.collect());
        syn::visit::visit_path(self, path);
    }

    /// The arguments of a macro are not syntax: a path from here is read as text. `crate` may be that of generated code.
    fn visit_macro(&mut self, found: &'a syn::Macro) {
        let text = found.tokens.to_string().replace(" :: ", "::");
        let paths = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        let paths = paths.filter(|path| path.starts_with("super::"));
        self.paths
            .extend(paths.map(|path| path.split("::").map(str::to_owned).collect()));
    }
}

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The modules of a crate, each with what it names. Tests count for nothing.
struct Modules(BTreeMap<String, Named>);

impl Modules {
    fn of(folder: &str) -> Self {
        let files = sdkwright_tests::rust_files(folder);
        let modules = files.iter().map(|file| {
            let name = sdkwright_tests::name_of(file).replace(&format!("{folder}/"), "");
            (name.trim_end_matches(".rs").replace('/', "::"), file)
        });
        let modules = modules.filter(|(module, _)| !module.split("::").any(|word| word == "tests"));
        let named = modules.map(|(module, file)| {
            let text = fs::read_to_string(file).expect("readable");
            let mut named = Named::default();
            named.visit_file(&syn::parse_file(&text).expect("Rust"));
            (module, named)
        });
        Self(named.collect())
    }

    /// The module that a path leads to, and the rest of the path behind it; what belongs to another crate ends in the module
    /// itself.
    fn target<'p>(&self, module: &str, path: &'p [String]) -> Option<(String, &'p [String])> {
        let mut at: Vec<&str> = module.split("::").collect();
        for word in path {
            match word.as_str() {
                "crate" => at.clear(),
                "super" => at.truncate(at.len().saturating_sub(1)),
                "self" => {}
                other => at.push(other),
            }
        }
        // Finds the longest prefix that is a file.
        let lengths = (1..=at.len()).rev();
        let mut beginnings = lengths.map(|length| (at[..length].join("::"), at.len() - length));
        let (found, rest) = beginnings.find(|(name, _)| self.0.contains_key(name))?;
        Some((found, &path[path.len().saturating_sub(rest)..]))
    }

    /// The module that defines what a path leads to: names that a module re-exports are followed.
    fn definition(&self, module: &str, path: &[String]) -> Option<String> {
        // A single word is a variable, even if a module has the same name.
        if matches!(path, [word] if self.0.contains_key(&format!("{module}::{word}"))) {
            return None;
        }
        let (mut module, mut path) = (module.to_owned(), path.to_vec());
        // A chain of re-exports is at most as long as the number of modules.
        for _ in 0..self.0.len() {
            let (found, rest) = self.target(&module, &path)?;
            let exports = &self.0[&found].exports;
            let exported = rest.split_first().and_then(|(name, behind)| {
                let (_, path) = exports.iter().find(|(known, _)| known == name)?;
                Some([path, behind].concat())
            });
            match exported {
                Some(next) => (module, path) = (found, next),
                None => return Some(found),
            }
        }
        None
    }

    /// The modules that each module names. The root, which puts all of them together, is none of them.
    fn arrows(&self, to: impl Fn(&str, &[String]) -> Option<String>, skip: fn(&Named, &Vec<String>) -> bool) -> Arrows {
        let modules = self.0.iter().filter(|(module, _)| *module != "lib");
        let of = |(module, named): (&String, &Named)| {
            let paths = named.paths.iter().filter(|path| !skip(named, path));
            let targets = paths.filter_map(|path| to(module, path)).filter(|name| name != module);
            (module.clone(), targets.collect())
        };
        modules.map(of).collect()
    }
}

fn arrows(folder: &str) -> Arrows {
    let modules = Modules::of(folder);
    modules.arrows(|module, path| Some(modules.target(module, path)?.0), |_, _| false)
}

/// The same, where a name that a module re-exports leads to the file that defines it, and a re-export is no arrow: the door of a
/// room uses nothing.
fn arrows_to_definitions(folder: &str) -> Arrows {
    let modules = Modules::of(folder);
    let is_export = |named: &Named, path: &Vec<String>| named.exports.iter().any(|(_, exported)| exported == path);
    modules.arrows(|module, path| modules.definition(module, path), is_export)
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    for folder in [
        "contract/src",
        "picture/src",
        "codegen/src",
        "json/src",
        "signing/src",
        "journal/src",
        "durable/src",
        "server/src",
        "sandbox/server/src",
        "sandbox/certify/src",
    ] {
        let circle = circle(arrows(folder));
        assert!(circle.is_empty(), "{folder}: in a circle, or before one: {circle:#?}");
    }
    // Rooms of these re-export names of their files, so arrows lead to the definitions.
    for (folder, least) in [("runtime/src", 300), ("changes/src", 80)] {
        let arrows = arrows_to_definitions(folder);
        let seen: usize = arrows.values().map(BTreeSet::len).sum();
        assert!(seen > least, "{folder}: only {seen} arrows were found");
        let circle = circle(arrows);
        assert!(circle.is_empty(), "{folder}: in a circle, or before one: {circle:#?}");
    }
}

/// The files that are in a circle, or name one that is.
fn circle(mut arrows: Arrows) -> Arrows {
    // A file that names none of the remaining files is not in a circle.
    while let Some(end) = arrows
        .iter()
        .find(|(_, to)| to.is_empty())
        .map(|(from, _)| from.clone())
    {
        arrows.remove(&end);
        for targets in arrows.values_mut() {
            targets.remove(&end);
        }
    }
    arrows
}

/// Crates with a picture in docs/work/layers.md: the folder, its heading there, and how many arrows there are at least.
const ROOMS: [(&str, &str, usize); 13] = [
    ("contract/src", "## Modules of `contract`", 300),
    ("picture/src", "## Modules of `picture`", 2),
    ("codegen/src", "## Modules of `codegen`", 150),
    ("json/src", "## Modules of `json`", 80),
    ("signing/src", "## Modules of `signing`", 15),
    ("runtime/src", "## Modules of `runtime`", 100),
    ("journal/src", "## Modules of `journal`", 50),
    ("durable/src", "## Modules of `durable`", 1),
    ("server/src", "## Modules of `server`", 20),
    ("sandbox/server/src", "## Modules of `sandbox`", 100),
    ("sandbox/certify/src", "## Modules of `certify`", 20),
    ("changes/src", "## Modules of `changes`", 15),
    ("changes/src/wire", "## Files of `wire` in `changes`", 40),
];

/// The rooms of a crate in the picture of docs/work/layers.md, from the ground up and from left to right.
fn drawn(heading: &str) -> Vec<String> {
    let text = fs::read_to_string(sdkwright_tests::root().join("docs/work/layers.md")).expect("the page of layers");
    let (_, after) = text.split_once(heading).unwrap_or_else(|| panic!("no `{heading}`"));
    let picture = after.split("```").nth(1).expect("a picture");
    let floors: Vec<&str> = picture.lines().filter(|line| line.contains(':')).collect();
    let rooms = floors.iter().rev().flat_map(|floor| {
        let (_, rooms) = floor.split_once(':').unwrap_or_default();
        rooms.split_whitespace().map(str::to_owned)
    });
    rooms.collect()
}

#[test]
fn a_room_names_only_rooms_that_stand_before_it_in_the_picture() {
    for (folder, heading, least) in ROOMS {
        let order = drawn(heading);
        let rooms: BTreeSet<&String> = order.iter().collect();
        assert_eq!(order.len(), rooms.len(), "{folder}: a room stands in the picture twice");
        let place = |module: &str| {
            let room = module.split("::").next().unwrap_or_default();
            let found = order.iter().position(|known| known == room);
            found.unwrap_or_else(|| panic!("{folder}: the room `{room}` is not in the picture of docs/work/layers.md"))
        };
        let arrows = arrows(folder);
        let mut seen = 0;
        for (from, targets) in &arrows {
            for to in targets {
                seen += 1;
                assert!(
                    place(from) >= place(to),
                    "{folder}: {from} names {to}, which stands behind it"
                );
            }
        }
        assert!(seen > least, "{folder}: only {seen} arrows were found");
        // `main` is the program, not a room of the library.
        for module in arrows.keys().filter(|module| *module != "main") {
            place(module);
        }
        for room in &order {
            assert!(
                arrows.contains_key(room),
                "{folder}: the picture has `{room}`, which is no room"
            );
        }
    }
}

/// A name of the crate's root would hide which room it belongs to.
#[test]
fn rooms_name_rooms_and_not_what_the_root_exports() {
    for (folder, ..) in ROOMS {
        let root = format!("{folder}/lib.rs");
        for source in sources(folder).iter().filter(|source| source.name != root) {
            for after in source.code.split("crate::").skip(1) {
                let is_of_root = after.starts_with(char::is_uppercase);
                let line = after.lines().next().unwrap_or_default();
                assert!(!is_of_root, "{}: `crate::{line}`", source.name);
            }
        }
    }
}

/// The packages of the workspace, as cargo tells of them.
fn packages() -> Vec<serde_json::Value> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(sdkwright_tests::root())
        .output()
        .expect("cargo metadata");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

#[test]
fn only_tests_write_down_what_is_told() {
    let packages = packages();
    let mut users = 0;
    for package in &packages {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        for dependency in dependencies.iter().filter(|one| one["name"] == "sdkwright-watch") {
            users += 1;
            // The crash test and the examples with a listener are programs, not tests.
            let name = package["name"].as_str().expect("a name");
            assert!(
                dependency["kind"] == "dev" || ["sdkwright-crash", "sdkwright-heard"].contains(&name),
                "{name} listens"
            );
        }
    }
    assert!(users > 4, "{users}");
}

#[test]
fn the_local_server_is_a_second_reading_and_not_a_mirror() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let sandbox = packages
        .iter()
        .find(|package| package["name"] == "sdkwright-sandbox-server")
        .expect("the server");
    let dependencies: Vec<&str> = sandbox["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter()
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();
    assert!(dependencies.len() > 5, "{dependencies:?}");
    // The crate that draws knows no contract.
    for name in dependencies.into_iter().filter(|name| *name != "sdkwright-picture") {
        assert!(
            !ours.contains(name) && name != "hmac" && name != "sha2",
            "the server depends on {name}"
        );
    }
}

#[test]
fn certify_knows_of_the_local_sandbox_only_what_record_shows() {
    let mut seen = 0;
    for source in sources("sandbox/certify/src") {
        for after in source.code.split("sdkwright_sandbox_server::").skip(1) {
            seen += 1;
            let line = after.lines().next().unwrap_or_default();
            let is_record = line.starts_with("record::") || line == "record;";
            assert!(is_record, "{}: {line}", source.name);
        }
    }
    assert!(seen > 5, "only {seen} names were found");
}

/// Beside `glue`, the public rooms whose types a user names.
const ROOMS_FOR_PEOPLE: &[&str] = &[
    "answer",
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
    "payload_hash",
    "poll",
    "problem",
    "request",
    "reqwest",
    "retry",
    "secret",
    "security",
    "stream",
    "testing",
    "transport",
    "value",
    "webhook",
];

#[test]
fn the_runtime_has_one_door_for_generated_code() {
    for source in sources("generated/src") {
        for line in source.code.lines().filter(|line| line.contains("sdkwright_runtime::")) {
            let after = line.split("sdkwright_runtime::").nth(1).unwrap_or_default();
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
    for room in [
        "contract/src",
        "picture/src",
        "codegen/src",
        "json/src",
        "signing/src",
        "runtime/src",
    ] {
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
    let value = sdkwright_tests::contract(contract);
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
