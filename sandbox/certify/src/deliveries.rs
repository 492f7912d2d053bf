//! In: the words of a contract about deliveries, and the address of a receiver. Out: genuine, repeated, forged, stale and unknown
//! deliveries, and what became of each. Never: a judgement.

use crate::recorder::{self, RoundRecorder};
use sdkwright_sandbox_server::record::{self, Contract, Delivery};
use serde_json::Value;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

/// Longest wait for the program to listen.
const LISTENS: Duration = Duration::from_secs(30);
/// Seconds between two events that come in another order.
const EARLIER: i64 = 60;
/// Time without a request after which a program is done with a delivery.
const HANDLED: Duration = Duration::from_millis(1_500);

/// The kind of one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryKind {
    Genuine,
    /// The event before it, signed anew.
    Repeated,
    /// Signed with another secret.
    OtherSecret,
    /// Changed after it was signed.
    ChangedBody,
    /// Signed long ago.
    Stale,
    Unsigned,
    /// Of a type, and about a type of resource, that the contract does not name, with an unknown member.
    UnknownType,
    /// An event that happened after the next one.
    Later,
    /// An event that happened before the one before it.
    Earlier,
}

impl DeliveryKind {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Repeated => "repeated",
            Self::OtherSecret => "signed with another secret",
            Self::ChangedBody => "changed after it was signed",
            Self::Stale => "signed too long ago",
            Self::Unsigned => "without a signature",
            Self::UnknownType => "of a type that is not in the contract",
            Self::Later => "of something that happened after the next one",
            Self::Earlier => "of something that happened before the one before it",
        }
    }

    /// Returns `true` for deliveries that no receiver may take in.
    pub(crate) const fn is_forged(self) -> bool {
        matches!(
            self,
            Self::OtherSecret | Self::ChangedBody | Self::Stale | Self::Unsigned
        )
    }
}

/// One delivery, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct DeliveryAttempt {
    pub(crate) kind: DeliveryKind,
    pub(crate) delivery: Delivery,
    /// The id of the resource that it is about.
    pub(crate) resource: String,
    /// Time until the answer.
    pub(crate) took: Duration,
    /// Number of the first request that the program made behind it, counted from 0, and of the first one that it did not. Only
    /// what an event and its repetition lead to is waited for.
    pub(crate) calls: (usize, usize),
}

