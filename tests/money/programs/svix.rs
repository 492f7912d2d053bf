//! Sends a message once although it loses a response, lists all messages, and takes a delivery.

use std::env::var;
use std::error::Error;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
use svix_sdk::models::MessageIn;
use svix_sdk::webhooks::{WebhookDelivery, WebhookVerifier};
use svix_sdk::{Client, IdempotencyKey, auth, values::Map};
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
        .base_url(var("SVIX_BASE_URL")?)
        .credential(auth::http_bearer(var("SVIX_TOKEN")?))
        .without_journal()
        .build()?;

    let key = IdempotencyKey::new("order-9001:paid")?;
    let message = MessageIn::new("order.paid", Map::from([("order", "9001".into())]));
    let sent = client.message().create(key, "shop", &message).with_response().await?;
    println!("sent {} in {} attempts", sent.value.id, sent.attempts);

    let (mut messages, mut count) = (client.message().list("shop").stream(), 0);
    while messages.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let arrived = Arc::new(Notify::new());
    let verifier = WebhookVerifier::new(var("SVIX_WEBHOOK_SECRET")?)?;
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
