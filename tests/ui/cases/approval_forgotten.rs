//! A request that needs an approval is sent without one.

use parcels_partner::{BookShipment, Call, Client, IdempotencyKey, operations};

pub fn book(client: &Client, key: IdempotencyKey, request: &BookShipment) -> Call<operations::shipments::BookShipment> {
    client.shipments().book(key, request)
}

fn main() {}
