//! The server of the world: a request comes in, its ledger changes, and the response goes out.
//!
//! It follows the contract and adds no rule. It never refuses a second action that resembles the first. A [`WorldServer`] takes its place:
//! requests that arrive go to it, and its effects come into the ledger.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderMap;
use sdkwright_runtime::description::{Description, Subject};
use sdkwright_runtime::signing::SignedValue;
use sdkwright_runtime::testing::Sample;
use sdkwright_runtime::{JsonValue, Timestamp};

use crate::message::{self, WireRequest};
use crate::table::{Table, value};

/// The media type of a success.
const JSON: &str = "application/json";

/// A server with the state of one history.
///
/// It responds in one thread and reads no clock of the system. A history can be replayed if nothing that it decides depends on random numbers.
pub trait WorldServer: Send {
    /// Executes a request at an instant. `dies` is the number of the store's call after which the server dies, from 1; 0 if it lives.
    fn serve(&mut self, request: http::Request<Bytes>, now: SystemTime, dies: usize) -> Served;
}

/// The result of a request at a server.
#[derive(Debug, Default)]
pub struct Served {
    /// Its response; `None` if it died before.
    pub response: Option<http::Response<Bytes>>,
    /// The ids of the resources that it created or changed, from what its store has committed.
    pub committed: Vec<String>,
}

/// A response before its form is chosen.
#[derive(Debug, Clone)]
pub(crate) struct BankReply {
    pub(crate) status: u16,
    pub(crate) document: JsonValue,
    pub(crate) is_problem: bool,
    pub(crate) media: &'static str,
    pub(crate) is_replayed: bool,
    /// The headers of a server in place of this one.
    pub(crate) headers: HeaderMap,
}

impl BankReply {
    fn good(status: u16, document: JsonValue) -> Self {
        Self {
            status,
            document,
            is_problem: false,
            media: JSON,
            is_replayed: false,
            headers: HeaderMap::new(),
        }
    }
}

/// An action that the server executed.
#[derive(Debug, Clone)]
pub(crate) struct Effect {
    /// The operation.
    pub(crate) operation: &'static str,
    /// The idempotency key of the request.
    pub(crate) key: String,
    /// The values that identify what it acted on.
    pub(crate) subject: Vec<String>,
    /// The id of the resource that it created or changed.
    pub(crate) resource: String,
}

struct BankResource {
    document: JsonValue,
    /// Names and values by which lists find it.
    found_by: Vec<(&'static str, String)>,
    listed_at: Option<&'static str>,
}

struct Stored {
    request: (String, String, Bytes),
    reply: BankReply,
    at: u64,
}

#[derive(Default)]
pub(crate) struct Bank {
    pub(crate) ledger: Vec<Effect>,
    resources: BTreeMap<String, BankResource>,
    stored: BTreeMap<String, Stored>,
    made: u32,
}

impl Bank {
    /// Refuses a request whose signature has another time than the server's clock, in seconds since 1970.
    pub(crate) fn expired(table: &Table, message: &WireRequest, now: i64) -> Option<BankReply> {
        let signing = table.api.signing?;
        let text = message.header(signing.header_of(SignedValue::Timestamp)?);
        let signed = text.parse().ok().and_then(|time: Timestamp| Some(time.unix()?.0));
        let signed = signed.or_else(|| text.parse().ok())?;
        if Duration::from_secs(now.abs_diff(signed)) <= signing.freshness.age()? {
            return None;
        }
        let (sample, _) = table.find(&message.method, &message.path)?;
        let row = table
            .registry()
            .iter()
            .find(|row| signing.expired_problem == Some(row.code))?;
        Some(problem(table, sample.operation, Some(row.code), row.status))
    }

    /// Executes a request at an instant in milliseconds.
    pub(crate) fn execute(&mut self, table: &Table, message: &WireRequest, now: u64) -> BankReply {
        let Some((sample, path)) = table.find(&message.method, &message.path) else {
            return nothing();
        };
        let operation = sample.operation;
        if Table::is_safe(operation) {
            return self.read(table, sample, &path, message);
        }
        let key = table.sent_key(message).to_owned();
        let request = (message.method.clone(), message.path.clone(), message.body.clone());
        if let Some(stored) = self
            .stored
            .get(&key)
            .filter(|stored| now < stored.at + table.retention())
        {
            if stored.request != request {
                let code = table.api.idempotency.and_then(|keys| keys.conflict);
                return problem(table, operation, code, 409);
            }
            let mut reply = stored.reply.clone();
            reply.is_replayed = true;
            return reply;
        }
        let reply = self.act(table, sample, &path, message);
        let is_kept = !reply.is_problem || table.refusal(reply.status).is_some_and(|row| row.stored);
        if is_kept && !key.is_empty() {
            let reply = reply.clone();
            self.stored.insert(
                key,
                Stored {
                    request,
                    reply,
                    at: now,
                },
            );
        }
        reply
    }

