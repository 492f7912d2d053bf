//! Pays once although it loses a response, lists all payments, and takes a delivery.

use std::env::var;
use std::error::Error;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
use square_sdk::models::{CreatePaymentRequest, Currency, Money};
use square_sdk::webhooks::{WebhookDelivery, WebhookSettings, WebhookVerifier};
use square_sdk::{Client, IdempotencyKey, auth};
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
        .base_url(var("SQUARE_BASE_URL")?)
        .credential(auth::oauth2(var("SQUARE_ACCESS_TOKEN")?))
        .without_journal()
        .build()?;

    let key = IdempotencyKey::new("order-9001:pay")?;
    let money = Money::new().with_amount(1050).with_currency(Currency::Eur);
    let payment = CreatePaymentRequest::new("cnon:card-nonce-ok").with_amount_money(money);
    let paid = client.payments().create(key, &payment).with_response().await?;
    println!("paid {:?} in {} attempts", paid.value.payment.and_then(|payment| payment.id), paid.attempts);

    let (mut payments, mut count) = (client.payments().list().stream(), 0);
    while payments.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let arrived = Arc::new(Notify::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let notification_url = format!("http://{}/webhooks", listener.local_addr()?);
    println!("listening on {notification_url}");
    let verifier = WebhookVerifier::with_settings(
        WebhookSettings { notification_url },
        [var("SQUARE_SIGNATURE_KEY")?.into()],
    )?;
    let app = Router::new().route("/webhooks", post(receive)).with_state(Receiver {
        verifier,
        arrived: arrived.clone(),
    });
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
