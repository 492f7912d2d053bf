//! The examples at the bank, as they run at the local sandbox.

use super::{Kept, Receiver, WORKFLOWS, bare, printed, wait_for};
use crate::bank::{Bank, CLIENT, DEMO};

const WEBHOOK_SECRET: &str = "sentinel9f2-webhook-secret-0123456789abcdef";

/// Returns what an example printed that ended well.
fn run(bank: &Bank, name: &str, arguments: &[&str]) -> String {
    let mut command = bare(name);
    command
        .env("OCEAFIN_PARTNER_API_BASE_URL", &bank.url)
        .env("OCEAFIN_PARTNER_API_CLIENT_ID", CLIENT)
        .env("OCEAFIN_PARTNER_API_CLIENT_SECRET", DEMO);
    printed(&command.args(arguments).output().unwrap())
}

#[test]
fn every_example_ends_well_at_the_bank_and_does_nothing_twice() {
    let receiver = Receiver::start(WEBHOOK_SECRET);
    let bank = Bank::start(Some((&receiver.url, WEBHOOK_SECRET)));
    let others = [
        ("onboard_individual", "cust-9001", " is APPROVED\n"),
        ("onboard_corporate", "cust-9002", " is APPROVED\n"),
        ("fiat_withdrawal", "wd-9001", " is COMPLETED\n"),
        ("conversion", "cv-9001", " is COMPLETED\n"),
    ];
    for (name, id, ending) in WORKFLOWS.into_iter().chain(others) {
        let kept = Kept::new();
        let said = run(&bank, name, &kept.arguments(id));
        assert!(said.ends_with(ending), "{name}: {said}");
        let resources = bank.resources();
        let again = run(&bank, name, &kept.arguments(id));
        assert!(again.ends_with(ending), "{name}: {again}");
        assert_eq!(bank.resources(), resources, "{name}: {said}{again}");
    }
    assert!(run(&bank, "quick_start", &[]).ends_with(" is APPROVED\n"));
    assert!(run(&bank, "balances", &[]).ends_with("the latest is COMPLETED\n"));
    wait_for(|| receiver.said("conversion.created: read conversion ").then_some(()));
}
