//! Pays once although it loses a response, lists all payments, and takes a delivery.

use std::env::var;
use std::error::Error;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
use moderntreasury_sdk::models::{CounterpartyCreateRequest, Direction, PaymentOrderCreateRequest, PaymentOrderType};
use moderntreasury_sdk::webhooks::{WebhookDelivery, WebhookVerifier};
use moderntreasury_sdk::{Client, IdempotencyKey, auth};
use tokio::sync::Notify;

/// The state of the receiver of deliveries.
#[derive(Clone)]
struct Receiver {
    verifier: WebhookVerifier,
    arrived: Arc<Notify>,
}

impl FromRef<Receiver> for WebhookVerifier {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.verifier.clone()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (organization, secret) = (var("MODERNTREASURY_ORGANIZATION_ID")?, var("MODERNTREASURY_API_KEY")?);
    let client = Client::builder()
        .base_url(var("MODERNTREASURY_BASE_URL")?)
        .credential(auth::basic_auth(organization, secret))
        .without_journal()
        .build()?;

    let key = IdempotencyKey::new("invoice-9001:pay")?;
    let order = PaymentOrderCreateRequest::new(
        PaymentOrderType::Ach,
        1050,
        Direction::Credit,
        "0190f5fe-7c00-7a00-8000-000000000001",
    );
    let paid = client.payment_order().create(key).body(&order).with_response().await?;
    println!("paid {} in {} attempts", paid.value.id, paid.attempts);

    // The server compares the keys of all operations.
    let same = IdempotencyKey::new("invoice-9001:pay")?;
    let counterparty = CounterpartyCreateRequest::new(Some("A. Klaassen".to_owned()));
    let created = client.counterparty().create(same).body(&counterparty).await?;
    println!("created {:?}", created.name);

    let (mut payments, mut count) = (client.payment_order().list().stream(), 0);
    while payments.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let arrived = Arc::new(Notify::new());
    let verifier = WebhookVerifier::new(var("MODERNTREASURY_WEBHOOK_KEY")?)?;
    let app = Router::new().route("/webhooks", post(receive)).with_state(Receiver {
        verifier,
        arrived: arrived.clone(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}/webhooks", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(async move { arrived.notified().await })
        .await?;
    Ok(())
}

async fn receive(State(receiver): State<Receiver>, delivery: WebhookDelivery) -> StatusCode {
    let Ok(event) = delivery.event() else {
        return StatusCode::UNPROCESSABLE_ENTITY;
    };
    println!("received {:?}: {:?}", delivery.event_type(), event.envelope());
    receiver.arrived.notify_one();
    StatusCode::NO_CONTENT
}
