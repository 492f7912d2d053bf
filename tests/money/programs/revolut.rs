//! Reports a usage once although it loses a response, lists all usages, and takes a delivery.

use std::env::var;
use std::error::Error;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
use revolut_sdk::models::{RevolutApiVersionParameter, SubscriptionUsageCreation, SubscriptionUsageCreationRequired};
use revolut_sdk::webhooks::{WebhookDelivery, WebhookVerifier};
use revolut_sdk::{Client, IdempotencyKey, auth};
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
        .base_url(var("REVOLUT_BASE_URL")?)
        .credential(auth::bearer_auth(var("REVOLUT_SECRET_KEY")?))
        .without_journal()
        .build()?;

    let version = &RevolutApiVersionParameter::Value2026_04_20;
    let usage = SubscriptionUsageCreation::new(SubscriptionUsageCreationRequired {
        subscription_id: "550e8400-e29b-41d4-a716-446655440000".to_owned(),
        subscription_item_code: "active_seats".to_owned(),
        usage_date: "2026-03-15T09:30:00Z".parse()?,
        quantity: "12".parse()?,
    });
    let key = IdempotencyKey::new("seats:2026-03-15")?;
    let reported = client.subscriptions().create_usage(key, version, &usage).with_response().await?;
    println!("reported {:?} in {} attempts", reported.value.id, reported.attempts);

    let (mut usages, mut count) = (client.subscriptions().retrieve_usage_list(version).stream(), 0);
    while usages.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let arrived = Arc::new(Notify::new());
    let verifier = WebhookVerifier::new(var("REVOLUT_SIGNING_SECRET")?)?;
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
