//! After a crash nobody would know what this client sent.

use parcels_partner::{Client, errors::ConfigError};

pub fn client() -> Result<Client, ConfigError> {
    Client::builder().base_url("https://parcels.example").build()
}

fn main() {}
