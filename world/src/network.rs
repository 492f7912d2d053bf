//! What happens to a request on its way: the fate that was decided comes in, and the instant and the bytes of its response go out.

use crate::bank::{BankReply, empty, first_list, is_named};
use crate::grammar::{BodyKind, Fate, Id, Media, ReplyForm, is_half_a_lie};
use crate::message::{self, WireRequest};
use crate::state::{BEGIN, MINUTE, SentIntent, WorldEvent, WorldState};
use crate::table::Table;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::Frame;
use sdkwright_runtime::description::Description;
use sdkwright_runtime::testing::Sample;
use sdkwright_runtime::transport::{Cause, Incoming, SendError};
use sdkwright_runtime::{JsonValue, Object};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};

/// Time between a request and its response, in milliseconds.
const TRIP: u64 = 50;
/// Longer than the server remembers a key.
const OUTAGE: u64 = 25 * 60 * MINUTE;

impl WorldState {
    /// Plans what happens to a request: the instant and the result of its response, or none.
    pub(crate) fn plan(&mut self, message: WireRequest, is_fresh: bool) -> Option<(u64, Arrival)> {
        let process = message.process;
        let table = self.shared.table()?;
        let (method, path) = (message.method.clone(), message.path.clone());
        self.note(|| format!("process {process} sends {method} {path}"));
        let not_sent = |now| {
            Some((
                now + TRIP,
                Arrival::Ready(Err(SendError::NotSent("no connection".into()))),
            ))
        };
        if self.now < self.down_until {
            self.note(|| "  no connection: the server is down".to_owned());
            return not_sent(self.now);
        }
        let id_header = table.api.request_id_header.unwrap_or_default();
        let id = message.header(id_header).to_owned();
        let found = table.find(&message.method, &message.path);
        let Some((sample, path_arguments)) = found else {
            let reply = self.arrive(&message);
            return Some((self.now + TRIP, Arrival::Ready(Ok(self.response(&table, &reply, &id)))));
        };
        self.sent.push(SentIntent {
            process,
            operation: sample.operation.id,
            key: table.key(sample.operation, &message).to_owned(),
            id: id.clone(),
        });
        let mut fate = self.fate(&table, sample, is_fresh);
        if let Fate::Shaped(_, shape) = &fate
            && shape.content == BodyKind::Stranger
            && shape.id != Id::Other
            && !is_named(sample, &path_arguments, &message)
        {
            // Nothing in the response could show that it belongs to another call.
            fate = Fate::Good;
        }
        if fate != Fate::Good {
            self.note(|| format!("  fate: {fate:?}"));
        }
        self.befall(fate, &table, sample, message, &id)
    }

    /// Lets a request have its fate.
    fn befall(
        &mut self,
        fate: Fate,
        table: &Table,
        sample: &'static Sample,
        message: WireRequest,
        id: &str,
    ) -> Option<(u64, Arrival)> {
        let (process, now) = (message.process, self.now);
        let ready = |result| Some((now + TRIP, Arrival::Ready(result)));
        let broken = || ready(Err(SendError::Unknown("the connection broke".into())));
        match fate {
            Fate::Good => {
                let reply = self.arrive(&message);
                self.processes[process].last_reply = Some(reply.clone());
                ready(Ok(self.response(table, &reply, id)))
            }
            Fate::NotSent => ready(Err(SendError::NotSent("no connection".into()))),
            Fate::Broken(acts) => {
                if acts {
                    self.arrive(&message);
                }
                broken()
            }
            Fate::Silent(acts) => {
                if acts {
                    self.arrive(&message);
                }
                None
            }
            Fate::Late => {
                self.at(now + 3 * MINUTE, WorldEvent::Arrive(Box::new(message)));
                broken()
            }
            Fate::Outage(acts) => {
                if acts {
                    self.arrive(&message);
                }
                self.down_until = now + OUTAGE;
                broken()
            }
            Fate::Dies | Fate::DiesAfter | Fate::DiesLate => {
                match fate {
                    Fate::DiesAfter => drop(self.arrive(&message)),
                    Fate::DiesLate => self.at(now + 3 * MINUTE, WorldEvent::Arrive(Box::new(message))),
                    _ => {}
                }
                self.die(process);
                None
            }
            Fate::Behind => {
                let own = self.arrive(&message);
                let earlier = self.processes[process].last_reply.replace(own);
                let is_list = first_list(&table.promised(sample)).is_some();
                let reply = earlier.filter(|_| !is_list).unwrap_or_else(|| empty(table, sample));
                ready(Ok(self.response(table, &reply, "")))
            }
            Fate::Shaped(acts, shape) => {
                let acted = acts.then(|| self.arrive(&message));
                if let Some(refused) = acted.as_ref().filter(|acted| acted.is_problem) {
                    return Some((now + TRIP, Arrival::Ready(Ok(self.response(table, refused, id)))));
                }
                let later = Later {
                    table: *table,
                    sample,
                    message,
                    shape,
                    acted,
                };
                Some((now + TRIP, Arrival::Later(Box::new(later))))
            }
        }
    }

