//! The README tells the truth: its program is the example that `examples/tests/it/run.rs` runs, its commands and links exist.

use std::{collections::BTreeSet, fs, path::Path};

fn read(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced blocks of a page: what stands behind the fence, and the lines.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((kind.to_owned(), text.join("\n")));
        }
    }
    blocks
}

/// Every `cargo ...` of the README, in a block or in a sentence.
fn commands(page: &str) -> BTreeSet<String> {
    let in_blocks = blocks(page)
        .into_iter()
        .filter(|(kind, _)| kind.is_empty() || kind == "sh");
    let of_blocks: Vec<String> = in_blocks
        .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let of_sentences = page.split('`').skip(1).step_by(2).map(str::to_owned);
    let all = of_blocks.into_iter().chain(of_sentences);
    all.filter_map(|line| {
        let command = line.split('#').next()?.trim().to_owned();
        command.starts_with("cargo ").then_some(command)
    })
    .collect()
}

/// The packages of the workspace and what each can be asked to run.
fn manifest(member: &str) -> serde_json::Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo metadata");
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = all["packages"].as_array().expect("packages");
    let found = packages.iter().find(|package| package["name"] == member);
    found.unwrap_or_else(|| panic!("no package is called {member}")).clone()
}

fn has_target(package: &str, kind: &str, name: Option<&str>) -> bool {
    let package = manifest(package);
    let targets = package["targets"].as_array().expect("targets");
    targets
        .iter()
        .any(|target| target["kind"][0] == kind && name.is_none_or(|name| target["name"] == name))
}

#[test]
fn the_program_of_the_readme_is_the_example_that_is_run() {
    let programs: Vec<String> = blocks(&read("README.md"))
        .into_iter()
        .filter(|(kind, _)| kind.starts_with("rust"))
        .map(|(_, text)| text)
        .collect();
    let [program] = &programs[..] else {
        panic!("one program, and no other: {programs:?}")
    };
    let example = read("examples/quick_start.rs");
    let (header, code) = example.split_once("\n\n").expect("a header and code");
    assert!(header.lines().all(|line| line.starts_with("//!")), "{header}");
    assert_eq!(
        program,
        code.trim_end(),
        "examples/quick_start.rs is the README's program, word for word"
    );
    let dependencies = |text: &str| {
        text.split_once("[dependencies]\n")
            .expect("dependencies")
            .1
            .trim_end()
            .to_owned()
    };
    let manifest = blocks(&read("README.md")).into_iter().find(|(kind, _)| kind == "toml");
    let (_, manifest) = manifest.expect("the dependencies of the program");
    assert_eq!(
        dependencies(&manifest),
        dependencies(&read("examples/quick_start/Cargo.toml")).replace("../../", ""),
        "examples/quick_start has the README's dependencies, and no others"
    );
    assert_eq!(dependencies(&manifest).lines().count(), 2, "two dependencies");
    let body = program.lines().skip_while(|line| !line.contains("async fn main"));
    assert!(body.count() <= 10, "ten lines were promised");
}

#[test]
fn every_command_of_the_readme_exists() {
    let readme = read("README.md");
    let commands = commands(&readme);
    let alias = read(".cargo/config.toml");
    let mut kinds = BTreeSet::new();
    for command in &commands {
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let after = |flag: &str| {
            words
                .iter()
                .position(|word| *word == flag)
                .and_then(|at| words.get(at + 1))
                .copied()
        };
        kinds.insert(words[0]);
        match words[0] {
            "xtask" => {
                assert!(alias.contains("xtask = \"run --package xtask --\""), "{alias}");
                assert!(has_target("xtask", "bin", Some("xtask")), "{command}");
                let arguments = match words.get(1) {
                    Some(&"generate") => read("sdkwright/src/arguments.rs"),
                    Some(verb @ (&"diff" | &"lint" | &"release")) => {
                        read(&format!("sdkwright/src/arguments/{verb}.rs"))
                    }
                    _ => panic!("`{command}` is not checked"),
                };
                for flag in words.iter().filter_map(|word| word.strip_prefix("--")) {
                    assert!(arguments.contains(&format!("{flag}:")), "{command}: no `--{flag}`");
                }
            }
            "test" => assert_eq!(words, ["test", "--workspace"], "{command}"),
            "run" => {
                let package = after("-p").unwrap_or_else(|| panic!("{command} names no package"));
                let kind = if words.contains(&"--example") { "example" } else { "bin" };
                assert!(has_target(package, kind, after("--example")), "{command}");
            }
            other => panic!("`cargo {other}` of `{command}` is not checked"),
        }
    }
    assert_eq!(kinds, BTreeSet::from(["run", "test", "xtask"]), "{commands:?}");
}

