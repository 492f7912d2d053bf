//! An optional parameter that another operation has.

use parcels_partner::{Call, Client, ShipmentId, operations::shipments::ReadShipment};

pub fn read(client: &Client, shipment: &ShipmentId) -> Call<ReadShipment> {
    client.shipments().read(shipment).size(50)
}

fn main() {}
