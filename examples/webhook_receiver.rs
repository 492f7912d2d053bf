//! Receives deliveries: takes verified ones alone, keeps each event once, and answers 2xx only for what it keeps.
//!
//! `cargo run -p oceafin-examples --example webhook_receiver [ADDRESS]`; needs the webhook secret alone.

use std::collections::HashSet;
use std::error::Error;
use std::sync::{Arc, Mutex};

use axum::extract::{FromRef, FromRequest, State};
use axum::{Router, http::StatusCode, routing::post};
use oceafin_partner::webhooks::{ResourceRef, WebhookDelivery, WebhookVerifier};
use tokio::sync::mpsc;

/// Destination of deliveries. A real one keeps the ids and the raw bodies in a table, in one transaction.
#[derive(Clone)]
struct Inbox {
    verifier: WebhookVerifier,
    seen: Arc<Mutex<HashSet<String>>>,
    work: mpsc::Sender<WebhookDelivery>,
}

/// Gives the extractor its verifier: without this a delivery cannot be an argument of a handler.
impl FromRef<Inbox> for WebhookVerifier {
    fn from_ref(inbox: &Inbox) -> Self {
        inbox.verifier.clone()
    }
}

/// The reason why a request is rejected as a delivery.
type Refused = <WebhookDelivery as FromRequest<Inbox>>::Rejection;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9000".to_owned());
    let (work, mut deliveries) = mpsc::channel(100);
    let inbox = Inbox {
        verifier: WebhookVerifier::from_env()?,
        seen: Arc::default(),
        work,
    };
    tokio::spawn(async move {
        while let Some(delivery) = deliveries.recv().await {
            handle(&delivery);
        }
    });
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}/webhooks", listener.local_addr()?);
    let app = Router::new().route("/webhooks", post(receive)).with_state(inbox);
    Ok(axum::serve(listener, app).await?)
}

/// Takes one delivery in, whose raw body was verified before.
async fn receive(State(inbox): State<Inbox>, delivery: Result<WebhookDelivery, Refused>) -> StatusCode {
    let delivery = match delivery {
        Ok(delivery) => delivery,
        Err(why) => {
            println!("refused: {why}");
            return why.status();
        }
    };
    let Some(id) = delivery.event_id() else {
        return StatusCode::BAD_REQUEST;
    };
    // If the queue is full, the answer is not 2xx, and the event will be delivered again.
    let Ok(room) = inbox.work.try_reserve() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let Ok(mut seen) = inbox.seen.lock() else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    if seen.insert(id) {
        room.send(delivery);
    } else {
        println!("again: {}", delivery.event_id().unwrap_or_default());
    }
    StatusCode::OK
}

/// Works on what was taken in, each event once. An event says what changed; the resource itself says how it stands.
fn handle(delivery: &WebhookDelivery) {
    let event = match delivery.event() {
        Ok(event) => event,
        Err(why) => return println!("kept, but not read: {why}"),
    };
    let kind = &event.envelope().event_type;
    match event.resource() {
        Some(ResourceRef::Conversion(id)) => println!("{kind}: read conversion {id}"),
        Some(ResourceRef::Customer(id)) => println!("{kind}: look customer {id} up"),
        Some(other) => println!("{kind}: {other:?}"),
        None => println!("{kind}"),
    }
}
