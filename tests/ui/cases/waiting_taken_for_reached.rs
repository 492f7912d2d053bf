//! The end of a waiting is taken for what was waited for: it may have been cancelled, or run out of time.

use parcels_partner::{Client, Error, Shipment, ShipmentId};

pub async fn delivered(client: &Client, shipment: &ShipmentId) -> Result<Shipment, Error> {
    client.shipments().read(shipment).poll_until(|shipment| shipment.state.is_done()).await
}

fn main() {}
