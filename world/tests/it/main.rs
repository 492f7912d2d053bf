//! The payout of the guide in the simulated world.

#![allow(clippy::unwrap_used, reason = "tests")]

mod payer;

use payer::{check, pay};

#[test]
fn a_good_world_pays_once() {
    let timeline = check().replay("good".parse().unwrap(), pay).unwrap();
    assert_eq!(
        timeline.iter().filter(|line| line.contains("the server gets POST")).count(),
        2,
        "{timeline:#?}"
    );
}
