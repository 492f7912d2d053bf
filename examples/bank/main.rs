//! Serves the bank: `cargo run -p oceafin-examples --example bank [ADDRESS [FILE]]`
//!
//! Its client is `demo-client` with the secret `demo-secret-for-tests-only`. Without a file, each start has a new bank. Events go to the URL of
//! the variable `BANK_RECEIVER`, signed with the secret of `OCEAFIN_PARTNER_API_WEBHOOK_SECRET`; without a URL they wait in the file.

mod bank;
mod operations;
mod steps;

use std::time::{Duration, SystemTime};

use oceafin_partner::secret::SigningSecret;
use oceafin_partner::server::{FixedClients, FixedReceivers, Options, Receiver, axum, deliveries, router};
use oceafin_partner::transport::{Body, ReqwestTransport, SendFuture, SleepFuture, Transport};
use sdkwright_server::SqliteFile;

/// Sends deliveries, and prints those that the receiver does not accept.
struct Printed(ReqwestTransport);

impl Transport for Printed {
    fn send(&self, request: axum::http::Request<Body>) -> SendFuture<'_> {
        Box::pin(async move {
            let sent = self.0.send(request).await;
            match &sent {
                Ok(response) if response.status().is_success() => {}
                Ok(response) => eprintln!("a delivery is not accepted: status {}", response.status().as_u16()),
                Err(error) => eprintln!("a delivery failed: {error}"),
            }
            sent
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        self.0.sleep(duration)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let folder = tempfile::tempdir()?;
    let file = std::env::args()
        .nth(2)
        .map_or_else(|| folder.path().join("bank.db"), Into::into);
    let (store, bank) = (SqliteFile::open(&file)?, bank::Bank::open(&file, SystemTime::now)?);
    steps::seed(&bank, "demo-client").map_err(|problem| format!("{problem:?}"))?;
    println!("the bank is listening on http://{}", listener.local_addr()?);
    let worker = bank.clone();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(200));
            if let Err(problem) = steps::work(&worker) {
                eprintln!("the bank rests: {problem:?}");
            }
        }
    });
    if let Ok(url) = std::env::var("BANK_RECEIVER") {
        let secret = SigningSecret::new(std::env::var("OCEAFIN_PARTNER_API_WEBHOOK_SECRET")?);
        let receivers = FixedReceivers::new().with("demo-client", Receiver::new(url, secret));
        let worker = deliveries(store.clone(), receivers, Printed(ReqwestTransport::new()?));
        tokio::spawn(async move { worker.run().await });
    }
    let clients = FixedClients::new().with("demo-client", SigningSecret::new("demo-secret-for-tests-only"));
    let options = Options::new()
        .clients(clients)
        .keys(store.clone())
        .nonces(store)
        .body_limit(11 << 20);
    // All effects of the bank are rows of its file.
    let options = options.transactional(Duration::from_secs(10), |_| true);
    axum::serve(listener, router(bank, options)).await?;
    Ok(())
}
