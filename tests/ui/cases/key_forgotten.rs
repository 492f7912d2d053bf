//! A mutation without a key.

use parcels_partner::{Call, Client, RegisterSender, operations};

pub fn register(client: &Client, request: &RegisterSender) -> Call<operations::senders::RegisterSender> {
    client.senders().register(request)
}

fn main() {}
