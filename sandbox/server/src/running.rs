//! Everything that a test or a person may ask of a running server. In: a server. Out: what it remembers, its events and its deliveries.
//! Never: a secret in `Debug`.

use crate::app::{App, call};
use crate::environment;
use crate::error::Error;
use crate::idempotency::Effect;
use crate::log::Call;
use crate::requested_faults::{Faults, RequestedFaults};
use crate::server::ServerThread;
use crate::server_model::{ServerBehavior, ServerModel};
use crate::shared::{SharedServer, locked};
use crate::view;
use crate::webhook::{self, Delivery};
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A resource that the sandbox remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The name of its schema.
    pub schema: String,
    /// Its id, if its schema has one.
    pub id: Option<String>,
    /// Its state, if its schema has a lifecycle.
    pub state: Option<String>,
    /// The answer of a read.
    pub value: Value,
}

/// Everything that calls made.
fn resources(app: &App) -> Vec<Resource> {
    let state = app.state();
    let all = state.records.iter().map(|record| {
        let resource = app.api.model.resources.get(&record.schema);
        let state = resource.and_then(|resource| resource.state(&record.value));
        Resource {
            schema: record.schema.clone(),
            id: record.id.clone(),
            state: state.map(str::to_owned),
            value: record.value.clone(),
        }
    });
    all.collect()
}

/// A running sandbox. It stops when it is dropped.
#[non_exhaustive]
pub struct Running {
    /// Returns the base URL for a client: `http`, loopback, and the path of the contract's first server.
    pub base_url: String,
    /// The id of the client that may call.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The secret that signs deliveries.
    pub webhook_secret: String,
    /// Summaries of `x-seed` for the resources at the start; none unless this start created them.
    pub summaries: Vec<String>,
    server: ServerThread,
    shared: Arc<SharedServer>,
}

impl fmt::Debug for Running {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Running")
            .field("base_url", &self.base_url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Closing the channel of events ends the thread that delivers webhooks.
        locked(&self.shared.parcels).take();
    }
}

impl Running {
    pub(crate) fn new(server: ServerThread, shared: Arc<SharedServer>, summaries: Vec<String>) -> Self {
        let credentials = &shared.app.credentials;
        Self {
            base_url: format!("http://{}{}", server.address, shared.app.api.contract.prefix),
            client_id: credentials.client_id.clone(),
            client_secret: credentials.client_secret.clone(),
            webhook_secret: credentials.webhook_secret.clone(),
            summaries,
            server,
            shared,
        }
    }

    /// The parts that the server does not check: signatures other than a MAC of a message in a header, and parts of schemas.
    pub fn unchecked(&self) -> &[String] {
        &self.shared.app.api.contract.extensions.unchecked
    }

    /// The URLs of the token endpoints of declared OAuth flows.
    pub fn token_endpoints(&self) -> Vec<String> {
        let paths = call::token_paths(&self.shared.app.api.contract);
        let urls = paths
            .into_iter()
            .map(|path| format!("http://{}{path}", self.server.address));
        urls.collect()
    }

    /// The URL of the console, for a browser.
    pub fn console(&self) -> String {
        format!("http://{}/.sandbox/", self.server.address)
    }

    /// The environment variables that the contract names, with their values here; `SANDBOX_..` for values without a name that calls need.
    pub fn environment(&self) -> Vec<(String, String)> {
        view::environment(&self.shared.app, &self.base_url)
    }

    /// Returns a line for a shell that exports each of these variables. In place of a secret that was given with the options it is a comment.
    pub fn export_lines(&self) -> Vec<String> {
        environment::export_lines(&self.environment(), &self.shared.app.credentials.hidden)
    }

    /// Writes these variables as lines `NAME=value`, which docker (`--env-file`), direnv and shells read, to a file that only its owner can
    /// read. A file with other contents is an error, and stays as it is.
    pub fn write_environment(&self, file: &Path) -> Result<(), Error> {
        environment::write(file, &self.environment())
    }

    /// The calls so far, oldest first: the last 10,000, and fewer where their bodies are large.
    pub fn calls(&self) -> Vec<Call> {
        let calls = locked(&self.shared.calls);
        calls.all().map(|(_, call)| Call::clone(call)).collect()
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        locked(&self.shared.calls).clear();
    }

