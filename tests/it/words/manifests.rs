//! The manifests of the crates that leave this repository: they need no workspace, say what its table says, and name a Rust that
//! compiles them.

use std::collections::BTreeMap;
use std::fs;

use syn::visit::{self, Visit};

/// Folders of the crates that are vendored or published.
const TRAVEL: [&str; 6] = ["description", "json", "signing", "runtime", "journal", "durable"];

/// Returns the lines of a table, `name = value`, without comments.
fn table(manifest: &str, name: &str) -> BTreeMap<String, String> {
    let start = format!("[{name}]");
    let below = manifest.lines().skip_while(|line| *line != start).skip(1);
    let own = below.take_while(|line| !line.starts_with('['));
    let entry = |line: &str| {
        let (key, value) = line.split_once(" = ")?;
        (!line.starts_with('#')).then(|| (key.to_owned(), value.to_owned()))
    };
    own.filter_map(entry).collect()
}

/// Returns the value of a key in a dependency: `version` of `"1.0"` and of `{ version = "1.0", optional = true }`.
fn part(dependency: &str, key: &str) -> Option<String> {
    if dependency.starts_with('"') {
        return (key == "version").then(|| dependency.to_owned());
    }
    let (_, rest) = dependency.split_once(&format!("{key} = "))?;
    // A range contains a comma.
    if let Some(text) = rest.strip_prefix('"') {
        return text.split('"').next().map(|version| format!("{version:?}"));
    }
    let end = if rest.starts_with('[') { "]" } else { "," };
    let value = rest.split(end).next().unwrap_or_default();
    Some(value.trim_end_matches(" }").trim_start_matches('[').to_owned())
}

fn manifest(folder: &str) -> String {
    fs::read_to_string(sdkwright_tests::root().join(folder).join("Cargo.toml")).expect("a manifest")
}

#[test]
fn the_crates_that_travel_build_without_the_workspace() {
    for folder in TRAVEL {
        let inherited: Vec<String> = manifest(folder)
            .lines()
            .filter(|line| line.contains("workspace = true"))
            .map(str::to_owned)
            .collect();
        assert!(inherited.is_empty(), "{folder}/Cargo.toml inherits: {inherited:#?}");
    }
}

#[test]
fn the_crates_that_travel_say_what_the_table_of_the_workspace_says() {
    let workspace = manifest(".");
    let (package, versions) = (
        table(&workspace, "workspace.package"),
        table(&workspace, "workspace.dependencies"),
    );
    let mut seen = 0;
    for folder in TRAVEL {
        let manifest = manifest(folder);
        let own = table(&manifest, "package");
        for word in ["version", "edition", "license"] {
            assert_eq!(own.get(word), package.get(word), "{folder}: {word}");
        }
        for lints in ["rust", "clippy"] {
            let (own, all) = (format!("lints.{lints}"), format!("workspace.lints.{lints}"));
            assert_eq!(table(&manifest, &own), table(&workspace, &all), "{folder}: {lints}");
        }
        for (section, is_shipped) in [("dependencies", true), ("dev-dependencies", false)] {
            for (name, said) in table(&manifest, section) {
                // The crate itself, with features for its own tests.
                if said.contains("path = \".\"") {
                    continue;
                }
                let stated = versions
                    .get(&name)
                    .unwrap_or_else(|| panic!("{folder}: {name} is not in the table"));
                for word in ["version", "default-features"] {
                    assert_eq!(part(&said, word), part(stated, word), "{folder}: {word} of {name}");
                }
                assert!(
                    part(&said, "version").is_some() || !is_shipped,
                    "{folder}: {name} has no version"
                );
                let features = |text: &str| part(text, "features").unwrap_or_default();
                let has = |feature: &str| features(&said).contains(feature);
                let all = features(stated).split(", ").all(has);
                assert!(all, "{folder}: {name} lacks features of the table");
                seen += 1;
            }
        }
    }
    assert!(seen > 60, "{seen} dependencies were compared");
}

