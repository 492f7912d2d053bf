//! In: a call that may be executed. Out: its response, from the operation or from a refusal of its content, with the headers
//! that the contract declares, and what becomes of its key. Never: a check of who calls.

use super::App;
use super::checks::{self, EarlyEnd, OF_CONTENT, OpenCall, weight};
use crate::answer::Answering;
use crate::clock;
use crate::encode;
use crate::example;
use crate::history::ChangeReason;
use crate::idempotency::{self, Effect};
use crate::json;
use crate::operation::{ANY, Operation, Response, ResponseHeader};
use crate::problem::Problem;
use crate::request::{self, Reply};
use crate::requested_faults;
use crate::schema::Direction;
use crate::state::SandboxState;
use crate::validate::ParsedRequest;
use serde_json::Value;

impl OpenCall<'_> {
    /// Checks the content, executes the operation and ends the progress of the key; `None` if the server dies with it.
    pub(super) fn execute(mut self) -> Option<Reply> {
        let executed = checks::run(OF_CONTENT, &mut self).and_then(|()| self.executed());
        let mut reply = match executed {
            Err(EarlyEnd::Refuse(refusal)) => self.refuse(&refusal),
            Ok(reply) | Err(EarlyEnd::Answer(reply)) => reply,
            Err(EarlyEnd::Drop) => return None,
        };
        if self.is_killed(false) {
            return None;
        }
        let registry = &self.app.api.contract.extensions.registry;
        let code = reply.code.as_ref();
        let is_stored = code.is_none_or(|code| registry.get(code).is_some_and(|row| row.stored));
        let behavior = self.app.behavior.now();
        let is_stored = behavior.model.stores(&reply, is_stored);
        if self.operation.has_effect() {
            behavior.model.spoil(&mut reply, self.key.as_deref(), behavior.seed());
        }
        if let Some(key) = &self.key {
            self.app.state().keys.finish(key, is_stored.then(|| reply.clone()));
        }
        Some(reply)
    }

    /// Executes the operation, here or at another server, and keeps its effect.
    fn executed(&mut self) -> Result<Reply, EarlyEnd> {
        let Some(server) = self.app.other_server() else {
            let (status, body) = self.carry_out()?;
            return Ok(self.response(status, body));
        };
        let code = self.app.api.contract.extensions.sdk("/problem/code");
        let sent = request::forward(server, self.request, code);
        let reply = sent.map_err(|error| EarlyEnd::Answer(Reply::text(502, &error.to_string())))?;
        let mark = self
            .app
            .api
            .contract
            .keys(self.operation)
            .and_then(|rules| rules.replayed.clone());
        let is_mark =
            |(name, _): &(String, String)| mark.as_ref().is_some_and(|(mark, _)| mark.eq_ignore_ascii_case(name));
        self.call.replayed = reply.headers.iter().any(is_mark);
        self.call.executed = (200..300).contains(&reply.status) && !self.call.replayed;
        // A creation that found the resource of its reference.
        let is_found = reply.status == 200 && self.operation.has_status(201);
        if self.call.executed && self.operation.has_effect() && !is_found {
            let key = idempotency::key(&self.app.api.contract, self.operation, self.request);
            let mut state = self.app.state();
            state.forwarded.extend(self.input.body.clone());
            state.carried(Effect {
                operation: self.operation.id.clone(),
                key: key.ok().flatten(),
                subject: idempotency::subject(self.operation, &self.input),
                resource: None,
            });
        }
        Ok(reply)
    }

    /// Executes the operation, and keeps its effect.
    fn carry_out(&mut self) -> Result<(u16, Option<Value>), Problem> {
        let mut state = self.app.state();
        let now = self.app.clock.life();
        let wanted = self.request.header(requested_faults::STATE);
        let mut answering = Answering {
            wanted_state: wanted.map(str::to_owned),
            ..self.app.answering(&mut state, self.operation, &self.input)
        };
        let result = answering.answer(self.call);
        let (has_wanted_state, acted_on) = (answering.has_wanted_state, answering.acted_on);
        if result.is_ok() {
            if let Some(wanted) = wanted.filter(|_| !has_wanted_state) {
                let note = format!("no resource of this call can be {wanted}: its state is as it was");
                self.call.fail("sandbox", note);
            }
            if let Some(at) = acted_on.filter(|_| self.operation.has_effect()) {
                let resource = state.records.get(at).and_then(|record| record.id.clone());
                self.acted_on.clone_from(&resource);
                state.carried(Effect {
                    operation: self.operation.id.clone(),
                    key: self.key.clone(),
                    subject: idempotency::subject(self.operation, &self.input),
                    resource,
                });
            }
        }
        self.app.tell(&mut state, now, ChangeReason::Call(self.call.place));
        result
    }

    /// Writes the response of the operation, and notes whether it matches its schema.
    fn response(&mut self, status: u16, body: Option<Value>) -> Reply {
        self.call.executed = true;
        let operation = self.operation;
        let Some(answer) = operation.answer(status) else {
            return Reply::empty(status);
        };
        let mut headers = self.headers(answer, None);
        let Some((mut body, media)) = body.zip(answer.media.as_ref()) else {
            return Reply {
                headers,
                ..Reply::empty(status)
            };
        };
        let api = &self.app.api;
        let accept = self.request.header("accept").unwrap_or("*/*");
        let mut best = (weight(accept, media), media, &answer.schema);
        for form in &answer.others {
            let weight = weight(accept, &form.media);
            if weight > best.0 {
                best = (weight, &form.media, &form.schema);
                if form.schema != answer.schema || form.example.is_some() {
                    let example = || example::from_schema(&api.contract, &form.schema);
                    body = form.example.clone().unwrap_or_else(example);
                }
            }
        }
        let (_, media, schema) = best;
        api.contract.hide(schema, &mut body);
        let errors = api.schemas.check(&api.contract, schema, Direction::Answer, &body);
        match errors.first() {
            None => self.call.pass("answer", "matches its schema"),
            Some(error) => self.call.fail(
                "answer",
                format!("does not match its schema: {} {}", error.pointer, error.message),
            ),
        }
        let mut reply = Reply::new(status, &concrete(media, &body), written(media, &body));
        reply.headers.append(&mut headers);
        reply
    }
}

