//! The transport as an application sets it up, against real servers. The page docs/use/transport.md shows parts of these tests.

mod connections;
mod decoding;
mod layers;
mod server;
mod telemetry;

use oceafin_partner::Client;
use oceafin_partner::settings::{Builder, Policy};
use std::time::Duration;

/// A client of a server on this machine that retries without long waits.
fn builder(url: &str) -> Builder<Client> {
    let wait = Duration::from_millis(1);
    Client::builder()
        .base_url(url)
        .client_id("partner-7")
        .client_secret("sentinel9f2-client-secret-0123456789abcdef")
        .without_journal()
        .retry(Policy {
            base: wait,
            cap: wait,
            ..Policy::default()
        })
}
