//! Pays a checkout once although it loses a response, reads it back, and takes a delivery. The protocol has no lists.

use std::env::var;
use std::error::Error;
use std::sync::Arc;

use acp_sdk::operations::checkout_sessions::{CompleteCheckoutSessionRequired, GetCheckoutSessionRequired};
use acp_sdk::webhooks::{WebhookDelivery, WebhookVerifier};
use acp_sdk::{Client, IdempotencyKey, auth, models::*};
use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
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
        .base_url(var("ACP_BASE_URL")?)
        .credential(auth::bearer_auth(var("ACP_API_KEY")?))
        .without_journal()
        .build()?;
    let api_version = &var("ACP_API_VERSION")?;

    let sessions = client.checkout_sessions();
    let basket = CheckoutSessionCreateRequest::new(vec![Item::new("item_123")], "usd", Capabilities::new());
    let session = sessions
        .create(IdempotencyKey::new("order-9001:ask")?, api_version, &basket)
        .await?;

    let id = CompleteCheckoutSessionRequired {
        checkout_session_id: &session.id,
        api_version,
    };
    let payment = CheckoutSessionCompleteRequest::new(PaymentData::new().with_purchase_order_number("9001"));
    let paid = sessions
        .complete(IdempotencyKey::new("order-9001:pay")?, id, &payment)
        .with_response()
        .await?;
    println!("paid {} in {} attempts", paid.value.id, paid.attempts);

    let id = GetCheckoutSessionRequired {
        checkout_session_id: &session.id,
        api_version,
    };
    println!("read {:?}", sessions.get(id).await?.status);

    let arrived = Arc::new(Notify::new());
    let verifier = WebhookVerifier::new(var("ACP_WEBHOOK_SECRET")?)?;
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
