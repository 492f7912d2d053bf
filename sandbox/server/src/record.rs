//! In: the contract and the server. Out: what an examination may know of both: recorded calls, a read-only contract, planned faults, and
//! events to deliver. Never: the state of a server, or a rule of its own.

use crate::api::Api;
use crate::app::faults::UNKNOWN_NOTE;
use crate::clock::{self, Instant};
use crate::idempotency;
use crate::operation::{Route, route};
use crate::requested_faults;
use crate::start::Sandbox;
use crate::validate::{ParsedRequest, plain_path};
use crate::webhook;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use crate::app::faults::{UNKNOWN_MEMBER, unknown_value};
pub use crate::contract::Contract;
pub use crate::encode::{base64, hex, percent_decode, random};
pub use crate::error::Error;
pub use crate::extensions::{NotExecuted, RegisteredProblem, RootExtensions, Signing};
pub use crate::idempotency::Effect;
pub use crate::json::{children_mut, nodes, set};
pub use crate::log::{Call, Check};
pub use crate::operation::{Operation, query};
pub use crate::request::Request;
pub use crate::requested_faults::{FaultPlan, Newer, RequestedFaults, RequestedRefusal};
pub use crate::running::Running;
pub use crate::start::Options;
pub use crate::state::alike as other_id;
pub use crate::webhook::{Delivery, post};

/// A contract that is compiled once for the servers of all rounds.
#[derive(Debug)]
pub struct Compiled(Arc<Api>);

impl Compiled {
    /// Reads and compiles a contract. Without overlays and a folder for files of references, those of `contracts.yaml` apply.
    pub fn read_file(file: &Path, overlays: &[PathBuf], folder: Option<&Path>) -> Result<Self, Error> {
        Ok(Self(Api::new(Contract::read_file(file, overlays, folder)?)?))
    }

    /// Returns the contract.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.0.contract
    }

    /// Starts a new server.
    pub fn start(&self, options: Options, plan: FaultPlan) -> Result<Running, Error> {
        Sandbox::start_with(&self.0, options, Some(plan))
    }
}

impl Contract {
    /// Returns the operation of a request.
    pub fn requested(&self, request: &Request) -> Option<&Operation> {
        match route(&self.operations, &request.method, &request.target) {
            Route::Found(operation, _) => Some(operation),
            _ => None,
        }
    }

    /// Returns the values of `x-idempotency.subject` in a call; empty if one is missing.
    pub fn subject(&self, operation: &Operation, call: &Call) -> Vec<String> {
        let path = match route(&self.operations, &call.method, &call.target) {
            Route::Found(known, segments) => plain_path(known, &segments),
            _ => BTreeMap::new(),
        };
        let input = ParsedRequest {
            path,
            body: serde_json::from_slice(&call.body).ok(),
            ..ParsedRequest::default()
        };
        idempotency::subject(operation, &input)
    }

    /// Returns the code for a key of another request.
    pub fn conflict_code(&self) -> Option<&str> {
        self.extensions.idempotency.as_ref()?.conflict.as_deref()
    }

    /// Returns the code for a key whose first request is not finished.
    pub fn in_progress_code(&self) -> Option<&str> {
        self.extensions.idempotency.as_ref()?.in_progress.as_deref()
    }

    /// Returns the types of events.
    pub fn events(&self) -> Vec<String> {
        webhook::events(self)
    }

    /// Returns an example of an event that happened so many seconds ago.
    pub fn event(&self, name: &str, seconds_ago: i64) -> Result<Value, Error> {
        webhook::event(self, name, None, past(seconds_ago))
    }

    /// Signs an event as so many seconds ago.
    pub fn sign(&self, secret: &str, event: &str, body: &Value, seconds_ago: i64) -> Result<Delivery, Error> {
        webhook::sign(self, secret, event, body, past(seconds_ago))
    }
}

fn past(seconds: i64) -> Instant {
    let now = clock::system();
    Instant {
        seconds: now.seconds - seconds,
        ..now
    }
}

/// Returns `true` if the response to a call had more than the contract declares.
pub fn has_unknown(call: &Call) -> bool {
    call.checks.iter().any(|check| check.note == UNKNOWN_NOTE)
}

/// Returns a number that depends on the seed and the name alone.
pub fn chosen(seed: u64, name: &str) -> u64 {
    requested_faults::mixed(seed, name, 0)
}
