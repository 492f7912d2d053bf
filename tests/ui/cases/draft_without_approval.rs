//! A draft of an operation that needs no approval.

use parcels_partner::{Client, calls::Draft, operations::shipments::CancelShipment};

pub fn restore(client: &Client, kept: &[u8]) {
    let _ = Draft::<CancelShipment>::restore(client, kept);
}

fn main() {}
