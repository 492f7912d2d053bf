//! An intent is used as the server's answer, although nothing was sent.

use parcels_partner::{Client, Error, IdempotencyKey, Shipment, calls::Authorized, operations::shipments::BookShipment};

pub async fn book(client: &Client, key: IdempotencyKey, body: &Authorized<BookShipment>) -> Result<Shipment, Error> {
    client.shipments().book(key, body).intent().await
}

fn main() {}