/// The address has one place, from which `OVERWRITE=1` writes it into the manifests that inherit nothing.
#[test]
fn the_address_of_the_repository_is_that_of_the_workspace() {
    let line = |manifest: &str, name: &str| table(manifest, name).remove("repository").expect("an address");
    let address = line(&manifest("."), "workspace.package");
    for folder in TRAVEL {
        let manifest = manifest(folder);
        let own = line(&manifest, "package");
        if own != address && std::env::var_os("OVERWRITE").is_some() {
            let text = manifest.replace(&format!("repository = {own}"), &format!("repository = {address}"));
            fs::write(sdkwright_tests::root().join(folder).join("Cargo.toml"), text).expect("a manifest");
        } else {
            assert_eq!(
                own, address,
                "{folder}: OVERWRITE=1 writes the address of the workspace"
            );
        }
    }
}

#[test]
fn a_registry_gets_all_that_it_shows() {
    let members = table(&manifest("."), "workspace").remove("members").expect("members");
    let mut published = Vec::new();
    for folder in members
        .trim_matches(['[', ']'])
        .split(", ")
        .map(|name| name.trim_matches('"'))
    {
        let manifest = manifest(folder);
        let own = table(&manifest, "package");
        if own.contains_key("publish") || own.contains_key("publish.workspace") {
            continue;
        }
        let words = |key: &str| own[key].split(", ").count();
        assert!(own["description"].len() > 20, "{folder}: description");
        assert!((3..=5).contains(&words("keywords")), "{folder}: keywords");
        assert!((1..=5).contains(&words("categories")), "{folder}: categories");
        assert_eq!(own["readme"], "\"README.md\"", "{folder}");
        let docs = table(&manifest, "package.metadata.docs.rs");
        assert_eq!(docs["all-features"], "true", "{folder}");
        assert_eq!(docs["rustdoc-args"], "[\"--cfg\", \"docsrs\"]", "{folder}");
        for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            let path = sdkwright_tests::root().join(folder).join(file);
            assert!(path.exists(), "{} is missing", path.display());
        }
        published.push(folder.to_owned());
    }
    assert_eq!(published.len(), 15, "{published:?}");
}

/// Looks for `let` behind `&&` in a file, which Rust knows since 1.88.
#[derive(Default)]
struct LetChains {
    found: bool,
}

impl<'a> Visit<'a> for LetChains {
    fn visit_expr_binary(&mut self, binary: &'a syn::ExprBinary) {
        let sides = [&binary.left, &binary.right];
        self.found |= sides.iter().any(|side| matches!(***side, syn::Expr::Let(_)));
        visit::visit_expr_binary(self, binary);
    }
}

/// Without a second compiler, since the newest one takes what the Rust of a manifest does not. `tests/elsewhere/run --full` has that Rust, and finds
/// what else is newer.
#[test]
fn crates_for_an_older_rust_have_no_let_chains() {
    let has_chains = |text: &str| {
        let mut chains = LetChains::default();
        chains.visit_file(&syn::parse_file(text).expect("Rust"));
        chains.found
    };
    assert!(
        has_chains("fn f() { if a && b && let Some(_) = c {} }"),
        "a chain is seen"
    );
    let (mut seen, mut found) = (0, Vec::new());
    for folder in [
        "description",
        "json",
        "signing",
        "runtime",
        "journal",
        "durable",
        "generated",
        "tests/second",
    ] {
        let stated = table(&manifest(folder), "package").remove("rust-version");
        assert_eq!(stated.as_deref(), Some("\"1.85\""), "{folder}: the oldest Rust");
        for file in sdkwright_tests::rust_files(&format!("{folder}/src")) {
            seen += 1;
            if has_chains(&fs::read_to_string(&file).expect("a file")) {
                found.push(sdkwright_tests::name_of(&file));
            }
        }
    }
    assert!(found.is_empty(), "`let` behind `&&` needs Rust 1.88: {found:#?}");
    assert!(seen > 300, "{seen} files were read");
}
