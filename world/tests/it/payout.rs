//! The test that docs/use/testing.md shows.

use crate::payer::{OPERATIONS, PAYS, pay};
use sdkwright_world::check;

#[test]
fn a_payout_is_paid_once_whatever_fails() {
    let searched = check(OPERATIONS, PAYS, pay).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(searched.histories > 1000);
}
