//! An amount that a server sent may be no number: which one is the larger can fail.

use parcels_partner::Decimal;

pub fn is_enough(balance: &Decimal, wanted: &Decimal) -> bool {
    balance >= wanted
}

fn main() {}