    fn fate(&mut self, table: &Table, sample: &'static Sample, is_fresh: bool) -> Fate {
        let id = sample.operation.id;
        if self.is_well() {
            self.habit = None;
        }
        if let Some((of, acts, shape, is_chosen)) = self.habit.take_if(|habit| habit.0 == id) {
            if is_chosen || self.choose(2) == 1 {
                self.habit = Some((of, acts, shape.clone(), true));
                return Fate::Shaped(acts, shape);
            }
            return Fate::Good;
        }
        let all = self.shared.fates(table, sample);
        let number = self.choose(all.len());
        let fate = all[number.min(all.len() - 1)].clone();
        match &fate {
            Fate::Behind if is_fresh => return Fate::Good,
            // One such response proves nothing, and two of them are a lie that no client sees.
            Fate::Shaped(acts, shape) if is_half_a_lie(table, sample.operation, shape, *acts) => {
                if self.lied.contains(&id) {
                    return Fate::Good;
                }
                self.lied.push(id);
            }
            Fate::Shaped(acts, shape) => self.habit = Some((id, *acts, shape.clone(), false)),
            _ => {}
        }
        fate
    }

    fn headers(&self, media: &str, id_header: &str, id: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut put = |name: &str, value: &str| {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        };
        if !media.is_empty() {
            put("content-type", media);
        }
        let date = UNIX_EPOCH + Duration::from_secs(BEGIN + self.now / 1000);
        put("date", &httpdate::fmt_http_date(date));
        if !id_header.is_empty() && !id.is_empty() {
            put(id_header, id);
        }
        headers
    }

    fn response(&self, table: &Table, reply: &BankReply, id: &str) -> WireResponse {
        let media = reply.media;
        let mut headers = self.headers(media, table.api.request_id_header.unwrap_or_default(), id);
        if let (true, Some((name, value))) = (reply.is_replayed, table.api.idempotency.and_then(|keys| keys.replayed))
            && let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
        {
            headers.insert(name, value);
        }
        headers.extend(reply.headers.clone());
        WireResponse {
            status: reply.status,
            headers,
            body: message::bytes(&reply.document).into(),
            is_cut: false,
        }
    }

