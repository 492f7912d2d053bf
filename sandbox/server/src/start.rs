//! In: a contract and options. Out: a running server. Never: an option that is silently ignored.

use crate::answer::AnswerSettings;
use crate::api::Api;
use crate::app::App;
use crate::clock::{Lives, ServerClock};
use crate::contract::Contract;
use crate::error::{Error, suggestion};
use crate::outbox::{Attempts, Post};
use crate::requested_faults::{FaultPlan, Faults};
use crate::running::Running;
use crate::seed;
use crate::server::{ServerSettings, ServerThread};
use crate::server_model::{BehaviorSwitch, ServerBehavior, ServerModel};
use crate::shared::{DeliveryWatcher, SharedServer, Watcher, Watchers};
use crate::signature::{Credentials, GivenCredentials, Secrets};
use crate::source;
use crate::state::SandboxState;
#[cfg(feature = "sqlite")]
use crate::store::sqlite;
use crate::store::{Keeper, RowStore, Rows};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
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
    /// Overlays of the contract's file, in their order; those that `contracts.yaml` names for it if left out.
    pub overlays: Vec<PathBuf>,
    /// The folder with the files that references of the contract may lead to; that of `contracts.yaml`, or else the contract's folder.
    pub root: Option<PathBuf>,
    /// The id of the client that may call.
    pub client_id: Option<String>,
    /// Its secret, in the form that the contract's `x-signing` names.
    pub client_secret: Option<String>,
    /// Operations that the client may not call, and what they are refused with.
    pub refusals: Vec<Refused>,
    /// The secret that signs deliveries, in the form that the contract's `x-webhooks` names.
    pub webhook_secret: Option<String>,
    /// The secrets in place of missing ones.
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
    /// The store that outlives the process: a SQLite file; without one everything is in memory alone.
    pub store: Option<String>,
    /// Events with `off: true` that are sent all the same.
    pub events: Vec<String>,
    /// Makes the resources of the contract's `x-seed` at the start, if the store is empty; not by default.
    pub seed: bool,
    /// Model of the server's handling of keys and answers.
    pub server_model: ServerModel,
    /// Seconds of the time in which resources live for each second of the clock; 1 if left out, and 0 for a time that stands still
    /// until it is stepped.
    pub speed: Option<u32>,
    /// The calls, deliveries, effects and postings that are remembered.
    pub kept: Kept,
    /// Schedule of faults for calls that request no behaviour themselves; no faults by default.
    pub faults: Option<Faults>,
    /// Receives every call after its response.
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

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Serves a contract, given as text, on loopback, in another thread; returns once it listens.
    pub fn start(contract: &str, options: Options) -> Result<Running, Error> {
        Self::start_with(&Api::new(Contract::parse(contract)?)?, options, None)
    }

    /// Returns the contracts that a list names (`contracts.yaml`).
    pub fn contracts(list: &Path) -> Result<Vec<PathBuf>, Error> {
        let named = source::named_contracts(list)?;
        Ok(named.into_iter().map(|one| one.file).collect())
    }

    /// Serves the contract in a file, with its overlays.
    pub fn start_file(path: impl AsRef<Path>, options: Options) -> Result<Running, Error> {
        let contract = Contract::read_file(path.as_ref(), &options.overlays, options.root.as_deref())?;
        Self::start_with(&Api::new(contract)?, options, None)
    }

    /// Serves a contract, and answers as an examination plans it.
    pub(crate) fn start_with(api: &Arc<Api>, options: Options, plan: Option<FaultPlan>) -> Result<Running, Error> {
        let given = GivenCredentials {
            client_id: options.client_id.as_deref(),
            client_secret: options.client_secret.as_deref(),
            webhook_secret: options.webhook_secret.as_deref(),
        };
        let credentials = Credentials::new(&api.contract, &given, options.secrets)?;
        check_names(api, &options)?;
        let (keeper, rows) = options
            .store
            .as_deref()
            .map(|place| Keeper::new(open(place)?))
            .transpose()?
            .unzip();
        let keeps_all = options.kept == Kept::All;
        let (state, lives) = match rows {
            Some(rows) => restored(rows, keeps_all)?,
            None => (SandboxState::new(keeps_all), None),
        };
        let clock = Arc::new(ServerClock::with_speed(options.speed.unwrap_or(1)));
        let manner = options.webhook_manner.parse().map_err(Error::Unknown)?;
        let app = App {
            refusals: refusals_of(&api.contract, &options.refusals)?,
            api: Arc::clone(api),
            state: Mutex::new(state),
            keeper,
            clock: Arc::clone(&clock),
            credentials,
            answers: AnswerSettings {
                begin: options.begin,
                examples_exist: options.examples_exist,
                any_reference: options.any_reference,
                page_size: plan.as_ref().and_then(|plan| plan.page_size),
            },
            retry_after: options.retry_after.unwrap_or(1),
            events: options.events.into_iter().collect(),
            behavior: BehaviorSwitch::new(ServerBehavior {
                model: options.server_model,
                faults: options.faults,
            }),
            plan,
            post: Post::new(options.webhook_url, manner, options.webhook_attempts),
        };
        app.schedule();
        let mut summaries = Vec::new();
        if options.seed && app.state().last() == 0 {
            summaries = seed::sow(&app)?;
            app.save();
        }
        let watchers = Watchers {
            calls: options.watcher,
            deliveries: options.delivery_watcher,
        };
        let shared = SharedServer::start(app, watchers, keeps_all)?;
        if let Some(lives) = lives {
            clock.resume(lives);
        }
        let settings = ServerSettings {
            listen: (options.listen.unwrap_or(Ipv4Addr::LOCALHOST.into()), options.port).into(),
            console_hosts: options.console_hosts,
            request_timeout: options.request_timeout.unwrap_or(REQUEST_TIMEOUT),
        };
        let server = ServerThread::start(Arc::clone(&shared), settings)?;
        Ok(Running::new(server, shared, summaries))
    }
}

