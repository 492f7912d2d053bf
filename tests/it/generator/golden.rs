//! One folder per concept in `tests/cases`: the smallest contract that shows it, and the files that come out of it.
//!
//! Each keyword of the ledger names its case, and the case has the keyword. It changes the output if its row is `read`, and not if the row
//! is `noted`. All output compiles with warnings denied. `OVERWRITE=1` writes the files again.

use crate::{case, outline, skeleton, snippets, stages, words};
use case::Case;
use sdkwright_contract::document::ledger::{self, Rule};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Cases that no single row of the ledger names: they show how keywords work together.
const CROSS_CUTTING: &[&str] = &[
    "all-of-alternatives",
    "all-of-bounds",
    "all-of-kinds",
    "all-of-literals",
    "all-of-members",
    "alternatives",
    "annotated-reference",
    "answers-of-all-kinds",
    "approvals-of-several",
    "assumptions",
    "assumptions-of-keywords",
    "binary-body",
    "bodies-beyond-objects",
    "bounds-of-alternatives",
    "callbacks-signed",
    "checked-before-sent",
    "collisions-of-others",
    "constants-of-members",
    "cookie-style",
    "declared-key-members",
    "declared-keys",
    "declared-keys-of-others",
    "default-answer",
    "discriminator-value-repeated",
    "discriminator-values",
    "encoding-of-each-operation",
    "enum-beside-text",
    "enum-integers",
    "enum-of-another-kind",
    "equivalent-paths",
    "error-answers",
    "examples-beyond-keywords",
    "exclusive-bounds-in-31",
    "external-files",
    "families",
    "form-body",
    "format-in-all-of",
    "free-form",
    "hostile-text",
    "html-in-text",
    "ids-of-frameworks",
    "inherited-discriminator",
    "integers",
    "journal-facts",
    "json-before-text",
    "json-lines",
    "json-spelled-otherwise",
    "keyword-names",
    "kinds-without-type",
    "lines-of-any-value",
    "links-to-operations",
    "looked-up",
    "mapped-heirs",
    "merge-keys",
    "methods-and-groups",
    "models-by-kind",
    "multipart-and-json",
    "names-beyond-ascii",
    "names-beyond-length",
    "names-for-other-generators",
    "names-of-body-components",
    "names-of-body-forms",
    "names-of-dated-paths",
    "names-of-files",
    "names-of-inline-types",
    "names-of-long-paths",
    "names-of-methods",
    "names-of-servers",
    "names-of-setters",
    "names-of-shared-types",
    "names-of-variants",
    "names-that-are-free",
    "names-with-acronyms",
    "nearly-the-same-twice",
    "nested-event-type",
    "newtype-of-two-enumerations",
    "newtypes-of-scalars",
    "null-said-once",
    "nullable-in-all-of",
    "numbers-of-one-value",
    "one-sided-members",
    "only",
    "operations-of-one-id",
    "operations-without-id",
    "optional-body",
    "optional-tags",
    "overlays",
    "pages-of-two-lists",
    "pages-that-may-lack",
    "parts-by-default",
    "parts-in-several-ways",
    "password-format",
    "patch-version",
    "paths-with-more-than-names",
    "prelude-names",
    "problems-by-codes",
    "problems-by-numbers",
    "problems-declared",
    "problems-of-a-schema",
    "querystring",
    "recursion",
    "redirect-beside-default",
    "required-parameters-left-out",
    "required-struct",
    "rules-of-requests",
    "runtime-names",
    "same-structure-in-unions",
    "same-structure-twice",
    "schemas-without-values",
    "security-alternatives",
    "security-api-key-cookie",
    "security-api-key-header",
    "security-api-key-query",
    "security-basic",
    "security-bearer",
    "security-http-scheme",
    "security-mutual-tls",
    "security-none",
    "security-oauth2",
    "security-samples",
    "security-undefined",
    "sensitive-inside",
    "sensitive-parameters",
    "sensitive-problems",
    "sensitive-tuple",
    "sentences-that-meet",
    "server-layers",
    "server-parameters",
    "server-sent-events",
    "servers-of-each-operation",
    "servers-that-are-paths",
    "several-failures",
    "several-json-types",
    "several-success-answers",
    "streams-of-parts",
    "swagger-2",
    "swagger-2-files",
    "swappable-arguments",
    "tags-that-may-lack",
    "texts-that-say-nothing",
    "titles-of-problems",
    "type-beside-alternatives",
    "union-classes",
    "union-of-arrays",
    "union-of-components",
    "union-told-by-content",
    "union-told-by-kinds",
    "unions-in-unions",
    "variants-told-apart",
    "variants-without-tag",
    "watched-resources",
    "webhooks-about-nothing",
    "webhooks-of-several-types",
    "webhooks-unsigned",
    "webhooks-with-checksum",
    "whole-events",
    "words-of-others",
    "words-of-variants",
    "written-headers",
    "xml-body",
];

