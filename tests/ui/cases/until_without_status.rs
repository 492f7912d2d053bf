//! Waiting for what has no status.

use parcels_partner::{Call, operations::rates::QuoteRate};

pub fn wait(call: Call<QuoteRate>) {
    let _ = call.poll_until(|_| true);
}

fn main() {}
