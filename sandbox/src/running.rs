//! In: a contract and options. Out: a running server, and everything a test or a person may ask of it. Never: a secret
//! in `Debug`.

mod events;

use crate::app::App;
use crate::clients::Clients;
use crate::clock::Clock;
use crate::conduct::{Conduct, Switched};
use crate::contract::Contract;
use crate::credentials::{self, Given, Secrets};
use crate::effect::Effect;
use crate::environment;
use crate::error::Error;
use crate::faults::Faults;
use crate::forced::Forced;
use crate::log::Call;
use crate::manner::{Attempts, Post};
use crate::near;
use crate::prepared::Prepared;
use crate::refused::{self, Refused};
use crate::row::Rows;
use crate::script::Script;
use crate::seed;
use crate::server::{Server, Settings};
use crate::server_model::ServerModel;
use crate::shared::{DeliveryWatcher, Shared, Watcher, Watchers, locked};
use crate::state::State;
use crate::store::{self, Keeper};
use crate::view;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Time for the head of a request, and for its body.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Settings of a sandbox. Missing values are generated.
#[derive(Default)]
pub struct Options {
    /// The address to listen on; without it the loopback, which only programs of this machine reach.
    pub listen: Option<IpAddr>,
    /// Names, besides those of this machine, under which the paths below `/.sandbox/` answer to everybody who can reach the server.
    pub console_hosts: Vec<String>,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// The most time that the head of a request may take, and the most that its body may take; 20 seconds if left out.
    pub request_timeout: Option<Duration>,
    /// The id of the client that may call.
    pub client_id: Option<String>,
    /// Its secret, in the form that the contract's `x-signing` names.
    pub client_secret: Option<String>,
    /// Further clients, ids and secrets: what one makes, no other one sees. If `client_id` is left out, the first of them is that client.
    pub clients: Vec<(String, String)>,
    /// Operations that a client may not call, and what they are refused with.
    pub refusals: Vec<Refused>,
    /// The secret that signs deliveries, in the form that the contract's `x-webhooks` names.
    pub webhook_secret: Option<String>,
    /// The secrets in place of those that are left out.
    pub secrets: Secrets,
    /// URL for deliveries (`http` only); without it nothing is delivered.
    pub webhook_url: Option<String>,
    /// The number of attempts for an event, and the wait behind the first one.
    pub webhook_attempts: Attempts,
    /// The way in which events come, in the words of `Running::deliver_as`.
    pub webhook_manner: String,
    /// States in which new resources begin, by the names of their schemas, in place of the first state of their lifecycles.
    pub begin: BTreeMap<String, String>,
    /// `true` if ids of the contract's examples name resources that exist from the beginning.
    pub examples_exist: bool,
    /// True where one reference may be used for several actions: the server then tells a repeated action by its key alone.
    pub any_reference: bool,
    /// The seconds of `Retry-After`; 1 if left out.
    pub retry_after: Option<u64>,
    /// The store that outlives the process: a SQLite file, or a URL of PostgreSQL; without one everything is in memory alone.
    pub store: Option<String>,
    /// Events with `off: true` that are sent all the same.
    pub events: Vec<String>,
    /// Makes the resources of the contract's `x-seed` at the start, for each client whose store is empty; not by default.
    pub seed: bool,
    /// Model of the server's handling of keys and answers.
    pub server_model: ServerModel,
    /// Seconds of the time in which resources live for each second of the clock; 1 if left out, and 0 for a time that stands still
    /// until it is stepped.
    pub speed: Option<u32>,
    /// Schedule of faults for calls that request no behaviour themselves; no faults by default.
    pub faults: Option<Faults>,
    /// Called with every call once it is answered.
    pub watcher: Option<Watcher>,
    /// Called with every attempt to deliver an event.
    pub delivery_watcher: Option<DeliveryWatcher>,
}

impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Options")
            .field("port", &self.port)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

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

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Serves a contract, given as text, on loopback, in a thread of its own; returns once it listens.
    pub fn start(contract: &str, options: Options) -> Result<Running, Error> {
        Self::start_with(&Prepared::of(Contract::read(contract)?)?, options, None)
    }

    /// Serves a contract, and answers as a script plans it.
    pub(crate) fn start_with(prepared: &Prepared, options: Options, script: Option<Script>) -> Result<Running, Error> {
        let given = Given {
            client_id: options.client_id.as_deref(),
            client_secret: options.client_secret.as_deref(),
            clients: &options.clients,
            webhook_secret: options.webhook_secret.as_deref(),
        };
        let all = credentials::all(&prepared.contract, &given, options.secrets)?;
        let ids: Vec<String> = all.iter().map(|one| one.client_id.clone()).collect();
        check_names(prepared, &options, &ids)?;
        let clock = Arc::new(Clock::with_speed(options.speed.unwrap_or(1)));
        let conduct = Arc::new(Switched::new(Conduct {
            model: options.server_model,
            faults: options.faults,
        }));
        let store = options.store.as_deref().map(store::open).transpose()?;
        let (mut script, manner) = (script, options.webhook_manner.parse().map_err(Error::Unknown)?);
        let watchers = Watchers {
            calls: options.watcher.map(Arc::new),
            deliveries: options.delivery_watcher.map(Arc::new),
        };
        let (mut clients, mut resumed, mut summaries) = (Vec::new(), None, Vec::new());
        for credentials in all {
            let keeper = store.as_ref().map(|store| Keeper::new(&credentials.client_id, store));
            let (state, lives) = keeper
                .as_ref()
                .map_or(Ok(Default::default()), |keeper| keeper.load().and_then(restored))?;
            resumed = resumed.max(lives);
            let Prepared {
                contract,
                model,
                rules,
                causes,
                schemas,
            } = prepared.clone();
            let app = App {
                events: options.events.iter().cloned().collect(),
                refusals: refused::of(&contract, &options.refusals, &credentials.client_id)?,
                contract,
                model,
                rules,
                causes,
                schemas,
                begin: options.begin.clone(),
                state: Mutex::new(state),
                keeper,
                clock: Arc::clone(&clock),
                credentials,
                retry_after: options.retry_after.unwrap_or(1),
                examples_exist: options.examples_exist,
                any_reference: options.any_reference,
                conduct: Arc::clone(&conduct),
                script: script.take(),
                post: Post::new(options.webhook_url.clone(), manner, options.webhook_attempts),
            };
            app.schedule();
            if options.seed && app.state().last() == 0 {
                summaries = seed::sow(&app)?;
                app.save();
            }
            let shared = Shared::start(app, ids.clone(), watchers.clone())?;
            clients.push(shared);
        }
        if let Some(lives) = resumed {
            clock.resume(lives);
        }
        let listen = options.listen.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let shared = Arc::clone(&clients[0]);
        let clients = Arc::new(Clients::new(Arc::clone(&shared), clients.split_off(1)));
        let server = Server::start(
            Arc::clone(&clients),
            Settings {
                listen: (listen, options.port).into(),
                console_hosts: options.console_hosts,
                request_timeout: options.request_timeout.unwrap_or(REQUEST_TIMEOUT),
            },
        )?;
        let base_url = format!("http://{}{}", server.address, shared.app.contract.prefix);
        let credentials = &shared.app.credentials;
        Ok(Running {
            base_url,
            client_id: credentials.client_id.clone(),
            client_secret: credentials.client_secret.clone(),
            webhook_secret: credentials.webhook_secret.clone(),
            summaries,
            server,
            shared,
            clients,
        })
    }

    /// Serves the contract in a file.
    pub fn start_file(path: impl AsRef<Path>, options: Options) -> Result<Running, Error> {
        Self::start_with(&Prepared::of(Contract::read_file(path.as_ref())?)?, options, None)
    }
}

/// Checks that states, clients and events that the options name are there.
fn check_names(prepared: &Prepared, options: &Options, ids: &[String]) -> Result<(), Error> {
    let Prepared { contract, model, .. } = prepared;
    for (schema, state) in &options.begin {
        let states = model.states(contract, schema);
        if !states.contains(&state.as_str()) {
            let known = if states.is_empty() {
                "none".to_owned()
            } else {
                states.join(", ")
            };
            return Err(Error::Unknown(format!(
                "`{schema}` has no state `{state}`; it has {known}"
            )));
        }
    }
    if let Some(unknown) = options.refusals.iter().find(|one| !ids.contains(&one.client)) {
        return Err(Error::Unknown(format!(
            "there is no client `{}`; there are {}",
            unknown.client,
            ids.join(", ")
        )));
    }
    for event in &options.events {
        let known = prepared.causes.unsent();
        if !known.contains(event.as_str()) {
            let why = format!(
                "`{event}` is not an event with `off: true`{}",
                near::suggestion(event, known)
            );
            return Err(Error::Unknown(why));
        }
    }
    Ok(())
}