/// A media type of a response, without a range.
fn concrete(media: &str, body: &Value) -> String {
    match body {
        _ if !media.contains('*') => media.to_owned(),
        Value::String(_) => "text/plain".to_owned(),
        _ => "application/json".to_owned(),
    }
}

/// The bytes of a body: text as it is, a sequence of values one by one, anything else as JSON.
fn written(media: &str, body: &Value) -> Vec<u8> {
    let lines = |before: &str, after: &str| {
        let items = body.as_array().map_or(std::slice::from_ref(body), Vec::as_slice);
        let items: Vec<String> = items.iter().map(|item| format!("{before}{item}{after}")).collect();
        items.concat().into_bytes()
    };
    match body {
        Value::String(text) if !json::is_media(media) && !json::is_sequence(media) => text.clone().into_bytes(),
        _ if media.starts_with("text/event-stream") => lines("data: ", "\n\n"),
        _ if json::is_sequence(media) => lines("", "\n"),
        _ => serde_json::to_vec(body).unwrap_or_default(),
    }
}

impl App {
    /// Returns the base URL of the server that executes the calls in place of the sandbox.
    pub(super) fn other_server(&self) -> Option<&str> {
        self.plan.as_ref()?.server.as_deref()
    }

    /// Returns an operation that is about to be executed.
    pub(crate) fn answering<'a>(
        &'a self,
        state: &'a mut SandboxState,
        operation: &'a Operation,
        input: &'a ParsedRequest,
    ) -> Answering<'a> {
        Answering {
            api: &self.api,
            settings: &self.answers,
            state,
            now: self.clock.life(),
            clock: clock::system(),
            operation,
            input,
            wanted_state: None,
            has_wanted_state: false,
            own_id: None,
            acted_on: None,
        }
    }
}

