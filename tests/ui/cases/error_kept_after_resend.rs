//! A failed call is sent again, and its error is used as if the call still stood where it did.

use parcels_partner::{Client, Error};

pub async fn again(client: &Client, error: Error) -> Result<(), Error> {
    match client.resend(error).await {
        Ok(()) => Ok(()),
        Err(_) => client.resend(error).await,
    }
}

fn main() {}