fn restored(rows: Rows) -> Result<(State, Option<(i64, i64)>), Error> {
    let why = "it was not written by this version of the sandbox: pass another store";
    State::restored(rows).ok_or_else(|| Error::Store(why.to_owned()))
}

/// Everything that one client made.
fn resources(app: &App) -> Vec<Resource> {
    let state = app.state();
    let all = state.records.iter().map(|record| {
        let member = app
            .model
            .resources
            .get(&record.schema)
            .and_then(|resource| resource.state_member.as_deref());
        Resource {
            schema: record.schema.clone(),
            id: record.id.clone(),
            state: member
                .and_then(|member| record.value.get(member)?.as_str())
                .map(str::to_owned),
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
    /// What exists at the start, by the summaries of `x-seed`; none unless it was made now.
    pub summaries: Vec<String>,
    server: Server,
    /// The first client's.
    shared: Arc<Shared>,
    clients: Arc<Clients>,
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
        // Closing the channels of events ends the threads that deliver webhooks.
        for client in self.clients.all() {
            locked(&client.parcels).take();
        }
    }
}

impl Running {
    /// The URL of the console, for a browser.
    pub fn console(&self) -> String {
        format!("http://{}/.sandbox/", self.server.address)
    }

    /// Ids and secrets of all clients.
    pub fn clients(&self) -> Vec<(String, String)> {
        let all = self.clients.all().map(|one| &one.app.credentials);
        all.map(|one| (one.client_id.clone(), one.client_secret.clone()))
            .collect()
    }

    /// The environment variables that the contract names, with their values here.
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
        self.clients.advance();
        self.clients.all().for_each(|one| one.send(one.app.save()));
    }

    /// Switches the server model and the schedule of faults for the calls from now on.
    pub fn switch(&self, model: ServerModel, faults: Option<Faults>) {
        self.shared.app.conduct.set(Conduct { model, faults });
    }

    /// Says what the next call without a `Sandbox-Answer` header is answered with, in the words of that header; several
    /// wait in line. An empty text stands for an ordinary answer.
    pub fn answer_next(&self, answer: &str) -> Result<(), Error> {
        let forced = Forced::read(&self.shared.app.contract, answer).map_err(Error::Unknown)?;
        self.shared.app.state().forced.push_back(forced);
        Ok(())
    }

    /// The last 100,000 effects of each client, oldest first, client by client: what was really carried out, and not what was repeated.
    pub fn effects(&self) -> Vec<Effect> {
        let all = self.clients.all().flat_map(|one| {
            let state = one.app.state();
            state
                .effects
                .all()
                .map(|(_, effect)| Effect::clone(effect))
                .collect::<Vec<_>>()
        });
        all.collect()
    }

    /// Returns the number of copies of requests still to come, each before one of the next requests.
    pub fn late_copies(&self) -> usize {
        self.clients.all().map(|one| one.app.state().late.len()).sum()
    }

    /// Returns the number of requests that are past the lookup of their keys and not answered yet. Their senders may be gone.
    pub fn in_progress(&self) -> usize {
        self.clients.all().map(|one| one.app.state().keys.in_progress()).sum()
    }

    /// Everything that is remembered, oldest first, client by client.
    pub fn resources(&self) -> Vec<Resource> {
        self.clients.advance();
        self.clients.all().flat_map(|one| resources(&one.app)).collect()
    }

    /// Puts a resource into a state, allowed by its lifecycle or not, and delivers what fits.
    pub fn set_state(&self, id: &str, to: &str) -> Result<(), Error> {
        let mut found = self
            .clients
            .all()
            .filter_map(|one| Some((one, *view::with_id(&one.app, id).first()?)));
        let (client, number) = found
            .next()
            .ok_or_else(|| Error::Unknown(format!("nothing has the id {id}")))?;
        client.send(client.app.put(number, to).map_err(Error::Unknown)?);
        Ok(())
    }

    /// The operations that the contract offers, by id, with method and path.
    pub fn operations(&self) -> Vec<(String, String, String)> {
        let all = self.shared.app.contract.operations.iter();
        all.map(|one| (one.id.clone(), one.method.clone(), one.template.clone()))
            .collect()
    }

    /// Waits until the server ends; without this a program would end before its first call.
    pub fn wait(mut self) {
        self.server.wait();
    }
}
