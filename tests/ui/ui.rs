//! Misuse of a generated crate does not compile, and what the compiler says leads to the fix.
//!
//! `TRYBUILD=overwrite cargo test -p sdk-misuse` writes the messages anew: read them, then commit them.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::{fs, path::Path, process::Command};

/// The compiler that the messages were written for; another one words them otherwise.
const COMPILER: &str = "rustc 1.95.";

/// Every case, and the words of its message that lead to the fix.
const FIXES: &[(&str, &str)] = &[
    ("amount_as_float", "expected `Decimal`, found floating-point number"),
    ("approval_forgotten", "expected `&Authorized<BookShipment>`"),
    ("arguments_swapped", "swap these arguments"),
    ("authorized_body_changed", "on type `&mut Authorized<"),
    ("call_never_awaited", "a call does nothing until it is awaited"),
    ("draft_never_authorized", "have its `hash()` approved, `authorize` it"),
    (
        "draft_without_approval",
        "only an operation whose body carries an approval has drafts",
    ),
    (
        "enum_matched_as_if_closed",
        "adding a match arm with a wildcard pattern",
    ),
    (
        "event_read_before_verifying",
        "`verifier.verify(&headers, &body)?` gives the delivery",
    ),
    ("file_by_its_name", "expected `Upload`, found `&str`"),
    ("id_of_another_thing", "expected `&ShipmentId`, found `&SenderId`"),
    ("instant_as_text", "expected `&Timestamp`, found `&str`"),
    ("key_as_text", "expected `IdempotencyKey`, found `&str`"),
    ("key_forgotten", "argument #1 of type `IdempotencyKey` is missing"),
    ("key_used_twice", "value used here after move"),
    ("member_forgotten", "missing field `country`"),
    ("option_of_another_call", "Call<ListShipments>"),
    ("pages_of_one_value", "does not answer in pages"),
    ("problem_code_as_status", "for the HTTP status ask `error.status()`"),
    (
        "request_by_its_members",
        "you might have meant to use the `new` associated function",
    ),
    ("secret_printed", "you may be able to use `{:?}`"),
    ("submission_without_approval", "HandOverShipment>::of`"),
    (
        "until_of_a_mutation",
        "`until` is for calls that only read, and whose answer has a status",
    ),
];

fn cases() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let files = fs::read_dir(folder).expect("cases").flatten().map(|entry| entry.path());
    let sources = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    sources
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect()
}

#[test]
fn every_misuse_names_its_fix() {
    let named: BTreeSet<String> = FIXES.iter().map(|(case, _)| (*case).to_owned()).collect();
    let mut cases = cases();
    assert!(cases.remove("as_it_should_be"), "the right use is a case too");
    assert_eq!(cases, named, "each case needs a row in FIXES, each row a case");
    for (case, fix) in FIXES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("cases")
            .join(format!("{case}.stderr"));
        let message = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(message.contains(fix), "{case} does not lead to `{fix}`:\n{message}");
    }
}

#[test]
fn misuse_does_not_compile() {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(compiler)
        .arg("--version")
        .output()
        .expect("a compiler")
        .stdout;
    let version = String::from_utf8_lossy(&version).into_owned();
    if !version.starts_with(COMPILER) {
        println!("skipped: the messages were written for {COMPILER}x, and this is {version}");
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.pass("cases/as_it_should_be.rs");
    for (case, _) in FIXES {
        cases.compile_fail(format!("cases/{case}.rs"));
    }
}
