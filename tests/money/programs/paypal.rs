//! Pays out once although it loses a response, lists all items, and takes a delivery by a certificate that it fetches.

use std::env::var;
use std::error::Error;

use axum::{Router, http::StatusCode, routing::post};
use paypal_sdk::models::{CreatePayoutRequest, Currency, CurrencyRequired, PayoutItem, SenderBatchHeader};
use paypal_sdk::transport::ReqwestTransport;
use paypal_sdk::webhooks::{self, WebhookDelivery, WebhookSettings, WebhookVerifier};
use paypal_sdk::{Client, IdempotencyKey, auth};
use tokio::sync::Notify;

/// Wakes the main function after a genuine delivery.
static ARRIVED: Notify = Notify::const_new();

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = var("PAYPAL_BASE_URL")?;
    let client = Client::builder()
        .base_url(url.clone())
        .credential(auth::oauth2_client(
            var("PAYPAL_CLIENT_ID")?,
            var("PAYPAL_CLIENT_SECRET")?,
        ))
        .without_journal()
        .build()?;

    let header = SenderBatchHeader::new().with_sender_batch_id("batch-9001");
    let amount = |value: u32| {
        let (currency, value) = ("EUR".to_owned(), format!("{value}.50"));
        Currency::new(CurrencyRequired { currency, value })
    };
    let items = (1..8).map(|number| PayoutItem::new(amount(number), format!("supplier-{number}@example.com")));
    let payout = CreatePayoutRequest::new(header, items.collect());
    let key = IdempotencyKey::new("batch-9001:pay")?;
    let paid = client.payouts().post(key).body(&payout).with_response().await?;
    let batch = paid.value.batch_header.ok_or("no batch")?.payout_batch_id;
    println!("paid {batch} in {} attempts", paid.attempts);

    let (mut items, mut count) = (client.payouts().get(&batch).stream(), 0);
    while items.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let host = url.trim_start_matches("http://");
    let keys = webhooks::keys(ReqwestTransport::new()?).with_hosts([host]);
    let webhook_id = var("PAYPAL_WEBHOOK_ID")?;
    let verifier = WebhookVerifier::fetching(WebhookSettings { webhook_id }, keys)?;
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
