//! A comparison that can fail is taken for its answer.

use parcels_partner::Decimal;

pub fn is_enough(balance: &Decimal, wanted: &Decimal) -> bool {
    balance.compare(wanted).is_ge()
}

fn main() {}