/// Most lines of the files that a case compares: a reader looks at all of them after a change.
const MOST: usize = 400;

/// Cases with more lines, each with the reason.
const LONG: &[(&str, &str)] = &[
    ("families", "`models.rs` compiles its models for round trips"),
    ("mapped-heirs", "`models.rs` compiles its models for round trips"),
    (
        "union-told-by-content",
        "`models.rs` compiles its models for round trips",
    ),
];

/// Returns the files that a case compares, by their names in its folder `expected`.
fn golden(case: &Case, files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let whole = |path: &String| files.get(path).map(|text| (path.clone(), text.clone()));
    if !case.compare.is_empty() {
        return case
            .compare
            .iter()
            .filter_map(|wanted| compared(wanted, files))
            .collect();
    }
    let is_shape = |path: &&String| {
        path.starts_with("src/models/") || (path.starts_with("src/operations/") && !case.name.starts_with("schema-"))
    };
    let shapes = files.keys().filter(is_shape);
    shapes.chain(&case.golden).filter_map(whole).collect()
}

/// Returns a file or its short form, such as `src/models/pet.rs:outline`, with its name in the folder `expected`.
fn compared(wanted: &str, files: &BTreeMap<String, String>) -> Option<(String, String)> {
    let Some((path, form)) = wanted.split_once(':') else {
        return Some((wanted.to_owned(), files.get(wanted)?.clone()));
    };
    let functions = match form {
        "outline" => outline::Functions::Signatures,
        "code" => outline::Functions::Whole,
        other => panic!("`:{other}` is not a form of a file"),
    };
    let name = format!("{}.{form}.rs", path.strip_suffix(".rs")?);
    Some((name, outline::short(files.get(path)?, functions)))
}

fn present(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            present(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name);
        }
    }
}

