//! An instant that is any text.

use parcels_partner::{Call, Client, SenderId, operations::shipments::ListShipments};

pub fn since_march(client: &Client, sender: &SenderId) -> Call<ListShipments> {
    client.shipments().list(sender).booked_after("2026-03-02")
}

fn main() {}