/// Headers that are those of the message and of the sandbox.
const OWN: [&str; 6] = [
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "date",
];
/// Words in the names of headers that lead to other pages or announce an end.
const LEADING: [&str; 6] = ["link", "next", "cursor", "replay", "deprecat", "sunset"];

impl OpenCall<'_> {
    /// Adds the headers that the operation declares for a refusal.
    pub(super) fn with_declared_headers(&self, mut reply: Reply) -> Reply {
        let with = |status| self.operation.refusals.iter().find(|one| one.status == status);
        if let Some(answer) = with(reply.status).or_else(|| with(ANY)) {
            let declared = self.headers(answer, Some(&reply));
            let is_new = |name: &str| reply.headers.iter().all(|(known, _)| known != name);
            let new: Vec<_> = declared.into_iter().filter(|(name, _)| is_new(name)).collect();
            reply.headers.extend(new);
        }
        reply
    }

    /// Returns the headers that a response declares: the address of the new resource, and examples. Without optional ones that lead to
    /// other pages.
    pub(super) fn headers(&self, answer: &Response, refusal: Option<&Reply>) -> Vec<(String, String)> {
        let contract = &self.app.api.contract;
        let of_call = contract.extensions.sdk("/requestId/header");
        let of_key = contract.keys(self.operation).and_then(|rules| rules.replayed.as_ref());
        let mut set: Vec<&str> = of_call
            .into_iter()
            .chain(of_key.map(|(name, _)| name.as_str()))
            .collect();
        set.extend(OWN);
        let mut headers = Vec::new();
        for header in &answer.headers {
            let name = header.name.to_ascii_lowercase();
            let leads_on = LEADING.iter().any(|word| name.contains(word));
            if set.iter().any(|known| known.eq_ignore_ascii_case(&name)) || (leads_on && !header.required) {
                continue;
            }
            let value = match name.as_str() {
                "location" if refusal.is_none() => Some(self.location()),
                "retry-after" if !self.may_wait(header, refusal) => None,
                "retry-after" => self.value(header, Some(self.app.retry_after.into())),
                _ => self.value(header, None),
            };
            let is_text = |text: &String| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
            headers.extend(
                value
                    .filter(|text| !text.is_empty() && is_text(text))
                    .map(|text| (name, text)),
            );
        }
        headers
    }

    /// Returns the address of the new resource, or else that of the call.
    fn location(&self) -> String {
        let path = self.request.target.split('?').next().unwrap_or_default();
        match &self.acted_on {
            Some(id) if self.request.method == "POST" => format!("{path}/{}", encode::percent_encode(id)),
            _ => path.to_owned(),
        }
    }

    /// Returns `true` if a response may request a wait: a success that must, or a refusal whose code the contract does not describe.
    fn may_wait(&self, header: &ResponseHeader, refusal: Option<&Reply>) -> bool {
        let registry = &self.app.api.contract.extensions.registry;
        let is_described = |reply: &Reply| reply.code.as_ref().is_some_and(|code| registry.contains_key(code));
        header.required || refusal.is_some_and(|reply| !is_described(reply))
    }

    /// Returns the first value that matches the schema of a header: this one, the example of the contract, or a generated one.
    fn value(&self, header: &ResponseHeader, own: Option<Value>) -> Option<String> {
        let api = &self.app.api;
        let known = own.into_iter().chain(header.example.clone());
        let mut values = known.chain(std::iter::once_with(|| {
            example::from_schema(&api.contract, &header.schema)
        }));
        let value = values.find(|value| api.is_answer(&header.schema, value))?;
        Some(if header.is_json {
            value.to_string()
        } else {
            header_text(&value)
        })
    }
}

/// A value as the text of a header.
fn header_text(value: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            let pairs = members.iter().flat_map(|(name, value)| [name.clone(), text(value)]);
            pairs.collect::<Vec<_>>().join(",")
        }
        other => text(other),
    }
}
