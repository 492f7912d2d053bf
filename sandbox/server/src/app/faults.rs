//! In: the unsigned headers of a call, the queue, the plan of an examination, the schedule of faults. Out: the faults of the
//! call, each at its place between the checks, and the responses of a server that knows more than the contract. Never: a header
//! of the sandbox or a state that is silently ignored, or an unknown state that decides what the caller has to do next.

use super::App;
use super::checks::{EarlyEnd, OpenCall};
use crate::contract::Contract;
use crate::json;
use crate::log::Call;
use crate::model::Model;
use crate::operation::Operation;
use crate::problem::{self, Problem};
use crate::request::{Reply, Request};
use crate::requested_faults::{self, Newer, RequestedFaults, RequestedRefusal};
use crate::server_model::IncomingCall;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl App {
    /// Returns the faults of a call: from the request, from the plan or the queue, or from the schedule. Errors: a header or a word
    /// that the server does not know.
    pub(crate) fn faults(&self, request: &Request) -> Result<RequestedFaults, String> {
        self.headers_are_known(request)?;
        if let Some(text) = request.header(requested_faults::ANSWER) {
            return RequestedFaults::parse(&self.api.contract, text);
        }
        if let Some(plan) = &self.plan {
            // Under examination, a second of life passes with each request.
            self.clock.step(1);
            return Ok((plan.fault)(request));
        }
        let mut state = self.state();
        if let Some(faults) = state.faults.pop_front() {
            return Ok(faults);
        }
        let behavior = self.behavior.now();
        if !behavior.has_faults() {
            return Ok(RequestedFaults::default());
        }
        let key = self.api.contract.key_header().and_then(|header| request.header(header));
        let name = key.map_or_else(|| format!("{} {}", request.method, request.target), str::to_owned);
        let came = state.came.entry(name.clone()).or_default();
        *came += 1;
        let nth = *came;
        let coming = IncomingCall {
            name: &name,
            nth,
            number: state.requests,
            is_keyed: key.is_some(),
        };
        let of_model = behavior.model.faults(behavior.seed(), &coming);
        let by_schedule = || behavior.faults.map(|faults| faults.faults(coming.name, coming.nth));
        Ok(of_model.or_else(by_schedule).unwrap_or_default())
    }

    /// Refuses a header of the sandbox that it does not know, and a state that no resource of the contract has.
    fn headers_are_known(&self, request: &Request) -> Result<(), String> {
        let known = [requested_faults::ANSWER, requested_faults::STATE];
        let strange = |name: &String| name.starts_with("sandbox-") && !known.contains(&name.as_str());
        if let Some((name, _)) = request.headers.iter().find(|(name, _)| strange(name)) {
            return Err(format!(
                "`{name}` is not a header of the sandbox; there are {}",
                known.join(", ")
            ));
        }
        let Some(wanted) = request.header(requested_faults::STATE) else {
            return Ok(());
        };
        let (contract, model) = (&self.api.contract, &self.api.model);
        let states = model.resources.keys().flat_map(|name| model.states(contract, name));
        let states: BTreeSet<&str> = states.collect();
        if states.contains(wanted) {
            return Ok(());
        }
        let states: Vec<&str> = states.into_iter().collect();
        Err(format!(
            "no resource has the state `{wanted}`; the states are {}",
            states.join(", ")
        ))
    }

    /// Changes a complete response as it is requested.
    pub(super) fn after_response(&self, faults: &RequestedFaults, reply: &mut Reply, call: &mut Call) {
        if faults.extra
            && let Ok(Value::Object(mut members)) = serde_json::from_slice(&reply.body)
        {
            members.insert(UNKNOWN_MEMBER.to_owned(), extra());
            reply.body = serde_json::to_vec(&members).unwrap_or_default();
        }
        if let Some(newer) = faults.newer {
            self.make_newer(newer, reply, call);
        }
        if faults.empty.is_some() && (200..300).contains(&reply.status) {
            reply.body.clear();
            reply.headers.retain(|(name, _)| name != "content-type");
        }
        if let Some(status) = faults.firewall {
            *reply = page(status);
        }
    }

    /// Changes a success to that of a server that knows more than the contract.
    fn make_newer(&self, newer: Newer, reply: &mut Reply, call: &mut Call) {
        let api = &self.api;
        let operation = call.operation.as_ref().and_then(|id| api.contract.operation(id));
        let (Some(operation), 200..300) = (operation, reply.status) else {
            return;
        };
        let Ok(mut body) = serde_json::from_slice(&reply.body) else {
            return;
        };
        let mut sent = SentTexts::new();
        if newer == Newer::Values {
            let state = self.state();
            let bodies = state.records.iter().filter_map(|record| record.made_with.as_ref());
            bodies
                .chain(&state.forwarded)
                .for_each(|body| collect_texts(body, &mut sent));
            collect_texts(&serde_json::from_slice(&call.body).unwrap_or_default(), &mut sent);
        }
        if add_unknown(&api.contract, &api.model, operation, newer, &sent, &mut body) {
            reply.body = serde_json::to_vec(&body).unwrap_or_default();
            call.pass("sandbox", UNKNOWN_NOTE);
        }
    }
}