    /// Returns a response in a form that differs from the good one.
    pub(crate) fn shaped(&self, later: &Later) -> WireResponse {
        let Later {
            table,
            sample,
            message,
            shape,
            acted,
        } = later;
        let operation = sample.operation;
        let path = table
            .find(&message.method, &message.path)
            .map(|(_, path)| path)
            .unwrap_or_default();
        let body = message::parse(&message.body).unwrap_or_default();
        let mut document = match acted {
            Some(reply) if !reply.is_problem => reply.document.clone(),
            _ => {
                let mut document = self.bank.promised(table, sample, &path, &body);
                if let Some(at) = operation.creates {
                    message::set_member(&mut document, at, Some(JsonValue::from("made-0")));
                }
                document
            }
        };
        let (mut media, mut bytes) = ("application/json", None);
        match &shape.content {
            BodyKind::Whole | BodyKind::Cut => {}
            BodyKind::Ids => {
                let whole = std::mem::replace(&mut document, JsonValue::Object(Object::new()));
                for at in table.ids(operation) {
                    message::set_member(&mut document, at, whole.pointer(at).cloned());
                }
            }
            BodyKind::Without(at) => message::set_member(&mut document, at, None),
            BodyKind::Null(at) => message::set_member(&mut document, at, Some(JsonValue::Null)),
            BodyKind::Kind(at, value) => message::set_member(&mut document, at, Some(value.clone())),
            BodyKind::State(state) => {
                let at = operation.state.map_or("", |rule| rule.at);
                message::set_member(&mut document, at, Some(JsonValue::from(state.as_str())));
            }
            BodyKind::Stranger => document = self.of_stranger(table, sample, message),
            BodyKind::Problem(code, is_whole) => {
                document = table.problem(operation, code.as_deref(), shape.status, *is_whole);
                media = table.problem_media(operation, shape.status);
            }
            BodyKind::Html => {
                media = "text/html";
                bytes = Some(Bytes::from_static(b"<html><body>A page</body></html>"));
            }
            BodyKind::Empty => bytes = Some(Bytes::new()),
        }
        let own = message
            .header(table.api.request_id_header.unwrap_or_default())
            .to_owned();
        let media = match shape.media {
            Media::Declared if shape.content == BodyKind::Html => "application/json",
            Media::Declared => media,
            Media::Named(media) => media,
            Media::Absent => "",
        };
        let id = match shape.id {
            Id::Own => own,
            Id::Absent => String::new(),
            Id::Other => self
                .other(message, operation)
                .map_or_else(String::new, |sent| sent.id.clone()),
        };
        let mut body = bytes.unwrap_or_else(|| message::bytes(&document).into());
        let is_cut = shape.content == BodyKind::Cut;
        if is_cut {
            body.truncate(body.len() / 2);
        }
        WireResponse {
            status: shape.status,
            headers: self.headers(media, table.api.request_id_header.unwrap_or_default(), &id),
            body,
            is_cut,
        }
    }

    /// Returns the newest request to the same operation under another key, of another process.
    fn other(&self, message: &WireRequest, operation: &Description) -> Option<&SentIntent> {
        let is_other = |sent: &&SentIntent| sent.process != message.process && sent.operation == operation.id;
        let table = self.shared.table()?;
        let key = table.key(operation, message);
        self.sent.iter().rev().filter(is_other).find(|sent| sent.key != key)
    }

    /// Returns the response that another process got to the same call, or could have got.
    fn of_stranger(&self, table: &Table, sample: &'static Sample, message: &WireRequest) -> JsonValue {
        let operation = sample.operation;
        let other = self.other(message, operation);
        let effect = other.and_then(|sent| self.bank.ledger.iter().find(|effect| effect.key == sent.key));
        if let Some(document) = effect.and_then(|effect| self.bank.document(&effect.resource)) {
            return document;
        }
        let mut document = table.promised(sample);
        let id = operation.creates.or(operation.ids.first().map(|(_, at)| *at));
        let echoed = operation.echoes.iter().map(|(_, at)| *at);
        let repeated = operation.repeats.iter().map(|(_, at, _)| *at);
        for at in id.into_iter().chain(echoed).chain(repeated) {
            message::set_member(&mut document, at, Some(JsonValue::from("of-a-stranger")));
        }
        document
    }
}

/// What arrives instead of the good response.
pub(crate) enum Arrival {
    Ready(Result<WireResponse, SendError>),
    Later(Box<Later>),
}

/// A response whose bytes are known once it arrives: it may be that of another call.
pub(crate) struct Later {
    table: Table,
    sample: &'static Sample,
    message: WireRequest,
    shape: ReplyForm,
    acted: Option<BankReply>,
}

/// A response on the wire.
pub(crate) struct WireResponse {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    is_cut: bool,
}

impl WireResponse {
    pub(crate) fn into_http(self) -> http::Response<Incoming> {
        let body = if self.is_cut {
            Incoming::new(CutBody(Some(self.body)))
        } else {
            Incoming::from_bytes(self.body)
        };
        let mut response = http::Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response
    }
}

/// A body that breaks off after its bytes.
struct CutBody(Option<Bytes>);

impl http_body::Body for CutBody {
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(bytes) => Ok(Frame::data(bytes)),
            None => Err("the connection broke".into()),
        }))
    }
}
