//! Two amounts are added as if they could not be of two currencies.

use parcels_partner::values::Money;

pub fn sum(one: Money<String>, other: Money<String>) -> Money<String> {
    one + other
}

fn main() {}
