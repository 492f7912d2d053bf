//! In: the contract and the server. Out: what `certify` may know of both: recorded calls, a read-only contract, planned faults, and
//! events to deliver. Never: the state of a server, or a rule of its own.

use crate::effect;
use crate::faults;
use crate::newer;
use crate::prepared::Prepared;
use crate::route::{Route, route};
use crate::running::Sandbox;
use crate::script::Script;
use crate::validate::Input;
use crate::webhook;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(crate) use crate::clock::{Clock, Moment};
pub(crate) use crate::contract::Contract;
pub(crate) use crate::effect::Effect;
pub(crate) use crate::encode::{base64, hex, percent_decode, random};
pub(crate) use crate::error::Error;
pub(crate) use crate::extensions::Problem;
pub(crate) use crate::forced::{Asked, Forced, Newer};
pub(crate) use crate::json::set;
pub(crate) use crate::log::{Call, Check};
pub(crate) use crate::newer::{MEMBER as UNKNOWN_MEMBER, unknown as unknown_value};
pub(crate) use crate::operation::Operation;
pub(crate) use crate::request::Request;
pub(crate) use crate::route::query;
pub(crate) use crate::running::{Options, Running};
pub(crate) use crate::state::alike as other_id;
pub(crate) use crate::webhook::{Delivery, events, post, sign};

/// A contract that is compiled once for the servers of all rounds.
#[derive(Debug)]
pub(crate) struct Compiled(Prepared);

/// What a server does with the requests of one round.
pub(crate) struct Plan {
    /// The largest number of items on a page.
    pub(crate) page_size: Option<usize>,
    /// Returns the fault of a request that has just arrived.
    pub(crate) fault: Box<dyn Fn(&Request) -> Forced + Send + Sync>,
}

impl Compiled {
    /// Reads and compiles a contract.
    pub(crate) fn read_file(file: &Path) -> Result<Self, Error> {
        Prepared::of(Contract::read_file(file)?).map(Self)
    }

    pub(crate) fn contract(&self) -> &Arc<Contract> {
        &self.0.contract
    }

    /// Starts a new server.
    pub(crate) fn start(&self, options: Options, plan: Plan) -> Result<Running, Error> {
        let script = Script::new(plan.page_size, plan.fault);
        Sandbox::start_with(&self.0, options, Some(script))
    }
}

/// Returns the operation of a request and its path parameters.
fn matched<'a>(
    contract: &'a Contract,
    method: &str,
    target: &str,
) -> Option<(&'a Operation, BTreeMap<String, String>)> {
    match route(&contract.operations, method, target) {
        Route::Found(operation, path) => Some((operation, path)),
        _ => None,
    }
}

/// Returns the operation of a request.
pub(crate) fn operation<'a>(contract: &'a Contract, request: &Request) -> Option<&'a Operation> {
    matched(contract, &request.method, &request.target).map(|(operation, _)| operation)
}

/// Returns the values of `x-idempotency.subject` in a call; empty if one is missing.
pub(crate) fn subject(contract: &Contract, operation: &Operation, call: &Call) -> Vec<String> {
    let input = Input {
        path: matched(contract, &call.method, &call.target).map_or_else(BTreeMap::new, |(_, path)| path),
        body: serde_json::from_slice(&call.body).ok(),
        ..Input::default()
    };
    effect::subject(operation, &input)
}

/// Returns `true` if the response to a call had more than the contract declares.
pub(crate) fn has_unknown(call: &Call) -> bool {
    call.checks.iter().any(|check| check.note == newer::NOTE)
}

/// Returns a number that depends on the seed and the name alone.
pub(crate) fn chosen(seed: u64, name: &str) -> u64 {
    faults::mixed(seed, name, 0)
}

/// Returns an example of an event at this time.
pub(crate) fn event(contract: &Contract, name: &str, at: Moment) -> Result<Value, Error> {
    webhook::event(contract, name, None, at)
}
