//! Waiting for what has no status.

use parcels_partner::{Client, SenderId};

pub fn wait(client: &Client, sender: &SenderId) {
    let _ = client.shipments().list(sender).until(|_| true);
}

fn main() {}
