//! In: the unsigned headers of a call, the queue, the schedule of faults. Out: the behaviour that the call gets. Never: a
//! header of the sandbox or a state that is silently ignored.

use super::App;
use crate::forced::{self, Forced};
use crate::request::Request;
use crate::server_model::Coming;
use std::collections::BTreeSet;

impl App {
    /// Returns the forced behaviour of a call: from the request, from the queue, or from the schedule of faults. Errors: a
    /// header or a word that the server does not know.
    pub(crate) fn forced(&self, request: &Request) -> Result<Forced, String> {
        self.headers_are_known(request)?;
        if let Some(text) = request.header(forced::ANSWER) {
            return Forced::read(&self.contract, text);
        }
        if let Some(script) = &self.script {
            // Under examination, a second of life passes with each request.
            self.clock.step(1);
            return Ok(script.of(request));
        }
        let mut state = self.state();
        if let Some(forced) = state.forced.pop_front() {
            return Ok(forced);
        }
        let conduct = self.conduct.now();
        if !conduct.has_faults() {
            return Ok(Forced::default());
        }
        let header = self.contract.extensions.idempotency.as_ref().map(|rules| &rules.header);
        let key = header.and_then(|header| request.header(header));
        let name = key.map_or_else(|| format!("{} {}", request.method, request.target), str::to_owned);
        let came = state.came.entry(name.clone()).or_default();
        *came += 1;
        let nth = *came;
        let coming = Coming {
            name: &name,
            nth,
            number: state.requests,
            is_keyed: key.is_some(),
        };
        let of_model = conduct.model.forced(conduct.seed(), &coming);
        let by_schedule = || conduct.faults.map(|faults| faults.of(coming.name, coming.nth));
        Ok(of_model.or_else(by_schedule).unwrap_or_default())
    }

    /// Refuses a header of the sandbox that it does not know, and a state that no resource of the contract has.
    fn headers_are_known(&self, request: &Request) -> Result<(), String> {
        let known = [forced::ANSWER, forced::STATE, forced::CLIENT];
        let strange = |name: &String| name.starts_with("sandbox-") && !known.contains(&name.as_str());
        if let Some((name, _)) = request.headers.iter().find(|(name, _)| strange(name)) {
            return Err(format!(
                "`{name}` is not a header of the sandbox; there are {}",
                known.join(", ")
            ));
        }
        let Some(wanted) = request.header(forced::STATE) else {
            return Ok(());
        };
        let states = self.states();
        if states.contains(wanted) {
            return Ok(());
        }
        let states: Vec<&str> = states.into_iter().collect();
        Err(format!(
            "no resource has the state `{wanted}`; the states are {}",
            states.join(", ")
        ))
    }

    /// Returns the states of all resources.
    fn states(&self) -> BTreeSet<&str> {
        let lists = self.model.resources.values().filter_map(|resource| {
            let property = self
                .contract
                .property(&resource.schema, resource.state_member.as_deref()?)?;
            self.contract.word(property, "enum")?.as_array()
        });
        lists.flatten().filter_map(serde_json::Value::as_str).collect()
    }
}
