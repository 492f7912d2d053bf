//! Misuse of a generated crate does not compile, and what the compiler says leads to the fix.
//!
//! `TRYBUILD=overwrite cargo test -p sdkwright-misuse` writes the messages anew: read them, then commit them.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::{fs, path::Path, process::Command};

/// The compiler that the messages were written for; another one words them otherwise.
const COMPILER: &str = "rustc 1.95.";

/// Every case, and the words of its message that lead to the fix.
const FIXES: &[(&str, &str)] = &[
    ("amount_as_float", "expected `Decimal`, found floating-point number"),
    ("amount_as_integer", "the trait `From<u64>` is not implemented for"),
    ("amounts_added_unchecked", "cannot add `Money<std::string::String>`"),
    ("amounts_compared_by_sign", "binary operation `>=` cannot be applied"),
    (
        "amounts_of_two_kinds",
        "expected `&Money<Currency>`, found `&Money<Asset>`",
    ),
    ("approval_forgotten", "expected `&Authorized<BookShipment>`"),
    ("arguments_swapped", "swap these arguments"),
    ("asked_again_without_count", "argument #3 of type `u64` is missing"),
    ("authorized_body_changed", "on type `&mut Authorized<"),
    ("call_never_awaited", "a call does nothing until it is awaited"),
    (
        "client_that_says_nothing_of_a_journal",
        "before this, call `.journal(..)` or `.without_journal()`",
    ),
    (
        "comparison_taken_for_its_answer",
        "the method `is_ge` exists on the type",
    ),
    ("credential_as_text", "expected `Credential`, found `&str`"),
    (
        "delivery_kept_before_verifying",
        "expected `&Delivery<_>`, found `&Vec<u8>`",
    ),
    ("draft_never_authorized", "get its `hash()` approved, `authorize` it"),
    (
        "draft_without_approval",
        "only an operation whose body contains an approval has drafts",
    ),
    (
        "enum_matched_as_if_closed",
        "adding a match arm with a wildcard pattern",
    ),
    ("error_kept_after_resend", "value used here after move"),
    (
        "event_as_argument_of_a_handler",
        "sdkwright_signing::webhook::delivery::Delivery<W>",
    ),
    (
        "event_read_before_verifying",
        "`verifier.verify(&headers, &body)?` gives the delivery",
    ),
    ("file_by_its_name", "expected `Upload`, found `&str`"),
    (
        "handler_without_verifier",
        "expected `sdkwright_signing::webhook::verifier::Verifier<Webhooks>`, found `State`",
    ),
    ("ids_compared", "can't compare `SenderId` with `RateId`"),
    ("id_of_another_thing", "expected `&ShipmentId`, found `&SenderId`"),
    ("ids_as_text", "convert it: `RateId::from(..)`"),
    ("ids_swapped", "expected `RateId`"),
    ("instant_as_text", "expected `Timestamp`, found `&str`"),
    (
        "intent_in_another_store",
        "no method named `record_in` found for reference `&Journal<Memory>`",
    ),
    (
        "intent_outside_a_transaction",
        "expected `&mut Transaction<'_>`, found `&mut Connection`",
    ),
    (
        "intent_taken_for_an_answer",
        "expected `Result<Shipment, Error>`, found `Result<Intent<BookShipment>, Error>`",
    ),
    ("key_as_text", "expected `IdempotencyKey`, found `&str`"),
    ("key_forgotten", "argument #1 of type `IdempotencyKey` is missing"),
    ("key_made_at_random", "      IdempotencyKey::new\n"),
    (
        "key_of_a_question_for_an_action",
        "expected `IdempotencyKey`, found `RefreshKey`",
    ),
    ("key_used_twice", "value used here after move"),
    ("member_forgotten", "missing field `country`"),
    ("option_of_another_call", "Call<ListShipments>"),
    ("pages_of_one_value", "does not return pages"),
    ("problem_code_as_status", "`error.status()` returns the HTTP status"),
    (
        "request_by_its_members",
        "you might have meant to use the `new` associated function",
    ),
    ("resend_taken_for_its_answer", "expected `Shipment`, found `()`"),
    ("secret_as_header", "expected `&str`, found `&Secret`"),
    ("secret_printed", "you may be able to use `{:?}`"),
    (
        "signing_secret_as_header",
        "the trait `From<SigningSecret>` is not implemented for",
    ),
    ("signing_secret_read", "no method named `expose` found"),
    ("submission_without_approval", "HandOverShipment>::from_authorized\n"),
    (
        "unknown_execution_forgotten",
        "pattern `Execution::Unknown { .. }` not covered",
    ),
    (
        "until_of_a_mutation",
        "`poll_until` requires a call that only reads or looks up, and whose response has a status",
    ),
    (
        "until_of_one_page",
        "for a list, `poll_items_until` looks at the items of all its pages",
    ),
    ("until_without_status", "whose response has a status with `x-lifecycle`"),
    (
        "waiting_taken_for_reached",
        "found `Result<PollResult<ReadShipment>, Error>`",
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
    assert!(
        cases.remove("as_it_should_be"),
        "the right use is an example of this package"
    );
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
        // Printed only if the test fails.
        println!("The messages were written for {COMPILER}x, and this is {version}");
        println!("Where only words differ: TRYBUILD=overwrite cargo test -p sdkwright-misuse");
    }
    let cases = trybuild::TestCases::new();
    for (case, _) in FIXES {
        cases.compile_fail(format!("cases/{case}.rs"));
    }
}
