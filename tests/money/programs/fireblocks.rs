//! Pays once although it loses a response, lists all vault accounts, and takes a delivery by a public key that it fetches.

use std::env::var;
use std::error::Error;

use axum::{Router, http::StatusCode, routing::post};
use fireblocks_sdk::models::{DestinationTransferPeerPath, SourceTransferPeerPath, TransactionRequest};
use fireblocks_sdk::models::{TextOrNumber, TransferPeerPathType};
use fireblocks_sdk::signing::LocalKey;
use fireblocks_sdk::transport::ReqwestTransport;
use fireblocks_sdk::webhooks::{self, WebhookDelivery, WebhookVerifier};
use fireblocks_sdk::{Client, IdempotencyKey};
use tokio::sync::Notify;

/// Wakes the main function after a genuine delivery.
static ARRIVED: Notify = Notify::const_new();

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let pem = std::fs::read_to_string(var("FIREBLOCKS_PRIVATE_KEY_FILE")?)?;
    let client = Client::builder()
        .base_url(format!("{}/v1", var("FIREBLOCKS_BASE_URL")?))
        .client_id(var("FIREBLOCKS_API_KEY")?)
        .signer(LocalKey::from_pem(&pem)?)
        .without_journal()
        .build()?;

    let vault = SourceTransferPeerPath::new(TransferPeerPathType::VaultAccount).with_id("0");
    let wallet = DestinationTransferPeerPath::new(TransferPeerPathType::ExternalWallet).with_id("supplier-7");
    let transaction = TransactionRequest::new()
        .with_asset_id("BTC")
        .with_source(vault)
        .with_destination(wallet)
        .with_amount(TextOrNumber::Text("0.5".to_owned()))
        .with_external_tx_id("invoice-9001");
    let key = IdempotencyKey::new("invoice-9001:pay")?;
    let paid = client.transactions().create(key, &transaction).with_response().await?;
    println!("paid {:?} in {} attempts", paid.value.id, paid.attempts);

    let (mut accounts, mut count) = (client.vaults().get_paged_vault_accounts().stream(), 0);
    while accounts.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let url = format!("{}{}", var("FIREBLOCKS_BASE_URL")?, var("FIREBLOCKS_JWKS_PATH")?);
    let keys = webhooks::keys(ReqwestTransport::new()?).with_url(&url)?;
    let verifier = WebhookVerifier::fetching([], keys)?;
    let app = Router::new().route("/webhooks", post(receive)).with_state(verifier);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}/webhooks", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(ARRIVED.notified())
        .await?;
    Ok(())
}

async fn receive(delivery: WebhookDelivery) -> StatusCode {
    let Ok(event) = delivery.event() else {
        return StatusCode::UNPROCESSABLE_ENTITY;
    };
    println!("received {:?}: {:?}", delivery.event_id(), event.envelope());
    ARRIVED.notify_one();
    StatusCode::NO_CONTENT
}
