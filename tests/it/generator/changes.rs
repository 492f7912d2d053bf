//! Ten changes of our contract, and what is said of the conduct of programs. What people read of them is in sdkwright/tests/it/ten_changes.rs.

use crate::case;
mod advice;
mod items;
mod sentences;
mod uses;
mod words;

use sdkwright::comparison::compare;
use sdkwright::named_version::NamedVersion;
use sdkwright_changes::{ConductRisk, ContractDiff};
use sdkwright_codegen::naming::Overrides;
use sdkwright_contract::diag::render;
use sdkwright_contract::{Inputs, SourceFile};
use std::{collections::BTreeMap, fmt::Write as _, fs};

/// One text, and what takes its place.
#[derive(serde::Deserialize)]
struct Edit {
    find: String,
    put: String,
}

fn cases() -> BTreeMap<String, Vec<Edit>> {
    let text = fs::read_to_string(case::folder("changes").join("cases.yaml")).expect("the cases");
    serde_yaml::from_str(&text).expect("cases")
}

fn contract() -> String {
    fs::read_to_string(case::root().join("openapi/partner-api.yaml")).expect("the contract")
}

fn changed(edits: &[Edit]) -> String {
    edits.iter().fold(contract(), |text, edit| {
        assert!(text.contains(&edit.find), "`{}` is not in the contract", edit.find);
        text.replace(&edit.find, &edit.put)
    })
}

