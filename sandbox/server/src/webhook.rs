//! In: `x-webhooks`, an event type and perhaps the resource it is about. Out: a signed delivery, and its way to a URL.
//! Never: an event type that the contract does not name.

use crate::clock::Instant;
use crate::contract::Contract;
use crate::error::Error;
use crate::example;
use crate::extensions::{SignaturePlace, Signing, TimeForm, ValuePlace};
use crate::json;
use crate::log;
use crate::message::ValueSource;
use crate::outbox::EventOrigin;
use crate::records::{Entity, Records};
use crate::request;
use crate::signature::{self, MessageValues};
use crate::state;
use serde_json::Value;
use std::fmt::Write as _;
use std::time::Duration;

/// Bytes of an answer that are read and kept.
const ANSWER: u64 = 4 << 10;

/// A signed delivery, or the report of one.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// The event's type.
    pub event: String,
    /// The headers that sign it, and the content type.
    pub headers: Vec<(String, String)>,
    /// The raw body that is signed.
    pub body: Vec<u8>,
    /// Milliseconds since 1970 by the server's clock at which it was signed.
    pub at: i64,
    /// The URL that it went to; empty for one that the caller hands over.
    pub url: String,
    /// Number of the attempt, counted from 1.
    pub attempt: u8,
    /// The answer of the receiver; `None` if it was not reached or not called.
    pub status: Option<u16>,
    /// The first 4 KiB of the answer as it came, status line and headers included.
    pub answer: Vec<u8>,
    /// The reason why the receiver was not reached or gave no answer.
    pub failure: Option<String>,
    /// The wait for the next attempt; `None` if there is none.
    pub again: Option<Duration>,
    /// `true` if the event is given up: this was the last attempt, and none was accepted.
    pub failed: bool,
    /// `true` if nothing listens at the URL, and events wait until something does.
    pub waits: bool,
    /// `true` if it is signed with another secret, and must be refused.
    pub forged: bool,
    /// Its place in the history of the server.
    pub(crate) place: u64,
    /// The event in that history.
    pub(crate) origin: EventOrigin,
}

impl Delivery {
    /// Returns `true` if the receiver answered with any 2xx.
    pub fn is_accepted(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Returns in words what became of it.
    pub fn outcome(&self) -> String {
        match (self.forged, self.is_accepted(), self.again) {
            _ if self.waits => "events wait until a receiver listens there".to_owned(),
            (true, true, _) => "FORGED AND ACCEPTED: the receiver does not verify signatures".to_owned(),
            (true, false, _) => "forged, and rejected".to_owned(),
            (false, true, _) => "delivered".to_owned(),
            (false, false, Some(wait)) => format!("retry in {} ms", wait.as_millis()),
            (false, false, None) if self.failed => format!("failed: stopped after {} attempts", self.attempt),
            (false, false, None) => "not delivered".to_owned(),
        }
    }

    /// Returns the delivery in one line: time of the server, event type, status, outcome, and the URL of one that was not accepted; in
    /// colours for a terminal.
    pub fn line(&self, colours: bool) -> String {
        let mut text = self.outcome();
        if !self.is_accepted() {
            if self.attempt > 1 && !self.failed {
                text = format!("attempt {}, {text}", self.attempt);
            }
            let failure = self.failure.as_ref().map(|why| format!(", {why}")).unwrap_or_default();
            text = format!("{}{failure}: {text}", self.url);
        }
        log::line(
            self.at,
            &format!("EVENT  {}", self.event),
            self.status,
            self.is_accepted() != self.forged,
            &text,
            colours,
        )
    }

    /// Bytes that it takes in a log, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| 64 + name.len() + value.len())
            .sum();
        512 + self.event.len() + self.url.len() + headers + self.body.len() + self.answer.len()
    }
}

/// The event types of a contract.
pub(crate) fn events(contract: &Contract) -> Vec<String> {
    let events = json::members(contract.extensions.webhook("events"));
    events.map(|(name, _)| name.clone()).collect()
}

/// The resource that an event tells of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventSubject<'a> {
    pub(crate) record: &'a Entity,
    /// All resources of the same client.
    pub(crate) records: &'a Records,
}

/// Sets the type of an event.
pub(crate) fn set_type(contract: &Contract, event: &str, body: &mut Value) {
    if let Some(pointer) = contract.extensions.envelope("type") {
        json::set(body, pointer, Value::String(event.to_owned()));
    }
}

