//! The front page of generated crates, in rustdoc and in the README: it answers questions one click away, no link of it leads
//! nowhere, and what a contract has no use for is not shown. Whether the items of links exist, `cargo doc` says, too.

use crate::case;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sdkwright_contract::diag::Levels;

/// Files of a crate, by path.
type Files = BTreeMap<String, String>;

/// Reads a generated crate of the repository.
fn on_disk(folder: &str) -> Files {
    fn walk(folder: &Path, below: &str, files: &mut Files) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{below}{}", path.file_name().expect("a name").to_string_lossy());
            if path.is_dir() {
                walk(&path, &format!("{name}/"), files);
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.insert(name, text);
            }
        }
    }
    let mut files = Files::new();
    walk(&case::root().join(folder), "", &mut files);
    files
}

/// Generates the crate of a contract.
fn generated(contract: &str) -> Files {
    let levels = Levels::lenient();
    let outcome = case::generate(
        "lamps",
        "lamps.yaml",
        contract.as_bytes(),
        case::root(),
        levels,
        &BTreeMap::new(),
    );
    outcome
        .files
        .clone()
        .unwrap_or_else(|| panic!("{}", outcome.rendered()))
}

/// Without tags, security, servers and examples.
const SMALL: &str = "
openapi: 3.0.3
info: { title: Lamps, version: '1' }
paths:
  /lamps:
    get:
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Lamp' } } } } } }
  /lamps/{type}:
    put:
      parameters: [{ name: type, in: path, required: true, schema: { type: string } }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Lamp' } } } }
      responses: { '204': { description: Done. } }
components:
  schemas:
    Lamp: { type: object, required: [id], properties: { id: { type: string }, state: { type: string, enum: [ON, OFF] } } }
";

/// Names that are words of Rust, or titles of the guide.
const AWKWARD: &str = "
openapi: 3.0.3
info: { title: Lamps, version: '1', description: 'Lamps | lights.' }
servers: [{ url: 'https://lamps.example' }]
tags:
  - { name: type, description: 'Kinds | sorts of lamps. All of them.' }
  - { name: webhooks, description: '# Hooks' }
paths:
  /match:
    post: { tags: [type], operationId: match, responses: { '200': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Features' } } } } } }
    get: { tags: [webhooks], operationId: self, summary: 'All | some', responses: { '200': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Debug' } } } } } }
components:
  schemas:
    Features: { type: object, properties: { id: { type: string } } }
    Debug: { type: object, properties: { id: { type: string } } }
";

/// The crates that are looked at.
fn crates() -> Vec<(&'static str, Files)> {
    vec![
        ("generated", on_disk("generated")),
        ("tests/second", on_disk("tests/second")),
        ("small", generated(SMALL)),
        ("awkward", generated(AWKWARD)),
    ]
}

/// The documentation of a module, without its marks.
fn docs(file: &str) -> String {
    let lines = file.lines().filter_map(|line| line.strip_prefix("//!"));
    let plain: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    plain.join(
        "
",
    ) + "
"
}

/// The anchors of a page's headings; a second heading of the same words has a number.
fn anchors(page: &str) -> BTreeSet<String> {
    let (mut seen, mut anchors, mut is_code) = (BTreeMap::<String, usize>::new(), BTreeSet::new(), false);
    for line in page.lines() {
        is_code ^= line.starts_with("```");
        let heading = line.trim_start_matches('#');
        if is_code || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let plain = heading.trim().to_lowercase().replace(' ', "-");
        let anchor: String = plain
            .chars()
            .filter(|c| c.is_alphanumeric() || "-_".contains(*c))
            .collect();
        let count = seen.entry(anchor.clone()).or_default();
        anchors.insert(if *count == 0 {
            anchor
        } else {
            format!("{anchor}-{count}")
        });
        *count += 1;
    }
    anchors
}

/// The part of a page below the heading with this anchor, up to the next heading.
fn section(page: &str, anchor: &str) -> String {
    let (mut is_code, mut is_here, mut text) = (false, false, String::new());
    for line in page.lines() {
        is_code ^= line.starts_with("```");
        if !is_code && line.starts_with('#') {
            is_here = anchors(line).contains(anchor);
        } else if is_here {
            text += line;
            text.push('\n');
        }
    }
    assert!(!text.is_empty(), "no section `{anchor}`");
    text
}

/// Returns true for the name of a page of Markdown.
fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "md")
}

/// The targets of all links that the generator makes: to items, to headings and to the other pages.
fn links(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let is_ours =
        |target: &&str| target.starts_with('#') || target.starts_with("crate") || target.starts_with("self::");
    targets
        .filter(|target| {
            is_ours(target) || (is_page(target.split('#').next().unwrap_or_default()) && !target.contains("://"))
        })
        .collect()
}

/// Returns the path of a target that a page links to.
fn beside(page: &str, target: &str) -> String {
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    match target.strip_prefix("../") {
        Some(above) => above.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{target}"),
    }
}

/// Returns the names of the functions and types that a file makes public.
fn public(text: &str) -> BTreeSet<&str> {
    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
    let kinds = ["pub fn ", "pub struct ", "pub enum ", "pub type "];
    let names = kinds.iter().flat_map(|kind| text.split(kind).skip(1));
    names
        .filter_map(|rest| rest.trim_start_matches("r#").split(is_end).next())
        .collect()
}

/// Returns true if the path names a module, an item or a method of the crate; of the runtime's types, what they have is `cargo doc`'s.
fn is_item(files: &Files, names_of: &BTreeMap<&str, BTreeSet<&str>>, path: &str) -> bool {
    let segments: Vec<&str> = path
        .split("::")
        .map(|segment| segment.trim_start_matches("r#"))
        .collect();
    let lib = &files["src/lib.rs"];
    let declares = |file: &str, name: &str| names_of.get(file).is_some_and(|names| names.contains(name));
    let words = |text: &str, name: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == name)
    };
    match segments.as_slice() {
        ["crate"] => true,
        ["crate", name] => files.contains_key(&format!("src/{name}.rs")) || words(lib, name),
        ["crate", "models", name] | ["self", name] => names_of
            .iter()
            .any(|(path, names)| path.starts_with("src/models/") && names.contains(name)),
        ["crate", "operations", module] => files.contains_key(&format!("src/operations/{module}.rs")),
        ["crate", "operations", module, handle, method] => {
            let file = format!("src/operations/{module}.rs");
            declares(&file, handle) && declares(&file, method)
        }
        ["crate", "Client" | "Call", method] => declares("src/client.rs", method),
        ["crate", module, name, ..] => {
            let file = format!("src/{module}.rs");
            if files.contains_key(&file) {
                declares(&file, name)
            } else {
                words(lib, module) && (words(lib, name) || *module == "testing")
            }
        }
        _ => false,
    }
}

#[test]
fn five_questions_are_answered_one_click_from_the_front_page() {
    let files = on_disk("generated");
    let (front, guide) = (docs(&files["src/lib.rs"]), docs(&files["src/guide.rs"]));
    let (readme, guide_page) = (&files["README.md"], &files["docs/guide.md"]);
    let codes = &files["src/models/partner_problem_code.rs"];
    assert!(files["src/lib.rs"].contains("#[doc = include_str!(\"../ASSUMPTIONS.md\")]\npub mod assumptions {}"));
    let of_guide = |anchor: &str| section(&guide, anchor);
    let of_page = |anchor: &str| section(guide_page, anchor);
    // Words on the front page; where their link leads in both forms, and what stands there; a part of the answer.
    let questions = [
        (
            "The other calls store data or only read",
            "guide#effects-of-calls",
            of_guide("effects-of-calls"),
            "docs/guide.md#effects-of-calls",
            of_page("effects-of-calls"),
            "`fiat_withdrawals().submit`",
        ),
        (
            "explains the details",
            "guide#retries-and-outcomes",
            of_guide("retries-and-outcomes"),
            "docs/guide.md#retries-and-outcomes",
            of_page("retries-and-outcomes"),
            "`Unknown`",
        ),
        (
            "what to do on each code",
            "models::PartnerProblemCode#variants",
            codes.clone(),
            "docs/errors.md",
            files["docs/errors.md"].clone(),
            "`PARTNER_SIGNATURE_EXPIRED`",
        ),
        (
            "what the documentation of Oceafin does not confirm",
            "assumptions",
            files["ASSUMPTIONS.md"].clone(),
            "ASSUMPTIONS.md",
            files["ASSUMPTIONS.md"].clone(),
            "`/x-idempotency/retention`",
        ),
        (
            "how to test a receiver",
            "guide#test-a-webhook",
            of_guide("test-a-webhook"),
            "docs/guide.md#test-a-webhook",
            of_page("test-a-webhook"),
            "verifier.sign(body)",
        ),
    ];
    for (words, item, said, place, written, answer) in questions {
        let has = |page: &str, target: &str| {
            page.lines()
                .any(|line| line.contains(words) && line.contains(&format!("]({target})")))
        };
        assert!(has(&front, &format!("crate::{item}")), "rustdoc's front page: {words}");
        assert!(has(readme, place), "README.md: {words}");
        assert!(said.contains(answer), "{item} has no {answer}");
        assert!(written.contains(answer), "{place} has no {answer}");
    }
}

#[test]
fn no_link_of_the_pages_leads_nowhere() {
    for (name, files) in crates() {
        let mut faults = Vec::new();
        let mut seen = 0;
        let names_of = files.iter().map(|(path, text)| (path.as_str(), public(text))).collect();
        let guide = anchors(&docs(&files["src/guide.rs"]));
        let pages: BTreeMap<&str, BTreeSet<String>> = files
            .iter()
            .filter(|(path, _)| is_page(path))
            .map(|(path, text)| (path.as_str(), anchors(text)))
            .collect();
        for (path, text) in &files {
            let is_rust = path.starts_with("src/");
            let page = if is_rust {
                docs(text)
            } else if is_page(path) {
                text.clone()
            } else {
                continue;
            };
            let place = path.strip_prefix("src/").unwrap_or(path);
            if is_rust && !["lib.rs", "guide.rs", "models.rs"].contains(&place) && !place.starts_with("operations/") {
                continue;
            }
            for target in links(&page) {
                seen += 1;
                let (of, anchor) = target.split_once('#').unwrap_or((target, ""));
                let is_there = if is_rust {
                    is_item(&files, &names_of, of) && (of != "crate::guide" || guide.contains(anchor))
                } else {
                    let of = if of.is_empty() { path.clone() } else { beside(path, of) };
                    let is_file = anchor.is_empty() && files.contains_key(&of);
                    is_file || pages.get(of.as_str()).is_some_and(|anchors| anchors.contains(anchor))
                };
                if !is_there {
                    faults.push(format!("{path}: {target}"));
                }
            }
        }
        assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
        assert!(seen > 20, "{name}: {seen} links were found");
    }
}

#[test]
fn every_method_is_in_the_table_of_its_group_and_every_model_in_the_index() {
    for (name, files) in crates() {
        let mut methods = 0;
        for (path, text) in files.iter().filter(|(path, _)| path.starts_with("src/operations/")) {
            let table = docs(text);
            let handle = text
                .split("impl<'c> ")
                .nth(1)
                .expect("a handle")
                .split("\n}\n")
                .next()
                .expect("an end");
            for line in handle.lines().filter_map(|line| line.strip_prefix("    pub fn ")) {
                let method = line.split(['(', '<']).next().expect("a name");
                let row = table.lines().find(|row| row.contains(&format!("::{method})")));
                let row = row.unwrap_or_else(|| panic!("{name}: {path} lists no {method}"));
                assert!(row.matches(" | ").count() == 2 && row.contains(" `/"), "{name}: {row}");
                methods += 1;
            }
        }
        assert!(methods > 1, "{name}");
        let index = docs(&files["src/models.rs"]);
        // A group has a section if a model is its own; models of several groups are in the last one.
        let sections: Vec<&str> = index.lines().filter_map(|line| line.strip_prefix("# ")).collect();
        let expected = ["Customers", "Fiat withdrawals", "Shared types"];
        let is_grouped = expected.iter().all(|title| sections.contains(title));
        let is_last = sections.last() == Some(&"Shared types");
        assert!(
            is_grouped && is_last || !name.starts_with("gen"),
            "{name}: {sections:?}"
        );
        let page_index = &files["docs/README.md"];
        let mut models = 0;
        for (path, page) in files.iter().filter(|(path, _)| path.starts_with("docs/")) {
            let of_models = page
                .split("\n## Models\n")
                .nth(1)
                .or(page.split("\n## Shared models\n").nth(1));
            for model in of_models
                .unwrap_or_default()
                .lines()
                .filter_map(|line| line.strip_prefix("### "))
            {
                assert!(
                    index.contains(&format!("[`{model}`](self::{model})")),
                    "{name}: {model}"
                );
                let file = path.trim_start_matches("docs/");
                assert!(page_index.contains(&format!("[`{model}`]({file}#")), "{name}: {model}");
                models += 1;
            }
        }
        assert!(models > 1, "{name}");
    }
}

/// The blocks of a page with this fence.
fn blocks<'p>(page: &'p str, fence: &str) -> Vec<&'p str> {
    let start = format!("```{fence}\n");
    page.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn the_readme_has_the_front_page_s_program_which_is_compiled_with_the_crate() {
    for (name, files) in crates() {
        let (front, readme) = (docs(&files["src/lib.rs"]), &files["README.md"]);
        let program = blocks(&front, "no_run")[0];
        assert_eq!(blocks(readme, "rust")[0], program, "{name}");
        assert!(program.contains("#[tokio::main]\nasync fn main()"), "{name}: {program}");
        assert!(program.contains("println!"), "{name}: {program}");
        let lines = blocks(&front, "toml")[0];
        assert_eq!(blocks(readme, "toml")[0], lines, "{name}");
        let tokio = lines.lines().find(|line| line.starts_with("tokio = ")).expect("tokio");
        let own = files["Cargo.toml"]
            .split("[dev-dependencies]\n")
            .nth(1)
            .expect("dev-dependencies");
        assert_eq!(
            own.lines().next(),
            Some(tokio),
            "{name}: what a program needs is what the crate's own tests have"
        );
    }
}