/// Checks that states and events that the options name are there.
fn check_names(api: &Api, options: &Options) -> Result<(), Error> {
    for (schema, state) in &options.begin {
        let states = api.model.states(&api.contract, schema);
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
    for event in &options.events {
        let known = api.event_triggers.unsent();
        if !known.contains(event.as_str()) {
            let why = format!("`{event}` is not an event with `off: true`{}", suggestion(event, known));
            return Err(Error::Unknown(why));
        }
    }
    Ok(())
}

fn restored(rows: Rows, keeps_all: bool) -> Result<(SandboxState, Option<Lives>), Error> {
    let why = "it was not written by this version of the sandbox: pass another store";
    SandboxState::restored(rows, keeps_all).ok_or_else(|| Error::Store(why.to_owned()))
}

/// The calls, deliveries, effects and postings that a server remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kept {
    /// The newest 10,000 calls and deliveries, and 100,000 effects and postings.
    #[default]
    Newest,
    /// All, with memory for each.
    All,
}

/// Operations that the client may not call, such as those of a product that it does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// A tag of the contract, or the id of one operation.
    pub operations: String,
    /// The code with which they are refused.
    pub code: String,
}

impl FromStr for Refused {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (operations, code) = text.rsplit_once('=').ok_or("`--refuse` requires TAG=CODE")?;
        Ok(Self {
            operations: operations.to_owned(),
            code: code.to_owned(),
        })
    }
}

/// The operations that are refused, with their codes; of several for one operation the last one holds.
fn refusals_of(contract: &Contract, all: &[Refused]) -> Result<BTreeMap<String, String>, Error> {
    let mut found = BTreeMap::new();
    for one in all {
        if !contract.extensions.registry.contains_key(&one.code) {
            let known: Vec<&str> = contract.extensions.registry.keys().map(String::as_str).collect();
            return Err(unknown_word("code", &one.code, &known));
        }
        let named = |tags: &[String], id: &str| tags.contains(&one.operations) || id == one.operations;
        let operations = contract.operations.iter();
        let named = operations.filter(|operation| named(&operation.tags, &operation.id));
        let mut is_known = false;
        for operation in named {
            is_known = true;
            found.insert(operation.id.clone(), one.code.clone());
        }
        if !is_known {
            let tags = contract.operations.iter().flat_map(|operation| &operation.tags);
            let mut tags: Vec<&str> = tags.map(String::as_str).collect();
            tags.sort_unstable();
            tags.dedup();
            return Err(unknown_word("tag or operation", &one.operations, &tags));
        }
    }
    Ok(found)
}

fn unknown_word(what: &str, word: &str, known: &[&str]) -> Error {
    Error::Unknown(format!(
        "the contract has no {what} `{word}`; it has {}",
        known.join(", ")
    ))
}

/// Opens a store: the path of a SQLite file. No two servers have one store at the same time.
#[cfg(feature = "sqlite")]
fn open(place: &str) -> Result<Box<dyn RowStore>, Error> {
    Ok(Box::new(sqlite::SqliteStore::open(place)?))
}

#[cfg(not(feature = "sqlite"))]
fn open(_: &str) -> Result<Box<dyn RowStore>, Error> {
    let text = "this command was built without SQLite: build it with `--features sqlite`";
    Err(Error::Store(text.to_owned()))
}
