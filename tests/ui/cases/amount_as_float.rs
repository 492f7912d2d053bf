//! Money is no float.

use parcels_partner::QuoteRate;

fn main() {
    let _ = QuoteRate::new(1200, "NO").with_insured_value(12.5);
}
