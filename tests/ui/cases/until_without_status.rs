//! Waiting for what has no status.

use parcels_partner::{Call, operations::rates::QuoteRate};

pub fn wait(call: Call<QuoteRate>) {
    let _ = call.until(|_| true);
}

fn main() {}
