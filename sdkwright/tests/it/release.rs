//! Releases, as the real command makes them: the plan, the version, the changelog and the recorded contract.

use crate::run::{Folder, text};

const SHOP: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
x-sdk: { owner: { name: Shop, party: shop } }
x-idempotency: { header: Idempotency-Key, key: { minLength: 1, maxLength: 64 }, retention: 86400 }
paths:
  /orders:
    post:
      operationId: createOrder
      x-idempotency: { intent: effect }
      x-effect: records
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '201': { description: Created. } }
components:
  schemas:
    Order: { type: object, properties: { note: { type: string, maxLength: 20 } } }
";

const LIST: &str =
    "contracts:\n  - file: shop.yaml\n    out: sdk\n    package: shop\n    version: '1.0.0'   # of the crate\n";

/// A folder with the contract, released as 1.0.0.
fn released(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("openapi/shop.yaml", SHOP);
    folder.write("openapi/contracts.yaml", LIST);
    let first = folder.sdkwright(&["release"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    folder
}

#[test]
fn the_first_release_records_the_contract_and_keeps_the_version() {
    let folder = released("release-first");
    assert_eq!(folder.read_file("openapi/contracts.yaml"), LIST);
    assert!(
        folder
            .read_file("openapi/history/shop/1.0.0.yaml")
            .contains("createOrder")
    );
    assert!(
        folder
            .read_file("sdk/CHANGELOG.md")
            .starts_with("# Changelog\n\n## [1.0.0] - 20")
    );
    let again = folder.sdkwright(&["release"]);
    assert_eq!(text(&again.stdout), "shop: nothing changed since 1.0.0\n");
}

#[test]
fn a_release_without_the_address_of_its_source_names_the_place_to_add_it() {
    let folder = released("release-address");
    let note = "note: shop has no `repository`, so that users cannot find its source; set it in ";
    assert!(text(&folder.sdkwright(&["release", "--check"]).stderr).contains(note));
    let list = format!("{LIST}    repository: https://example.com/shop\n");
    folder.write("openapi/contracts.yaml", &list);
    assert!(!text(&folder.sdkwright(&["release", "--check"]).stderr).contains(note));
}

#[test]
fn a_shorter_retention_is_a_break_that_is_said_first() {
    let folder = released("release-break");
    let shorter = SHOP.replace("retention: 86400", "retention: 43200").replace(
        "note: { type: string, maxLength: 20 }",
        "note: { type: string, maxLength: 20 }, gift: { type: boolean }",
    );
    folder.write("openapi/shop.yaml", &shorter);
    let check = folder.sdkwright(&["release", "--check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(text(&check.stderr).contains("the version is 1.0.0; run `release`, which sets it to 2.0.0"));

    let plan = text(&folder.sdkwright(&["release", "--plan"]).stdout);
    assert_eq!(
        folder.read_file("openapi/contracts.yaml"),
        LIST,
        "a plan writes nothing"
    );
    let place = |word: &str| plan.find(word).unwrap_or_else(|| panic!("{word}: {plan}"));
    assert!(
        place("a break since 1.0.0: 2.0.0") < place("**Before you upgrade**"),
        "{plan}"
    );
    assert!(place("after 12 hours executes it twice") < place("### Added"), "{plan}");
    assert!(place("### Added") < place("`Order.gift`"), "{plan}");

    assert!(folder.sdkwright(&["release"]).status.success());
    assert_eq!(
        folder.read_file("openapi/contracts.yaml"),
        LIST.replace("1.0.0", "2.0.0")
    );
    let log = folder.read_file("sdk/CHANGELOG.md");
    assert!(log.find("[2.0.0]") < log.find("[1.0.0]"), "{log}");
    assert_eq!(folder.sdkwright(&["release", "--check"]).status.code(), Some(0));

    let since = folder.sdkwright(&["diff", "--since", "1.0.0"]);
    assert!(text(&since.stdout).contains("retention"), "{}", text(&since.stderr));
    let never = folder.sdkwright(&["diff", "--since", "0.9.0"]);
    assert_eq!(never.status.code(), Some(2));
    assert!(text(&never.stderr).contains("no contract was released as 0.9.0"));
}

#[test]
fn a_version_that_was_raised_by_hand_stays_and_one_that_was_lowered_is_refused() {
    let folder = released("release-by-hand");
    folder.write(
        "openapi/shop.yaml",
        &SHOP.replace("retention: 86400", "retention: 43200"),
    );
    folder.write("openapi/contracts.yaml", &LIST.replace("1.0.0", "3.0.0"));
    assert_eq!(folder.sdkwright(&["release", "--check"]).status.code(), Some(0));
    let plan = text(&folder.sdkwright(&["release", "--plan"]).stdout);
    assert!(plan.contains("3.0.0"), "{plan}");
    folder.write("openapi/contracts.yaml", &LIST.replace("1.0.0", "0.9.0"));
    let lower = folder.sdkwright(&["release", "--plan"]);
    assert_eq!(lower.status.code(), Some(2));
    assert!(
        text(&lower.stderr).contains("lower than the last release 1.0.0"),
        "{}",
        text(&lower.stderr)
    );
}

#[test]
fn a_first_release_of_a_contract_with_errors_records_nothing_of_any_contract() {
    let folder = Folder::new("release-first-refused");
    let both = LIST.to_owned()
        + &LIST
            .replace("contracts:\n", "")
            .replace("shop", "lot")
            .replace("sdk", "lots");
    folder.write("openapi/contracts.yaml", &both);
    folder.write("openapi/shop.yaml", SHOP);
    folder.write("openapi/lot.yaml", &SHOP.replace("intent: effect", "intent: nothing"));
    for arguments in [&["release"][..], &["release", "--plan"], &["release", "--check"]] {
        let refused = folder.sdkwright(arguments);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(3), "{arguments:?}: {said}");
        assert!(said.contains("openapi/lot.yaml has 1 error"), "{said}");
        assert!(
            said.contains("a contract with errors is not released, and nothing was written"),
            "{said}"
        );
    }
    assert!(!folder.join("openapi/history").exists());
    assert!(!folder.join("sdk/CHANGELOG.md").exists());
    let sound = folder.sdkwright(&["release", "shop"]);
    assert!(sound.status.success(), "{}", text(&sound.stderr));
    assert!(folder.join("openapi/history/shop/1.0.0.yaml").is_file());
}

#[test]
fn a_contract_that_is_refused_is_not_released() {
    let folder = released("release-refused");
    folder.write("openapi/shop.yaml", &SHOP.replace("intent: effect", "intent: nothing"));
    for arguments in [&["release"][..], &["release", "--plan"], &["release", "--check"]] {
        let refused = folder.sdkwright(arguments);
        assert_eq!(
            refused.status.code(),
            Some(3),
            "{arguments:?}: {}",
            text(&refused.stderr)
        );
    }
    assert_eq!(folder.read_file("openapi/contracts.yaml"), LIST);
    let unknown = folder.sdkwright(&["release", "nobody"]);
    assert_eq!(unknown.status.code(), Some(2));
}
