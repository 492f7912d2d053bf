//! A key that only asks again does not fit where something happens.

use parcels_partner::{CancelReason, CancelShipment, Client, RefreshKey, ShipmentId};

pub async fn cancel(client: &Client, shipment: &ShipmentId) -> Result<(), Box<dyn std::error::Error>> {
    let body = CancelShipment::new(CancelReason::Other);
    client.shipments().cancel(RefreshKey::random()?, shipment, &body).await?;
    Ok(())
}

fn main() {}
