//! A draft is taken for a booking.
#![deny(unused_must_use)]

use parcels_partner::{BookShipment, Client, SenderId, errors::DraftError};

pub fn book(client: &Client, sender: &SenderId, request: &BookShipment) -> Result<(), DraftError> {
    client.shipments().draft_book(sender, request)?;
    Ok(())
}

fn main() {}