#[test]
fn every_case_comes_out_as_it_is_written_down() {
    let mut faults = Vec::new();
    for case in case::all("cases") {
        let outcome = case.generate();
        let Some(all) = &outcome.files else {
            faults.push(format!("{} was refused:\n{}", case.name, outcome.rendered()));
            continue;
        };
        let expected = case.folder.join("expected");
        let mut files = golden(&case, all);
        if !outcome.rendered().is_empty() {
            files.insert("report.txt".into(), outcome.rendered());
        }
        if case.ir {
            files.insert("ir.txt".into(), stages::dump(&case));
        }
        for wanted in case.golden.iter().chain(&case.compare) {
            if compared(wanted, all).is_none() {
                faults.push(format!("{} compares {wanted}, which does not come out", case.name));
            }
        }
        let mut there = BTreeSet::new();
        present(&expected, "", &mut there);
        for (path, text) in &files {
            // An unexpected report is compared with nothing else: it must fail here.
            if path == "report.txt" && !there.contains(path) && !case::overwrite() {
                faults.push(format!("{} is reported now:\n{text}", case.name));
            }
            case::compare(&expected.join(path), text, &mut faults);
            there.remove(path);
        }
        for left in there {
            if case::overwrite() {
                fs::remove_file(expected.join(left)).expect("removable");
            } else {
                faults.push(format!("{}: {left} does not come out any more", case.name));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} differences; look at them, then OVERWRITE=1:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn a_case_has_few_lines_of_expected_files() {
    assert!(LONG.len() <= 3, "{LONG:?}");
    let mut faults = Vec::new();
    for case in case::all("cases") {
        let expected = case.folder.join("expected");
        let mut paths = BTreeSet::new();
        present(&expected, "", &mut paths);
        let texts = paths
            .iter()
            .map(|path| fs::read_to_string(expected.join(path)).expect("a text"));
        let lines: usize = texts.map(|text| text.lines().count()).sum();
        let is_long = LONG.iter().any(|(name, _)| *name == case.name);
        if (lines > MOST) != is_long {
            faults.push(format!("{}: {lines} lines", case.name));
        }
    }
    assert!(
        faults.is_empty(),
        "a case has at most {MOST} lines of expected files: name those about its purpose in a comment `# compare:`, or make its contract \
         smaller; a case of `LONG` has more:\n{}",
        faults.join("\n")
    );
}

#[test]
fn every_row_of_the_ledger_is_shown_by_the_case_it_names() {
    let cases: BTreeMap<String, Case> = case::all("cases")
        .into_iter()
        .map(|case| (case.name.clone(), case))
        .collect();
    let words: BTreeMap<&String, Vec<words::Word>> = cases
        .iter()
        .map(|(name, case)| (name, words::words(&case.value())))
        .collect();
    let mut faults = Vec::new();
    for (place, row) in ledger::all() {
        let Some(case) = words.get(&row.case.to_owned()) else {
            faults.push(format!(
                "{place:?} `{}`: there is no case tests/cases/{}/contract.yaml",
                row.keyword, row.case
            ));
            continue;
        };
        if !case
            .iter()
            .any(|word| word.place == place && word.keyword == row.keyword)
        {
            faults.push(format!(
                "{place:?} `{}`: tests/cases/{}/contract.yaml does not have it there",
                row.keyword, row.case
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_case_is_named_by_a_row_or_shows_how_words_work_together() {
    let named: BTreeSet<&str> = ledger::all().map(|(_, row)| row.case).collect();
    let cases: BTreeSet<String> = case::all("cases").into_iter().map(|case| case.name).collect();
    let orphans: Vec<_> = cases
        .iter()
        .filter(|case| !named.contains(case.as_str()) && !CROSS_CUTTING.contains(&case.as_str()))
        .collect();
    assert!(
        orphans.is_empty(),
        "no row of the ledger names the cases {orphans:?}: add the row of the keyword (contract/src/document/ledger/); a case of \
         several words belongs in `CROSS_CUTTING` of tests/it/generator/golden.rs"
    );
    for case in CROSS_CUTTING {
        assert!(cases.contains(*case), "there is no case `{case}`");
        assert!(!named.contains(case), "a row names `{case}`: take it from the list");
    }
}

/// The output without what stands for the contract's bytes.
fn effect(case: &Case, contract: &serde_yaml::Value) -> BTreeMap<String, String> {
    let outcome = case.generate_from(case::text(contract).as_bytes());
    match outcome.files {
        None => BTreeMap::from([("refused".to_owned(), outcome.report.errors().to_string())]),
        Some(files) => files
            .into_iter()
            .map(|(path, text)| (path, skeleton::without_digests(&text)))
            .collect(),
    }
}

/// Returns the output without the list of assumptions, which has all words.
fn without_assumptions(files: &BTreeMap<String, String>) -> Vec<(&String, &String)> {
    let is_other = |(path, _): &(&String, &String)| !path.ends_with("ASSUMPTIONS.md");
    files.iter().filter(is_other).collect()
}

/// Words that are read without a trace in the output, each with the reason.
const WITHOUT_TRACE: &[(&str, &str)] = &[];

#[test]
fn a_word_that_is_read_changes_the_output_and_one_that_is_noted_does_not() {
    let rules: BTreeMap<_, _> = ledger::all().map(|(place, row)| ((place, row.keyword), row)).collect();
    let faults = case::side_by_side(&case::all("cases"), |case| {
        let mut faults = Vec::new();
        let contract = case.value();
        let whole = effect(case, &contract);
        if whole.contains_key("refused") {
            return vec![format!("{} is refused when it is written anew", case.name)];
        }
        let mut by_word: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for word in words::words(&contract) {
            by_word.entry((word.place, word.keyword)).or_default().push(word.path);
        }
        for ((place, keyword), paths) in by_word {
            let row = rules[&(place, keyword)];
            if row.case != case.name {
                continue;
            }
            let effects = paths.iter().map(|path| (path, effect(case, &words::without(&contract, path))));
            let changing: Vec<_> = effects.filter(|(_, files)| *files != whole).collect();
            let mut accepted = changing.iter().filter(|(_, files)| !files.contains_key("refused"));
            let is_shown = |files: &BTreeMap<String, String>| {
                files.contains_key("refused") || golden(case, files) != golden(case, &whole)
            };
            if row.rule == Rule::Read && !case.compare.is_empty() && !changing.is_empty() && !changing.iter().any(|(_, files)| is_shown(files)) {
                faults.push(format!(
                    "{}: no file that the case compares depends on {place:?} `{keyword}`: name one in its comment `# compare:`",
                    case.name
                ));
            }
            match row.rule {
                Rule::Read if changing.is_empty() && !WITHOUT_TRACE.iter().any(|(word, _)| *word == keyword) => {
                    faults.push(format!(
                        "{}: {place:?} `{keyword}` is read, but nothing depends on it: take it through contract/src/document \
                         (model.rs or schema.rs, parse/; not for an `x-` word), ir, lower and emit",
                        case.name
                    ));
                }
                Rule::Noted(_) | Rule::Unchecked(_)
                    if accepted.any(|(_, files)| without_assumptions(files) != without_assumptions(&whole)) =>
                {
                    let places: Vec<_> = changing.iter().map(|(path, _)| words::pointer(path)).collect();
                    faults.push(format!(
                        "{}: {place:?} `{keyword}` is only noted, but changes the output: make its row in \
                         contract/src/document/ledger/ `read`: {places:?}",
                        case.name
                    ));
                }
                _ => {}
            }
        }
        faults
    })
    .concat();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// All crates as modules of one, so that the compiler starts once.
#[test]
fn all_that_comes_out_compiles_without_a_warning() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    let mut modules = String::new();
    // Some lints can only be allowed for a whole crate.
    let mut allowed = BTreeSet::new();
    let mut features = BTreeSet::new();
    let mut wanted = BTreeSet::new();
    for case in case::all("cases") {
        let Some(mut files) = case.generate().files else {
            panic!("{} was refused", case.name)
        };
        let module = case.name.replace('-', "_");
        let _ = writeln!(modules, "/// {}\n#[rustfmt::skip]\npub mod {module};", case.sentence);
        snippets::add(&mut files, &case.package().replace('-', "_"));
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let path = path
                .strip_prefix("src/")
                .expect("Rust below `src`")
                .replace("lib.rs", "mod.rs");
            let path = folder.join("src").join(&module).join(path);
            let (text, attribute) = without_attribute(text);
            allowed.extend(attribute);
            write_if_changed(&path, &text.replace("crate::", &format!("crate::{module}::")));
            wanted.insert(path);
        }
        features.extend(
            files["Cargo.toml"]
                .lines()
                .filter_map(|line| line.strip_suffix(" = []"))
                .map(str::to_owned),
        );
    }
    // Without the HTTP client, which takes minutes to build and is not under test here.
    let names: Vec<String> = features
        .iter()
        .map(|name| format!("{:?}", name.trim_matches('"')))
        .collect();
    let declared: Vec<&str> = features.iter().map(String::as_str).collect();
    let declared = declared.join(" = []\n") + " = []\n";
    let manifest = format!(
        "[package]\nname = \"golden\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[features]\ndefault = [\"server\", {}]\nreqwest = []\nblocking = []\nserver = []\n{declared}\n\
         [dependencies]\nsdkwright-runtime = {{ path = {:?}, default-features = false, features = [\"asymmetric-rust-crypto\"] }}\nsdkwright-server = {{ path = {:?}, default-features = false }}\n\n[lints.rust]\nwarnings = \"deny\"\nunsafe_code = \"forbid\"\n",
        names.join(", "),
        case::root().join("runtime"),
        case::root().join("server"),
    );
    write_if_changed(&folder.join("Cargo.toml"), &manifest);
    write_if_changed(
        &folder.join("src/lib.rs"),
        &format!(
            "//! What comes out of all cases.\n\n{}\n{modules}",
            allowed.into_iter().collect::<String>()
        ),
    );
    remove_others(&folder.join("src"), &wanted);
    fs::copy(case::root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock");
    let output = cargo(&folder, &["check", "--offline", "--quiet", "--message-format=short"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A file without its inner attribute, and that.
fn without_attribute(text: &str) -> (String, Option<String>) {
    let Some(start) = text.find("\n#![") else {
        return (text.to_owned(), None);
    };
    let end = text[start..].find("]\n").map_or(text.len(), |end| start + end + 2);
    (
        format!("{}{}", &text[..start], &text[end..]),
        Some(text[start + 1..end].to_owned()),
    )
}

/// Files of cases that are gone or have other files now.
fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            remove_others(&path, wanted);
        } else if !wanted.contains(&path) && path.file_name().is_some_and(|name| name != "lib.rs") {
            fs::remove_file(path).expect("removable");
        }
    }
}

fn cargo(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO"))
        .args(arguments)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(folder)
        .output()
        .expect("cargo")
}

#[test]
fn a_crate_turns_on_key_pairs_if_its_contract_uses_them() {
    let signs = ["glue::KeyPairRules", "glue::ClientAuthentication::PrivateKeyJwt"];
    let mut seen = BTreeSet::new();
    for case in case::all("cases") {
        let Some(files) = case.generate().files else {
            panic!("{} was refused", case.name)
        };
        let dependency = files["Cargo.toml"]
            .lines()
            .find(|line| line.starts_with("sdkwright-runtime = "));
        let is_on = dependency.expect("the runtime").contains("features = [\"asymmetric\"]");
        let mut code = files.iter().filter(|(path, _)| path.ends_with(".rs"));
        let is_used = code.any(|(_, text)| signs.iter().any(|sign| text.contains(sign)));
        assert_eq!(is_on, is_used, "{}: {dependency:?}", case.name);
        seen.insert(is_on);
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn every_manifest_that_comes_out_is_one() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("manifests");
    let mut members = String::new();
    for case in case::all("cases") {
        let Some(files) = case.generate().files else {
            panic!("{} was refused", case.name)
        };
        let runtime = case::root().join("runtime").display().to_string();
        write_if_changed(
            &folder.join(&case.name).join("Cargo.toml"),
            &files["Cargo.toml"].replace(case::RUNTIME, &runtime),
        );
        write_if_changed(&folder.join(&case.name).join("src/lib.rs"), "");
        let _ = writeln!(members, "    {:?},", case.name);
    }
    write_if_changed(
        &folder.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nmembers = [\n{members}]\n"),
    );
    let output = cargo(&folder, &["metadata", "--no-deps", "--offline", "--format-version=1"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for package in metadata["packages"].as_array().expect("packages") {
        let of_kind = |kind: Option<&str>| -> Vec<_> {
            let all = package["dependencies"].as_array().into_iter().flatten();
            let mine = all.filter(|one| one["kind"].as_str() == kind);
            mine.map(|one| one["name"].as_str()).collect()
        };
        let with_server = [
            "case-declared-key-members",
            "case-server",
            "case-server-layers",
            "case-server-parameters",
            "case-signed-items",
            "case-standard-webhooks",
        ];
        let has_server = package["name"].as_str().is_some_and(|name| with_server.contains(&name));
        let server = has_server.then_some(Some("sdkwright-server"));
        let wanted: Vec<_> = [Some("sdkwright-runtime")].into_iter().chain(server).collect();
        assert_eq!(of_kind(None), wanted, "{}", package["name"]);
        // For the program on the front page, where there is one.
        let tests = of_kind(Some("dev"));
        assert!(
            tests.is_empty() || tests == [Some("tokio")],
            "{}: {tests:?}",
            package["name"]
        );
    }
}

fn write_if_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("writable");
    }
}
