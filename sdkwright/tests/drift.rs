//! `sdkwright generate --check` as CI runs it: one changed word of a contract shows.

#![allow(clippy::unwrap_used)] // the functions that tests share may fail a test

mod run;

use run::{Folder, repository, sdkwright, text};
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
        diff.contains("-    /// Create partner customer\n+    /// Create partner client\n"),
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
    assert_eq!(
        sdkwright(&["generate", "--contracts", &folder.list()]).status.code(),
        Some(0)
    );
    assert_eq!((touched("sdk/src/client.rs"), touched("sdk/.manifest")), before);
    std::fs::write(
        folder.join("openapi/shop.yaml"),
        CONTRACT.replace("Its number.", "Its name."),
    )
    .unwrap();
    assert_eq!(
        sdkwright(&["generate", "--contracts", &folder.list()]).status.code(),
        Some(0)
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
