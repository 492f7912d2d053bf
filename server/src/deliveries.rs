//! Events on their way to receivers: an event becomes a row of an outbox in the transaction of its cause, and a worker sends the rows.

use std::time::SystemTime;

use axum::http::StatusCode;
use sdkwright_json::{Json, Limits, text, to_vec};
use sdkwright_runtime::webhook::{EventId, Webhooks};
use sdkwright_signing::hex;

use crate::problem::{Problem, StoreFuture, random};

/// The events of an API. Generated code implements it for `WebhookEvent`.
pub trait SentEvent: Json {
    /// The rules for the deliveries of the contract.
    const WEBHOOKS: &'static Webhooks;

    /// Returns the type of a declared event; `None` for one that the contract does not declare.
    fn event_type(&self) -> Option<&'static str>;
}

/// An event as an outbox keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenEvent {
    /// The id of the event, which is the same in each delivery.
    pub id: String,
    /// The bytes of each delivery.
    pub body: Vec<u8>,
}

crate::opaque!(WrittenEvent);

impl WrittenEvent {
    /// Writes an event. An id outside of the body is random, so a second call writes another event. Fails if:
    ///
    /// - the body has no id although the contract requires one, or another type than its variant
    /// - the body has more than 1 MiB, which verifiers refuse by default
    /// - the id has U+0000 or more than 1,024 bytes, or cannot be in the header of the contract
    pub fn from_event<E: SentEvent>(event: &E) -> Result<Self, Problem> {
        Self::write(event, None)
    }

    /// Writes an event with your id, for a contract with an id outside of the body. All deliveries of an event have its id if you derive the id
    /// from what happened. Fails as [`from_event`](Self::from_event) does, and if the body has another id.
    pub fn with_id<E: SentEvent>(event: &E, id: &str) -> Result<Self, Problem> {
        Self::write(event, Some(id))
    }

    fn write<E: SentEvent>(event: &E, given: Option<&str>) -> Result<Self, Problem> {
        let failed = |reason: &str| {
            tracing::error!(reason, "an event cannot be sent");
            Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).with_failed_database()
        };
        let body = to_vec(event).map_err(|_| failed("it is not JSON"))?;
        if body.len() > Webhooks::SIZE_LIMIT {
            return Err(failed("its body has more than 1 MiB"));
        }
        let text = |pointer: &str| text(&body, &Limits::default(), 1, pointer);
        if let (Some(pointer), Some(declared)) = (E::WEBHOOKS.event_type, event.event_type()) {
            if text(pointer).as_deref() != Some(declared) {
                return Err(failed("its body has another type"));
            }
        }
        let id = match E::WEBHOOKS.id {
            Some(EventId::Body(pointer)) => text(pointer).filter(|id| given.is_none_or(|given| given == id)),
            Some(EventId::Header(_)) | None => match given {
                Some(given) => Some(given.to_owned()),
                None => random().ok().map(|bytes| hex(&bytes)),
            },
        };
        let id = id.filter(|id| !id.trim().is_empty());
        let id = id.ok_or_else(|| failed("it has no id, or another one in its body"))?;
        if id.contains('\0') || id.len() > 1024 || !E::WEBHOOKS.accepts_id(&id) {
            return Err(failed("its id is too long, or has characters that cannot be sent"));
        }
        Ok(Self { id, body })
    }
}

/// An event that `send` accepts: one of the contract, or a written one.
pub trait OutboxEvent {
    /// Returns the event as an outbox keeps it.
    fn to_written(&self) -> Result<WrittenEvent, Problem>;
}

impl<E: SentEvent> OutboxEvent for E {
    fn to_written(&self) -> Result<WrittenEvent, Problem> {
        WrittenEvent::from_event(self)
    }
}

impl OutboxEvent for WrittenEvent {
    fn to_written(&self) -> Result<WrittenEvent, Problem> {
        Ok(self.clone())
    }
}

/// A delivery that a worker has taken for one attempt, or that was given up.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxDelivery {
    /// The name of the receiver.
    pub receiver: String,
    /// The event.
    pub event: WrittenEvent,
    /// The number of attempts, with this one.
    pub attempts: u32,
    /// The reason why the attempt before failed, without secrets and values; empty before the first failure.
    pub failure: String,
    /// Random bytes of its lease, whose holder alone may end the attempt; zeros without a lease.
    pub lease: [u8; 16],
    /// The end of its lease. The holder does not post after it.
    pub until: SystemTime,
    /// The lease before ended without a stored end of the attempt, which is not counted again. The worker stores that it failed.
    pub is_interrupted: bool,
}

crate::opaque!(OutboxDelivery);

/// A search for deliveries that are due.
#[derive(Debug, Clone, Copy)]
pub struct LeaseRequest {
    /// The instant of the search.
    pub now: SystemTime,
    /// The end of the lease.
    pub until: SystemTime,
    /// No wait ends after this instant: a delivery that is due later has the time of a wrong clock, and is due now.
    pub latest: SystemTime,
    /// Largest number of deliveries.
    pub most: u32,
    /// Largest number of deliveries of one receiver, with those under way.
    pub per_receiver: u32,
}

/// An outbox. Its rows are written in transactions of handlers, such as by `SqliteFile::send`. Two rows never have the same receiver and
/// event id. A store that several machines share compares with one clock: it uses only the times between the instants that it gets.
pub trait DeliveryStore: Send + Sync + 'static {
    /// Takes deliveries that are due, in turn from each receiver, for one attempt each. Until the end of this lease, no other worker takes them.
    fn take(&self, request: LeaseRequest) -> StoreFuture<'_, Vec<OutboxDelivery>>;

    /// Removes a delivery. Returns `false`, and changes nothing, if another worker has taken it.
    fn remove_delivered(&self, delivery: &OutboxDelivery) -> StoreFuture<'_, bool>;

    /// Ends an attempt that failed, and sets the instant of the next one; `None` gives the delivery up. Returns `false`, and changes nothing,
    /// if another worker has taken it.
    fn record_failure(
        &self,
        delivery: &OutboxDelivery,
        failure: &str,
        due: Option<SystemTime>,
    ) -> StoreFuture<'_, bool>;

    /// Returns deliveries that were given up, at most this many, in the order of receiver and event id, from the first one or after another one.
    fn given_up(&self, after: Option<&OutboxDelivery>, most: u32) -> StoreFuture<'_, Vec<OutboxDelivery>>;

    /// Restarts the attempts of a delivery that was given up. Returns `false` if there is no such delivery.
    fn retry(&self, receiver: &str, event_id: &str) -> StoreFuture<'_, bool>;

    /// Removes a delivery that was given up. Returns `false` if there is no such delivery.
    fn discard(&self, receiver: &str, event_id: &str) -> StoreFuture<'_, bool>;
}
