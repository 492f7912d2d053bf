//! An intent is executed, and the outcome that is unknown is left out.

use parcels_partner::calls::{Execution, Intent};
use parcels_partner::{Client, Error, Shipment, operations::shipments::BookShipment};

pub async fn book(client: &Client, intent: &Intent<BookShipment>) -> Result<Shipment, Error> {
    match client.execute(intent).await {
        Execution::Executed(shipment) => shipment,
        Execution::NotExecuted { error, .. } => Err(error),
    }
}

fn main() {}
