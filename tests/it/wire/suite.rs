//! The wire suite of any generated crate: a table of calls goes in, one per operation; two passes over real HTTP against
//! the sandbox come out. It reads from the contract what must be true.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};
use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use crate::contract::{Contract, Row};
use crate::served::Served;
use sdkwright_runtime::problem::RetryClass;
use sdkwright_runtime::value::Timestamp;
use sdkwright_runtime::{Error, ErrorKind, IdempotencyKey, Outcome, RefreshKey, Response};
use sdkwright_sandbox_server::{Call, Options, Running, Sandbox};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The result of one call.
#[derive(Debug)]
pub(crate) struct Seen {
    pub status: u16,
    pub body: Vec<u8>,
    /// The body as it was read, written again.
    pub again: Value,
    pub request_ids: Vec<String>,
    pub debug: String,
    /// Everything that it prints of itself.
    pub told: String,
}

impl Seen {
    /// Keeps what a response says, and writes its value again.
    pub(crate) fn from_response<T: Serialize + Debug + 'static>(response: &Response<T>) -> Self {
        Self {
            status: response.status.as_u16(),
            body: response.body.to_vec(),
            again: serde_json::to_value(&response.value).unwrap(),
            request_ids: response.request_ids.clone(),
            debug: format!("{:?}", response.value),
            told: format!("{response:?} {response:#?}"),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// All that an error says, with its causes.
pub(crate) fn all_of(error: &Error) -> String {
    let mut told = format!(
        "{error:?}\n{error:#?}\n{error}\n{error:#}\n{}\n",
        error.support_report()
    );
    if let Some(report) = error.explain_signature() {
        write!(told, "{report:?}\n{report}\n").unwrap();
    }
    let mut source = error.transport_error().map(|cause| cause as &dyn std::error::Error);
    while let Some(cause) = source {
        write!(told, "{cause:?}\n{cause}\n").unwrap();
        source = cause.source();
    }
    told
}

/// A call on its way.
pub(crate) type Sent = Pin<Box<dyn Future<Output = Result<Seen, Error>>>>;

/// The behaviour that is requested of the sandbox in one call, in the words of its header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How<'h>(pub &'h str);

impl How<'_> {
    /// The headers that say so; they are not signed.
    pub(crate) fn header(&self) -> Option<(&'static str, &str)> {
        (!self.0.is_empty()).then_some(("Sandbox-Answer", self.0))
    }
}

/// The way to call one operation.
pub(crate) struct Entry<C> {
    pub operation: &'static str,
    pub send: fn(&World<C>, How<'_>) -> Sent,
}

/// A client, the server it talks to, and what was answered so far.
pub(crate) struct World<C> {
    pub client: C,
    pub sandbox: Running,
    pub contract: Contract,
    /// The state of another server, in the place of the sandbox's.
    pub served: Option<Served>,
    answers: RefCell<BTreeMap<&'static str, Value>>,
    keys: Cell<u32>,
    told: RefCell<String>,
}

impl<C> World<C> {
    /// Starts a sandbox of the contract, and a client of it.
    pub(crate) fn start(file: &str, client: impl FnOnce(&Running) -> C) -> Self {
        let sandbox = Sandbox::start_file(Contract::path(file), Options::default()).unwrap();
        Self::with_sandbox(Contract::from_file(file), sandbox, client)
    }

    /// A client of a sandbox of a contract.
    pub(crate) fn with_sandbox(contract: Contract, sandbox: Running, client: impl FnOnce(&Running) -> C) -> Self {
        Self {
            client: client(&sandbox),
            sandbox,
            contract,
            served: None,
            answers: RefCell::default(),
            keys: Cell::default(),
            told: RefCell::default(),
        }
    }

    /// Keeps what a value prints of itself.
    pub(crate) fn tell(&self, value: &impl Debug) {
        write!(self.told.borrow_mut(), "{value:?}\n{value:#?}\n").unwrap();
    }

    /// The `Debug` output of requests, drafts, answers and errors so far.
    pub(crate) fn told(&self) -> String {
        self.told.borrow().clone()
    }

    /// Keeps all that an error says.
    pub(crate) fn tell_error(&self, error: &Error) {
        self.told.borrow_mut().push_str(&all_of(error));
    }

    /// A key that was never used.
    pub(crate) fn key(&self) -> IdempotencyKey {
        self.keys.set(self.keys.get() + 1);
        IdempotencyKey::new(format!("wire-test:{}", self.keys.get())).unwrap()
    }

    /// The same for a call that only asks.
    pub(crate) fn refresh_key(&self) -> RefreshKey {
        RefreshKey::new(self.key().as_str()).unwrap()
    }

    /// The keys so far.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        (1..=self.keys.get()).map(|number| format!("wire-test:{number}"))
    }

