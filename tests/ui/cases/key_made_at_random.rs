//! After a crash nobody knows a random key, and the same action is done a second time.

use parcels_partner::{CancelReason, CancelShipment, Client, IdempotencyKey, ShipmentId};

pub async fn cancel(client: &Client, shipment: &ShipmentId) -> Result<(), Box<dyn std::error::Error>> {
    let body = CancelShipment::new(CancelReason::Other);
    client.shipments().cancel(IdempotencyKey::random()?, shipment, &body).await?;
    Ok(())
}

fn main() {}