impl DeliveryAttempt {
    pub(crate) fn is_accepted(&self) -> bool {
        self.delivery.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Posts one delivery of each kind, as soon as the program listens. Empty where it never does.
pub(crate) fn post(contract: &Contract, secret: &str, recorder: &RoundRecorder, url: &str) -> Vec<DeliveryAttempt> {
    let events = contract.events();
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Vec::new();
    };
    if !listens(url, recorder) {
        return Vec::new();
    }
    let office = Office {
        contract,
        secret,
        recorder,
        url,
    };
    let mut posted = Vec::new();
    if let Some(body) = office.body(first) {
        posted.extend(office.signed(DeliveryKind::Genuine, first, &body));
        posted.extend(office.signed(DeliveryKind::Repeated, first, &body));
    }
    for kind in [
        DeliveryKind::OtherSecret,
        DeliveryKind::ChangedBody,
        DeliveryKind::Stale,
        DeliveryKind::Unsigned,
    ] {
        let body = office.body(first);
        posted.extend(body.and_then(|body| office.signed(kind, first, &body)));
    }
    if let Some((later, mut earlier)) = office.body(last).zip(office.body_of(first, EARLIER)) {
        office.copy_resource(&later, &mut earlier);
        posted.extend(office.signed(DeliveryKind::Later, last, &later));
        posted.extend(office.signed(DeliveryKind::Earlier, first, &earlier));
    }
    if let Some(body) = office.body(first) {
        posted.extend(office.signed(DeliveryKind::UnknownType, first, &body));
    }
    posted
}

/// Waits until somebody listens at the URL.
fn listens(url: &str, recorder: &RoundRecorder) -> bool {
    let host = url.strip_prefix("http://").and_then(|rest| rest.split('/').next());
    let address = host.and_then(|host| host.to_socket_addrs().ok()?.next());
    let began = Instant::now();
    while let Some(address) = address
        && began.elapsed() < LISTENS
        && recorder.ended().is_none()
        && !recorder::is_interrupted()
    {
        if TcpStream::connect_timeout(&address, LISTENS).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

struct Office<'a> {
    contract: &'a Contract,
    secret: &'a str,
    recorder: &'a RoundRecorder,
    url: &'a str,
}

impl Office<'_> {
    /// A new event about a new resource.
    fn body(&self, event: &str) -> Option<Value> {
        self.body_of(event, 0)
    }

    /// A new event of something that happened so many seconds ago.
    fn body_of(&self, event: &str, ago: i64) -> Option<Value> {
        let mut body = self.contract.event(event, ago).ok()?;
        if let Some(pointer) = self.contract.extensions.envelope("resourceId") {
            let id = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let id = record::other_id(id);
            record::set(&mut body, pointer, Value::String(id));
        }
        Some(body)
    }

    fn copy_resource(&self, from: &Value, to: &mut Value) {
        for name in ["resourceId", "resourceType"] {
            if let Some((pointer, value)) = self
                .contract
                .extensions
                .envelope(name)
                .and_then(|pointer| Some((pointer, from.pointer(pointer)?)))
            {
                record::set(to, pointer, value.clone());
            }
        }
    }

    fn signed(&self, kind: DeliveryKind, event: &str, body: &Value) -> Option<DeliveryAttempt> {
        let signing = self.contract.extensions.webhook_signing.as_ref()?;
        let mut body = body.clone();
        let ago = if kind == DeliveryKind::Stale {
            signing.freshness? + 600
        } else {
            0
        };
        if kind == DeliveryKind::UnknownType {
            if let Some(pointer) = self.contract.extensions.envelope("type") {
                record::set(&mut body, pointer, Value::String(record::unknown_value(event)));
            }
            if let Some(pointer) = self.contract.extensions.envelope("resourceType") {
                let known = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
                let unknown = record::unknown_value(known);
                record::set(&mut body, pointer, Value::String(unknown));
            }
            if let Some(members) = body.as_object_mut() {
                members.insert(record::UNKNOWN_MEMBER.to_owned(), Value::Bool(true));
            }
        }
        let other = record::hex(&record::random::<24>());
        let secret = if kind == DeliveryKind::OtherSecret {
            &other
        } else {
            self.secret
        };
        let mut delivery = self.contract.sign(secret, event, &body, ago).ok()?;
        if signing.is_of_items() && matches!(kind, DeliveryKind::Unsigned | DeliveryKind::ChangedBody) {
            // What an item does not sign may change.
            return None;
        }
        if kind == DeliveryKind::Unsigned {
            delivery.headers.retain(|(name, _)| *name != signing.signature_header);
        }
        if kind == DeliveryKind::ChangedBody {
            // Another id, in the same form: only the signature shows that it was changed.
            let pointer = self.contract.extensions.envelope("id");
            let id = pointer.and_then(|pointer| Some((pointer, body.pointer(pointer)?.as_str()?)));
            if let Some((pointer, other)) = id.map(|(pointer, id)| (pointer, record::other_id(id))) {
                record::set(&mut body, pointer, Value::String(other));
            } else {
                let members = body.as_object_mut()?;
                members.insert(record::UNKNOWN_MEMBER.to_owned(), Value::Bool(true));
            }
            delivery.body = serde_json::to_vec(&body).ok()?;
        }
        Some(self.post(kind, delivery, &body))
    }

    fn post(&self, kind: DeliveryKind, mut delivery: Delivery, body: &Value) -> DeliveryAttempt {
        let first = self.recorder.calls().len();
        let began = Instant::now();
        let answered = record::post(self.url, &delivery);
        let took = began.elapsed();
        while !recorder::is_interrupted()
            && matches!(kind, DeliveryKind::Genuine | DeliveryKind::Repeated)
            && (began.elapsed() < took + HANDLED
                || (self.recorder.quiet() < HANDLED && began.elapsed() < took + 4 * HANDLED))
        {
            std::thread::sleep(Duration::from_millis(20));
        }
        match answered {
            Ok((status, answer)) => (delivery.status, delivery.answer) = (Some(status), answer),
            Err(failure) => delivery.failure = Some(failure.to_string()),
        }
        let resource = self
            .contract
            .extensions
            .envelope("resourceId")
            .and_then(|pointer| body.pointer(pointer)?.as_str());
        DeliveryAttempt {
            kind,
            delivery,
            resource: resource.unwrap_or_default().to_owned(),
            took,
            calls: (first, self.recorder.calls().len()),
        }
    }
}
