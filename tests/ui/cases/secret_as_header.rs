//! A secret goes out as a header of a call, which logs and proxies show.

use parcels_partner::{Client, ShipmentId, settings::Secret};

pub fn read(client: &Client, shipment: &ShipmentId, secret: &Secret) {
    let _ = client.shipments().read(shipment).header("Authorization", secret);
}

fn main() {}
