//! In: one request. Out: its answer, after every check in the contract's order, and a record of all of it. Never: two
//! calls at once inside the state.

mod accept;
mod carry;
mod demand;
mod lead;
mod tell;

use crate::causes::Causes;
use crate::change::Change;
use crate::clock::Clock;
use crate::conduct::Switched;
use crate::contract::Contract;
use crate::forced::{Asked, Forced, Newer};
use crate::guard::Guard;
use crate::history::Cause;
use crate::idempotency::{self, Lookup};
use crate::log::Call;
use crate::mail::Mail;
use crate::manner::Post;
use crate::model::Model;
use crate::newer;
use crate::nonces::Nonces;
use crate::operation::Operation;
use crate::problem::{self, Refusal};
use crate::request::{Reply, Request};
use crate::route::{self, Route};
use crate::rules::Rules;
use crate::schema::Schemas;
use crate::script::Script;
use crate::state::State;
use crate::store::Keeper;
use crate::validate::Input;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The secrets of a client.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) webhook_secret: String,
    /// Secrets that were given, and are not shown.
    pub(crate) hidden: Vec<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Everything that answering needs.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) contract: Arc<Contract>,
    pub(crate) schemas: Arc<Schemas>,
    pub(crate) model: Arc<Model>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) causes: Arc<Causes>,
    /// States in which new resources begin, by schema.
    pub(crate) begin: BTreeMap<String, String>,
    pub(crate) state: Mutex<State>,
    /// Writes what calls change; `None` where memory is enough.
    pub(crate) keeper: Option<Keeper>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) credentials: Credentials,
    pub(crate) retry_after: u64,
    pub(crate) examples_exist: bool,
    pub(crate) any_reference: bool,
    /// Events that are off by default and sent all the same.
    pub(crate) events: BTreeSet<String>,
    /// Codes with which operations are refused to this client, by operation.
    pub(crate) refusals: BTreeMap<String, String>,
    pub(crate) conduct: Arc<Switched>,
    pub(crate) script: Option<Script>,
    /// The receiver of events, and how they come to it.
    pub(crate) post: Post,
}

/// Bytes to write to the connection.
#[derive(Debug)]
pub(crate) enum Outcome {
    Reply(Reply),
    /// The connection is closed without an answer.
    Drop,
    /// The answer is cut off in the middle of its body.
    Truncate(Reply),
}

/// A request that may be carried out.
#[derive(Debug)]
struct Admitted<'a> {
    operation: &'a Operation,
    key: Option<String>,
    input: Input,
}

/// Either the answer is already known, or the request goes on.
enum Admission<'a> {
    Answered(Reply),
    Dropped,
    Go(Admitted<'a>),
}

impl App {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn change<'a>(&'a self, state: &'a mut State) -> Change<'a> {
        Change {
            contract: &self.contract,
            model: &self.model,
            rules: &self.rules,
            state,
            now: self.clock.life(),
        }
    }

    /// Notes when time moves each resource of a store next.
    pub(crate) fn schedule(&self) {
        let mut state = self.state();
        for at in 0..state.records.len() {
            self.change(&mut state).schedule(at);
        }
    }

    /// Makes the earliest step that time has brought and writes it, with its events, in one transaction; `None` where nothing is due.
    pub(crate) fn advance(&self) -> Option<Vec<Mail>> {
        // Asked without a turn, which a call can hold for long.
        if !self.state().agenda.is_due(self.clock.life()) {
            return None;
        }
        let mut turn = self.keeper.as_ref().map(Keeper::turn);
        let mut state = self.state();
        let (due, number) = state.agenda.take(self.clock.life())?;
        if let Some(at) = state.records.place(number) {
            let mut change = self.change(&mut state);
            change.now = due;
            change.ripen(at);
        }
        self.tell(&mut state, due, Cause::Time);
        drop(state);
        // If it cannot be written now, it is written with the next call, and told of then.
        Some(self.keep(turn.as_mut()).unwrap_or_default())
    }

