//! In: the contract and the server. Out: what an examination may know of both: recorded calls, a read-only contract, planned faults, and
//! events to deliver. Never: the state of a server, or a rule of its own.

use crate::api::Api;
use crate::effect;
use crate::extensions;
use crate::faults;
use crate::future_server;
use crate::operation;
use crate::requested_faults::{self, Asked, RequestedFaults};
use crate::route::{Route, route};
use crate::start::Sandbox;
use crate::validate::{Input, plain_path};
use crate::{clock, contract, webhook};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use crate::effect::Effect;
pub use crate::encode::{base64, hex, percent_decode, random};
pub use crate::error::Error;
pub use crate::future_server::{MEMBER as UNKNOWN_MEMBER, unknown as unknown_value};
pub use crate::json::set;
pub use crate::log::{Call, Check};
pub use crate::request::Request;
pub use crate::requested_faults::Newer;
pub use crate::route::query;
pub use crate::running::Running;
pub use crate::start::Options;
pub use crate::state::alike as other_id;
pub use crate::webhook::{Delivery, post};

/// A contract that is compiled once for the servers of all rounds.
#[derive(Debug)]
pub struct Compiled {
    api: Arc<Api>,
    contract: Contract,
}

/// The behaviour of a server towards the requests of one round.
pub struct Plan {
    /// The largest number of items on a page.
    pub page_size: Option<usize>,
    /// Returns the fault of a request that has just arrived.
    pub fault: Box<dyn Fn(&Request) -> Fault + Send + Sync>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Plan")
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}

/// The fault of one request; by default none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fault {
    /// Closes the connection without a response; `true`: executes nothing.
    pub drop: Option<bool>,
    /// Cuts the response off.
    pub truncate: bool,
    /// Returns an HTML page with this status in place of the operation's response.
    pub page: Option<u16>,
    /// Refuses the request with this code of the registry.
    pub code: Option<String>,
    /// Adds something to the response that the contract does not declare.
    pub newer: Option<Newer>,
}

impl From<Fault> for RequestedFaults {
    fn from(fault: Fault) -> Self {
        Self {
            refusal: fault.code.map(Asked::Code),
            page: fault.page,
            drop: fault.drop,
            truncate: fault.truncate,
            newer: fault.newer,
            ..Self::default()
        }
    }
}

impl Compiled {
    /// Reads and compiles a contract. Without overlays and a folder for files of references, those of `contracts.yaml` apply.
    pub fn read_file(file: &Path, overlays: &[PathBuf], folder: Option<&Path>) -> Result<Self, Error> {
        let api = Api::new(contract::Contract::read_file(file, overlays, folder)?)?;
        let contract = Contract(Arc::clone(&api.contract));
        Ok(Self { api, contract })
    }

    /// Returns the contract.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Starts a new server.
    pub fn start(&self, options: Options, plan: Plan) -> Result<Running, Error> {
        let fault = plan.fault;
        let plan = requested_faults::Plan {
            page_size: plan.page_size,
            fault: Box::new(move |request| fault(request).into()),
        };
        Sandbox::start_with(&self.api, options, Some(plan))
    }
}

/// A contract, to read. Its clones share it.
#[derive(Debug, Clone)]
pub struct Contract(Arc<contract::Contract>);

impl Contract {
    /// Reads the text of a contract.
    pub fn read(text: &str) -> Result<Self, Error> {
        Ok(Self(Arc::new(contract::Contract::read(text)?)))
    }

    /// Returns the whole document.
    pub fn root(&self) -> &Value {
        &self.0.root
    }

    /// Returns a keyword of a schema: its own, that of its reference, or that of a part of its `allOf`.
    pub fn word<'a>(&'a self, schema: &'a Value, word: &str) -> Option<&'a Value> {
        self.0.word(schema, word)
    }