    /// A text of the last answer of an operation.
    pub(crate) fn text(&self, operation: &str, pointer: &str) -> String {
        let answers = self.answers.borrow();
        let found = answers
            .get(operation)
            .and_then(|answer| answer.pointer(pointer)?.as_str());
        found
            .unwrap_or_else(|| panic!("{operation} answered nothing at {pointer}"))
            .to_owned()
    }

    /// An id out of the last answer of an operation.
    pub(crate) fn id<T: From<String>>(&self, operation: &str, pointer: &str) -> T {
        self.text(operation, pointer).into()
    }

    /// The contract's only example of a request, with these members changed.
    pub(crate) fn body<T: DeserializeOwned + Serialize + Debug>(
        &self,
        operation: &str,
        changes: &[(&str, String)],
    ) -> T {
        self.example(operation, "", changes)
    }

    /// A named example of a request, with these members changed. What the type makes of it is the same JSON again.
    pub(crate) fn example<T: DeserializeOwned + Serialize + Debug>(
        &self,
        operation: &str,
        name: &str,
        changes: &[(&str, String)],
    ) -> T {
        let mut body = self.contract.request(operation, name);
        self.put_made(&mut body);
        for (pointer, text) in changes {
            let member = body
                .pointer_mut(pointer)
                .unwrap_or_else(|| panic!("{operation}: {pointer}"));
            *member = Value::String(text.clone());
        }
        let read: T = serde_json::from_value(body.clone()).unwrap_or_else(|error| panic!("{operation}: {error}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), body, "the request of {operation}");
        self.tell(&read);
        read
    }

    /// The contract's example of an evidence, binding this hash.
    pub(crate) fn evidence<T: DeserializeOwned + Debug>(
        &self,
        operation: &str,
        member: &str,
        into: &str,
        hash: &str,
    ) -> T {
        let mut evidence = self.contract.example(operation, "")[member].clone();
        evidence[into] = hash.into();
        if let Some(at) = evidence.get_mut("approvedAt") {
            *at = Timestamp::try_from(SystemTime::now()).unwrap().to_string().into();
        }
        let evidence = serde_json::from_value(evidence).unwrap();
        self.tell(&evidence);
        evidence
    }

    /// The state of a resource.
    pub(crate) fn state(&self, id: &str) -> Option<String> {
        if let Some(served) = &self.served {
            return served.state(id);
        }
        let all = self.sandbox.resources().into_iter();
        all.filter(|one| one.id.as_deref() == Some(id))
            .find_map(|one| one.state)
    }

    /// Puts ids that one operation alone answered with, such as those of files, into the members of the same name.
    fn put_made(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.put_made(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    let answers = self.answers.borrow();
                    let mut made = answers.values().filter_map(|answer| answer.get(name)?.as_str());
                    match (made.next(), made.next()) {
                        (Some(id), None) if name.ends_with("Id") && member.is_string() => *member = id.into(),
                        _ => self.put_made(member),
                    }
                }
            }
            _ => {}
        }
    }

    /// Puts a resource into a state, as if the API's side had moved it.
    pub(crate) fn put(&self, id: &str, state: &str) {
        if let Some(served) = &self.served {
            return served.put(id, state);
        }
        self.sandbox.set_state(id, state).unwrap();
    }

    async fn call(&self, entry: &Entry<C>, how: &str) -> (Result<Seen, Error>, Call) {
        let sending = (entry.send)(self, How(how));
        self.sandbox.clear_calls();
        let result = sending.await;
        match &result {
            Ok(seen) => self.told.borrow_mut().push_str(&seen.told),
            Err(error) => self.tell_error(error),
        }
        let calls = self.sandbox.calls();
        let [call] = &calls[..] else {
            panic!(
                "{} arrived {} times: {:?}",
                entry.operation,
                calls.len(),
                result.map_err(|error| error.to_string())
            )
        };
        assert_eq!(call.operation.as_deref(), Some(entry.operation), "{}", call.lines());
        let signature: Vec<_> = call.checks.iter().filter(|check| check.name == "signature").collect();
        assert!(
            matches!(&signature[..], [check] if check.passed),
            "{}: {}",
            entry.operation,
            call.lines()
        );
        (result, call.clone())
    }

    /// First pass: every operation once, in the order of the table. Each answer that is read is written again as the same
    /// JSON. With `extra`, answers have a member that the contract does not know, and it is kept too.
    pub(crate) async fn walk(&self, table: &[Entry<C>], extra: bool) -> BTreeSet<String> {
        let mut called = BTreeSet::new();
        for entry in table {
            let (result, call) = self.call(entry, if extra { "extra" } else { "" }).await;
            let seen = result.unwrap_or_else(|error| panic!("{}: {error}\n{}", entry.operation, call.lines()));
            assert_eq!(call.failures().count(), 0, "{}", call.lines());
            assert_eq!((Some(seen.status), &seen.body), (call.status, &call.answer_body));
            let answer = seen.json();
            assert_eq!(seen.again, answer, "the answer of {}", entry.operation);
            assert_eq!(answer.get("sandboxExtra").is_some(), extra, "{answer}");
            assert!(!extra || seen.debug.contains("sandboxExtra"), "{}", seen.debug);
            assert!(
                !seen.debug.contains("\"two\""),
                "the value of an unknown member is printed: {}",
                seen.debug
            );
            self.check_request_id(&seen.request_ids, &call);
            self.answers.borrow_mut().insert(entry.operation, answer);
            called.insert(entry.operation.to_owned());
        }
        called
    }

