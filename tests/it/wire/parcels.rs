//! The second contract's table: every operation through its own generated crate, in the order of its workflow.

use crate::suite::{Entry, How, Seen, Sent, Typed, World};
use parcels_partner::operations::shipments::BookShipment;
use parcels_partner::{
    Approval, Call, Client, Error, Failure, FailureKind, HandOverShipment, PaperKind, SenderId, ShipmentId,
    ShipmentState, UploadPaper, calls::Authorized, values::Upload,
};
use sdkwright_runtime::glue::Operation;
use sdkwright_sandbox_server::Running;
use serde::Serialize;

/// The contract.
pub(crate) const FILE: &str = "tests/contracts/second.yaml";

/// A client of a sandbox, which also checks each request by the rules of the crate.
pub(crate) fn client(sandbox: &Running) -> Client {
    sdkwright_watch::listen();
    Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id)
        .client_secret(sandbox.client_secret.clone())
        .validate_requests(true)
        .build()
        .unwrap()
}

/// A failure in the words of the crate.
pub(crate) fn typed(error: &Error) -> Typed {
    let failure: Failure = error.problem_as().unwrap().unwrap();
    let kind = failure.error.kind;
    Typed {
        code: kind.as_str().to_owned(),
        is_known: !matches!(kind, FailureKind::Unknown(_)),
        is_error: error.is(&kind) && !error.is(FailureKind::from("no-such-kind")),
        status: kind.status(),
        retry: kind.retry(),
    }
}

fn sent<O>(how: How<'_>, call: Call<O>) -> Sent
where
    O: Operation,
    O::Output: Serialize + std::fmt::Debug,
{
    let call = match how.header() {
        Some((name, value)) => call.header(name, value),
        None => call,
    };
    let call = call.retries(0);
    let told = format!("{call:?} {call:#?}");
    Box::pin(async move {
        let mut seen = Seen::from_response(&call.with_response().await?);
        seen.told.push_str(&told);
        Ok(seen)
    })
}

/// Every operation.
pub(crate) const TABLE: &[Entry<Client>] = &[
    Entry {
        operation: "registerSender",
        send: |w, how| {
            sent(
                how,
                w.client.senders().register(w.key(), &w.body("registerSender", &[])),
            )
        },
    },
    Entry {
        operation: "registerSender",
        send: |w, how| {
            sent(
                how,
                w.client.senders().find(w.refresh_key(), &w.body("registerSender", &[])),
            )
        },
    },
    Entry {
        operation: "readSender",
        send: |w, how| sent(how, w.client.senders().read(&sender(w))),
    },
    Entry {
        operation: "uploadPaper",
        send: |w, how| {
            let upload = Upload::from_bytes(&b"\r\n--\0 sentinel9f2 of a scan"[..]).named("invoice.pdf");
            let body = UploadPaper::new(upload, PaperKind::Invoice).with_pages(2);
            w.tell(&body);
            sent(how, w.client.senders().upload_paper(w.key(), &sender(w), &body))
        },
    },
    Entry {
        operation: "quoteRate",
        send: |w, how| {
            let body = w.body("quoteRate", &[]);
            sent(how, w.client.rates().quote(w.refresh_key(), &sender(w), &body))
        },
    },
    Entry {
        operation: "bookShipment",
        send: |w, how| sent(how, w.client.shipments().book(w.key(), &approved(w))),
    },
    Entry {
        operation: "readShipment",
        send: |w, how| sent(how, w.client.shipments().read(&shipment(w))),
    },
    Entry {
        operation: "listShipments",
        send: |w, how| {
            let call = w.client.shipments().list(&sender(w));
            sent(how, call.state(ShipmentState::Booked).size(5).reference("order-551"))
        },
    },
    Entry {
        operation: "handOverShipment",
        send: |w, how| {
            let body = HandOverShipment::from_authorized(&approved(w)).with_pickup_note("Ring twice.");
            sent(how, w.client.shipments().hand_over(w.key(), &shipment(w), &body))
        },
    },
    Entry {
        operation: "listScans",
        send: |w, how| sent(how, w.client.scans().list(&sender(w))),
    },
    Entry {
        operation: "cancelShipment",
        send: |w, how| {
            w.put(shipment(w).as_str(), "held");
            let body = w.body("cancelShipment", &[]);
            sent(how, w.client.shipments().cancel(w.key(), &shipment(w), &body))
        },
    },
];

fn sender(w: &World<Client>) -> SenderId {
    w.id("registerSender", "/senderId")
}

fn shipment(w: &World<Client>) -> ShipmentId {
    w.id("bookShipment", "/shipmentId")
}

/// A booking with its approval.
pub(crate) fn approved(w: &World<Client>) -> Authorized<BookShipment> {
    let request = w.body("bookShipment", &[("/rateId", w.text("quoteRate", "/rateId"))]);
    let draft = w.client.shipments().draft_book(&sender(w), &request).unwrap();
    w.tell(&draft);
    let evidence: Approval = w.evidence("bookShipment", "approval", "digest", draft.hash());
    let body = draft.authorize(evidence).unwrap();
    w.tell(&body);
    body
}
