//! Waiting with a call that would act each time.

use parcels_partner::{CancelShipment, Client, IdempotencyKey, ShipmentId};

pub fn wait(client: &Client, key: IdempotencyKey, shipment: &ShipmentId, body: &CancelShipment) {
    let _ = client.shipments().cancel(key, shipment, body).poll_until(|shipment| shipment.state.is_done());
}

fn main() {}