#[test]
fn every_example_is_named_and_every_named_one_is_there() {
    let readme = read("examples/README.md");
    let package = manifest("oceafin-examples");
    let targets = package["targets"].as_array().expect("targets");
    let examples = targets
        .iter()
        .filter(|target| target["kind"][0] == "example")
        .filter_map(|target| target["name"].as_str());
    for example in examples.filter(|name| *name != "quick_start") {
        assert!(
            readme.contains(&format!("`{example}`")) || readme.contains(&format!("--example {example}")),
            "{example}"
        );
    }
}

#[test]
fn every_link_of_the_pages_leads_to_a_file() {
    for page in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "sandbox/server/README.md",
        "examples/README.md",
    ] {
        let folder = Path::new(page).parent().expect("a folder");
        for link in read(page).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join(path);
            assert!(file.exists(), "{page} links to {link}");
        }
    }
}

/// All Rust code of some folders.
fn code(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            code(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

#[test]
fn every_test_that_backs_a_paragraph_is_there() {
    let page = read("docs/use/safety.md");
    let names: Vec<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| {
            word.matches('_').count() > 4 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        })
        .collect();
    assert!(names.len() > 5, "{names:?}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = String::new();
    for room in [
        "json",
        "signing",
        "runtime",
        "tests/crash",
        "journal",
        "world",
        "sandbox/server",
        "sandbox/cli",
        "examples",
    ] {
        for folder in ["src", "tests"] {
            code(&root.join(room).join(folder), &mut all);
        }
    }
    code(&root.join("tests/it"), &mut all);
    for name in names {
        assert!(all.contains(&format!("fn {name}(")), "no test is called `{name}`");
    }
}

#[test]
fn every_file_and_list_that_the_errands_of_contributing_name_is_there() {
    let page = read("CONTRIBUTING.md");
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with("Common changes"));
    let said = section.expect("the section is there").split('`').skip(1).step_by(2);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = String::new();
    code(&root.join("tests/it/generator"), &mut all);
    code(&root.join("codegen/src"), &mut all);
    code(&root.join("contract/src"), &mut all);
    let (mut files, mut lists) = (0, 0);
    for word in said.filter(|word| !word.contains([' ', '<'])) {
        if word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            assert!(
                all.contains(&format!("const {word}:")),
                "CONTRIBUTING.md: no list is called `{word}`"
            );
            lists += 1;
        } else if word.contains('/') || word.rsplit('.').next() == Some("rs") {
            let mut rooms = [
                "",
                "codegen/src",
                "runtime/src",
                "contract/src",
                "contract/src/document/ledger",
                "sandbox/server/src",
            ]
            .into_iter();
            let is_there = rooms.any(|room| root.join(room).join(word).exists());
            assert!(is_there, "CONTRIBUTING.md: there is no file `{word}`");
            files += 1;
        }
    }
    assert!(
        files > 20 && lists > 3,
        "only {files} files and {lists} lists were found"
    );
}

#[test]
fn a_table_lists_the_ten_commands_for_a_start() {
    let page = read("CONTRIBUTING.md");
    let table = page.lines().skip_while(|line| !line.starts_with("| command | does |"));
    let rows: Vec<&str> = table.take_while(|line| line.starts_with('|')).skip(2).collect();
    assert!((1..=10).contains(&rows.len()), "{rows:?}");
    let aliases = read(".cargo/config.toml");
    let in_file: BTreeSet<&str> = aliases
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split(" = ").next())
        .collect();
    let commands = rows.iter().filter_map(|row| row.split('`').nth(1));
    let in_table: BTreeSet<&str> = commands
        .filter_map(|command| command.strip_prefix("cargo ")?.split(' ').next())
        .collect();
    assert_eq!(in_file, in_table);
}

#[test]
fn the_workflow_runs_the_two_commands_of_the_readme() {
    let page = read("README.md");
    let named = blocks(&page)
        .into_iter()
        .find(|(_, text)| text.contains("cargo test --workspace"));
    let (_, block) = named.expect("a block with the two commands");
    let commands = block
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    let workflow = read(".github/workflows/ci.yml");
    // A workflow takes the versions of the lock file alone.
    let runs: BTreeSet<String> = workflow
        .lines()
        .filter_map(|line| Some(line.trim().strip_prefix("- run: ")?.replace(" --locked", "")))
        .collect();
    for command in commands.map(|command| command.replace("cargo xtask generate", "cargo xtask generate --check")) {
        assert!(runs.contains(&command), "`{command}` is in no step of {runs:?}");
    }
    assert!(runs.contains(".ci/run") && runs.contains(".ci/full"), "{runs:?}");
}