    /// Puts a resource into a state, allowed by its lifecycle or not, and returns the events of that. The error says why that cannot be.
    pub(crate) fn put(&self, number: u64, to: &str) -> Result<Vec<Mail>, String> {
        let mut turn = self.keeper.as_ref().map(Keeper::turn);
        let mut state = self.state();
        let at = state.records.place(number).ok_or("there is no such resource")?;
        let mut change = self.change(&mut state);
        if change.state_of(at).is_none() {
            return Err(format!("{} has no states", state.records[at].schema));
        }
        change.go(at, to);
        self.tell(&mut state, self.clock.life(), Cause::Hand);
        drop(state);
        Ok(self.keep(turn.as_mut()).unwrap_or_default())
    }

    /// Answers one request, as it is asked to.
    pub(crate) async fn handle(&self, request: &Request, forced: &Forced, call: &mut Call) -> (Outcome, Vec<Mail>) {
        call.place = self.state().history.next();
        if *forced != Forced::default() {
            call.pass("sandbox", format!("this response was requested: {forced}"));
        }
        let admission = self.admit(request, forced, call);
        // A sleep of no time still takes a turn of the timer, which is a millisecond.
        if !forced.delay.is_zero() {
            tokio::time::sleep(forced.delay).await;
        }
        let mut turn = self.keeper.as_ref().map(Keeper::turn);
        let reply = match admission {
            Admission::Answered(reply) => Some(reply),
            Admission::Dropped => None,
            Admission::Go(mut admitted) => self.settle(request, forced, &mut admitted, call),
        };
        // Before anybody is told: a server that is killed now knows of the call, and of its nonce, when it begins again.
        let mails = match self.keep(turn.as_mut()) {
            Ok(mails) => mails,
            Err(error) => {
                call.fail("store", error.to_string());
                return (Outcome::Drop, Vec::new());
            }
        };
        drop(turn);
        let Some(mut reply) = reply else {
            return (Outcome::Drop, mails);
        };
        if forced.extra
            && let Ok(Value::Object(mut members)) = serde_json::from_slice(&reply.body)
        {
            members.insert(
                "sandboxExtra".to_owned(),
                serde_json::json!({ "kept": [1, "two", null] }),
            );
            reply.body = serde_json::to_vec(&members).unwrap_or_default();
        }
        self.make_newer(forced, &mut reply, call);
        if forced.empty.is_some() && (200..300).contains(&reply.status) {
            reply.body.clear();
            reply.headers.retain(|(name, _)| name != "content-type");
        }
        if let Some(status) = forced.firewall {
            reply = html(status);
        }
        if let Some(header) = self.contract.extensions.sdk("/requestId/header") {
            reply
                .headers
                .push((header.to_ascii_lowercase(), self.request_id(request)));
        }
        reply.headers.push(("date".to_owned(), self.clock.now().http_date()));
        call.code.clone_from(&reply.code);
        if forced.drop.is_some() {
            return (Outcome::Drop, mails);
        }
        call.status = Some(reply.status);
        call.answer_headers.clone_from(&reply.headers);
        call.answer_body.clone_from(&reply.body);
        (
            if forced.truncate {
                Outcome::Truncate(reply)
            } else {
                Outcome::Reply(reply)
            },
            mails,
        )
    }

    /// Writes what was changed outside of a call, and returns the events that may be delivered. What cannot be written now is written with
    /// the next call.
    pub(crate) fn save(&self) -> Vec<Mail> {
        let mut turn = self.keeper.as_ref().map(Keeper::turn);
        self.keep(turn.as_mut()).unwrap_or_default()
    }