impl RequestedFaults {
    /// Notes that this call does not get an ordinary response.
    pub(super) fn before_checks(&self, call: &mut Call) {
        if *self != Self::default() {
            call.pass("sandbox", format!("this response was requested: {self}"));
        }
    }
}

impl OpenCall<'_> {
    /// Ends a call of a known sender before it reaches the server, as a proxy does.
    pub(super) fn faults_of_a_proxy(&mut self) -> Result<(), EarlyEnd> {
        if self.faults.drop == Some(true) {
            return Err(EarlyEnd::Drop);
        }
        if let Some(status) = self.faults.page {
            return Err(EarlyEnd::Answer(page(status)));
        }
        if self.faults.empty == Some(true) {
            return Err(EarlyEnd::Answer(Reply::empty(200)));
        }
        Ok(())
    }

    /// Refuses a call with a code that is not stored under its key, or as if it had been stored.
    pub(super) fn faults_before_key(&mut self) -> Result<(), EarlyEnd> {
        let registry = &self.app.api.contract.extensions.registry;
        let is_stored = |code: &String| registry.get(code).is_none_or(|row| row.stored);
        let code = match &self.faults.refusal {
            Some(RequestedRefusal::Code(code)) if !is_stored(code) => code.as_str(),
            Some(RequestedRefusal::Replayed(code)) => code.as_str(),
            Some(RequestedRefusal::Gateway) => problem::GATEWAY,
            _ => return Ok(()),
        };
        let mut reply = self.refuse(&Problem::new(code, ""));
        if matches!(self.faults.refusal, Some(RequestedRefusal::Replayed(_))) {
            self.mark_replayed(&mut reply);
        }
        Err(EarlyEnd::Answer(reply))
    }

    /// Leaves the key in progress for ever, as a server that dies at once.
    pub(super) fn faults_after_key(&mut self) -> Result<(), EarlyEnd> {
        if self.is_killed(true) {
            return Err(EarlyEnd::Drop);
        }
        Ok(())
    }

    /// Refuses a valid call with a code that is stored under its key.
    pub(super) fn faults_before_operation(&mut self) -> Result<(), EarlyEnd> {
        match &self.faults.refusal {
            Some(RequestedRefusal::Code(code) | RequestedRefusal::Replayed(code)) => Err(Problem::new(code, "").into()),
            Some(RequestedRefusal::Invalid) => {
                Err(problem::invalid(&self.app.api.contract, self.operation, Vec::new()).into())
            }
            // A response of a gateway was returned before this point.
            Some(RequestedRefusal::Gateway) | None => Ok(()),
        }
    }

    /// Returns `true` if the server dies before or after the operation; the key is then in progress for ever.
    pub(super) fn is_killed(&self, is_before: bool) -> bool {
        let killed = self.faults.killed.filter(|killed| *killed == is_before);
        let Some(key) = killed.and(self.key.as_ref()) else {
            return false;
        };
        self.app.state().keys.die(key);
        true
    }
}

/// A page of HTML, as from a proxy or a firewall.
fn page(status: u16) -> Reply {
    let body = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>proxy</body></html>\n");
    Reply::new(status, "text/html", body.into_bytes())
}

/// The name of a member that no contract has.
pub const UNKNOWN_MEMBER: &str = "sandboxExtra";
/// The note on a call whose answer was changed.
pub(crate) const UNKNOWN_NOTE: &str = "the response has more than the contract declares";
/// The deepest object that gets a member.
const DEPTH: usize = 16;

/// Texts that the caller sent, each with the name of its member.
type SentTexts = BTreeSet<(String, String)>;

/// Collects the texts of a body.
fn collect_texts(body: &Value, sent: &mut SentTexts) {
    let texts = json::all_members(body).filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    sent.extend(texts);
}

