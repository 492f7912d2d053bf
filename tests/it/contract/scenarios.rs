//! Every state of every lifecycle and every problem code can be reached in the local server, by a scenario of the contract or by an action
//! that `docs/use/sandbox-endings.md` lists. All calls go through the crate, over HTTP, and time is stepped.

mod business;
mod crypto;
mod deposits;
mod fiat;
mod onboarding;
mod place;
mod refusals;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use business::{collections, conversions};
use crypto::{crypto_withdrawals, refunds};
use deposits::deposits;
use fiat::fiat_withdrawals;
use onboarding::{activations, customers};
use place::{Place, contract, operations};
use refusals::{actions, refusals};
use serde_json::Value;

/// Codes that no scenario has to ask for, with the action that leads to each.
const ACTIONS: &[(&str, &str)] = &[
    ("PARTNER_AUTH_FAILED", "A call with the id of an unknown client."),
    (
        "PARTNER_SIGNATURE_INVALID",
        "A call with the signature of another secret.",
    ),
    (
        "PARTNER_SIGNATURE_EXPIRED",
        "A call after `POST /.sandbox/clock/90000`, which sets the clock of the sandbox ahead.",
    ),
    (
        "PARTNER_NONCE_REPLAYED",
        "A call with `Sandbox-Answer: twice`: a copy arrives, and you get its response.",
    ),
    (
        "PARTNER_SCOPE_DENIED",
        "`--refuse CLIENT:OPERATION=PARTNER_SCOPE_DENIED`.",
    ),
    (
        "PARTNER_PRODUCT_DISABLED",
        "`--refuse CLIENT:TAG=PARTNER_PRODUCT_DISABLED`.",
    ),
    (
        "PARTNER_CUSTOMER_NOT_FOUND",
        "A call with an unknown customer in its path.",
    ),
    ("PARTNER_RESOURCE_NOT_FOUND", "A read of an unknown id."),
    (
        "PARTNER_RESOURCE_STATE_INVALID",
        "A second submission of a withdrawal, under another key.",
    ),
    ("PARTNER_IDEMPOTENCY_CONFLICT", "Another body under a used key."),
    (
        "PARTNER_IDEMPOTENCY_IN_PROGRESS",
        "A second call under the key of a call with `Sandbox-Answer: killed`.",
    ),
    (
        "PARTNER_REQUEST_INVALID",
        "A quote for the conversion of an asset into itself.",
    ),
    (
        "PARTNER_REFERENCE_CONFLICT",
        "A second customer with the reference of another one and another name.",
    ),
    ("PARTNER_QUOTE_EXPIRED", "A withdrawal of an expired quote."),
    (
        "PARTNER_TRAVEL_RULE_REQUIRED",
        "A refund of a crypto deposit that waits for Travel Rule information.",
    ),
];

/// Operation and name of each scenario, with its row.
fn scenarios(contract: &Value) -> BTreeMap<(String, String), Value> {
    let rows = operations(contract).into_iter().flat_map(|(id, operation)| {
        let rows = operation["x-scenarios"].as_array().cloned().unwrap_or_default();
        rows.into_iter()
            .map(move |row| ((id.clone(), row["name"].as_str().expect("a name").to_owned()), row))
    });
    rows.collect()
}

#[test]
fn every_state_and_every_code_is_reached_and_every_scenario_is_used() {
    let (draft, approved) = (Place::new("DRAFT"), Place::new("APPROVED"));
    customers(&draft);
    for part in [
        deposits,
        activations,
        fiat_withdrawals,
        crypto_withdrawals,
        refunds,
        conversions,
        collections,
        actions,
    ] {
        part(&approved);
    }
    let places = [&draft, &approved];
    let contract = contract();
    let mut missing = Vec::new();
    let calls: Vec<_> = places.iter().flat_map(|place| place.server.calls()).collect();
    for (operation, name) in scenarios(&contract).keys() {
        let is_used = calls
            .iter()
            .filter(|call| call.operation.as_ref() == Some(operation))
            .any(|call| {
                let mut checks = call.checks.iter().filter(|check| check.name == "scenario");
                checks.any(|check| check.note.split(':').next() == Some(name))
            });
        if !is_used {
            missing.push(format!("scenario `{name}` of {operation} is not used"));
        }
    }
    let states: BTreeSet<_> = places.iter().flat_map(|place| place.states.borrow().clone()).collect();
    let mut codes: BTreeSet<_> = places.iter().flat_map(|place| place.codes.borrow().clone()).collect();
    codes.extend(refusals());
    let (mut lifecycles, mut all) = (0, 0);
    for (name, schema) in contract["components"]["schemas"].as_object().expect("schemas") {
        let values = schema["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|value| value.as_str().expect("a text").to_owned());
        if schema.get("x-lifecycle").is_some() {
            lifecycles += 1;
            for state in values {
                all += 1;
                if !states.contains(&(name.clone(), state.clone())) {
                    missing.push(format!("{name}: {state} is not reached"));
                }
            }
        } else if schema.get("x-problem-registry").is_some() {
            missing.extend(
                values
                    .filter(|code| !codes.contains(code))
                    .map(|code| format!("{code} is not reached")),
            );
        }
    }
    println!(
        "{all} states of {lifecycles} lifecycles, {} codes, {} scenarios",
        codes.len(),
        scenarios(&contract).len()
    );
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn the_documentation_lists_every_scenario_and_what_leads_to_the_other_codes() {
    let contract = contract();
    let mut rows = vec![
        "| operation | value | leads to |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for (id, operation) in operations(&contract) {
        for row in operation["x-scenarios"].as_array().into_iter().flatten() {
            let ends = match &row["to"] {
                Value::Array(states) => states
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|state| format!("`{state}`"))
                    .collect(),
                Value::String(state) => vec![format!("`{state}`")],
                _ => row["refuses"]
                    .as_str()
                    .map(|code| format!("`{code}`"))
                    .into_iter()
                    .collect(),
            };
            rows.push(format!(
                "| `{id}` | {} | {} |",
                row["message"].as_str().expect("a message"),
                ends.join(", then ")
            ));
        }
    }
    let scenarios = rows.join("\n");
    let mut rows = vec!["| code | cause |".to_owned(), "|---|---|".to_owned()];
    rows.extend(ACTIONS.iter().map(|(code, action)| format!("| `{code}` | {action} |")));
    let wanted = [scenarios, rows.join("\n")];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/use/sandbox-endings.md");
    let text = std::fs::read_to_string(&path).expect("readable");
    let mut parts = text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let mut found = 0;
    for part in &mut parts {
        for table in &wanted {
            if part.lines().next() == table.lines().next() {
                found += 1;
                part.clone_from(table);
            }
        }
    }
    assert_eq!(found, wanted.len(), "docs/use/sandbox-endings.md has both tables");
    let new = parts.join("\n\n");
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(&path, &new).expect("written");
    } else {
        assert!(
            new == text,
            "docs/use/sandbox-endings.md does not fit the contract: OVERWRITE=1 writes its tables"
        );
    }
    let known: BTreeSet<&str> = ACTIONS.iter().map(|(code, _)| *code).collect();
    let refused = self::scenarios(&contract);
    let refused: BTreeSet<&str> = refused.values().filter_map(|row| row["refuses"].as_str()).collect();
    let codes = contract["components"]["schemas"]["PartnerProblemCode"]["enum"]
        .as_array()
        .expect("codes");
    let silent: Vec<_> = codes
        .iter()
        .filter_map(Value::as_str)
        .filter(|code| !known.contains(code) && !refused.contains(code))
        .collect();
    assert!(silent.is_empty(), "nothing says how to get {silent:?}");
}
