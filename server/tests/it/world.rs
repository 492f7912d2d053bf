//! The payout of the simulated world, paid at the bank.

use sdkwright_world::{Seed, Wrong};

use crate::payer::{check, pay, pay_by_flow};
use crate::served::{bank, forgetful_bank};

#[test]
fn the_bank_pays_once_in_each_history_with_one_deviation() {
    sdkwright_watch::listen();
    let check = check().server(bank);
    let timeline = check.replay(Seed::default(), pay).unwrap();
    let sent = timeline.iter().filter(|line| line.contains("the server gets POST"));
    assert_eq!(sent.count(), 2, "{timeline:#?}");
    let searched = check.clone().deviations(1).exhaustive(pay).unwrap();
    assert!(searched.histories > 500, "{searched}");
    check.random(1, 50, pay_by_flow).unwrap();
}

#[test]
fn a_bank_that_forgets_its_keys_pays_twice_and_is_found() {
    let failure = check()
        .server(forgetful_bank)
        .deviations(1)
        .exhaustive(pay)
        .unwrap_err();
    assert!(matches!(failure.wrong, Wrong::Twice { .. }), "{failure}");
}
