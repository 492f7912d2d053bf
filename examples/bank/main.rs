//! Serves a bank in memory: `cargo run -p oceafin-examples --example bank [ADDRESS]`
//!
//! Its client is `demo-client` with the secret `demo-secret-for-tests-only`. A restart forgets everything, also idempotency keys.

mod bank;

use oceafin_partner::secret::SigningSecret;
use oceafin_partner::server::{FixedClients, Options, axum, router};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("the bank is listening on http://{}", listener.local_addr()?);
    let clients = FixedClients::new().with("demo-client", SigningSecret::new("demo-secret-for-tests-only"));
    axum::serve(listener, router(bank::Bank::default(), Options::new().clients(clients))).await?;
    Ok(())
}
