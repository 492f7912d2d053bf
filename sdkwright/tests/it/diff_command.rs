//! The command line of `diff` and what it ends with, as the real command does it.

use std::process::Command;

use crate::run::{Folder, text};
use serde_json::Value;

const SHOP: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '204': { description: Created. } }
components:
  schemas:
    Order: { type: object, properties: { note: { type: string, maxLength: 20 }, tip: { type: boolean } } }
";
const SHORTER: (&str, &str) = ("maxLength: 20", "maxLength: 10");
const OVERLAY: &str = "\
overlay: 1.0.0
info: { title: Shorter, version: '1' }
actions:
  - { target: $.components.schemas.Order.properties.note, update: { maxLength: 10 } }
";

/// A folder with both versions.
fn shop(name: &str, (old, new): (&str, &str)) -> Folder {
    let folder = Folder::new(&format!("diff-command-{name}"));
    assert!(SHOP.contains(old), "{old}");
    folder.write("base.yaml", SHOP);
    folder.write("revision.yaml", &SHOP.replace(old, new));
    folder
}

/// Runs `diff` over both versions; returns the exit code, stdout and stderr.
fn diff(folder: &Folder, more: &[&str]) -> (Option<i32>, String, String) {
    let done = folder.sdkwright(&[&["diff", "base.yaml", "revision.yaml"], more].concat());
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

fn ids(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    let changes = report["details"].as_array().unwrap().iter();
    changes
        .map(|change| change["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_sense_of_fail_on_counts_its_own_breaks() {
    let narrower = shop("senses", SHORTER);
    for (sense, code) in [("wire", 1), ("rust", 0), ("conduct", 0), ("any", 1)] {
        assert_eq!(diff(&narrower, &["--fail-on", sense]).0, Some(code), "{sense}");
    }
    assert_eq!(diff(&narrower, &[]).0, Some(0), "without --fail-on nothing fails");
    let newtype = shop(
        "senses-rust",
        ("tip: { type: boolean }", "tip: { type: boolean, nullable: true }"),
    );
    for (sense, code) in [("wire", 0), ("rust", 1), ("any", 1)] {
        assert_eq!(diff(&newtype, &["--fail-on", sense]).0, Some(code), "{sense}");
    }
}

#[test]
fn an_accepted_change_passes_and_an_entry_that_matches_nothing_fails() {
    let folder = shop("accepted", SHORTER);
    let entry = "id: max-length-decreased, pointer: /components/schemas/Order/properties/note/maxLength, reason: nobody writes more";
    folder.write("accepted.yaml", &format!("accepted:\n  - {{ {entry} }}\n"));
    let gate = ["--accepted", "accepted.yaml", "--fail-on", "any"];
    let (code, report, said) = diff(&folder, &gate);
    assert_eq!((code, said.as_str()), (Some(0), ""), "{report}");
    assert!(
        report.contains("Accepted (1)") && report.contains("accepted: nobody writes more"),
        "{report}"
    );
    let other = "id: enum-value-removed, operation: POST /orders, reason: gone";
    folder.write(
        "accepted.yaml",
        &format!("accepted:\n  - {{ {entry} }}\n  - {{ {other} }}\n"),
    );
    let (code, _, said) = diff(&folder, &gate);
    assert_eq!(code, Some(1));
    assert_eq!(
        said,
        "warning: `enum-value-removed` at POST /orders is accepted, but there is no such change; remove the entry\n"
    );
    let (code, report, _) = diff(&folder, &["--accepted", "accepted.yaml", "--format", "json"]);
    assert_eq!(code, Some(0), "without --fail-on it is a warning");
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["breaking"], false, "{report}");
    let stale = report["stale"][0].as_str().unwrap();
    assert!(said.contains(stale), "{stale}");
    for (wrong, why) in [
        (
            "accepted:\n  - { id: max-length-decreased, reason: r }\n",
            "must have a `pointer` or an `operation`",
        ),
        (
            "accepted:\n  - { id: a, pointer: /a, reason: ' ' }\n",
            "`a` has no reason",
        ),
        (
            "accepted:\n  - { id: a, pointer: /a, reason: r, until: now }\n",
            "until",
        ),
    ] {
        folder.write("accepted.yaml", wrong);
        let (code, _, said) = diff(&folder, &gate);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn each_member_of_the_report_for_programs_is_in_the_documentation() {
    let folder = shop("documented", SHORTER);
    let (_, report, _) = diff(&folder, &["--format", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let detail = &report["details"][0];
    let parts = [&report, &report["changes"][0], detail, &detail["base"], &detail["wire"]];
    let parts = parts.into_iter().chain([&detail["rust"], &detail["conduct"]]);
    let names = parts.flat_map(|part| part.as_object().unwrap().keys());
    let page = include_str!("../../../docs/generate/changes.md");
    let table = &page[page.find("## Output").unwrap()..page.find("## Accepted changes").unwrap()];
    let missing: Vec<&String> = names.filter(|name| !table.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn an_overlay_is_laid_over_the_side_that_it_is_given_for() {
    let folder = shop("overlays", ("title: Shop", "title: Shop"));
    folder.write("shorter.yaml", OVERLAY);
    for (option, wanted) in [
        ("--overlay", vec![]),
        ("--revision-overlay", vec!["max-length-decreased"]),
        ("--base-overlay", vec!["max-length-increased"]),
    ] {
        let (code, report, said) = diff(&folder, &[option, "shorter.yaml", "--format", "json"]);
        assert_eq!(
            (code, ids(&report)),
            (Some(0), wanted.into_iter().map(str::to_owned).collect()),
            "{option} {said}"
        );
    }
}

/// Runs git in a folder.
fn git(folder: &Folder, words: &[&str]) {
    let identity = ["user.name=T", "user.email=t@example.com", "commit.gpgsign=false"];
    let done = Command::new("git")
        .args(identity.iter().flat_map(|one| ["-c", one]))
        .args(words)
        .current_dir(folder.join(""))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
}

/// Commits all files of a folder.
fn commit(folder: &Folder) {
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "--message", "Next"]);
}

#[test]
fn a_side_can_be_a_file_of_git_and_the_default_is_the_last_commit() {
    let folder = Folder::new("diff-command-git");
    folder.write("openapi/shop.yaml", SHOP);
    folder.write(
        "openapi/contracts.yaml",
        "contracts:\n  - { file: shop.yaml, out: sdk, package: shop, version: 1.0.0 }\n",
    );
    git(&folder, &["init", "--quiet"]);
    commit(&folder);
    folder.write("openapi/shop.yaml", &SHOP.replace(SHORTER.0, SHORTER.1));
    for sides in [&[][..], &["HEAD:openapi/shop.yaml", "openapi/shop.yaml"]] {
        let done = folder.sdkwright(&[&["diff", "--format", "json"], sides].concat());
        assert_eq!(
            ids(&text(&done.stdout)),
            ["max-length-decreased"],
            "{}",
            text(&done.stderr)
        );
    }
    let done = folder.sdkwright(&["diff", "HEAD~7:openapi/shop.yaml", "openapi/shop.yaml"]);
    assert_eq!(done.status.code(), Some(4));
    assert!(
        text(&done.stderr).contains("HEAD~7:openapi/shop.yaml"),
        "{}",
        text(&done.stderr)
    );
}

#[test]
fn each_side_has_the_overlays_and_names_that_its_own_revision_lists() {
    let folder = Folder::new("diff-command-listed");
    let list = "contracts:\n  - { file: shop.yaml, out: sdk, package: shop, version: 1.0.0";
    let report = |sides: &[&str]| {
        let done = folder.sdkwright(&[&["diff", "--format", "json"], sides].concat());
        let (report, said) = (text(&done.stdout), text(&done.stderr));
        assert_eq!(done.status.code(), Some(0), "{sides:?} {said}");
        (serde_json::from_str::<Value>(&report).unwrap()["details"].clone(), said)
    };
    let only = |sides: &[&str], id: &str, old: &str, new: &str| {
        let (found, said) = report(sides);
        let ids: Vec<&Value> = found.as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, [id], "{sides:?} {said}");
        assert_eq!(
            (&found[0]["old"], &found[0]["new"]),
            (&old.into(), &new.into()),
            "{sides:?}"
        );
        found[0].clone()
    };
    let shorter = "max-length-decreased";
    git(&folder, &["init", "--quiet"]);
    folder.write("openapi/shop.yaml", SHOP);
    folder.write("openapi/contracts.yaml", &format!("{list} }}\n"));
    commit(&folder);
    git(&folder, &["tag", "first"]);
    // An overlay that the revision did not name has no version there.
    folder.write("openapi/shorter.yaml", OVERLAY);
    let with_overlay = format!("{list}, overlays: [shorter.yaml] }}\n");
    folder.write("openapi/contracts.yaml", &with_overlay);
    let change = only(&[], shorter, "20", "10");
    assert_eq!(change["revision"]["file"], "openapi/shorter.yaml");
    commit(&folder);
    folder.write("openapi/shorter.yaml", &OVERLAY.replace("10", "5"));
    let pair = ["HEAD:openapi/shop.yaml", "openapi/shop.yaml"];
    for sides in [
        &[][..],
        &["--base", "HEAD"],
        &["--base", "HEAD", "openapi/shop.yaml"],
        &pair,
    ] {
        let change = only(sides, shorter, "10", "5");
        assert_eq!(change["base"]["file"], "HEAD:openapi/shorter.yaml");
    }
    only(&["--base", "first"], shorter, "20", "5");
    only(
        &["first:openapi/shop.yaml", "HEAD:openapi/shop.yaml"],
        shorter,
        "20",
        "10",
    );
    // With an overlay of the command line, the files are as they are.
    let (found, _) = report(&[&pair[..], &["--overlay", "openapi/shorter.yaml"]].concat());
    assert_eq!(found, Value::Array(Vec::new()));
    commit(&folder);
    let named = with_overlay.replace("overlays", "names: { /components/schemas/Order: Purchase }, overlays");
    folder.write("openapi/contracts.yaml", &named);
    let (found, _) = report(&["--base", "HEAD"]);
    assert_eq!(found[0]["rust"]["kind"], "breaking", "{found}");
    // A contract on one side only is reported in each form.
    folder.write("openapi/other.yaml", SHOP);
    folder.write(
        "openapi/contracts.yaml",
        &with_overlay.replace("shop", "other").replace("sdk", "other"),
    );
    let (_, said) = report(&[]);
    let markdown = text(&folder.sdkwright(&["diff", "--format", "markdown"]).stdout);
    for sentence in [
        "openapi/other.yaml is new: HEAD:openapi/other.yaml does not exist",
        "openapi/shop.yaml is no longer in openapi/contracts.yaml",
    ] {
        assert!(
            said.contains(sentence) && markdown.contains(sentence),
            "{said} {markdown}"
        );
    }
    let done = folder.sdkwright(&["diff", "--base", "main-7"]);
    assert_eq!(done.status.code(), Some(4));
    let said = text(&done.stderr);
    assert!(
        said.contains("`main-7` is not a revision") && said.contains("git fetch"),
        "{said}"
    );
}

#[test]
fn since_compares_with_the_release_and_names_what_is_missing() {
    let folder = Folder::new("diff-command-since");
    folder.write("openapi/shop.yaml", &SHOP.replace(SHORTER.0, SHORTER.1));
    folder.write(
        "openapi/contracts.yaml",
        "contracts:\n  - { file: shop.yaml, out: sdk, package: shop, version: 1.0.0 }\n",
    );
    folder.write("openapi/history/shop/1.0.0.yaml", SHOP);
    let done = folder.sdkwright(&["diff", "--since", "1.0.0", "--format", "json"]);
    assert_eq!(
        ids(&text(&done.stdout)),
        ["max-length-decreased"],
        "{}",
        text(&done.stderr)
    );
    let done = folder.sdkwright(&["diff", "--since", "2.0.0"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(
        text(&done.stderr).contains("no contract was released as 2.0.0"),
        "{}",
        text(&done.stderr)
    );
}

#[test]
fn what_cannot_be_compared_has_an_exit_code_and_a_reason() {
    let folder = shop("faults", SHORTER);
    folder.write("list.yaml", "- 1\n");
    for (sides, code, why) in [
        (["base.yaml", "absent.yaml"], 4, "absent.yaml"),
        (
            ["base.yaml", "list.yaml"],
            3,
            "list.yaml was refused, so nothing was compared",
        ),
    ] {
        let done = folder.sdkwright(&["diff", sides[0], sides[1]]);
        assert_eq!(done.status.code(), Some(code));
        assert!(text(&done.stderr).contains(why), "{}", text(&done.stderr));
    }
    assert_eq!(
        folder.sdkwright(&["diff", "base.yaml"]).status.code(),
        Some(2),
        "one side"
    );
    assert_eq!(folder.sdkwright(&["diff"]).status.code(), Some(2), "no contracts.yaml");
}

#[test]
fn what_is_removed_before_its_sunset_fails_every_check_and_no_release_has_it() {
    let tip = "tip: { type: boolean }";
    let until = |day: &str| {
        SHOP.replace(
            tip,
            &format!("tip: {{ type: boolean, deprecated: true, x-sunset: '{day}' }}"),
        )
    };
    let gone = SHOP.replace(&format!(", {tip}"), "");
    let folder = shop("sunset", SHORTER);
    folder.write("base.yaml", &until("2999-01-01"));
    folder.write("revision.yaml", &gone);
    let (code, report, _) = diff(&folder, &["--fail-on", "conduct", "--format", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((code, &report["breaking"]), (Some(1), &Value::Bool(true)), "{report}");
    folder.write("base.yaml", &until("2020-01-01"));
    assert_eq!(diff(&folder, &["--fail-on", "conduct"]).0, Some(0));

    folder.write("openapi/shop.yaml", &gone);
    folder.write(
        "openapi/contracts.yaml",
        "contracts:\n  - { file: shop.yaml, out: sdk, package: shop, version: 1.0.0 }\n",
    );
    folder.write("openapi/history/shop/1.0.0.yaml", &until("2999-01-01"));
    for more in [&["--plan"][..], &["--check"], &[]] {
        let done = folder.sdkwright(&[&["release"], more].concat());
        let said = text(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{more:?} {said}");
        assert!(
            said.contains("1.0.0.yaml:11:") && said.contains("keep it until its `x-sunset`"),
            "{said}"
        );
    }
    assert_eq!(folder.names("openapi/history/shop"), ["1.0.0.yaml"]);
    let entry = "id: property-removed-before-sunset, pointer: /components/schemas/Order/properties/tip, reason: nobody sends it";
    folder.write("accepted.yaml", &format!("accepted:\n  - {{ {entry} }}\n"));
    let done = folder.sdkwright(&["release", "--accepted", "accepted.yaml"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(folder.names("openapi/history/shop"), ["1.0.0.yaml", "2.0.0.yaml"]);
}

#[test]
fn a_side_that_the_generator_refuses_is_told_in_each_format_and_passes_no_check_that_it_hides() {
    let shop = SHOP.replace("3.0.3", "3.1.0");
    let shop = shop.replace("paths:\n", "x-sdk: { owner: { name: Shop, party: shop } }\nx-idempotency: { header: Idempotency-Key, key: { minLength: 1, maxLength: 64 }, retention: 86400 }\npaths:\n");
    let word = |intent: &str| {
        format!("      x-effect: records\n      x-idempotency: {{ intent: {intent} }}\n      requestBody")
    };
    let keyed = shop.replace("      requestBody", &word("effect"));
    let shop = shop.replace("      requestBody", &word("nothing"));
    let why = "`nothing` is not one of `effect`, `refresh`";
    let folder = Folder::new("diff-command-refused");
    for (base, revision, which) in [(&keyed, &shop, "revision"), (&shop, &keyed, "base")] {
        folder.write("base.yaml", base);
        folder.write("revision.yaml", revision);
        for (sense, code) in [("wire", 0), ("rust", 1), ("conduct", 1), ("any", 1)] {
            assert_eq!(diff(&folder, &["--fail-on", sense]).0, Some(code), "{sense} {which}");
        }
        for format in ["text", "markdown", "json"] {
            let (code, report, _) = diff(&folder, &["--format", format]);
            assert_eq!(code, Some(0), "without --fail-on nothing fails");
            assert!(report.contains(&format!("of the {which}")), "{report}");
            assert!(report.contains(why) && !report.contains("no changes\n"), "{report}");
            let place = format!("{which}.yaml:10:");
            assert!(report.contains(&place), "{place}: {report}");
        }
    }
    let (_, report, _) = diff(&folder, &["--format", "json", "--fail-on", "any"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let detail = &report["details"][0];
    assert_eq!(report["breaking"], true, "{report}");
    assert_eq!(
        (&detail["id"], &detail["level"]),
        (&"crate-not-compared".into(), &"breaking".into())
    );
    assert_eq!(
        (&detail["rust"]["kind"], &detail["conduct"]["risk"]),
        (&"unknown".into(), &"unknown".into())
    );
    // The same contract has the same crate, whatever is wrong with it.
    folder.write("base.yaml", &shop);
    folder.write("revision.yaml", &shop);
    let (code, report, _) = diff(&folder, &["--fail-on", "any"]);
    assert_eq!(code, Some(0), "{report}");
    assert!(report.ends_with("no changes\n\n"), "{report}");
}

#[test]
fn a_file_that_is_one_schema_is_named_by_the_file_and_told_with_its_items() {
    let folder = Folder::new("diff-command-file");
    let shop = SHOP.replace("'#/components/schemas/Order'", "kinds/kind.yaml");
    for (side, values) in [("old", "[on, off, wait]"), ("new", "[on, off]")] {
        folder.write(&format!("{side}/shop.yaml"), &shop);
        folder.write(
            &format!("{side}/kinds/kind.yaml"),
            &format!("{{ type: string, enum: {values} }}\n"),
        );
    }
    let done = folder.sdkwright(&["diff", "old/shop.yaml", "new/shop.yaml", "--format", "json"]);
    let report: Value = serde_json::from_str(&text(&done.stdout)).unwrap();
    let [detail] = &report["details"].as_array().unwrap()[..] else {
        panic!("{report}")
    };
    assert_eq!(detail["text"], "`kind` no longer has the value `wait`");
    assert_eq!(detail["rust"]["kind"], "breaking", "{report}");
}
