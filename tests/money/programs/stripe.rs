//! Pays once although it loses a response, lists all payments, and takes a delivery.

use std::env::var;
use std::error::Error;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
use stripe_sdk::models::PostPaymentIntentsRequestForm;
use stripe_sdk::webhooks::{WebhookDelivery, WebhookVerifier};
use stripe_sdk::{Client, IdempotencyKey, auth};
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
    let client = Client::builder()
        .base_url(var("STRIPE_BASE_URL")?)
        .credential(auth::bearer_auth(var("STRIPE_SECRET_KEY")?))
        .without_journal()
        .build()?;

    let key = IdempotencyKey::new("order-9001:pay")?;
    let payment = PostPaymentIntentsRequestForm::new(1050, "eur");
    let paid = client.payment_intents().post(key, &payment).with_response().await?;
    println!("paid {} in {} attempts", paid.value.id, paid.attempts);

    let (mut payments, mut count) = (client.payment_intents().get().stream(), 0);
    while payments.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let arrived = Arc::new(Notify::new());
    let verifier = WebhookVerifier::new(var("STRIPE_WEBHOOK_SECRET")?)?;
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
    println!("received {:?}: {:?}", delivery.event_id(), event.envelope());
    receiver.arrived.notify_one();
    StatusCode::NO_CONTENT
}