/// The body of an event: the contract's example with a new id, present times and, if there is one, the resource.
pub(crate) fn event(
    contract: &Contract,
    event: &str,
    about: Option<EventSubject<'_>>,
    now: Instant,
) -> Result<Value, Error> {
    let types = contract.extensions.webhook("events");
    let mut methods = json::members(types.and_then(|types| types.get(event)));
    let request = methods.find_map(|(_, method)| method.get("requestBody"));
    let unknown = || {
        let known = events(contract).join(", ");
        Error::Unknown(format!("`{event}` is not an event type of the contract: {known}"))
    };
    let content = contract.resolve(request.ok_or_else(unknown)?).get("content");
    let media = json::members(content).next().map(|(_, media)| media);
    let schema = media.and_then(|media| media.get("schema")).cloned().unwrap_or_default();
    let given = media.and_then(|media| contract.media_example(media)).cloned();
    let mut body = given.unwrap_or_else(|| example::from_schema(contract, &schema));
    json::shift_times(&mut body, now);
    if let Some(about) = about {
        // The other members of the envelope describe the event, so none is copied into it.
        owners_here(contract, &schema, about, &mut body);
    }
    let at = |name: &str| contract.extensions.envelope(name);
    set_type(contract, event, &mut body);
    if let Some(pointer) = at("id") {
        let old = body.pointer(pointer).and_then(Value::as_str);
        let id = old
            .filter(|old| !old.is_empty())
            .map_or_else(state::uuid, state::unique);
        json::set(&mut body, pointer, Value::String(id));
    }
    if let Some(about) = about {
        let record = about.record;
        let mut resources = json::members(contract.extensions.webhook("resources"));
        let of_kind = resources.find(|(_, kind)| kind.as_str() == record.id_kind.as_deref());
        if let (Some(pointer), Some((name, _))) = (at("resourceType"), of_kind) {
            json::set(&mut body, pointer, Value::String(name.clone()));
        }
        if let (Some(pointer), Some(id)) = (at("resourceId"), &record.id) {
            let member = contract.schema_at(&schema, &json::tokens(pointer));
            let id = contract.id(member.unwrap_or(&Value::Null), id);
            json::set(&mut body, pointer, id);
        }
    }
    contract.hide(&schema, &mut body);
    Ok(body)
}

/// Sets the ids in a nested object of an event, and copies members of the named records next to these ids. If two records have the same
/// member, the record whose id is later in the schema wins.
fn put_owners(contract: &Contract, schema: &Value, about: EventSubject<'_>, body: &mut Value) {
    for at in owners_here(contract, schema, about, body) {
        copy_siblings(&about.records[at], body);
    }
}

/// Sets each id whose kind is that of the resource or one of its owners; an owner wins. Returns the places of the records with these
/// ids, in the order of the schema, and fills nested objects first.
fn owners_here(contract: &Contract, schema: &Value, about: EventSubject<'_>, body: &mut Value) -> Vec<usize> {
    let record = about.record;
    let mut owners = Vec::new();
    for (member, property) in contract.properties(schema) {
        let Some(value) = body.get_mut(member) else {
            continue;
        };
        if value.is_object() {
            put_owners(contract, property, about, value);
        }
        let kind = contract.kind(member, property);
        let is_own = record.id_kind.as_ref() == Some(&kind);
        let own = if is_own { record.id.as_ref() } else { None };
        if let Some(id) = record.scope.get(&kind).or(own) {
            *value = contract.id(property, id);
            owners.extend(about.records.find(&kind, id));
        }
    }
    owners
}

/// Replaces each member of an object that a record has, too.
fn copy_siblings(record: &Entity, body: &mut Value) {
    for (member, value) in body.as_object_mut().into_iter().flatten() {
        if let Some(current) = record.value.get(member) {
            value.clone_from(current);
        }
    }
}

/// Signs a body for one attempt.
pub(crate) fn sign(
    contract: &Contract,
    secret: &str,
    event: &str,
    body: &Value,
    now: Instant,
) -> Result<Delivery, Error> {
    let missing = || Error::Unknown("webhooks are not signed in this contract".to_owned());
    let signing = contract.extensions.webhook_signing.as_ref().ok_or_else(missing)?;
    let written = |body: &Value| serde_json::to_vec(body).map_err(|source| Error::Contract(source.to_string()));
    let timestamp = match signing.time {
        TimeForm::Rfc3339 => now.rfc3339(),
        TimeForm::Seconds => now.seconds.to_string(),
        TimeForm::Millis => now.seconds.saturating_mul(1000).to_string(),
    };
    let mut parts = MessageValues {
        body: written(body)?,
        timestamp,
        nonce: state::uuid(),
        others: settings(signing)?,
        ..MessageValues::default()
    };
    let malformed = || Error::Unknown("the webhook secret is not in the form of the contract".to_owned());
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    if let SignaturePlace::Items { each, signature } = &signing.place {
        let mut body = body.clone();
        for item in items(&mut body, each) {
            let mut own = parts.clone();
            own.others.extend(members(signing, item));
            let signed = signature::sign(signing, &own, secret).ok_or_else(malformed)?;
            json::set(item, signature, Value::String(signed));
        }
        parts.body = written(&body)?;
    } else {
        let signature = signature::sign(signing, &parts, secret).ok_or_else(malformed)?;
        headers.extend(signed_headers(signing, &parts, &signature));
    }
    Ok(Delivery {
        event: event.to_owned(),
        headers,
        body: parts.body,
        at: now.millis(),
        attempt: 1,
        ..Delivery::default()
    })
}

