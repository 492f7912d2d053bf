//! Pays once although it loses a response, lists all transactions, and takes a delivery by a key that the API returns.

use std::env::var;
use std::error::Error;

use axum::{Router, http::StatusCode, routing::post};
use plaid_sdk::models::{TransactionsGetRequest, TransactionsGetRequestRequired, TransferNetwork, TransferType};
use plaid_sdk::models::{TransferAuthorizationCreateRequest, TransferAuthorizationCreateRequestRequired};
use plaid_sdk::models::{TransferAuthorizationUserInRequest, TransferCreateRequest, TransferCreateRequestRequired};
use plaid_sdk::webhooks::{self, WebhookDelivery, WebhookVerifier};
use plaid_sdk::{Client, IdempotencyKey, Outcome, auth};
use tokio::sync::Notify;

/// Wakes the main function after a genuine delivery.
static ARRIVED: Notify = Notify::const_new();

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder()
        .base_url(var("PLAID_BASE_URL")?)
        .credential(auth::client_id(var("PLAID_CLIENT_ID")?))
        .credential(auth::secret(var("PLAID_SECRET")?))
        .credential(auth::plaid_version(var("PLAID_VERSION")?))
        .without_journal()
        .build()?;

    let order = TransferAuthorizationCreateRequest::new(TransferAuthorizationCreateRequestRequired {
        access_token: "access".into(),
        account_id: "account-1".into(),
        type_: TransferType::Credit,
        network: TransferNetwork::Ach,
        amount: "10.50".into(),
        user: TransferAuthorizationUserInRequest::new("A. Klaassen"),
    });
    let key = IdempotencyKey::new("invoice-9001:authorize")?;
    let authorized = match client.plaid().transfer_authorization_create(key, &order).await {
        Err(error) if error.outcome() == Outcome::Unknown => client.resend(error).value().await?,
        result => result?,
    };
    let transfer = TransferCreateRequest::new(TransferCreateRequestRequired {
        access_token: "access".into(),
        account_id: "account-1".into(),
        authorization_id: authorized.authorization.id,
        description: "invoice".to_owned(),
    });
    let paid = client.plaid().transfer_create(&transfer).await?;
    println!("paid {:?}", paid.transfer.id);

    let (start_date, end_date) = ("2026-01-01".parse()?, "2026-12-31".parse()?);
    let access_token = "access".into();
    let wanted = TransactionsGetRequest::new(TransactionsGetRequestRequired {
        access_token,
        start_date,
        end_date,
    });
    let (mut transactions, mut count) = (client.plaid().transactions_get(&wanted).stream(), 0);
    while transactions.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");

    let verifier = WebhookVerifier::fetching([], webhooks::keys(&client))?;
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
    println!("received {:?}: {:?}", delivery.event_type(), event.envelope());
    ARRIVED.notify_one();
    StatusCode::NO_CONTENT
}
