//! A key that nobody checked.

use parcels_partner::{Call, Client, RegisterSender, operations};

pub fn register(client: &Client, request: &RegisterSender) -> Call<operations::senders::RegisterSender> {
    client.senders().register("shop-17:register", request)
}

fn main() {}
