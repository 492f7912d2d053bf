//! Random calls of many customers at once, over memory and a file: money adds up, no balance is below zero, no customer sees what another one
//! made, and every answer fits the contract by a validator that is not ours. The seed is printed.
//!
//! `SANDBOX_WALK=100000` is the number of calls, half of them over memory and half over a file; `SANDBOX_SEED` is the seed.

mod answers;
mod walk;

use crate::support::client::FIRST;
use crate::with_store_file;
use serde_json::{Value, json};
use walk::{Crowd, Plan, wrong_books};

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

fn plan(calls: u64, store: Option<String>) -> Plan {
    let contract = std::fs::read_to_string(FIRST).unwrap();
    Plan {
        seed: number("SANDBOX_SEED", u64::from(std::process::id())),
        calls,
        store,
        served: contract.clone(),
        stated: contract,
    }
}

fn holds(name: &str, plan: &Plan) {
    let (seed, calls) = (plan.seed, plan.calls);
    println!("{name}: seed {seed}");
    let crowd = Crowd::run(plan);
    let (first, all) = (crowd.wrong.iter().take(20).collect::<Vec<_>>(), crowd.wrong.len());
    assert!(
        first.is_empty(),
        "seed {seed}: {all} findings, the first of them {first:#?}"
    );
    println!(
        "{name}: {} calls; statuses {:?}; foreign tries {}",
        crowd.made, crowd.statuses, crowd.foreign
    );
    assert!(
        crowd.made >= calls && crowd.foreign > calls / 100,
        "{} calls, {} foreign",
        crowd.made,
        crowd.foreign
    );
    let share = |status| crowd.statuses.get(&status).copied().unwrap_or_default() * 100 / crowd.made;
    assert!(
        share(200) > 10 && share(201) > 10 && share(409) > 0 && share(404) > 0,
        "{:?}",
        crowd.statuses
    );
}

#[test]
fn a_crowd_finds_nothing_wrong_over_memory() {
    holds("memory", &plan(number("SANDBOX_WALK", 6_000) / 2, None));
}

#[test]
fn a_crowd_finds_nothing_wrong_over_a_file() {
    with_store_file("crowd", |file| {
        holds(
            "SQLite",
            &plan(number("SANDBOX_WALK", 6_000) / 2, Some(file.to_owned())),
        );
    });
}

/// The first finding about something, of a crowd that has to find it.
fn found(plan: &Plan, about: &str) {
    let wrong = Crowd::run(plan).wrong;
    let (first, all) = (wrong.iter().take(20).collect::<Vec<_>>(), wrong.len());
    assert!(
        wrong.iter().any(|one| one.contains(about)),
        "{about}: seed {}, {all} findings, the first of them {first:#?}",
        plan.seed
    );
}

#[test]
fn a_crowd_finds_a_balance_below_zero_where_no_rule_forbids_it() {
    let mut plan = plan(1_500, None);
    let rule = "rule: ledger.balance('customer:' + customer.customerId, body.currency) >= body.amount";
    assert!(plan.served.contains(rule));
    plan.served = plan.served.replace(rule, "rule: body.amount >= body.amount");
    found(&plan, "below zero");
}

#[test]
fn a_crowd_finds_an_answer_that_does_not_fit_the_contract() {
    let mut plan = plan(300, None);
    let mut stated: Value = serde_yaml::from_str(&plan.stated).unwrap();
    let withdrawal = &mut stated["components"]["schemas"]["PartnerFiatWithdrawal"];
    withdrawal["required"]
        .as_array_mut()
        .unwrap()
        .push(json!("withdrawalNumber"));
    plan.stated = stated.to_string();
    found(&plan, "withdrawalNumber");
}

#[test]
fn books_that_do_not_add_up_are_found() {
    let account = |account: &str, balance: &str| json!({ "account": account, "unit": "EUR", "balance": balance });
    let books = |accounts: &[Value]| wrong_books(&json!({ "accounts": accounts }));
    assert!(books(&[account("customer:1", "10.5"), account("outside", "-10.50")]).is_empty());
    assert!(books(&[account("customer:1", "10.5"), account("outside", "-10.51")])[0].contains("add up to -0.01 EUR"));
    assert!(books(&[account("customer:1", "-1"), account("outside", "1")])[0].contains("below zero"));
    assert!(books(&[account("reserved:1:2", "-1"), account("outside", "1")])[0].contains("below zero"));
}
