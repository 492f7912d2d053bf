//! Two arguments in each other's place.

use parcels_partner::{Call, Client, RefreshKey, QuoteRate, SenderId, operations};

pub fn quote(client: &Client, key: RefreshKey, sender: &SenderId) -> Call<operations::rates::QuoteRate> {
    client.rates().quote(key, &QuoteRate::new(1200, "NO"), sender)
}

fn main() {}
