//! Correct use of everything that the cases misuse.
#![deny(warnings)]
#![allow(
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "only the compiler judges it"
)]

use parcels_partner::{
    Approval, ApprovalRequired, BookShipment, Client, FailureKind, HandOverShipment, IdempotencyKey, Outcome,
    PaperKind, QuoteRate, Receiver, ReceiverRequired, RefreshKey, SenderId, ShipmentState, UploadPaper,
    calls::PollResult, http, values::Upload, webhooks::WebhookVerifier,
};

type Done = Result<(), Box<dyn std::error::Error>>;

/// Uploads a paper, quotes a rate, books a shipment and hands it over.
pub async fn ship(client: &Client, sender: &SenderId) -> Done {
    let paper = UploadPaper::new(Upload::from_path("invoice.pdf"), PaperKind::Invoice);
    client
        .senders()
        .upload_paper(IdempotencyKey::new("order-551:paper")?, sender, &paper)
        .await?;
    let wish = QuoteRate::new(1200, "NO").with_insured_value("12.50".parse::<parcels_partner::Decimal>()?);
    let rate = client.rates().quote(RefreshKey::random()?, sender, &wish).await?;

    let receiver = Receiver::new(ReceiverRequired {
        name: "Kari Nordmann".to_owned(),
        street: "Storgata 1".to_owned(),
        country: "NO".to_owned(),
    });
    let request = BookShipment::new("order-551", 1200, receiver).with_rate_id(&rate.rate_id);
    let draft = client.shipments().draft_book(sender, &request)?;
    let evidence = Approval::new(ApprovalRequired {
        digest: draft.hash().to_owned(),
        approver: "ops-7".to_owned(),
        approved_on: "2026-03-02T09:00:00Z".parse()?,
    });
    let body = draft.authorize(evidence)?;
    let shipment = client
        .shipments()
        .book(IdempotencyKey::new("order-551:book")?, &body)
        .await?;
    match shipment.state {
        ShipmentState::Booked => {}
        other => println!("{other}"),
    }
    let handover = HandOverShipment::from_authorized(&body);
    let key = IdempotencyKey::new("order-551:handover")?;
    match client
        .shipments()
        .hand_over(key, &shipment.shipment_id, &handover)
        .await
    {
        Ok(_) => {}
        Err(error) if error.outcome() == Outcome::Unknown => {
            client.resend(error).await?;
        }
        Err(error) if error.is(FailureKind::RateExpired) => println!("{}", error.support_report()),
        Err(error) => return Err(error.into()),
    }
    let there = client.shipments().read(&shipment.shipment_id);
    match there.poll_until(|shipment| shipment.state.is_done()).await? {
        PollResult::Reached(shipment) => println!("{}", shipment.shipment_id),
        other => println!("{}", other.reached_or_err().unwrap_err()),
    }
    let mut shipments = client
        .shipments()
        .list(sender)
        .booked_after("2026-03-02T09:00:00Z".parse()?)
        .size(50)
        .stream();
    while let Some(shipment) = shipments.try_next().await? {
        println!("{shipment:?}");
    }
    Ok(())
}

/// Verifies a delivery and reads its event.
pub fn receive(verifier: &WebhookVerifier, headers: &http::HeaderMap, body: &[u8]) -> Done {
    let delivery = verifier.verify(headers, body)?;
    println!("{:?}", delivery.event()?.resource());
    Ok(())
}

/// Statuses, ids and other texts with a type of their own compare with text.
pub fn compare(state: &ShipmentState, sender: &SenderId, written: &str, owned: &String) -> bool {
    let by_text = *state == "booked" && *state == *written && *state != ShipmentState::Booked;
    by_text && *sender == "s-1" && sender.as_str() == owned && AsRef::<str>::as_ref(sender) == written
}

fn main() {}
