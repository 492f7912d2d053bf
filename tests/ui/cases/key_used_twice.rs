//! One key for two actions.

use parcels_partner::{CancelReason, CancelShipment, Client, Error, IdempotencyKey, ShipmentId};

pub async fn cancel(client: &Client, key: IdempotencyKey, one: &ShipmentId, other: &ShipmentId) -> Result<(), Error> {
    let reason = CancelShipment::new(CancelReason::Duplicate);
    client.shipments().cancel(key, one, &reason).await?;
    client.shipments().cancel(key, other, &reason).await?;
    Ok(())
}

fn main() {}