    /// Sets the server's clock so many seconds ahead of the system's, or behind it.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.shared.app.clock.set_offset(seconds);
    }

    /// Lets so many seconds of the time in which resources live pass at once. Clock and signatures are not concerned.
    pub fn step(&self, seconds: u32) {
        self.shared.app.clock.step(seconds);
        self.shared.advance();
        self.shared.send(self.shared.app.save());
    }

    /// Switches the server model and the schedule of faults for the calls from now on.
    pub fn switch(&self, model: ServerModel, faults: Option<Faults>) {
        self.shared.app.behavior.set(ServerBehavior { model, faults });
    }

    /// Says what the next call without a `Sandbox-Answer` header is answered with, in the words of that header; several
    /// wait in line. An empty text stands for an ordinary answer.
    pub fn answer_next(&self, answer: &str) -> Result<(), Error> {
        let faults = RequestedFaults::parse(&self.shared.app.api.contract, answer).map_err(Error::Unknown)?;
        self.shared.app.state().faults.push_back(faults);
        Ok(())
    }

    /// The last 100,000 effects, oldest first: what was really carried out, and not what was repeated.
    pub fn effects(&self) -> Vec<Effect> {
        let state = self.shared.app.state();
        state.effects.all().map(|(_, effect)| Effect::clone(effect)).collect()
    }

    /// Returns the number of copies of requests still to come, each before one of the next requests.
    pub fn late_copies(&self) -> usize {
        self.shared.app.state().late.len()
    }

    /// Returns the number of requests that are past the lookup of their keys and not answered yet. Their senders may be gone.
    pub fn in_progress(&self) -> usize {
        self.shared.app.state().keys.in_progress()
    }

    /// Everything that is remembered, oldest first.
    pub fn resources(&self) -> Vec<Resource> {
        self.shared.advance();
        resources(&self.shared.app)
    }

    /// Puts a resource into a state, allowed by its lifecycle or not, and delivers what fits.
    pub fn set_state(&self, id: &str, to: &str) -> Result<(), Error> {
        let app = &self.shared.app;
        let unknown = || Error::Unknown(format!("nothing has the id {id}"));
        let number = *view::with_id(app, id).first().ok_or_else(unknown)?;
        self.shared.send(app.put(number, to).map_err(Error::Unknown)?);
        Ok(())
    }

    /// Waits until the server ends; without this a program would end before its first call.
    pub fn wait(mut self) {
        self.server.wait();
    }

    /// The event types that the contract names.
    pub fn events(&self) -> Vec<String> {
        webhook::events(&self.shared.app.api.contract)
    }

    /// A signed delivery of an event type's example, to be handed over by the caller.
    pub fn signed_delivery(&self, event: &str) -> Result<Delivery, Error> {
        let app = &self.shared.app;
        let body = webhook::event(&app.api.contract, event, None, app.clock.life())?;
        webhook::sign(&app.api.contract, &self.webhook_secret, event, &body, app.clock.now())
    }

    /// Posts a signed example of an event type to the webhook URL, soon and with retries; see `deliveries`.
    pub fn deliver(&self, event: &str) -> Result<(), Error> {
        let app = &self.shared.app;
        let url = app.post.url();
        let url = url.ok_or_else(|| Error::Unknown("no webhook URL is set".to_owned()))?;
        self.shared.send_to(app.example(event)?, url);
        Ok(())
    }

    /// Turns deliveries on, to this URL, or off.
    pub fn deliver_to(&self, url: Option<String>) {
        self.shared.app.post.send_to(url);
    }

    /// Sets how events come from now on, in words separated by commas: `twice` (a second time, with a new signature), `swapped` (each one behind
    /// the next one, or a second later), `forged` (before each one another one with a wrong signature) and `delay:500` (so many milliseconds
    /// later). An empty text is the ordinary way.
    pub fn deliver_as(&self, words: &str) -> Result<(), Error> {
        self.shared.app.post.send_as(words.parse().map_err(Error::Unknown)?);
        Ok(())
    }

    /// The attempts to deliver so far, with what the receiver answered: the last 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        let deliveries = locked(&self.shared.deliveries);
        deliveries
            .all()
            .map(|(_, delivery)| Delivery::clone(delivery))
            .collect()
    }
}