/// Changes a success, and returns `true` if there was something to change.
fn add_unknown(
    contract: &Contract,
    model: &Model,
    operation: &Operation,
    newer: Newer,
    sent: &SentTexts,
    body: &mut Value,
) -> bool {
    let Some(answer) = operation.answers.first() else {
        return false;
    };
    match newer {
        Newer::Members => add_member(contract, &answer.schema, body, 0),
        Newer::Values => {
            let other = replace_value(contract, &answer.schema, sent, body, 0);
            replace_state(contract, model, operation, body) || other
        }
    }
}

/// Adds a member to every object that the contract describes and does not close.
fn add_member(contract: &Contract, schema: &Value, value: &mut Value, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match value {
        Value::Object(members) => {
            let mut changed = false;
            for (name, value) in members.iter_mut() {
                if let Some(property) = contract.property(schema, name) {
                    changed |= add_member(contract, property, value, depth + 1);
                }
            }
            let is_closed = contract.word(schema, "additionalProperties") == Some(&Value::Bool(false));
            let is_map = contract.properties(schema).is_empty();
            if !is_closed && !is_map {
                members.insert(UNKNOWN_MEMBER.to_owned(), extra());
                changed = true;
            }
            changed
        }
        Value::Array(items) => {
            let schema = contract.word(schema, "items").cloned().unwrap_or_default();
            let mut changed = false;
            for item in items {
                changed |= add_member(contract, &schema, item, depth + 1);
            }
            changed
        }
        _ => false,
    }
}

/// The value of a member that no contract has.
fn extra() -> Value {
    json!({ "kept": [1, "two", null] })
}

/// Puts values that no contract has in the place of those of enumerations that are no states: in lists of several items those of the
/// last one, and none in others, so that what a caller looks for is there. A value that the caller sent stays, and so does one that tells
/// the alternatives of a union apart.
fn replace_value(contract: &Contract, schema: &Value, sent: &SentTexts, body: &mut Value, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match body {
        Value::Object(members) => {
            let tag = contract.word(schema, "discriminator");
            let tag = tag.and_then(|tag| tag.get("propertyName")?.as_str());
            let mut changed = false;
            for (name, property) in contract.properties(schema) {
                let Some(inner) = members.get_mut(name).filter(|_| tag != Some(name)) else {
                    continue;
                };
                let text = inner
                    .as_str()
                    .filter(|_| is_open(contract, property))
                    .map(str::to_owned);
                match text {
                    Some(text) if !sent.contains(&(name.to_owned(), text.clone())) => {
                        *inner = Value::String(unknown_value(&text));
                        changed = true;
                    }
                    Some(_) => {}
                    None => changed |= replace_value(contract, property, sent, inner, depth + 1),
                }
            }
            changed
        }
        Value::Array(items) if items.len() > 1 => {
            let item = contract.word(schema, "items").cloned().unwrap_or_default();
            let last = items.last_mut();
            last.is_some_and(|last| replace_value(contract, &item, sent, last, depth + 1))
        }
        _ => false,
    }
}

/// Returns `true` for an enumeration of several values that are no states.
fn is_open(contract: &Contract, schema: &Value) -> bool {
    let values = contract.listed(schema, "enum");
    values.is_some_and(|values| values.len() > 1) && contract.word(schema, "x-lifecycle").is_none()
}

/// Puts a state that no contract has in the place of one in which the owner alone acts.
fn replace_state(contract: &Contract, model: &Model, operation: &Operation, body: &mut Value) -> bool {
    let Some(resource) = Model::answered(operation).and_then(|name| model.resources.get(&name)) else {
        return false;
    };
    let (Some(member), Some(life)) = (&resource.state_member, &resource.lifecycle) else {
        return false;
    };
    let owner = contract.extensions.owner();
    let Some(state) = body.get(member).and_then(Value::as_str).map(str::to_owned) else {
        return false;
    };
    if life.by_owner(owner, &state).is_none() || life.is_callers(owner, &state) {
        return false;
    }
    json::put(body, member, Value::String(unknown_value(&state)));
    true
}

/// A value that no contract names, written like the values of this one.
pub fn unknown_value(like: &str) -> String {
    let separator = ["_", "-", "."]
        .into_iter()
        .find(|mark| like.contains(mark))
        .unwrap_or("_");
    let text = ["sandbox", "unknown"].join(separator);
    if like.chars().any(char::is_lowercase) {
        text
    } else {
        text.to_uppercase()
    }
}
