//! Pages of an operation that is not paged.

use parcels_partner::{Client, ShipmentId};

pub fn read(client: &Client, shipment: &ShipmentId) {
    let _ = client.shipments().read(shipment).stream();
}

fn main() {}