#[test]
fn the_webhook_of_the_guide_is_an_event_of_the_contract() {
    sdkwright_watch::listen();
    for folder in ["generated", "tests/second"] {
        let text = fs::read_to_string(sdkwright_tests::root().join(folder).join("src/guide.rs")).expect("a guide");
        let lines: Vec<&str> = text
            .lines()
            .map(|line| line.trim_start_matches("//!").trim_start())
            .collect();
        let page = lines.join("\n");
        let (_, body) = page.split_once("let body = br#\"").expect("a body");
        let (body, _) = body.split_once("\"#;").expect("an end");
        let (_, secret) = page.split_once("WebhookVerifier::new(\"").expect("a secret");
        let (secret, _) = secret.split_once('"').expect("an end");
        let said = if folder == "generated" {
            let verifier = oceafin_partner::webhooks::WebhookVerifier::new(secret).expect("its encoding");
            let delivery = verifier
                .verify(&verifier.sign(body.as_bytes()), body.as_bytes())
                .expect("genuine");
            delivery.event().map(|event| format!("{event:?}"))
        } else {
            let verifier = parcels_partner::webhooks::WebhookVerifier::new(secret).expect("its encoding");
            let delivery = verifier
                .verify(&verifier.sign(body.as_bytes()), body.as_bytes())
                .expect("genuine");
            delivery.event().map(|event| format!("{event:?}"))
        };
        let said = said.unwrap_or_else(|error| panic!("{folder}: {error}: {body}"));
        assert!(!said.contains("Unknown") && !said.contains("Other"), "{folder}: {said}");
    }
}