    /// The first pass over another server, whose state is `served`: each response is read, and written again as the same JSON.
    pub(crate) async fn walk_served(&self, table: &[Entry<C>]) -> BTreeSet<String> {
        let mut called = BTreeSet::new();
        for entry in table {
            let result = (entry.send)(self, How("")).await;
            let seen = result.unwrap_or_else(|error| panic!("{}: {error}", entry.operation));
            let answer = seen.json();
            assert_eq!(seen.again, answer, "the answer of {}", entry.operation);
            self.answers.borrow_mut().insert(entry.operation, answer);
            called.insert(entry.operation.to_owned());
        }
        called
    }

    /// Second pass, over what the first one left: every problem code that an operation lists comes back typed, and says
    /// what its row of the registry says. Gives the number of codes.
    pub(crate) async fn fail(&self, table: &[Entry<C>], typed: fn(&Error) -> Typed) -> usize {
        let registry = self.contract.registry();
        let mut codes = 0;
        for operation in self.contract.operations() {
            assert!(!operation.problems.is_empty(), "{} lists no problem", operation.id);
            let entry = table.iter().find(|entry| entry.operation == operation.id).unwrap();
            for code in &operation.problems {
                let row = registry.iter().find(|row| row.code == *code).unwrap();
                let what = format!("{} with {code}", operation.id);
                let (result, call) = self.call(entry, code).await;
                let error = result.map(drop).expect_err(&what);
                assert_eq!(call.code.as_ref(), Some(code), "{what}: {}", call.lines());
                assert_eq!(
                    (error.code(), error.kind()),
                    (Some(code.as_str()), ErrorKind::Problem),
                    "{what}"
                );
                assert!(error.is(code.as_str()) && !error.is("ANOTHER_CODE"), "{what}");
                assert_eq!(error.status().unwrap(), row.status, "{what}");
                assert_eq!(error.body().unwrap(), &call.answer_body, "{what}");
                self.check_request_id(error.request_ids(), &call);
                let doubtful = match row.outcome.as_str() {
                    "unknown" => !operation.safe,
                    "unknown, creating not-executed" => !operation.safe && !operation.creates,
                    _ => false,
                };
                let outcome = if doubtful {
                    Outcome::Unknown
                } else {
                    Outcome::NotExecuted
                };
                assert_eq!(error.outcome(), outcome, "{what}");
                check_row(&error, row, &what);
                let found = typed(&error);
                assert_eq!(found.code, *code, "{what}");
                assert!(found.is_known && found.is_error, "{what}: {found:?}");
                assert_eq!(
                    (found.status, found.retry),
                    (Some(row.status), Some(class(&row.retry))),
                    "{what}"
                );
                let report = error.support_report();
                let id = error.request_ids().first().unwrap();
                assert!(report.contains(code) && report.contains(id), "{what}: {report}");
                codes += 1;
            }
        }
        codes
    }

    /// The id that was sent and the one that came back are both kept.
    fn check_request_id(&self, ids: &[String], call: &Call) {
        let header = self.contract.text("/x-sdk/requestId/header");
        let sent = call.header(header).unwrap();
        let answered = call
            .answer_headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(header));
        for id in [Some(sent), answered.map(|(_, value)| value.as_str())] {
            assert!(ids.iter().any(|known| Some(known.as_str()) == id), "{id:?} of {ids:?}");
        }
    }
}

/// A problem as the crate's own types see it.
#[derive(Debug)]
pub(crate) struct Typed {
    /// The code in the crate's problem document type.
    pub code: String,
    /// `true` if the code has a variant of its own; `false` for unknown codes.
    pub is_known: bool,
    /// `error.is(variant)`.
    pub is_error: bool,
    pub status: Option<u16>,
    pub retry: Option<RetryClass>,
}

fn class(word: &str) -> RetryClass {
    match word {
        "again" => RetryClass::Again,
        "resign-once" => RetryClass::ResignOnce,
        "after-change" => RetryClass::AfterChange,
        "never" => RetryClass::Never,
        other => panic!("no retry class is called {other}"),
    }
}

fn check_row(error: &Error, row: &Row, what: &str) {
    let found = error.row().unwrap_or_else(|| panic!("{what}: no row"));
    assert_eq!(
        (found.status, found.retry, found.stored, found.actor, found.advice),
        (
            row.status,
            class(&row.retry),
            row.stored,
            row.actor.as_str(),
            row.advice.as_str()
        ),
        "{what}"
    );
    assert!(!error.advice().is_empty(), "{what}");
}
