//! I6: what is added to a contract renames nothing that was there. An inline type that is written in several places has no name of
//! one place, so it may be renamed when its places change.

use super::{
    case::{self, Case, Outcome},
    change, partner_api, runner, skeleton, text,
};
use proptest::test_runner::TestCaseError;
use sdkwright_contract::diag::Code;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// The names of a case, those of shared types, how many collisions it has by itself, and its report.
type Before = Option<(BTreeSet<String>, BTreeSet<String>, usize, String)>;

#[test]
fn an_addition_renames_nothing() {
    let cases = case::all("cases");
    let before: Vec<RefCell<Before>> = cases.iter().map(|_| RefCell::new(None)).collect();
    let counts = RefCell::new(BTreeMap::<&str, u32>::new());
    let strategy = (0..cases.len(), change::additions());
    runner(260)
        .run(&strategy, |(index, additions)| {
            let case = &cases[index];
            // Read as a foreign contract: collisions are resolved, and only members of a collision may be renamed.
            let lenient = Case {
                lenient: true,
                ..case.clone()
            };
            let contract = case.value();
            if before[index].borrow().is_none() {
                let outcome = lenient.generate_from(text(&contract).as_bytes());
                let collisions = outcome.report.count(Code::NameCollision);
                *before[index].borrow_mut() = Some((names(&outcome), shared(&outcome), collisions, outcome.rendered()));
            }
            let known = before[index].borrow();
            let Some((known, shared_before, collisions, report)) = known.as_ref() else {
                return Err(TestCaseError::fail("no output"));
            };
            let mut grown = contract.clone();
            for addition in &additions {
                addition.apply(&mut grown);
            }
            let outcome = lenient.generate_from(text(&grown).as_bytes());
            if outcome.files.is_none() {
                *counts.borrow_mut().entry("refused").or_default() += 1;
                return Ok(());
            }
            let now = names(&outcome);
            let lost: Vec<_> = known.difference(&now).collect();
            let collided = outcome.report.count(Code::NameCollision) > *collisions;
            *counts
                .borrow_mut()
                .entry(if collided { "collided" } else { "grown" })
                .or_default() += 1;
            let shared_now = shared(&outcome);
            let is_shared = |name: &str| {
                let of_type = |ty: &String| name.split([' ', ':']).any(|piece| piece.starts_with(ty.as_str()));
                shared_before.iter().any(of_type)
                    || shared_now.difference(shared_before).next().is_some() && !name.contains("fn ")
            };
            // A member of an earlier or a new collision may be renamed.
            let is_allowed = |name: &&String| {
                *collisions > 0 && is_of(name, report) || collided && is_told(name, &outcome) || is_shared(name)
            };
            if lost.iter().all(is_allowed) {
                return Ok(());
            }
            Err(TestCaseError::fail(format!(
                "{}: {additions:?} loses {lost:?}",
                case.name
            )))
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    let counts = counts.into_inner();
    println!("additions: {counts:?}");
    assert!(counts["grown"] > 150, "{counts:?}");
}

/// Returns `true` for a name that a report of collisions names, and for what is named after that.
fn is_of(name: &str, report: &str) -> bool {
    let collisions = report.split("\n\n").filter(|text| text.contains("[C0701]"));
    let named: Vec<&str> = collisions.flat_map(|text| text.split('`').skip(1).step_by(2)).collect();
    let is_near = |word: &str| named.iter().any(|known| known.len() > 1 && word.starts_with(known));
    name.split("::")
        .any(|piece| is_near(piece.rsplit(' ').next().unwrap_or(piece)))
}

/// Returns `true` if the report lists this name as lost to a collision.
fn is_told(name: &str, outcome: &Outcome) -> bool {
    let rendered = outcome.rendered().to_lowercase().replace('_', "");
    name.split("::")
        .map(|piece| piece.trim_start_matches("Call<").trim_end_matches('>'))
        .any(|piece| piece.len() > 1 && rendered.contains(&piece.to_lowercase().replace('_', "")))
}

/// The names that users of the crate can write. A name for a type is worth as much as the type: what that has, it has.
fn names(outcome: &Outcome) -> BTreeSet<String> {
    let files = outcome.files.iter().flatten();
    let texts: Vec<&String> = files
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(_, text)| text)
        .collect();
    let mut names: BTreeSet<String> = texts.iter().flat_map(|text| skeleton::public_names(text)).collect();
    for (alias, target) in texts.iter().flat_map(|text| skeleton::aliases(text)) {
        let defined = |kind: &str| names.contains(&format!("{kind} {target}"));
        let Some(kind) = ["struct", "enum"].into_iter().find(|kind| defined(kind)) else {
            continue;
        };
        let inside = format!("{target}::");
        let parts = names.iter().filter_map(|name| name.strip_prefix(&inside));
        let parts: Vec<String> = parts.map(|part| format!("{alias}::{part}")).collect();
        names.remove(&format!("type {alias}"));
        names.insert(format!("{kind} {alias}"));
        names.extend(parts);
    }
    names
}

/// The types that the contract writes in several places.
fn shared(outcome: &Outcome) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for text in outcome.files.iter().flatten().map(|(_, text)| text) {
        for part in text.split("/// The contract has this schema in ").skip(1) {
            let item = part
                .lines()
                .find(|line| line.starts_with("pub struct ") || line.starts_with("pub enum "));
            let name = item.and_then(|line| line.split([' ', '{']).nth(2));
            all.extend(name.map(str::to_owned));
        }
    }
    all
}

#[test]
fn in_a_contract_of_our_own_an_addition_to_any_schema_renames_nothing() {
    let case = partner_api();
    let contract = case.value();
    let known = names(&case.generate());
    assert!(known.len() > 2_000, "only {} names", known.len());
    let grown = change::grown_everywhere(&contract);
    let outcome = case.generate_from(text(&grown).as_bytes());
    assert!(outcome.files.is_some(), "{}", outcome.rendered());
    let now = names(&outcome);
    let lost: Vec<_> = known.difference(&now).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(now.len() > known.len() + 100, "nothing was added");
}
