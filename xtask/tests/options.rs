//! Every option of `cargo xtask generate`, as the real command takes it on real files.

#![allow(clippy::unwrap_used)] // the functions that tests share may fail a test

mod run;

use run::{Folder, text, xtask};
use serde_json::Value;
use std::process::Output;

/// Three operations, three components of which each needs another set, and a word that nobody knows.
const SHOP: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [orders]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Order' } } } } } }
  /orders/{orderId}:
    get:
      operationId: getOrder
      tags: [orders]
      parameters: [{ name: orderId, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }
  /customers:
    get:
      operationId: listCustomers
      tags: [customers]
      responses: { '200': { description: All., content: { application/json: { schema: { $ref: '#/components/schemas/Customer' } } } } }
components:
  schemas:
    Order: { type: object, properties: { id: { type: string }, item: { $ref: '#/components/schemas/Item' } } }
    Item: { type: object, properties: { name: { type: string } } }
    Customer: { type: object, properties: { name: { type: string } } }
    Nobody: { type: object, properties: { name: { type: string } } }
";

/// The same with a word that is in no version of OpenAPI.
fn misspelt() -> String {
    SHOP.replace("Item: { type: object,", "Item: { type: object, propertys: {},")
}

/// A run on a contract of that text, with those flags; the folder holds `shop.yaml` and `sdk`.
fn generate(folder: &Folder, contract: &str, flags: &[&str]) -> Output {
    let contract = folder.write("shop.yaml", contract);
    let out = folder.path("sdk");
    xtask(&[&["generate", "--contract", &contract, "--out", &out], flags].concat())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    text(&output.stderr)
}

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_contract_of_others_is_read_leniently_unless_strict_is_said() {
    let folder = Folder::new("levels");
    let lenient = generate(&folder, &misspelt(), &[]);
    assert_eq!(code(&lenient), 0, "{}", said(&lenient));
    assert!(said(&lenient).contains("warning[C0205]"), "{}", said(&lenient));
    let strict = generate(&folder, &misspelt(), &["--strict"]);
    assert_eq!(code(&strict), 3);
    assert!(said(&strict).contains("error[C0205]"), "{}", said(&strict));
    assert!(
        said(&strict).contains("shop.yaml was refused (1 error); nothing was written"),
        "{}",
        said(&strict)
    );
    let both = generate(&folder, SHOP, &["--strict", "--lenient"]);
    assert_eq!(code(&both), 2, "{}", said(&both));
}

/// A repository of its own with one listed contract.
fn listed(name: &str, entry: &str, contract: &str) -> Folder {
    let folder = Folder::new(name);
    for file in std::fs::read_dir(run::repository().join("templates")).unwrap() {
        let file = file.unwrap().path();
        let name = format!("templates/{}", file.file_name().unwrap().to_str().unwrap());
        folder.write(&name, &std::fs::read_to_string(&file).unwrap());
    }
    folder.write("openapi/contracts.yaml", &format!("contracts:\n  - {{ {entry} }}\n"));
    folder.write("openapi/shop.yaml", contract);
    folder
}

const ENTRY: &str = "file: shop.yaml, out: sdk, package: shop, version: 0.1.0";

#[test]
fn a_listed_contract_is_read_strictly_unless_lenient_is_said() {
    let folder = listed("listed", ENTRY, &misspelt());
    let root = folder.shown();
    assert_eq!(code(&xtask(&["generate", "--root", root])), 3);
    assert_eq!(code(&xtask(&["generate", "--root", root, "--lenient"])), 0);
    let lenient = listed("listed-lenient", &format!("{ENTRY}, level: lenient"), &misspelt());
    assert_eq!(code(&xtask(&["generate", "--root", lenient.shown()])), 0);
    assert_eq!(code(&xtask(&["generate", "--root", lenient.shown(), "--strict"])), 3);
}

#[test]
fn a_listed_contract_has_codes_and_filters_as_well() {
    let entry = format!("{ENTRY}, codes: {{ C0205: note }}, only: {{ tags: [customers] }}");
    let folder = listed("listed-words", &entry, &misspelt());
    let run = xtask(&["generate", "--root", folder.shown()]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert_eq!(folder.names("sdk/src/models"), ["customer.rs"]);
    for entry in [
        "file: shop.yaml, out: sdk, package: shop",
        "file: shop.yaml, out: sdk, package: tokio, version: 0.1.0",
    ] {
        let folder = listed("listed-wrong", entry, SHOP);
        let wrong = xtask(&["generate", "--root", folder.shown()]);
        assert_eq!(code(&wrong), 2);
        assert!(said(&wrong).contains("contracts.yaml: contract 1"), "{}", said(&wrong));
    }
}

#[test]
fn a_config_sets_levels_of_codes_names_filters_package_and_version() {
    let folder = Folder::new("config");
    let config = folder.write(
        "sdk.yaml",
        "package: little-shop\nversion: 2.0.0-rc.1\nlevel: strict\ncodes: { C0205: warning, C0402: hidden }\n\
         names: { '/components/schemas/Order': Purchase }\nonly: { operations: [getOrder] }\n",
    );
    let run = generate(&folder, &misspelt(), &["--config", &config]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert!(said(&run).contains("warning[C0205]"), "{}", said(&run));
    let manifest = folder.read("sdk/Cargo.toml");
    assert!(manifest.contains("name = \"little-shop\"\n"), "{manifest}");
    assert!(manifest.contains("version = \"2.0.0-rc.1\"\n"), "{manifest}");
    assert_eq!(folder.names("sdk/src/models"), ["item.rs", "purchase.rs"]);
    let operations = folder.read("sdk/src/operations/orders.rs");
    assert!(
        operations.contains("\"getOrder\"") && !operations.contains("listOrders"),
        "{operations}"
    );
}

#[test]
fn a_flag_counts_more_than_the_config() {
    let folder = Folder::new("flags");
    let config = folder.write("sdk.yaml", "package: config\nlevel: strict\nonly: { tags: [orders] }\n");
    let flags = [
        "--config",
        &config,
        "--package",
        "flag",
        "--lenient",
        "--only",
        "tag=customers",
    ];
    let run = generate(&folder, &misspelt(), &flags);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert!(folder.read("sdk/Cargo.toml").contains("name = \"flag\"\n"));
    assert_eq!(folder.names("sdk/src/models"), ["customer.rs"]);
}

#[test]
fn a_config_that_cannot_be_followed_is_refused_with_its_name() {
    let folder = Folder::new("config-wrong");
    for wrong in [
        "codes: { C0102: note }\n",
        "codes: [C0205]\n",
        "only: [orders]\n",
        "package: serde\n",
        "a: [\n",
    ] {
        let config = folder.write("sdk.yaml", wrong);
        let run = generate(&folder, SHOP, &["--config", &config]);
        assert_eq!(code(&run), 2, "{wrong}: {}", said(&run));
        assert!(said(&run).contains("sdk.yaml: "), "{wrong}: {}", said(&run));
    }
    let missing = generate(&folder, SHOP, &["--config", &folder.path("none.yaml")]);
    assert_eq!(code(&missing), 4);
    assert!(!folder.join("sdk").exists());
}

#[test]
fn only_takes_tags_paths_and_operations_with_the_schemas_they_need() {
    for (filters, models, wanted) in [
        (vec!["tag=customers"], vec!["customer.rs"], "1 of 3"),
        (vec!["path=/orders"], vec!["item.rs", "order.rs"], "2 of 3"),
        (vec!["path=/orders/{orderId}"], vec!["item.rs", "order.rs"], "1 of 3"),
        (
            vec!["operation=getOrder", "tag=customers"],
            vec!["customer.rs", "item.rs", "order.rs"],
            "2 of 3",
        ),
    ] {
        let folder = Folder::new("only");
        let flags: Vec<&str> = filters.iter().flat_map(|filter| ["--only", filter]).collect();
        let run = generate(&folder, SHOP, &flags);
        assert_eq!(code(&run), 0, "{filters:?}: {}", said(&run));
        assert_eq!(folder.names("sdk/src/models"), models, "{filters:?}");
        assert!(
            said(&run).contains(&format!("note: {wanted} operations are wanted")),
            "{}",
            said(&run)
        );
    }
}

#[test]
fn a_fault_of_what_is_not_wanted_is_not_told() {
    let folder = Folder::new("only-faults");
    assert_eq!(
        code(&generate(&folder, &misspelt(), &["--strict", "--only", "tag=orders"])),
        3
    );
    let run = generate(&folder, &misspelt(), &["--strict", "--only", "tag=customers"]);
    assert_eq!(code(&run), 0, "{}", said(&run));
}

#[test]
fn a_filter_that_selects_nothing_is_refused_with_the_name_that_was_meant() {
    let folder = Folder::new("only-idle");
    for (filter, near) in [
        ("tag=order", "did you mean `orders`?"),
        ("path=/ordrs", "did you mean `/orders`?"),
        ("operation=getOrders", "did you mean `getOrder`?"),
    ] {
        let run = generate(&folder, SHOP, &["--only", filter]);
        assert_eq!(code(&run), 3, "{filter}");
        assert!(
            said(&run).contains("error[C0221]") && said(&run).contains(near),
            "{}",
            said(&run)
        );
    }
    let run = generate(&folder, SHOP, &["--only", "orders"]);
    assert_eq!(code(&run), 2);
    assert!(
        said(&run).contains("tag=NAME, path=/PATH or operation=ID"),
        "{}",
        said(&run)
    );
}

#[test]
fn schemas_that_no_operation_needs_are_left_out_unless_they_are_asked_for() {
    let folder = Folder::new("schemas");
    let run = generate(&folder, SHOP, &[]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert!(said(&run).contains("note[C0223]: 1 of 4 schemas"), "{}", said(&run));
    assert!(!folder.names("sdk/src/models").contains(&"nobody.rs".to_owned()));
    let config = folder.write("sdk.yaml", "schemas: all\n");
    for words in [&["--all-schemas"][..], &["--config", &config]] {
        let run = generate(&folder, SHOP, words);
        assert!(!said(&run).contains("C0223"), "{}", said(&run));
        assert!(folder.names("sdk/src/models").contains(&"nobody.rs".to_owned()));
    }
}

#[test]
fn machines_get_one_json_object_per_line_on_standard_output() {
    let folder = Folder::new("json");
    let run = generate(&folder, &misspelt(), &["--format", "json", "--all-schemas"]);
    let lines = lines(&run);
    assert_eq!((code(&run), lines.len()), (0, 2), "{}", text(&run.stdout));
    let (said, end) = (&lines[0], &lines[1]);
    assert_eq!(
        (said["kind"].as_str(), said["code"].as_str()),
        (Some("diagnostic"), Some("C0205"))
    );
    assert_eq!(
        (said["level"].as_str(), said["file"].as_str()),
        (Some("warning"), Some("shop.yaml"))
    );
    assert_eq!((said["line"].as_u64(), said["column"].as_u64()), (Some(23), Some(27)));
    let contract = folder.read("shop.yaml");
    let span = |word: &str| usize::try_from(said["span"][word].as_u64().unwrap()).unwrap();
    assert_eq!(&contract[span("start")..span("end")], "propertys");
    assert_eq!(said["help"][0], "did you mean `properties`?");
    assert_eq!(
        (end["kind"].as_str(), end["outcome"].as_str()),
        (Some("summary"), Some("written"))
    );
    assert_eq!(end["levels"]["warning"], 1);
    assert_eq!(end["codes"][0]["code"], "C0205");
    assert!(
        end["files"]["create"]
            .as_array()
            .unwrap()
            .iter()
            .any(|file| file == "src/lib.rs")
    );
}

#[test]
fn machines_see_every_way_a_run_can_end() {
    let folder = Folder::new("json-ends");
    let outcome = |flags: &[&str], contract: &str| {
        let run = generate(&folder, contract, &[&["--format", "json"], flags].concat());
        let last = lines(&run).pop().unwrap();
        (
            code(&run),
            last["kind"].as_str().unwrap().to_owned(),
            last["outcome"].as_str().unwrap_or("").to_owned(),
        )
    };
    let summary = |code, word: &str| (code, "summary".to_owned(), word.to_owned());
    assert_eq!(outcome(&["--check"], SHOP), summary(1, "out-of-date"));
    assert_eq!(outcome(&[], SHOP), summary(0, "written"));
    assert_eq!(outcome(&[], SHOP), summary(0, "unchanged"));
    assert_eq!(outcome(&["--check"], SHOP), summary(0, "unchanged"));
    assert_eq!(outcome(&["--strict"], &misspelt()), summary(3, "refused"));
    folder.write("sdk/src/mine.rs", "mine");
    assert_eq!(outcome(&[], SHOP), (4, "failure".to_owned(), String::new()));
}

/// Two references to nothing, a body that no Rust type says, and a security scheme that is nowhere.
const BROKEN: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
security: [{ key: [] }]
paths:
  /orders/{orderId}:
    get:
      parameters: [{ $ref: '#/components/parameters/Nothing' }]
      responses:
        '200': { description: All., content: { application/json: { schema: { type: object, properties: { a: { $ref: '#/components/schemas/Nothing' }, b: { type: string } } } } } }
    put: { requestBody: { content: { application/x-www-form-urlencoded: {} } } }
";

#[test]
fn the_end_of_a_run_counts_what_is_left_out_and_what_is_left_as_json_by_reason() {
    let folder = Folder::new("counts");
    let run = generate(&folder, BROKEN, &[]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    let said = said(&run);
    let end = &said[said.find("\nnote: ").unwrap()..];
    assert_eq!(
        end.lines().skip(1).take(6).collect::<Vec<_>>(),
        [
            "note: 1 left as JSON or left out:",
            "      1 × a form whose fields are not described",
            "note: 3 parts left out:",
            "      2 × a reference to nothing (C0301)",
            "      1 × a security scheme that is not defined (C0219)",
            "shop.yaml: 6 warnings",
        ],
        "{said}"
    );
    let model = folder.read("sdk/src/models/get_orders_by_order_id.rs");
    assert!(
        model.contains("pub a: Option<JsonValue>") && model.contains("pub b: Option<String>"),
        "{model}"
    );
    let run = generate(&folder, BROKEN, &["--format", "json"]);
    let end = lines(&run).pop().unwrap();
    assert_eq!(
        end["left_out"][0],
        serde_json::json!({ "code": "C0219", "reason": "a security scheme that is not defined", "count": 1 })
    );
    assert_eq!(end["fallbacks"][0]["count"], 1);
}

#[test]
fn check_advises_the_command_with_the_same_flags() {
    let folder = Folder::new("advice");
    let run = generate(&folder, SHOP, &["--check", "--only", "path=/orders/{orderId}"]);
    assert_eq!(code(&run), 1);
    let contract = folder.path("shop.yaml");
    let out = folder.path("sdk");
    let advice =
        format!("run `cargo xtask generate --contract {contract} --out {out} --only 'path=/orders/{{orderId}}'`");
    assert!(said(&run).contains(&advice), "{}", said(&run));
}

#[test]
fn a_folder_of_somebody_else_is_refused_after_a_look_and_not_read() {
    let folder = Folder::new("strangers");
    for number in 0..100 {
        folder.write(&format!("sdk/{number:03}/deep/file.txt"), "mine");
        folder.write(&format!("sdk/{number:03}.txt"), "mine");
    }
    let run = generate(&folder, SHOP, &["--all-schemas"]);
    assert_eq!(code(&run), 4);
    assert!(
        said(&run).contains(".txt") && said(&run).ends_with("and more\n"),
        "{}",
        said(&run)
    );
    assert!(said(&run).lines().count() < 30, "{}", said(&run));
    let root = xtask(&["generate", "--contract", &folder.path("shop.yaml"), "--out", "/"]);
    assert_eq!(code(&root), 4);
    let file = xtask(&[
        "generate",
        "--contract",
        &folder.path("shop.yaml"),
        "--out",
        &folder.path("shop.yaml"),
    ]);
    assert_eq!(code(&file), 4);
    assert!(said(&file).contains("is not a folder"), "{}", said(&file));
}

#[test]
fn the_crate_of_a_listed_contract_is_not_replaced_by_another() {
    let folder = listed("replaced", ENTRY, SHOP);
    let root = folder.shown();
    assert_eq!(code(&xtask(&["generate", "--root", root])), 0);
    let (contract, out) = (folder.path("openapi/shop.yaml"), folder.path("sdk"));
    let runtime = run::repository().join("runtime");
    let runtime = runtime.to_str().unwrap();
    let flags = [
        "generate",
        "--root",
        root,
        "--runtime",
        runtime,
        "--contract",
        &contract,
        "--out",
        &out,
    ];
    let run = xtask(&flags);
    assert_eq!(code(&run), 2);
    assert!(said(&run).contains("contracts.yaml"), "{}", said(&run));
}

#[test]
fn a_package_name_that_cannot_work_is_refused_with_the_reason() {
    let folder = Folder::new("packages");
    for (name, why) in [
        ("tokio", "built upon"),
        ("serde", "built upon"),
        ("std", "word of Rust"),
        ("core", "word of Rust"),
        ("match", "word of Rust"),
        ("aux", "Windows"),
        ("1a", "begin with a letter"),
        ("a/../b", "letters, digits"),
    ] {
        let run = generate(&folder, SHOP, &["--package", name]);
        assert_eq!(code(&run), 2, "{name}");
        assert!(said(&run).contains(why), "{name}: {}", said(&run));
    }
    assert!(!folder.join("sdk").exists());
}

#[test]
fn help_names_every_option_and_every_exit_code() {
    let help = text(&xtask(&["generate", "--help"]).stdout);
    for word in [
        "--check",
        "--format",
        "--contract",
        "--out",
        "--package",
        "--config",
        "--only",
        "--runtime",
        "--strict",
        "--lenient",
        "NO_COLOR",
        "  0  ",
        "  1  ",
        "  2  ",
        "  3  ",
        "  4  ",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let documented = std::fs::read_to_string(run::repository().join("docs/generate.md")).unwrap();
    for option in help
        .split_whitespace()
        .filter(|word| word.starts_with("--") && word.len() > 2)
    {
        let option = option.trim_end_matches([':', ',', '.', '=', ')']);
        assert!(documented.contains(option), "docs/generate.md does not name {option}");
    }
}

#[test]
fn nothing_but_the_words_reaches_a_pipe() {
    let folder = Folder::new("pipe");
    let contract = folder.write("shop.yaml", &misspelt());
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["generate", "--contract", &contract, "--out", &folder.path("sdk")])
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    assert!(
        !said(&run).contains('\u{1b}') && !said(&run).contains("generating"),
        "{}",
        said(&run)
    );
}

#[test]
fn each_group_of_our_own_contract_can_be_had_alone_even_strictly() {
    let folder = Folder::new("own-parts");
    let contract = run::repository().join("openapi/partner-api.yaml");
    let contract = contract.to_str().unwrap();
    for (filter, least) in [("path=/partner/v1/fiat-withdrawals", 2), ("tag=Partner Conversion", 6)] {
        let out = folder.path("sdk");
        let flags = [
            "generate",
            "--contract",
            contract,
            "--out",
            &out,
            "--strict",
            "--package",
            "part",
        ];
        let run = xtask(&[&flags[..], &["--format", "json", "--only", filter]].concat());
        let end = lines(&run).pop().unwrap();
        assert_eq!(code(&run), 0, "{filter}: {}", text(&run.stdout));
        let operations = end["operations"]["wanted"].as_u64().unwrap();
        assert!((least..30).contains(&operations), "{filter}: {operations}");
    }
}

#[test]
fn the_runtime_is_where_the_person_says() {
    let folder = Folder::new("runtime");
    std::fs::create_dir_all(folder.join("vendored/runtime")).unwrap();
    let runtime = folder.path("vendored/runtime");
    let run = generate(&folder, SHOP, &["--runtime", &runtime]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    let manifest = folder.read("sdk/Cargo.toml");
    assert!(manifest.contains("vendored/runtime"), "{manifest}");
    let missing = generate(&folder, SHOP, &["--runtime", &folder.path("nowhere")]);
    assert_eq!(code(&missing), 4, "{}", said(&missing));
}