    /// Carries out what was admitted, and ends the progress of its key; `None` where the server dies with it.
    fn settle(
        &self,
        request: &Request,
        forced: &Forced,
        admitted: &mut Admitted<'_>,
        call: &mut Call,
    ) -> Option<Reply> {
        let killed = forced.killed.zip(admitted.key.clone());
        if let Some((true, key)) = &killed {
            self.state().keys.die(key);
            return None;
        }
        let mut reply = self.execute(request, forced, admitted, call);
        if let Some((false, key)) = &killed {
            self.state().keys.die(key);
            return None;
        }
        let stored = reply.code.as_ref().is_none_or(|code| {
            self.contract
                .extensions
                .registry
                .get(code)
                .is_some_and(|row| row.stored)
        });
        let conduct = self.conduct.now();
        let stored = conduct.model.stores(&reply, stored);
        if admitted.operation.has_effect() {
            conduct.model.spoil(&mut reply, admitted.key.as_deref(), conduct.seed());
        }
        if let Some(key) = &admitted.key {
            self.state().keys.finish(key, stored.then(|| reply.clone()));
        }
        Some(reply)
    }

    /// Changes a success to that of a newer server, where that is forced.
    fn make_newer(&self, forced: &Forced, reply: &mut Reply, call: &mut Call) {
        let named = |operation: &&Operation| Some(&operation.id) == call.operation.as_ref();
        let operation = self.contract.operations.iter().find(named);
        let (Some(newer), Some(operation), 200..300) = (forced.newer, operation, reply.status) else {
            return;
        };
        let Ok(mut body) = serde_json::from_slice(&reply.body) else {
            return;
        };
        let mut sent = newer::Sent::new();
        if newer == Newer::Values {
            let state = self.state();
            let bodies = state.records.iter().filter_map(|record| record.made_with.as_ref());
            bodies.for_each(|body| newer::collect(body, &mut sent));
            newer::collect(&serde_json::from_slice(&call.body).unwrap_or_default(), &mut sent);
        }
        if newer::put(&self.contract, &self.model, operation, newer, &sent, &mut body) {
            reply.body = serde_json::to_vec(&body).unwrap_or_default();
            call.pass("sandbox", newer::NOTE);
        }
    }

    fn request_id(&self, request: &Request) -> String {
        let header = self.contract.extensions.sdk("/requestId/header");
        header
            .and_then(|name| request.header(name))
            .map_or_else(crate::state::uuid, str::to_owned)
    }

    fn refuse(&self, operation: &Operation, request: &Request, refusal: &Refusal) -> Reply {
        problem::reply(
            &self.contract,
            &self.schemas,
            operation,
            refusal,
            &self.request_id(request),
            self.retry_after,
        )
    }