    /// Returns all operations.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let contract = &*self.0;
        let all = contract.operations.iter();
        all.map(move |inner| Operation { inner, contract })
    }

    /// Returns the operation with this id.
    pub fn operation(&self, id: &str) -> Option<Operation<'_>> {
        self.operations().find(|operation| operation.id() == id)
    }

    /// Returns the operation of a method and a request target, and its path parameters.
    fn matched(&self, method: &str, target: &str) -> Option<(Operation<'_>, BTreeMap<String, String>)> {
        let contract = &*self.0;
        match route(&contract.operations, method, target) {
            Route::Found(inner, path) => Some((Operation { inner, contract }, path)),
            _ => None,
        }
    }

    /// Returns the operation of a request.
    pub fn requested(&self, request: &Request) -> Option<Operation<'_>> {
        let (operation, _) = self.matched(&request.method, &request.target)?;
        Some(operation)
    }

    /// Returns the values of `x-idempotency.subject` in a call; empty if one is missing.
    pub fn subject(&self, operation: &Operation<'_>, call: &Call) -> Vec<String> {
        let input = Input {
            path: self
                .matched(&call.method, &call.target)
                .map_or_else(BTreeMap::new, |(known, path)| plain_path(known.inner, &path)),
            body: serde_json::from_slice(&call.body).ok(),
            ..Input::default()
        };
        effect::subject(operation.inner, &input)
    }

    /// Returns the header of idempotency keys, if the contract has them.
    pub fn key_header(&self) -> Option<&str> {
        self.0.extensions.idempotency.as_ref().map(|keys| keys.header.as_str())
    }

    /// Returns the code for a key of another request.
    pub fn conflict_code(&self) -> Option<&str> {
        self.0.extensions.idempotency.as_ref()?.conflict.as_deref()
    }

    /// Returns the code for a key whose first request is not finished.
    pub fn in_progress_code(&self) -> Option<&str> {
        self.0.extensions.idempotency.as_ref()?.in_progress.as_deref()
    }

    /// Returns the rows of `x-problem-registry`, by code.
    pub fn problems(&self) -> impl Iterator<Item = Problem<'_>> {
        let rows = self.0.extensions.registry.iter();
        rows.map(|(code, row)| Problem::new(code, row))
    }

    /// Returns the row of a code.
    pub fn problem(&self, code: &str) -> Option<Problem<'_>> {
        let (code, row) = self.0.extensions.registry.get_key_value(code)?;
        Some(Problem::new(code, row))
    }

    /// Returns the signatures of requests, for each security scheme with `x-signing`.
    pub fn signing(&self) -> impl Iterator<Item = Signing<'_>> {
        self.0.extensions.signing.values().map(Signing)
    }

    /// Returns the signature of webhooks.
    pub fn webhook_signing(&self) -> Option<Signing<'_>> {
        self.0.extensions.webhook_signing.as_ref().map(Signing)
    }

    /// Returns the pointer of `x-webhooks.envelope` to a value of an event.
    pub fn envelope(&self, name: &str) -> Option<&str> {
        self.0.extensions.envelope(name)
    }

    /// Returns a value of `x-sdk` by its pointer.
    pub fn sdk(&self, pointer: &str) -> Option<&Value> {
        self.0.extensions.sdk.pointer(pointer)
    }

    /// Returns the types of events.
    pub fn events(&self) -> Vec<String> {
        webhook::events(&self.0)
    }

    /// Returns an example of an event that happened so many seconds ago.
    pub fn event(&self, name: &str, seconds_ago: i64) -> Result<Value, Error> {
        webhook::event(&self.0, name, None, past(seconds_ago))
    }

    /// Signs an event as so many seconds ago.
    pub fn sign(&self, secret: &str, event: &str, body: &Value, seconds_ago: i64) -> Result<Delivery, Error> {
        webhook::sign(&self.0, secret, event, body, past(seconds_ago))
    }
}

fn past(seconds: i64) -> clock::Moment {
    let now = clock::system();
    clock::Moment {
        seconds: now.seconds - seconds,
        ..now
    }
}

/// An operation of a contract, to read.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    inner: &'a operation::Operation,
    contract: &'a contract::Contract,
}

impl<'a> Operation<'a> {
    /// Returns its unique name.
    pub fn id(&self) -> &'a str {
        &self.inner.id
    }

    /// Returns `true` if it requires an idempotency key.
    pub fn is_keyed(&self) -> bool {
        self.inner.keyed
    }

    /// Returns `true` for a safe method.
    pub fn is_safe(&self) -> bool {
        self.inner.safe()
    }

    /// Returns `true` for a mutation that does more than request a fresh response.
    pub fn has_effect(&self) -> bool {
        self.inner.has_effect()
    }

    /// Returns `true` if it also serves as a lookup, under new keys.
    pub fn looks_up(&self) -> bool {
        self.inner.looks_up
    }

    /// Returns `true` if a response can have the status 201.
    pub fn creates(&self) -> bool {
        self.inner.has_status(201)
    }

    /// Returns the codes of its refusals.
    pub fn problems(&self) -> &'a [String] {
        &self.inner.problems
    }

    /// Returns the merged `x-pagination` of a list.
    pub fn pagination(&self) -> Option<&'a Value> {
        self.inner.pagination.as_ref()
    }

    /// Returns the signature of its requests.
    pub fn signing(&self) -> Option<Signing<'a>> {
        let scheme = self.inner.scheme.as_ref()?;
        self.contract.extensions.signing.get(scheme).map(Signing)
    }
}

/// `x-signing`, to read.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a>(&'a extensions::Signing);

impl<'a> Signing<'a> {
    /// Returns the header of the signature.
    pub fn signature_header(&self) -> &'a str {
        &self.0.signature_header
    }

    /// Returns `true` if each item of a body has a signature, and no header has one.
    pub fn is_of_items(&self) -> bool {
        matches!(self.0.place, extensions::Place::Items { .. })
    }

    /// Returns the header of the nonce.
    pub fn nonce_header(&self) -> Option<&'a str> {
        self.0.nonce_header()
    }

    /// Returns the most seconds between a signature and its arrival; `None`: any.
    pub fn freshness(&self) -> Option<i64> {
        self.0.freshness
    }

    /// Returns the code for `client`, `signature`, `expired` or `replayed`.
    pub fn problem(&self, name: &str) -> String {
        self.0.problem(name)
    }
}

/// A row of `x-problem-registry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem<'a> {
    /// The code.
    pub code: &'a str,
    /// The status of its responses.
    pub status: u16,
    /// `again`, `resign-once`, `after-change` or `never`.
    pub retry: &'a str,
    /// `true` if a request that creates a resource was not executed.
    pub creates_nothing: bool,
    /// `true` if any other request was not executed.
    pub executes_nothing: bool,
    /// `true` if a client corrects its clock after it.
    pub corrects_clock: bool,
}

impl<'a> Problem<'a> {
    fn new(code: &'a str, row: &'a extensions::Problem) -> Self {
        Self {
            code,
            status: row.status,
            retry: &row.retry,
            creates_nothing: row.not_executed.creating,
            executes_nothing: row.not_executed.otherwise,
            corrects_clock: row.corrects_clock,
        }
    }
}

/// Returns `true` if the response to a call had more than the contract declares.
pub fn has_unknown(call: &Call) -> bool {
    call.checks.iter().any(|check| check.note == future_server::NOTE)
}

/// Returns a number that depends on the seed and the name alone.
pub fn chosen(seed: u64, name: &str) -> u64 {
    faults::mixed(seed, name, 0)
}
