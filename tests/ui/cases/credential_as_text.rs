//! A call goes with a credential of its own, which nothing says the scheme of.

use parcels_partner::{Client, http::Method};

pub fn of_a_partner(client: &Client, token: &str) {
    let _ = client.raw(Method::GET, "/parcels").credential(token);
}

fn main() {}
