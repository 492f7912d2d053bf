//! In: one request. Out: its answer, after every check in the contract's order, and a record of all of it. Never: two
//! calls at once inside the state.

mod carry;

use crate::clock::Clock;
use crate::contract::Contract;
use crate::forced::{self, Forced};
use crate::idempotency::{self, Lookup};
use crate::log::Call;
use crate::model::Model;
use crate::operation::Operation;
use crate::problem::{self, Refusal};
use crate::request::{Reply, Request};
use crate::route::{self, Route};
use crate::schema::Schemas;
use crate::signature::Guard;
use crate::state::State;
use crate::validate::Input;
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The secrets of the one client that may call.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) webhook_secret: String,
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
    pub(crate) contract: Contract,
    pub(crate) schemas: Schemas,
    pub(crate) model: Model,
    pub(crate) state: Mutex<State>,
    pub(crate) clock: Clock,
    pub(crate) credentials: Credentials,
    pub(crate) retry_after: u64,
    pub(crate) examples_exist: bool,
}

/// What goes onto the wire.
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

/// What happened to resources in a call: their numbers, and whether they are new.
pub(crate) type Touched = Vec<(u64, bool)>;

impl App {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request.
    pub(crate) async fn handle(&self, request: &Request, call: &mut Call) -> (Outcome, Touched) {
        let mut touched = Vec::new();
        let forced = match self.forced(request) {
            Ok(forced) => forced,
            Err(text) => {
                call.fail("sandbox", &text);
                return (Outcome::Reply(plain(400, &text)), touched);
            }
        };
        if forced != Forced::default() {
            call.pass("sandbox", format!("an answer was asked for: {forced:?}"));
        }
        let admission = self.admit(request, &forced, call);
        tokio::time::sleep(forced.delay).await;
        let mut reply = match admission {
            Admission::Answered(reply) => reply,
            Admission::Dropped => return (Outcome::Drop, touched),
            Admission::Go(mut admitted) => {
                let reply = self.execute(request, &forced, &mut admitted, call, &mut touched);
                let stored = reply.code.as_ref().is_none_or(|code| {
                    self.contract
                        .extensions
                        .registry
                        .get(code)
                        .is_some_and(|row| row.stored)
                });
                if let Some(key) = &admitted.key {
                    self.state().keys.finish(key, stored.then(|| reply.clone()));
                }
                reply
            }
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
        if let Some(header) = self.contract.extensions.sdk("/requestId/header") {
            reply
                .headers
                .push((header.to_ascii_lowercase(), self.request_id(request)));
        }
        reply.headers.push(("date".to_owned(), self.clock.now().http_date()));
        call.code.clone_from(&reply.code);
        if forced.drop.is_some() {
            return (Outcome::Drop, touched);
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
            touched,
        )
    }

    fn forced(&self, request: &Request) -> Result<Forced, String> {
        match request.header(forced::ANSWER) {
            Some(text) => Forced::read(&self.contract, text),
            None => Ok(self.state().forced.pop_front().unwrap_or_default()),
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
            &operation.problem_media,
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
                call.fail("parameters", format!("the path is there, with {}", methods.join(", ")));
                let mut reply = plain(405, "This path has no such method.");
                reply.headers.push(("allow".to_owned(), methods.join(", ")));
                return Admission::Answered(reply);
            }
            Route::Unknown => {
                call.fail("parameters", "the contract has no such path");
                return Admission::Answered(plain(404, "The contract has no such path."));
            }
        };
        call.operation = Some(operation.id.clone());
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
            Guard {
                signing,
                client_id: &self.credentials.client_id,
                client_secret: &self.credentials.client_secret,
                webhook_secret: &self.credentials.webhook_secret,
                now: self.clock.now(),
                nonces: &mut self.state().nonces,
            }
            .check(request, key_header, call)?;
        }
        if forced.drop == Some(true) {
            return Ok(Err(None));
        }
        if let Some(status) = forced.page {
            return Ok(Err(Some(html(status))));
        }
        let now_or_never =
            |code: &&String| forced.replayed || extensions.registry.get(*code).is_some_and(|row| !row.stored);
        if let Some(code) = forced.code.as_ref().filter(now_or_never) {
            let mut reply = self.refuse(operation, request, &Refusal::new(code, ""));
            if forced.replayed {
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
        let found = self.state().keys.look_up(rules, &key, request, self.clock.now());
        match found {
            Lookup::New => {
                call.pass("key", "is new");
                Ok(Ok(Some(key)))
            }
            Lookup::Stored(mut reply) => {
                call.pass("key", "was answered before");
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

fn plain(status: u16, text: &str) -> Reply {
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