    /// The checks up to the lookup of the key.
    fn admit(&self, request: &Request, forced: &Forced, call: &mut Call) -> Admission<'_> {
        let (operation, path) = match route::route(&self.contract.operations, &request.method, &request.target) {
            Route::Found(operation, path) => (operation, path),
            Route::OtherMethod(methods) => {
                call.fail(
                    "parameters",
                    format!("the path exists, but only with {}", methods.join(", ")),
                );
                let methods = methods.join(", ");
                let mut reply = problem::bare(405, &format!("The path allows {methods}."));
                reply.headers.push(("allow".to_owned(), methods));
                return Admission::Answered(reply);
            }
            Route::Unknown => {
                call.fail("parameters", "the path is not in the contract");
                return Admission::Answered(problem::bare(404, "The path is not in the contract."));
            }
        };
        call.operation = Some(operation.id.clone());
        let _still = self.clock.still();
        match self.admit_to(operation, request, forced, call) {
            Ok(Ok(key)) => {
                let query = route::query(&request.target);
                Admission::Go(Admitted {
                    operation,
                    key,
                    input: Input {
                        path,
                        query,
                        ..Input::default()
                    },
                })
            }
            Ok(Err(Some(reply))) => Admission::Answered(reply),
            Ok(Err(None)) => Admission::Dropped,
            Err(refusal) => Admission::Answered(self.refuse(operation, request, &refusal)),
        }
    }

    fn admit_to(
        &self,
        operation: &Operation,
        request: &Request,
        forced: &Forced,
        call: &mut Call,
    ) -> Result<Result<Option<String>, Option<Reply>>, Refusal> {
        let extensions = &self.contract.extensions;
        let key_header = extensions.idempotency.as_ref().map(|rules| rules.header.as_str());
        if let Some(signing) = operation.scheme.as_ref().and_then(|name| extensions.signing.get(name)) {
            let (mut state, mut unknown) = (self.state(), Nonces::default());
            let elsewhere = forced.twice.is_some_and(|twice| twice.other_node);
            Guard {
                signing,
                client_id: &self.credentials.client_id,
                client_secret: &self.credentials.client_secret,
                webhook_secret: &self.credentials.webhook_secret,
                now: self.clock.now(),
                nonces: if elsewhere { &mut unknown } else { &mut state.nonces },
            }
            .check(request, key_header, call)?;
        }
        if forced.drop == Some(true) {
            return Ok(Err(None));
        }
        if let Some(status) = forced.page {
            return Ok(Err(Some(html(status))));
        }
        if forced.empty == Some(true) {
            let status = 200;
            return Ok(Err(Some(Reply {
                status,
                ..Reply::default()
            })));
        }
        if let Some(why) = accept::refusal(operation, request) {
            call.fail("parameters", &why);
            return Ok(Err(Some(problem::bare(406, &why))));
        }
        if let Some(code) = self.refusals.get(&operation.id) {
            call.fail("enabled", format!("is switched off for this client: {code}"));
            return Err(Refusal::new(code, "This is switched off for the client."));
        }
        let is_stored = |code: &String| extensions.registry.get(code).is_none_or(|row| row.stored);
        let before_the_key = match &forced.refusal {
            Some(Asked::Code(code)) if !is_stored(code) => Some((code.as_str(), false)),
            Some(Asked::Replayed(code)) => Some((code.as_str(), true)),
            Some(Asked::Gateway) => Some((problem::GATEWAY, false)),
            _ => None,
        };
        if let Some((code, replayed)) = before_the_key {
            let mut reply = self.refuse(operation, request, &Refusal::new(code, ""));
            if replayed {
                self.mark_replayed(&mut reply, call);
            }
            return Ok(Err(Some(reply)));
        }
        let key = match idempotency::key(&self.contract, operation, request) {
            Ok(key) => key,
            Err(refusal) => {
                call.fail("key", &refusal.detail);
                return Err(refusal);
            }
        };
        let (Some(key), Some(rules)) = (key, extensions.idempotency.as_ref()) else {
            return Ok(Ok(None));
        };
        let (now, model) = (self.clock.now(), self.conduct.now().model);
        let found = self.state().keys.look_up(rules, model, &key, request, now);
        match found {
            Lookup::New => {
                call.pass("key", "is new");
                Ok(Ok(Some(key)))
            }
            Lookup::Stored(mut reply) => {
                call.pass("key", "has a stored response");
                self.mark_replayed(&mut reply, call);
                Ok(Err(Some(reply)))
            }
            Lookup::Refused(refusal) => {
                call.fail("key", &refusal.detail);
                Err(refusal)
            }
        }
    }

    fn mark_replayed(&self, reply: &mut Reply, call: &mut Call) {
        call.replayed = true;
        if let Some((name, value)) = self
            .contract
            .extensions
            .idempotency
            .as_ref()
            .and_then(|rules| rules.replayed.clone())
        {
            reply.headers.push((name.to_ascii_lowercase(), value));
        }
    }
}

pub(crate) fn plain(status: u16, text: &str) -> Reply {
    let headers = vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())];
    Reply {
        status,
        headers,
        body: format!("{text}\n").into_bytes(),
        code: None,
    }
}

fn html(status: u16) -> Reply {
    let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
    let body = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>proxy</body></html>\n");
    Reply {
        status,
        headers,
        body: body.into_bytes(),
        code: None,
    }
}
