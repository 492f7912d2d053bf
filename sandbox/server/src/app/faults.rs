//! In: the unsigned headers of a call, the queue, the plan of an examination, the schedule of faults. Out: the faults of the call, each at
//! its place between the checks. Never: a header of the sandbox or a state that is silently ignored.

use super::App;
use super::checks::{EarlyEnd, OpenCall};
use crate::future_server;
use crate::log::Call;
use crate::problem::{self, Problem};
use crate::request::{Reply, Request};
use crate::requested_faults::{self, Newer, RequestedFaults, RequestedRefusal};
use crate::server_model::IncomingCall;
use serde_json::Value;
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
            members.insert(future_server::MEMBER.to_owned(), future_server::extra());
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
        let mut sent = future_server::SentTexts::new();
        if newer == Newer::Values {
            let state = self.state();
            let bodies = state.records.iter().filter_map(|record| record.made_with.as_ref());
            bodies
                .chain(&state.forwarded)
                .for_each(|body| future_server::collect(body, &mut sent));
            future_server::collect(&serde_json::from_slice(&call.body).unwrap_or_default(), &mut sent);
        }
        if future_server::put(&api.contract, &api.model, operation, newer, &sent, &mut body) {
            reply.body = serde_json::to_vec(&body).unwrap_or_default();
            call.pass("sandbox", future_server::NOTE);
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
