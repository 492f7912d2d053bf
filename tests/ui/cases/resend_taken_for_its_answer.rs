//! The answer of a resumed call is requested by name.

use parcels_partner::{Client, Error, Shipment};

pub async fn again(client: &Client, error: Error) -> Result<Shipment, Error> {
    let shipment: Shipment = client.resend(error).await?;
    Ok(shipment)
}

fn main() {}
