//! The commands that begin and explain: `init`, `new-overlay`, `explain`, `completions`, `--version`.

use std::process::Output;

use crate::run::{Folder, sdkwright, text};

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

const SHOP: &str = "\
openapi: 3.0.3
info: { title: \"Jo's: \\\"Shop\\\"\", version: '1' }
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: None. } }
  \"/it's\":
    post:
      operationId: pay
      responses: { '204': { description: None. } }
";

#[test]
fn the_version_and_the_help_name_the_program() {
    let version = sdkwright(&["--version"]);
    assert_eq!(code(&version), Some(0));
    assert_eq!(
        text(&version.stdout),
        concat!("sdkwright ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let help = text(&sdkwright(&["--help"]).stdout);
    for verb in ["generate", "overlay", "new-overlay", "init", "explain", "completions"] {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb}: {help}");
        let help = sdkwright(&[verb, "--help"]);
        assert_eq!(code(&help), Some(0));
        let help = text(&help.stdout);
        assert!(
            help.contains(&format!("Usage: sdkwright {verb}")) && !help.contains("{program}"),
            "{help}"
        );
    }
    for verb in ["generate", "new-overlay", "init", "explain", "completions"] {
        assert!(
            text(&sdkwright(&[verb, "--help"]).stdout).contains("Exit codes:\n  0  "),
            "{verb}"
        );
    }
}

#[test]
fn a_diagnostic_is_explained_without_any_file_of_this_repository() {
    let folder = Folder::new("explain");
    let explained = folder.sdkwright(&["explain", "C0302"]);
    assert_eq!(code(&explained), Some(0));
    let page = text(&explained.stdout);
    assert!(
        page.starts_with("C0302 remote references are not followed\n") && page.contains("**Do:**"),
        "{page}"
    );
    let signing = text(&folder.sdkwright(&["explain", "x-signing"]).stdout);
    assert!(signing.starts_with("x-signing\n"), "{signing}");
    let wrong = folder.sdkwright(&["explain", "C0392"]);
    assert_eq!((code(&wrong), text(&wrong.stdout).as_str()), (Some(2), ""));
    assert!(
        text(&wrong.stderr).contains("\nC0302  remote references"),
        "{}",
        text(&wrong.stderr)
    );
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let made = sdkwright(&["completions", shell]);
        assert_eq!(code(&made), Some(0));
        for word in ["new-overlay", "contracts", "explain"] {
            assert!(text(&made.stdout).contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(code(&sdkwright(&["completions", "cmd"])), Some(2));
}

#[test]
fn a_new_overlay_has_the_operations_of_other_methods() {
    let folder = Folder::new("new-overlay-methods");
    let shop = SHOP.replacen("paths:\n", "paths:\n  /files:\n    additionalOperations:\n      COPY: { operationId: copyFiles, responses: { '204': { description: Done. } } }\n", 1);
    folder.write("shop.yaml", &shop.replace("3.0.3", "3.2.0"));
    let made = text(&folder.sdkwright(&["new-overlay", "shop.yaml"]).stdout);
    let action = "  # - target: \"$.paths['/files'].additionalOperations['COPY']\" # copyFiles\n  #   update: { x-effect: can-move-money }\n";
    assert!(made.contains(action), "{made}");
}

#[test]
fn a_new_overlay_proposes_to_require_credentials_that_nothing_requires() {
    let folder = Folder::new("new-overlay-credentials");
    let schemes = "components:\n  securitySchemes:\n    key: { type: apiKey, in: header, name: X-Key }\n    token: { type: http, scheme: bearer }\n";
    folder.write("shop.yaml", &format!("{SHOP}{schemes}"));
    let made = folder.sdkwright(&["new-overlay", "shop.yaml"]);
    let action = "  # - target: $\n  #   update: { security: [{ \"key\": [], \"token\": [] }] }\n";
    assert!(text(&made.stdout).ends_with(action), "{}", text(&made.stdout));
    let required = text(&made.stdout).replace("  # - target: $\n  #   update", "  - target: $\n    update");
    folder.write("words.yaml", &required);
    let generate = ["generate", "--contract", "shop.yaml", "--out", "sdk"];
    let said = |more: &[&str]| text(&folder.sdkwright(&[&generate[..], more].concat()).stderr);
    let without = said(&[]);
    assert_eq!(without.matches("warning[C0524]").count(), 2, "{without}");
    assert!(
        folder
            .read_file("sdk/README.md")
            .contains("No operation of the contract requires it")
    );
    let with = said(&["--overlay", "words.yaml"]);
    assert!(!with.contains("C0524"), "{with}");
    assert!(
        !folder
            .read_file("sdk/README.md")
            .contains("No operation of the contract requires it")
    );
}

#[test]
fn a_new_overlay_is_valid_as_it_is_and_with_all_of_its_comments_in_force() {
    let folder = Folder::new("new-overlay");
    folder.write("shop.yaml", SHOP);
    let made = folder.sdkwright(&["new-overlay", "shop.yaml", "--out", "words.yaml"]);
    assert_eq!(code(&made), Some(0), "{}", text(&made.stderr));
    let skeleton = folder.read_file("words.yaml");
    let all = skeleton.replace("  # - ", "  - ").replace("  #   update", "    update");
    assert_eq!(all.matches("x-effect: ").count(), 2, "{all}");
    folder.write("all.yaml", &all);
    for overlay in ["words.yaml", "all.yaml"] {
        let applied = folder.sdkwright(&["overlay", "apply", "shop.yaml", "--overlay", overlay, "--strict"]);
        assert_eq!(code(&applied), Some(0), "{}", text(&applied.stderr));
        assert_eq!(
            text(&applied.stdout).contains("x-effect: can-move-money"),
            overlay == "all.yaml"
        );
        assert_eq!(text(&applied.stderr), "");
        let generated = [
            "generate",
            "--contract",
            "shop.yaml",
            "--out",
            "sdk",
            "--overlay",
            overlay,
            "--strict",
        ];
        let generated = folder.sdkwright(&generated);
        assert_eq!(code(&generated), Some(0), "{}", text(&generated.stderr));
    }
    assert_eq!(
        code(&folder.sdkwright(&["new-overlay", "shop.yaml", "--out", "words.yaml"])),
        Some(0)
    );
    folder.write("words.yaml", "mine");
    let kept = folder.sdkwright(&["new-overlay", "shop.yaml", "--out", "words.yaml"]);
    assert_eq!(code(&kept), Some(4));
    assert_eq!(folder.read_file("words.yaml"), "mine");
    folder.write("untitled.yaml", "openapi: 3.0.3\n");
    let refused = folder.sdkwright(&["new-overlay", "untitled.yaml"]);
    assert_eq!((code(&refused), text(&refused.stdout).as_str()), (Some(3), ""));
    assert!(
        text(&refused.stderr).contains("`info.title`"),
        "{}",
        text(&refused.stderr)
    );
}

/// Two lists: a recognised one, and one with an unknown first page.
const LISTS: &str = "openapi: 3.0.3
info: { title: Lists, version: '1' }
paths:
  /books:
    get:
      operationId: listBooks
      parameters: [{ name: cursor, in: query, schema: { type: string } }]
      responses: { '200': { $ref: '#/components/responses/Page' } }
  /loans:
    get:
      operationId: listLoans
      parameters:
        - { name: page, in: query, schema: { type: integer } }
        - { name: limit, in: query, schema: { type: integer } }
      responses: { '200': { $ref: '#/components/responses/Page' } }
components:
  responses:
    Page:
      description: A page.
      content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } }
  schemas:
    Page:
      type: object
      properties:
        data: { type: array, items: { type: string } }
        next_cursor: { type: string }
";

#[test]
fn a_new_overlay_has_the_lists_with_their_evidence_and_lines() {
    let folder = Folder::new("new-overlay-lists");
    folder.write("lists.yaml", LISTS);
    let made = folder.sdkwright(&["new-overlay", "lists.yaml", "--out", "words.yaml"]);
    let said = text(&made.stderr);
    assert!(said.contains("lists.yaml: 1 list recognised, 1 proposed"), "{said}");
    let overlay = folder.read_file("words.yaml");
    for line in [
        "# high confidence: `cursor` in the request (line 7), the list is `/data` (line 25), `/next_cursor` in the response (line 26)",
        r#"#   update: { x-pagination: { cursor: "cursor", items: "/data", next: "/next_cursor" } }"#,
        "# medium confidence: `page` in the request (line 13), the list is `/data` (line 25)",
        r#"#   update: { x-pagination: { cursor: "page", limit: "limit", items: "/data", next: { page: 1 } } }"#,
    ] {
        assert!(overlay.contains(line), "{line}\n{overlay}");
    }
    let all = overlay.replace("  # - ", "  - ").replace("  #   update", "    update");
    folder.write("all.yaml", &all);
    for (overlay, lists) in [("words.yaml", 1), ("all.yaml", 2)] {
        let generated = [
            "generate",
            "--contract",
            "lists.yaml",
            "--out",
            "sdk",
            "--overlay",
            overlay,
            "--strict",
        ];
        let generated = folder.sdkwright(&generated);
        assert_eq!(code(&generated), Some(0), "{}", text(&generated.stderr));
        let paged = ["books", "loans"].map(|name| folder.read_file(&format!("sdk/src/operations/{name}.rs")));
        assert_eq!(
            paged.iter().filter(|code| code.contains("impl glue::Paged")).count(),
            lists
        );
    }
}

/// A recognised key, a header that its text describes as a key, a signature of requests, and Standard Webhooks. The function's
/// signature is none.
const MENTIONS: &str = "openapi: 3.1.0
info: { title: Mentions, version: '1' }
paths:
  /payments:
    post:
      operationId: pay
      parameters:
        - { name: Idempotency-Key, in: header, description: 'A UUID. Valid for 24 hours.', schema: { type: string } }
        - { name: X-Sign-Signature, in: header, description: 'PS256 over the body.', schema: { type: string } }
        - { name: functionSignature, in: query, schema: { type: string } }
      responses: { '204': { description: Paid. } }
  /refunds:
    post:
      operationId: refund
      parameters:
        - { name: Shop-Request-Id, in: header, description: The server stores keys for 6 hours., schema: { type: string } }
      responses: { '204': { description: Refunded. } }
  /payouts:
    post:
      operationId: payOut
      parameters:
        - { name: Shop-Request-Id, in: header, description: The server stores keys for 30 minutes., schema: { type: string } }
      responses: { '204': { description: Paid out. } }
webhooks:
  paid:
    post:
      parameters:
        - { name: webhook-id, in: header, schema: { type: string } }
        - { name: webhook-timestamp, in: header, schema: { type: string } }
        - { name: webhook-signature, in: header, schema: { type: string } }
      responses: { '204': { description: Received. } }
";

#[test]
fn a_new_overlay_proposes_keys_and_signatures_with_the_words_of_the_contract() {
    let folder = Folder::new("new-overlay-mentions");
    folder.write("mentions.yaml", MENTIONS);
    let made = folder.sdkwright(&["new-overlay", "mentions.yaml", "--out", "words.yaml"]);
    let said = text(&made.stderr);
    assert!(
        said.contains("mentions.yaml: 1 key recognised, 2 proposed; 2 signatures proposed"),
        "{said}"
    );
    let overlay = folder.read_file("words.yaml");
    for lines in [
        "# high confidence: the header `Idempotency-Key` (line 8), \"Valid for 24 hours.\" (line 8), 1 operation
  # - target: $
  #   update: { x-idempotency: { retention: 86400 } }",
        "# medium confidence: the header `Shop-Request-Id` (line 16), \"The server stores keys for 6 hours.\" (line 16), \"The server stores keys for 30 minutes.\" (line 22), 2 operations
  # - target: $
  #   update: { x-idempotency: { header: \"Shop-Request-Id\", retention: 1800 } }",
        "# medium confidence: the parameter `X-Sign-Signature` (line 9), \"PS256 over the body.\" (line 9), 1 operation",
        "in: header, name: \"X-Sign-Signature\", x-signing: { algorithm: rsa-pss-sha256, ",
        "# high confidence: the parameter `webhook-signature` (line 30), 1 operation",
        "x-webhooks: { signing: { scheme: standard-webhooks }, ",
    ] {
        assert!(overlay.contains(lines), "{lines}\n{overlay}");
    }
    assert!(!overlay.contains("functionSignature"), "{overlay}");
}

#[test]
fn a_repository_is_set_up_and_generates() {
    let folder = Folder::new("init");
    folder.write("openapi/shop.yaml", SHOP);
    let begun = folder.sdkwright(&["init", "--contract", "openapi/shop.yaml", "--from", "registry:0.1.0"]);
    let said = text(&begun.stderr);
    assert_eq!(code(&begun), Some(0), "{said}");
    for part in [
        "openapi/contracts.yaml: written",
        ".github/workflows/sdk.yml: written",
        "Cargo.toml: written",
        "1. run `cargo install --locked sdkwright --version 0.1.0`",
        "2. run `sdkwright generate`",
        "3. run `sdkwright release`",
        "`jo-s-shop = { path = \"sdk\" }`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let workflow = folder.read_file(".github/workflows/sdk.yml");
    for part in [
        "key: sdkwright-${{ runner.os }}-0-1-0\n",
        "sdkwright diff --base FETCH_HEAD --format markdown",
        "      - run: sdkwright generate --check\n      - run: sdkwright release --check\n",
    ] {
        assert!(workflow.contains(part), "{part}: {workflow}");
    }
    // Cargo takes the crate and its vendored runtime as members, so that it can publish all of them.
    assert_eq!(
        folder.read_file("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"sdk\"]\n"
    );
    let generated = folder.sdkwright(&["generate"]);
    assert_eq!(code(&generated), Some(0), "{}", text(&generated.stderr));
    let readme = folder.read_file("sdk/README.md");
    assert!(
        readme.contains("jo-s-shop = { path = \"sdk\" } # the path of this folder"),
        "{readme}"
    );
    for step in ["release", "generate --check", "release --check"] {
        let done = folder.sdkwright(&step.split(' ').collect::<Vec<_>>());
        assert_eq!(code(&done), Some(0), "{step}: {}", text(&done.stderr));
    }
    let again = folder.sdkwright(&["init", "--contract", "openapi/shop.yaml", "--from", "registry:0.1.0"]);
    assert!(
        text(&again.stderr).contains("Cargo.toml: exists already"),
        "{}",
        text(&again.stderr)
    );
    // The list is found from a folder below as well.
    let below = std::process::Command::new(env!("CARGO_BIN_EXE_sdkwright"))
        .args(["generate", "--check"])
        .current_dir(folder.join("sdk/src"))
        .output()
        .unwrap();
    assert_eq!((code(&below), text(&below.stdout).as_str()), (Some(0), ""));
}

#[test]
fn nothing_that_is_there_is_overwritten_and_its_missing_part_is_told() {
    let folder = Folder::new("init-again");
    folder.write("shop.yaml", SHOP);
    folder.write("Cargo.toml", "[workspace]\nmembers = []\n");
    folder.write(".cargo/config.toml", "[alias]\nmine = \"check\"\n");
    // A clone: its folder `sdkwright` is the package.
    folder.write("tools/sdkwright/Cargo.toml", "[package]\nname = \"sdkwright\"\n");
    let arguments = [
        "init",
        "--contract",
        "shop.yaml",
        "--from",
        "path:tools",
        "--way",
        "xtask",
        "--out",
        "clients/shop",
    ];
    let begun = folder.sdkwright(&arguments);
    let said = text(&begun.stderr);
    assert_eq!(code(&begun), Some(0), "{said}");
    for part in [
        ".cargo/config.toml exists and was not changed; add this to it:\n\n    xtask = \"run --package xtask --\"\n",
        "1. add \"xtask\" to `members` of `[workspace]` in Cargo.toml",
        "2. run `cargo xtask generate`; it writes clients/shop/",
        "3. add \"clients/shop\" to `members`",
        "4. run `cargo xtask release`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(folder.read_file(".cargo/config.toml"), "[alias]\nmine = \"check\"\n");
    let manifest = folder.read_file("xtask/Cargo.toml");
    assert!(
        manifest.contains("sdkwright = { path = \"../tools/sdkwright\", default-features = false }"),
        "{manifest}"
    );
    let main = folder.read_file("xtask/src/main.rs");
    assert!(main.lines().count() <= 35, "{main}");
    let again = folder.sdkwright(&arguments);
    assert!(
        text(&again.stderr).contains("xtask/Cargo.toml: exists already\n"),
        "{}",
        text(&again.stderr)
    );
    assert!(!text(&again.stderr).contains(": written"), "{}", text(&again.stderr));
}

#[test]
fn without_a_place_a_set_up_names_the_one_that_this_program_was_installed_from() {
    let install = |folder: &Folder| {
        folder.write("shop.yaml", SHOP);
        let begun = folder.sdkwright(&["init", "--contract", "shop.yaml"]);
        assert_eq!(code(&begun), Some(0), "{}", text(&begun.stderr));
        folder.read_file(".github/workflows/sdk.yml")
    };
    let folder = Folder::new("init-installed");
    let version = env!("CARGO_PKG_VERSION");
    folder.write(
        ".cargo-home/.crates2.json",
        &format!(
            r#"{{"installs":{{"sdkwright {version} (git+https://example.com/a.git?branch=main#0123abc)":{{}}}}}}"#
        ),
    );
    let workflow = install(&folder);
    let line = "cargo install --locked --git https://example.com/a.git --rev 0123abc sdkwright";
    assert!(workflow.contains(line), "{workflow}");
    let workflow = install(&Folder::new("init-not-installed"));
    let line = format!("cargo install --locked sdkwright --version {version}");
    assert!(workflow.contains(&line), "{workflow}");
}

#[test]
fn a_set_up_that_cannot_work_is_refused_before_anything_is_written() {
    let folder = Folder::new("init-wrong");
    folder.write("shop.yaml", SHOP);
    folder.write("other/untitled.yaml", "openapi: 3.0.3\n");
    for (flags, exit, why) in [
        (
            &["--contract", "shop.yaml", "--from", "https://example.com"][..],
            2,
            "git:URL",
        ),
        (
            &["--contract", "nowhere.yaml", "--from", "registry:1.0.0"],
            4,
            "nowhere.yaml",
        ),
        (
            &["--contract", "other/untitled.yaml", "--from", "registry:1.0.0"],
            3,
            "--package",
        ),
        (
            &["--contract", "shop.yaml", "--from", "registry:1.0.0", "--out", "../sdk"],
            2,
            "below the repository",
        ),
        (
            &[
                "--contract",
                "shop.yaml",
                "--from",
                "registry:1.0.0",
                "--package",
                "std",
            ],
            2,
            "keyword of Rust",
        ),
        (
            &[
                "--contract",
                "shop.yaml",
                "--from",
                "registry:1.0.0",
                "--repository",
                "other",
            ],
            2,
            "--repository",
        ),
    ] {
        let refused = folder.sdkwright(&[&["init"], flags].concat());
        let said = text(&refused.stderr);
        assert_eq!(code(&refused), Some(exit), "{flags:?}: {said}");
        assert!(said.contains(why), "{flags:?}: {said}");
    }
    assert_eq!(folder.names(""), ["other", "shop.yaml"]);
}

#[test]
fn without_a_list_the_run_ends_with_what_to_write() {
    let folder = Folder::new("no-list");
    let run = folder.sdkwright(&["generate"]);
    let said = text(&run.stderr);
    assert_eq!(code(&run), Some(2), "{said}");
    assert!(
        said.contains("openapi/contracts.yaml") && said.contains("`sdkwright init`") && said.contains("--contract"),
        "{said}"
    );
}
