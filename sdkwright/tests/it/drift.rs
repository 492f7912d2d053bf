//! `sdkwright generate --check` as CI runs it: one changed word of a contract shows.

use crate::run::{Folder, repository, sdkwright, text};
use sha2::Digest as _;
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A repository with one small contract, generated.
fn small(name: &str) -> Folder {
    let folder = Folder::new(name);
    std::fs::create_dir_all(folder.join("openapi")).unwrap();
    let contracts = "contracts:\n  - { file: shop.yaml, out: sdk, package: shop, version: 0.1.0, level: strict }\n";
    std::fs::write(folder.join("openapi/contracts.yaml"), contracts).unwrap();
    std::fs::write(folder.join("openapi/shop.yaml"), CONTRACT).unwrap();
    assert_eq!(
        sdkwright(&["generate", "--contracts", &folder.list()]).status.code(),
        Some(0)
    );
    folder
}

const CONTRACT: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders/{orderId}:
    get:
      operationId: getOrder
      summary: Reads an order.
      parameters:
        - { name: orderId, in: path, required: true, schema: { type: string } }
      responses:
        '200':
          description: The order.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Order' }
components:
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id: { type: string, description: Its number. }
        state: { type: string, enum: [OPEN, SHIPPED] }
";

#[test]
fn one_changed_word_of_the_contract_shows_as_the_right_difference() {
    let folder = small("word");
    std::fs::write(folder.join("openapi/shop.yaml"), CONTRACT.replace("SHIPPED", "SENT")).unwrap();
    let checked = sdkwright(&["generate", "--check", "--contracts", &folder.list()]);
    assert_eq!(checked.status.code(), Some(1));
    let diff = text(&checked.stdout);
    assert!(
        diff.contains("--- a/sdk/src/models/order.rs\n+++ b/sdk/src/models/order.rs\n"),
        "{diff}"
    );
    assert!(
        diff.contains("-    Shipped,\n") && diff.contains("+    Sent,\n"),
        "{diff}"
    );
    assert!(
        diff.contains("-        (\"SHIPPED\", Self::Shipped),\n+        (\"SENT\", Self::Sent),\n"),
        "{diff}"
    );
    assert!(!diff.contains('\u{1b}'), "colours in a pipe: {diff}");
    assert_eq!(
        sdkwright(&["generate", "--contracts", &folder.list()]).status.code(),
        Some(0)
    );
    assert_eq!(
        sdkwright(&["generate", "--check", "--contracts", &folder.list()])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn one_changed_word_of_our_own_contract_shows_in_our_own_crate() {
    let folder = Folder::new("own");
    for part in ["openapi", "generated"] {
        copy(&repository().join(part), &folder.join(part));
    }
    let contracts = "contracts:\n  - { file: partner-api.yaml, out: generated, package: oceafin-partner, version: 0.1.0, level: strict }\n";
    std::fs::write(folder.join("openapi/contracts.yaml"), contracts).unwrap();
    let path = folder.join("openapi/partner-api.yaml");
    let contract = std::fs::read_to_string(&path).unwrap();
    assert!(contract.contains("summary: Create partner customer\n"));
    std::fs::write(
        &path,
        contract.replacen(
            "summary: Create partner customer\n",
            "summary: Create partner client\n",
            1,
        ),
    )
    .unwrap();
    let checked = sdkwright(&["generate", "--check", "--contracts", &folder.list()]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stderr));
    let diff = text(&checked.stdout);
    assert!(diff.contains("--- a/generated/src/operations/customers.rs\n"), "{diff}");
    assert!(
        diff.contains("-    /// Creates partner customer.\n+    /// Creates partner client.\n"),
        "{diff}"
    );
}

#[test]
fn a_missing_file_a_changed_one_and_a_stranger_show() {
    let folder = small("files");
    std::fs::remove_file(folder.join("sdk/src/client.rs")).unwrap();
    std::fs::write(folder.join("sdk/src/notes.rs"), "// mine").unwrap();
    let header = std::fs::read_to_string(folder.join("sdk/src/lib.rs")).unwrap();
    std::fs::write(folder.join("sdk/src/lib.rs"), format!("{header}// edited by hand\n")).unwrap();
    let checked = sdkwright(&["generate", "--check", "--contracts", &folder.list()]);
    assert_eq!(checked.status.code(), Some(1));
    let diff = text(&checked.stdout);
    assert!(diff.contains("--- /dev/null\n+++ b/sdk/src/client.rs\n"), "{diff}");
    assert!(diff.contains("-// edited by hand\n"), "{diff}");
    assert!(diff.contains("stranger: sdk/src/notes.rs"), "{diff}");
    let written = sdkwright(&["generate", "--contracts", &folder.list()]);
    assert_eq!(
        written.status.code(),
        Some(4),
        "a stranger is never overwritten or left in silence"
    );
    assert!(text(&written.stderr).contains("sdk/src/notes.rs"));
    assert!(folder.join("sdk/src/notes.rs").exists());
    std::fs::remove_file(folder.join("sdk/src/notes.rs")).unwrap();
    assert_eq!(
        sdkwright(&["generate", "--contracts", &folder.list()]).status.code(),
        Some(0)
    );
    assert_eq!(
        sdkwright(&["generate", "--check", "--contracts", &folder.list()])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn a_file_that_did_not_change_is_not_touched() {
    let folder = small("touch");
    let touched = |path: &str| std::fs::metadata(folder.join(path)).unwrap().modified().unwrap();
    let before = (touched("sdk/src/client.rs"), touched("sdk/.manifest"));
    let nothing = sdkwright(&["generate", "--contracts", &folder.list()]);
    assert_eq!(nothing.status.code(), Some(0));
    let said = text(&nothing.stderr);
    assert!(
        said.starts_with("sdk: up to date, ") && said.ends_with(" files\n"),
        "{said}"
    );
    assert_eq!((touched("sdk/src/client.rs"), touched("sdk/.manifest")), before);
    std::fs::write(
        folder.join("openapi/shop.yaml"),
        CONTRACT.replace("Its number.", "Its name."),
    )
    .unwrap();
    let some = sdkwright(&["generate", "--contracts", &folder.list()]);
    assert_eq!(some.status.code(), Some(0));
    let said = text(&some.stderr);
    assert!(
        said.contains(" files written, ") && said.ends_with(" unchanged\n"),
        "{said}"
    );
    assert_eq!(touched("sdk/src/client.rs"), before.0);
    assert_ne!(touched("sdk/.manifest"), before.1);
}

#[test]
fn each_way_to_fail_has_its_exit_code() {
    let folder = small("codes");
    assert_eq!(sdkwright(&["generate", "--chek"]).status.code(), Some(2));
    assert_eq!(
        sdkwright(&["generate", "--contract", "x.yaml"]).status.code(),
        Some(2),
        "--out is missing"
    );
    let contract = folder.join("openapi/shop.yaml");
    let (contract, out) = (contract.to_str().unwrap().to_owned(), folder.join("alone"));
    let out = out.to_str().unwrap();
    let named = [
        "generate",
        "--contract",
        &contract,
        "--out",
        out,
        "--package",
        "not a name",
    ];
    assert_eq!(sdkwright(&named).status.code(), Some(2));
    assert_eq!(
        sdkwright(&["generate", "--contract", "/no/such/file", "--out", out])
            .status
            .code(),
        Some(4)
    );
    std::fs::write(&contract, CONTRACT.replace("operationId", "operatoinId")).unwrap();
    let refused = sdkwright(&["generate", "--contracts", &folder.list()]);
    assert_eq!(refused.status.code(), Some(3));
    let said = text(&refused.stderr);
    assert!(
        said.contains("openapi/shop.yaml:6:7") && said.contains("operationId"),
        "{said}"
    );
    std::fs::write(&contract, CONTRACT).unwrap();
    assert_eq!(
        sdkwright(&["generate", "--check", "--contracts", &folder.list()])
            .status
            .code(),
        Some(0),
        "a refusal writes nothing"
    );
    let help = sdkwright(&["generate", "--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).contains("sdkwright generate --check"));
}

#[test]
fn two_crates_never_share_a_folder_and_none_leaves_the_repository() {
    let folder = small("shared-out");
    let before = text(&std::fs::read(folder.join("sdk/src/lib.rs")).unwrap());
    for out in ["sdk", "sdk/src", "../sdk", "/tmp/sdk", "", "."] {
        let contracts = format!(
            "contracts:\n  - {{ file: shop.yaml, out: sdk, package: shop, version: 0.1.0, level: strict }}\n  \
             - {{ file: shop.yaml, out: '{out}', package: other, version: 0.1.0, level: strict }}\n"
        );
        std::fs::write(folder.join("openapi/contracts.yaml"), contracts).unwrap();
        let refused = sdkwright(&["generate", "--contracts", &folder.list()]);
        assert_eq!(refused.status.code(), Some(2), "{out}");
        assert!(
            text(&refused.stderr).contains("contracts.yaml"),
            "{}",
            text(&refused.stderr)
        );
        let after = text(&std::fs::read(folder.join("sdk/src/lib.rs")).unwrap());
        assert_eq!(after, before, "{out}");
    }
}

#[test]
fn a_crate_of_its_own_stands_alone() {
    let folder = small("alone");
    let (contract, out) = (folder.join("openapi/shop.yaml"), folder.join("alone"));
    let arguments = [
        "generate",
        "--contract",
        contract.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    assert_eq!(sdkwright(&arguments).status.code(), Some(0));
    let manifest = std::fs::read_to_string(out.join("Cargo.toml")).unwrap();
    assert!(
        manifest.contains("name = \"shop\"") && manifest.contains("\n[workspace]\n"),
        "{manifest}"
    );
    assert!(!manifest.contains(repository().to_str().unwrap()), "{manifest}");
    assert_eq!(
        sdkwright(&[&arguments[..], &["--check"]].concat()).status.code(),
        Some(0)
    );
}

/// The causes that a check states, and the end of its run.
fn causes(folder: &Folder) -> Vec<String> {
    let checked = sdkwright(&["generate", "--check", "--contracts", &folder.list()]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stderr));
    let diff = text(&checked.stdout);
    let (_, causes) = diff.split_once("\nWhy:\n").unwrap_or_default();
    assert!(!causes.is_empty(), "{diff}");
    causes.lines().map(str::to_owned).collect()
}

#[test]
fn a_check_names_the_parts_of_the_contract_that_changed_with_their_files() {
    let folder = small("parts");
    let contract = CONTRACT.replace("        state:", "        note: { type: string }\n        state:");
    std::fs::write(folder.join("openapi/shop.yaml"), contract.replace("OPEN, ", "")).unwrap();
    let stated = causes(&folder);
    assert_eq!(
        stated,
        ["`Order` gained `note`, lost `Open` (openapi/shop.yaml:23): docs/orders.md, src/api.rs, src/models/order.rs",]
    );
    std::fs::write(
        folder.join("openapi/shop.yaml"),
        CONTRACT.replace("Reads an order", "Gets an order"),
    )
    .unwrap();
    let stated = causes(&folder);
    assert!(
        stated.len() == 1 && stated[0].starts_with("`GET /orders/{orderId}` changed (openapi/shop.yaml:5): "),
        "{stated:?}"
    );
    assert!(stated[0].contains("src/operations/"), "{stated:?}");
}

#[test]
fn a_check_tells_an_edit_by_hand_from_a_change_of_the_contract_and_of_the_generator() {
    let folder = small("hands");
    let edit = |path: &str, more: &str| {
        let before = std::fs::read_to_string(folder.join(path)).unwrap();
        std::fs::write(folder.join(path), before.clone() + more).unwrap();
        before
    };
    edit("sdk/src/client.rs", "// mine\n");
    std::fs::remove_file(folder.join("sdk/README.md")).unwrap();
    std::fs::write(
        folder.join("openapi/shop.yaml"),
        CONTRACT.replace("Its number.", "Its name."),
    )
    .unwrap();
    let stated = causes(&folder);
    assert_eq!(stated[0], "edited by hand since the generator wrote it: src/client.rs");
    assert_eq!(stated[1], "deleted since the generator wrote it: README.md");
    assert!(
        stated[2].starts_with("`Order` changed (openapi/shop.yaml:18): "),
        "{stated:?}"
    );
    assert_eq!(stated.len(), 3);
    // The file of an earlier generator is as it was written, and of the same contract.
    std::fs::write(folder.join("openapi/shop.yaml"), CONTRACT).unwrap();
    assert_eq!(
        sdkwright(&["generate", "--contracts", &folder.list()]).status.code(),
        Some(0)
    );
    let new = std::fs::read_to_string(folder.join("sdk/src/api.rs")).unwrap();
    let old = edit("sdk/src/api.rs", "// Old.\n") + "// Old.\n";
    let manifest = std::fs::read_to_string(folder.join("sdk/.manifest")).unwrap();
    let changed = manifest.replace(&sha256(&new), &sha256(&old));
    assert_ne!(changed, manifest);
    std::fs::write(folder.join("sdk/.manifest"), changed).unwrap();
    assert_eq!(
        causes(&folder),
        ["made by another version of the generator: src/api.rs"]
    );
}

#[test]
fn a_check_tells_another_contract_and_a_folder_that_does_not_say_what_it_was_made_from() {
    let folder = small("other");
    std::fs::write(folder.join("openapi/store.yaml"), CONTRACT.replace("SHIPPED", "SENT")).unwrap();
    let list = std::fs::read_to_string(folder.join("openapi/contracts.yaml")).unwrap();
    std::fs::write(
        folder.join("openapi/contracts.yaml"),
        list.replace("shop.yaml", "store.yaml"),
    )
    .unwrap();
    let stated = causes(&folder);
    assert!(
        stated.len() == 1 && stated[0].starts_with("made from another contract, `openapi/shop.yaml`: "),
        "{stated:?}"
    );
    let manifest = std::fs::read_to_string(folder.join("sdk/.manifest")).unwrap();
    let bare: Vec<&str> = manifest.lines().filter(|line| !line.starts_with('#')).collect();
    std::fs::write(folder.join("sdk/.manifest"), bare.join("\n") + "\n").unwrap();
    let stated = causes(&folder);
    assert!(
        stated.len() == 1 && stated[0].starts_with("the manifest does not state its sources: "),
        "{stated:?}"
    );
}

#[test]
fn a_check_names_other_files_of_a_contract() {
    let folder = small("split");
    let inner = "components: { schemas: { Order: { type: object, properties: { id: { type: string } } } } }\n";
    std::fs::write(folder.join("openapi/parts.yaml"), inner).unwrap();
    let (front, _) = CONTRACT.split_once("components:").unwrap();
    let split = front.replace("'#/components/schemas/Order'", "'parts.yaml#/components/schemas/Order'");
    std::fs::write(folder.join("openapi/shop.yaml"), split).unwrap();
    assert_eq!(
        sdkwright(&["generate", "--contracts", &folder.list()]).status.code(),
        Some(0)
    );
    std::fs::write(
        folder.join("openapi/parts.yaml"),
        inner.replace("id:", "note: { type: string }, id:"),
    )
    .unwrap();
    let stated = causes(&folder);
    assert!(
        stated.len() == 1 && stated[0].starts_with("`parts.yaml` gained `note` ("),
        "{stated:?}"
    );
}

/// Returns the SHA-256 of a text as the manifest has it.
fn sha256(text: &str) -> String {
    sha2::Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn programs_read_the_causes_beside_the_files() {
    let folder = small("causes-json");
    folder.write("openapi/shop.yaml", &CONTRACT.replace("Its number.", "Its name."));
    let run = sdkwright(&["generate", "--contracts", &folder.list(), "--check", "--format", "json"]);
    assert_eq!(run.status.code(), Some(1));
    let last = text(&run.stdout).lines().last().unwrap().to_owned();
    let end: serde_json::Value = serde_json::from_str(&last).unwrap();
    let cause = &end["causes"][0];
    assert!(cause["cause"].as_str().unwrap().contains("`Order`"), "{end}");
    assert!(cause["cause"].as_str().unwrap().contains("shop.yaml:"), "{end}");
    let files = cause["files"].as_array().unwrap();
    assert!(files.iter().any(|file| file == "src/models/order.rs"), "{end}");
}