#[test]
fn the_first_call_creates_a_resource_or_reads_and_needs_the_least() {
    let program = |files: &Files| blocks(&files["README.md"], "rust")[0].to_owned();
    assert!(program(&generated(SMALL)).contains("client.lamps().list().await?"));
    let oceafin = program(&on_disk("generated"));
    assert!(oceafin.contains(".customers()\n        .create("), "{oceafin}");
    assert!(
        oceafin.contains(".from_env()\n        .without_journal()\n        .build()?"),
        "{oceafin}"
    );
}

#[test]
fn what_a_contract_has_no_use_for_is_not_shown() {
    let words = [
        "money",
        "pay",
        "amount",
        "journal",
        "idempoten",
        "webhook",
        "paging",
        "page_",
        "poll",
        "credential",
        "draft",
        "approval",
        "from_env",
        "servers::",
        "assumptions",
        "unconfirmed",
        "problem codes",
        "validation",
        "retention",
    ];
    let files = generated(SMALL);
    for path in [
        "README.md",
        "docs/README.md",
        "docs/guide.md",
        "docs/lamps.md",
        "src/lib.rs",
        "src/guide.rs",
        "src/models.rs",
        "src/operations/lamps.rs",
    ] {
        let page = if path.starts_with("src/") {
            docs(&files[path])
        } else {
            files[path].clone()
        };
        let page = page.to_lowercase();
        let shown: Vec<_> = words.iter().filter(|word| page.contains(**word)).collect();
        assert!(shown.is_empty(), "{path} shows {shown:?}:\n{page}");
    }
    assert!(!files.contains_key("ASSUMPTIONS.md") && !files.contains_key("docs/errors.md"));
    let all = docs(&on_disk("generated")["src/guide.rs"]);
    for title in [
        "Journal",
        "Idempotency keys",
        "Webhooks",
        "Waiting",
        "Paging",
        "Effects of calls",
    ] {
        assert!(all.contains(&format!("# {title}\n")), "{title}");
    }
}