/// The headers of the signature and of the values that it covers.
fn signed_headers(signing: &Signing, parts: &MessageValues, signature: &str) -> Vec<(String, String)> {
    let (mut headers, mut items) = (Vec::new(), Vec::new());
    let (separator, pair, name) = match &signing.place {
        SignaturePlace::List { separator, pair, name } => (separator.as_str(), pair.as_str(), name.as_deref()),
        SignaturePlace::Header | SignaturePlace::Items { .. } => ("", "", None),
    };
    for (at, value) in [
        (&signing.timestamp_at, &parts.timestamp),
        (&signing.nonce_at, &parts.nonce),
    ] {
        match at {
            Some(ValuePlace::Header(name)) => headers.push((name.clone(), value.clone())),
            Some(ValuePlace::Pair(name)) => items.push(format!("{name}{pair}{value}")),
            None => {}
        }
    }
    for value in &signing.message.values {
        if let ValueSource::Header(name) = &value.source {
            headers.push((name.clone(), parts.nonce.clone()));
        }
    }
    items.push(name.map_or_else(|| signature.to_owned(), |name| format!("{name}{pair}{signature}")));
    headers.push((signing.signature_header.clone(), items.join(separator)));
    headers
}

/// The settings of a signature, from the environment variables that receivers read them from.
fn settings(signing: &Signing) -> Result<Vec<(String, String)>, Error> {
    let value = |(name, variable): &(String, Option<String>)| {
        let found = variable.as_ref().and_then(|variable| std::env::var(variable).ok());
        let found = found.map(|value| (name.clone(), value));
        found.ok_or_else(|| {
            let variable = variable.as_deref().unwrap_or("`environment` of the setting");
            Error::Unknown(format!("deliveries need the setting `{name}`: set {variable}"))
        })
    };
    signing.settings.iter().map(value).collect()
}

/// The items at a pointer; `*` is any index.
fn items<'b>(body: &'b mut Value, each: &str) -> Vec<&'b mut Value> {
    let mut found = vec![body];
    for token in json::tokens(each) {
        let below = found.into_iter().flat_map(|value| {
            if token == "*" && value.is_array() {
                value.as_array_mut().into_iter().flatten().collect::<Vec<_>>()
            } else {
                value.get_mut(&token).into_iter().collect()
            }
        });
        found = below.collect();
    }
    found
}

/// The signed members of an item as texts; absent ones are empty.
fn members(signing: &Signing, item: &Value) -> Vec<(String, String)> {
    let values = signing.message.values.iter();
    let member = values.filter_map(|value| match &value.source {
        ValueSource::Item(pointer) => {
            let found = item.pointer(pointer).filter(|value| !value.is_null());
            let text = found.map_or_else(String::new, |value| {
                value.as_str().map_or_else(|| value.to_string(), str::to_owned)
            });
            Some((pointer.clone(), text))
        }
        _ => None,
    });
    member.collect()
}

/// The parts that a delivery was signed by.
pub(crate) fn parts(signing: &Signing, delivery: &Delivery) -> MessageValues {
    let value = |name: &str| {
        let mut headers = delivery.headers.iter();
        let header = headers.find(|(known, _)| known == name);
        header.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let list = value(&signing.signature_header);
    let at = |place: &Option<ValuePlace>| match (place, &signing.place) {
        (Some(ValuePlace::Header(name)), _) => value(name),
        (Some(ValuePlace::Pair(name)), SignaturePlace::List { separator, pair, .. }) => {
            let mut pairs = list
                .split(separator.as_str())
                .filter_map(|item| item.split_once(pair.as_str()));
            let found = pairs.find(|(known, _)| known == name);
            found.map(|(_, value)| value.to_owned()).unwrap_or_default()
        }
        _ => String::new(),
    };
    let mut signed = signing.message.values.iter();
    let id = signed.find_map(|one| match &one.source {
        ValueSource::Header(name) => Some(value(name)),
        _ => None,
    });
    MessageValues {
        body: delivery.body.clone(),
        timestamp: at(&signing.timestamp_at),
        nonce: id.unwrap_or_else(|| at(&signing.nonce_at)),
        others: settings(signing).unwrap_or_default(),
        ..MessageValues::default()
    }
}

/// Posts to an `http` URL, and gives the status and the beginning of the answer.
pub fn post(url: &str, delivery: &Delivery) -> std::io::Result<(u16, Vec<u8>)> {
    let mut head = "POST {path} HTTP/1.1\r\n".to_owned();
    for (name, value) in &delivery.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let answer = request::send(url, &head, &delivery.body, ANSWER)?;
    let text = String::from_utf8_lossy(&answer);
    let status = text.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    let none = || std::io::Error::new(std::io::ErrorKind::InvalidInput, "the receiver did not respond");
    Ok((status.ok_or_else(none)?, answer))
}
