//! Money of a currency and an amount of an asset are added.

use parcels_partner::values::Money;

#[derive(Clone, PartialEq)]
pub struct Currency;

#[derive(Clone, PartialEq)]
pub struct Asset;

pub fn sum(fiat: &Money<Currency>, crypto: &Money<Asset>) {
    let _ = fiat.checked_add(crypto);
}

fn main() {}
