//! What a call that goes on gives is asked for by name.

use parcels_partner::{Client, Error, Shipment};

pub async fn again(client: &Client, error: Error) -> Result<Shipment, Error> {
    let shipment: Shipment = client.resend(error).await?;
    Ok(shipment)
}

fn main() {}
