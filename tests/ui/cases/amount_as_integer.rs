//! An integer does not say whether it counts cents.

use parcels_partner::QuoteRate;

fn main() {
    let _ = QuoteRate::new(1200, "NO").with_insured_value(25_000_u64.into());
}