    fn act(
        &mut self,
        table: &Table,
        sample: &'static Sample,
        path: &[(&'static str, String)],
        message: &WireRequest,
    ) -> BankReply {
        let operation = sample.operation;
        let body = message::parse(&message.body).unwrap_or_default();
        let mut document = self.promised(table, sample, path, &body);
        let id = if let Some(at) = operation.creates {
            self.create(operation, at, &mut document, &body)
        } else {
            let id = path.last().map(|(_, id)| id.clone()).unwrap_or_default();
            if let Some(status) = self.change(operation, &id, &document) {
                return refused(table, operation, status);
            }
            id
        };
        self.acted(table, operation, message, &id);
        let document = self.resources.get(&id).map_or(document, |one| one.document.clone());
        BankReply::good(sample.status, document)
    }

    /// Writes an action into the ledger.
    fn acted(&mut self, table: &Table, operation: &'static Description, message: &WireRequest, resource: &str) {
        if !Table::has_effect(operation) {
            return;
        }
        let path = table.find(&message.method, &message.path).map(|(_, path)| path);
        let (path, body) = (
            path.unwrap_or_default(),
            message::parse(&message.body).unwrap_or_default(),
        );
        let subject: Option<Vec<String>> = operation.subject.iter().map(|one| value(*one, &path, &body)).collect();
        let key = table.key(operation, message);
        self.ledger.push(Effect {
            operation: operation.id,
            key: key.to_owned(),
            // Without a name, only the key distinguishes an action from another one.
            subject: subject
                .filter(|all| !all.is_empty())
                .unwrap_or_else(|| vec![key.to_owned()]),
            resource: resource.to_owned(),
        });
    }

    /// Records what a server did in place of this one, and returns its response.
    pub(crate) fn record(&mut self, table: &Table, message: &WireRequest, served: Served) -> BankReply {
        let Some((sample, path)) = table.find(&message.method, &message.path) else {
            return nothing();
        };
        let operation = sample.operation;
        for id in &served.committed {
            self.acted(table, operation, message, id);
        }
        let Some(response) = served.response else {
            // What a proxy in front of a server that died returns.
            return BankReply {
                media: "text/html",
                is_problem: true,
                ..BankReply::good(502, JsonValue::Null)
            };
        };
        let (mut head, body) = response.into_parts();
        let document = message::parse(&body).unwrap_or_default();
        let created = operation.creates.and_then(|at| message::text(document.pointer(at)?));
        let id = created.or_else(|| path.last().map(|(_, id)| id.clone()));
        if let (true, None, Some(id)) = (head.status.is_success(), first_list(&document), id) {
            let resource = BankResource {
                document: document.clone(),
                found_by: Vec::new(),
                listed_at: None,
            };
            self.resources.insert(id, resource);
        }
        // The way of a response changes these.
        for name in [table.api.request_id_header.unwrap_or_default(), "content-length"] {
            head.headers.remove(name);
        }
        BankReply {
            is_problem: !head.status.is_success(),
            headers: head.headers,
            ..BankReply::good(head.status.as_u16(), document)
        }
    }

    /// Creates a resource, and returns its id.
    fn create(
        &mut self,
        operation: &'static Description,
        at: &'static str,
        document: &mut JsonValue,
        body: &JsonValue,
    ) -> String {
        self.made += 1;
        let id = format!("made-{}", self.made);
        message::set_member(document, at, Some(JsonValue::from(id.as_str())));
        let found_by = operation.find.map_or(&[][..], |(_, query)| query).iter();
        let found_by = found_by.filter_map(|(name, at)| Some((*name, message::text(body.pointer(at)?)?)));
        let resource = BankResource {
            document: document.clone(),
            found_by: found_by.collect(),
            listed_at: operation.find.map(|(path, _)| path),
        };
        self.resources.insert(id.clone(), resource);
        id
    }

    /// Moves a resource to the state of a response. Returns a status if it cannot be moved.
    fn change(&mut self, operation: &Description, id: &str, document: &JsonValue) -> Option<u16> {
        let rule = operation.state?;
        let Some(resource) = self.resources.get_mut(id) else {
            return Some(404);
        };
        let own = resource.document.pointer(rule.at).and_then(JsonValue::as_str);
        if own.is_some_and(|own| rule.proof.contains(&own)) {
            return Some(409);
        }
        message::set_member(&mut resource.document, rule.at, document.pointer(rule.at).cloned());
        None
    }

    /// Returns the response of success that the contract promises for a request.
    pub(crate) fn promised(
        &self,
        table: &Table,
        sample: &Sample,
        path: &[(&'static str, String)],
        body: &JsonValue,
    ) -> JsonValue {
        let operation = sample.operation;
        let mut document = table.promised(sample);
        let echoed = operation.echoes.iter();
        let echoed = echoed.filter_map(|(from, at)| Some((*at, JsonValue::from(value(*from, path, body)?.as_str()))));
        let repeated = operation.repeats.iter();
        let repeated = repeated.filter_map(|(from, at, _)| Some((*at, body.pointer(from)?.clone())));
        let repeated: Vec<_> = echoed.chain(repeated).collect();
        for (at, value) in repeated {
            message::set_member(&mut document, at, Some(value));
        }
        if let (None, Some((_, id)), Some(rule)) = (operation.creates, path.last(), operation.state)
            && let (Some(resource), Some(state)) = (self.resources.get(id), document.pointer(rule.at).cloned())
        {
            document = resource.document.clone();
            message::set_member(&mut document, rule.at, Some(state));
        }
        document
    }

    fn read(
        &self,
        table: &Table,
        sample: &Sample,
        path: &[(&'static str, String)],
        message: &WireRequest,
    ) -> BankReply {
        let good = |document| BankReply::good(sample.status, document);
        let mut page = table.promised(sample);
        if let Some(list) = first_list(&page) {
            let is_wanted = |one: &&BankResource| {
                one.listed_at == Some(sample.operation.path)
                    && one.found_by.iter().all(|(name, own)| {
                        let mut asked = message.query.iter();
                        asked
                            .find(|(asked, _)| asked == name)
                            .is_none_or(|(_, value)| value == own)
                    })
            };
            let found = self.resources.values().filter(is_wanted);
            let found = found.map(|one| one.document.clone()).collect();
            message::set_member(&mut page, &list, Some(JsonValue::Array(found)));
            return good(page);
        }
        let id = path.last().map(|(_, id)| id.as_str()).unwrap_or_default();
        match self.resources.get(id) {
            Some(resource) => good(resource.document.clone()),
            None => refused(table, sample.operation, 404),
        }
    }
}

/// Returns `true` if a request has a name of its own, which its response repeats.
pub(crate) fn is_named(sample: &Sample, path: &[(&'static str, String)], message: &WireRequest) -> bool {
    let (operation, body) = (sample.operation, message::parse(&message.body).unwrap_or_default());
    let is_there = |one: &Subject| value(*one, path, &body).is_some();
    !operation.subject.is_empty() && operation.subject.iter().all(is_there)
}

/// Returns the place of the first list in a document.
pub(crate) fn first_list(document: &JsonValue) -> Option<String> {
    if document.as_array().is_some() {
        return Some(String::new());
    }
    let members = document.as_object()?.iter();
    let mut lists = members.filter(|(_, value)| value.as_array().is_some());
    lists.next().map(|(name, _)| format!("/{name}"))
}

pub(crate) fn problem(table: &Table, operation: &Description, code: Option<&str>, status: u16) -> BankReply {
    BankReply {
        is_problem: true,
        media: table.problem_media(operation, status),
        ..BankReply::good(status, table.problem(operation, code, status, true))
    }
}

fn refused(table: &Table, operation: &Description, status: u16) -> BankReply {
    problem(table, operation, table.refusal(status).map(|row| row.code), status)
}

/// The response to another caller of a read: a list without items.
pub(crate) fn empty(table: &Table, sample: &Sample) -> BankReply {
    let mut document = table.promised(sample);
    if let Some(list) = first_list(&document) {
        message::set_member(&mut document, &list, Some(JsonValue::Array(Vec::new())));
    }
    BankReply::good(sample.status, document)
}

/// A response of a server whose API is not known yet.
pub(crate) fn nothing() -> BankReply {
    BankReply {
        is_problem: true,
        ..BankReply::good(404, JsonValue::Null)
    }
}

impl Bank {
    /// Returns the present state of a resource.
    pub(crate) fn document(&self, id: &str) -> Option<JsonValue> {
        self.resources.get(id).map(|resource| resource.document.clone())
    }
}
