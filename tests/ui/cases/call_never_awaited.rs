//! A call that is never sent.
#![deny(unused_must_use)]

use parcels_partner::{CancelReason, CancelShipment, Client, IdempotencyKey, ShipmentId};

pub async fn cancel(client: &Client, key: IdempotencyKey, shipment: &ShipmentId) {
    client.shipments().cancel(key, shipment, &CancelShipment::new(CancelReason::Duplicate));
}

fn main() {}
