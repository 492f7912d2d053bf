//! The id of a sender where that of a shipment belongs.

use parcels_partner::{Call, Client, Sender, operations::shipments::ReadShipment};

pub fn read(client: &Client, sender: &Sender) -> Call<ReadShipment> {
    client.shipments().read(&sender.sender_id)
}

fn main() {}