fn version(name: &str, text: &str) -> NamedVersion {
    read(name, text).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Returns a version, or why the contract is refused.
fn read(name: &str, text: &str) -> Result<NamedVersion, String> {
    let inputs = Inputs::new(SourceFile {
        name,
        bytes: text.as_bytes(),
    });
    let version = NamedVersion::from_inputs(&inputs, &Overrides::default()).map_err(|report| render(&report, false))?;
    match version.refused() {
        None => Ok(version),
        Some(why) => Err(why.to_owned()),
    }
}

fn compared(base: &str, revision: &str) -> ContractDiff {
    compare(&version("base.yaml", base), &version("revision.yaml", revision), None)
}

/// Returns what is said of the conduct, with the place, and of the wire.
fn told(comparison: &ContractDiff) -> String {
    comparison.changes.iter().fold(String::new(), |mut out, change| {
        let place = change
            .place()
            .map_or(String::new(), |place| format!("{}:{}", place.file, place.line));
        let verdicts = &change.verdicts;
        let _ = writeln!(
            out,
            "{} ({place})\n  {}\n  wire: {:?}",
            change.id, change.text, verdicts.wire.breaks
        );
        if verdicts.conduct.risk != ConductRisk::Same {
            let _ = writeln!(
                out,
                "  conduct: {:?}: {}",
                verdicts.conduct.risk, verdicts.conduct.sentence
            );
        }
        out
    })
}

#[test]
fn a_contract_and_itself_differ_in_nothing_and_what_is_told_forwards_is_told_backwards() {
    let cases: Vec<_> = cases().into_iter().collect();
    let base = version("base.yaml", &contract());
    assert_eq!(told(&compare(&base, &base, None)), "");
    case::side_by_side(&cases, |(name, edits)| {
        let revision = version("revision.yaml", &changed(edits));
        let (there, back) = (compare(&base, &revision, None), compare(&revision, &base, None));
        assert_eq!(there.changes.is_empty(), back.changes.is_empty(), "{name}");
    });
}

#[test]
fn a_danger_is_said_once_and_names_what_an_engineer_must_know() {
    let of = |name: &str| {
        let cases = cases();
        let comparison = compared(&contract(), &changed(cases.get(name).expect("the case")));
        let dangers = comparison
            .changes
            .into_iter()
            .filter(|change| change.verdicts.conduct.risk == ConductRisk::Dangerous);
        dangers
            .map(|change| change.verdicts.conduct.sentence)
            .collect::<Vec<String>>()
    };
    let retention = of("a-retention-of-12-hours");
    assert!(
        retention.len() == 1 && retention[0].contains("12 hours") && retention[0].contains("twice"),
        "{retention:?}"
    );
    let order = of("another-order-of-components");
    assert!(order.len() == 1 && order[0].contains("locked out"), "{order:?}");
    assert!(of("an-optional-member").is_empty());
    assert!(of("a-newtype-introduced").is_empty());
}

#[test]
fn a_word_of_paging_that_all_lists_take_from_the_root_is_one_change() {
    let revision = contract().replacen("next: /pageInfo/nextCursor", "next: /pageInfo/hasMore", 1);
    let comparison = compared(&contract(), &revision);
    let [change] = &comparison.changes[..] else {
        panic!("{:?}", comparison.changes)
    };
    let count = change.operations.len();
    assert!(
        count > 10 && change.text.contains(&format!("of {count} operations")),
        "{}",
        change.text
    );
    assert_eq!(change.place().expect("a place").pointer, "/x-pagination/next");
}

/// Returns the changes by one edit of our contract.
fn edited(find: &str, put: &str) -> ContractDiff {
    let edit = Edit {
        find: find.to_owned(),
        put: put.to_owned(),
    };
    compared(&contract(), &changed(&[edit]))
}

#[test]
fn the_name_of_a_header_in_another_case_is_no_change() {
    let names = [
        "X-Partner-Signature",
        "X-Partner-Client-Id",
        "X-Partner-Timestamp",
        "X-Partner-Nonce",
        "Idempotency-Key",
        "Idempotent-Replayed",
        "X-Request-Id",
        "X-Oceafin-Webhook-Timestamp",
        "X-Oceafin-Webhook-Nonce",
        "X-Oceafin-Webhook-Signature",
    ];
    let edits = names.map(|name| Edit {
        find: format!(": {name}"),
        put: format!(": {}", name.to_ascii_lowercase()),
    });
    assert_eq!(told(&compared(&contract(), &changed(&edits))), "");
}

#[test]
fn another_header_of_a_request_id_locks_partners_out_where_the_server_needs_it() {
    let risk = |find: &str, put: &str| {
        let comparison = edited(find, put);
        let mut risks = comparison.changes.iter().map(|change| change.verdicts.conduct.risk);
        risks.clone().max().filter(|_| risks.next().is_some())
    };
    let word = "requestId: { header: X-Request-Id";
    assert!(contract().contains(&format!("{word}, required: true")));
    assert_eq!(risk(word, "requestId: { header: X-Req"), Some(ConductRisk::Dangerous));
    let both = format!("{word}, required: true");
    assert_eq!(
        risk(&both, "requestId: { header: X-Req, required: false"),
        Some(ConductRisk::Differs)
    );
}

#[test]
fn a_sign_of_the_last_page_that_comes_or_goes_is_no_danger() {
    let with = "  next: /pageInfo/nextCursor";
    let more = format!("{with}\n  more: /pageInfo/hasMore");
    let text = contract();
    let (with, without) = if text.contains("  more: /pageInfo/hasMore") {
        (text.clone(), text.replace("\n  more: /pageInfo/hasMore", ""))
    } else {
        (text.replace(with, &more), text.clone())
    };
    assert_ne!(with, without);
    for (base, revision) in [(&with, &without), (&without, &with)] {
        let comparison = compared(base, revision);
        let [change] = &comparison.changes[..] else {
            panic!("{}", told(&comparison))
        };
        assert_eq!(
            change.verdicts.conduct.risk,
            ConductRisk::Differs,
            "{}",
            told(&comparison)
        );
    }
}

#[test]
fn an_operation_that_is_no_longer_signed_is_a_danger_in_both_directions() {
    let text = contract();
    let at = text.find("      operationId: ").expect("an operation");
    let unsigned = format!("{}      security: []\n{}", &text[..at], &text[at..]);
    for (base, revision, wanted) in [(&text, &unsigned, "no longer sign"), (&unsigned, &text, "do not sign")] {
        let comparison = compared(base, revision);
        let dangers = comparison
            .changes
            .iter()
            .filter(|change| change.verdicts.conduct.risk == ConductRisk::Dangerous);
        let dangers: Vec<_> = dangers.collect();
        let [change] = &dangers[..] else {
            panic!("{}", told(&comparison))
        };
        assert!(
            change.verdicts.conduct.sentence.contains(wanted),
            "{}",
            told(&comparison)
        );
        assert!(change.verdicts.wire.breaks != sdkwright_changes::WireBreak::Nobody || wanted == "no longer sign");
    }
}
