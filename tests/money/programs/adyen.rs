//! Pays once although it loses a response, lists all payments, and takes a delivery.

use std::env::var;
use std::error::Error;
use std::sync::Arc;

use adyen_sdk::models::{Amount, BankAccountV3, Category, CounterpartyInfoV3, IbanAccountIdentification};
use adyen_sdk::models::{PartyIdentification, TransferInfo};
use adyen_sdk::operations::transactions::GetTransactionsRequired;
use adyen_sdk::webhooks::{WebhookDelivery, WebhookVerifier};
use adyen_sdk::{Client, IdempotencyKey, auth};
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
        .base_url(format!("{}/btl/v4", var("ADYEN_BASE_URL")?))
        .credential(auth::api_key_auth(var("ADYEN_API_KEY")?))
        .without_journal()
        .build()?;

    let key = IdempotencyKey::new("invoice-9001:pay")?;
    let iban = IbanAccountIdentification::new("NL20ADYB2017000035").into();
    let account = BankAccountV3::new(PartyIdentification::new().with_full_name("A. Klaassen"), iban);
    let counterparty = CounterpartyInfoV3::new().with_bank_account(account);
    let transfer = TransferInfo::new(Amount::new("EUR", 1050), Category::Bank, counterparty);
    let paid = client.transfers().post(key).body(&transfer).with_response().await?;
    println!("paid {:?} in {} attempts", paid.value.id, paid.attempts);

    let (created_since, created_until) = (&"2026-01-01T00:00:00Z".parse()?, &"2027-01-01T00:00:00Z".parse()?);
    let required = GetTransactionsRequired {
        created_since,
        created_until,
    };
    let (mut payments, mut count) = (client.transactions().get(required).stream(), 0);
    while payments.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let arrived = Arc::new(Notify::new());
    let verifier = WebhookVerifier::new(var("ADYEN_HMAC_KEY")?)?;
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
