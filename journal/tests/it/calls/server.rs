//! A server in memory that keeps idempotency keys, counts effects and fails on command; its clock and its clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sdkwright_journal::{Journal, Store};
use sdkwright_runtime::clock::Clock;
use sdkwright_runtime::glue::{
    Api, Approval, Core, Description, Idempotency, Input, KeyIntent, Member, MemberKind, Operation, ProblemRow,
    Request, RetryClass, RowOutcome, StateRule, Subject, Success,
};
use sdkwright_runtime::transport::{Body, Incoming, SendError, SendFuture, SleepFuture, Transport};
use sdkwright_runtime::{Builder, Draft, Error, IdempotencyKey, JsonValue, Response, RetryPolicy, http};

/// Faults of the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Executes so many requests without an answer.
    LoseAnswers(u32),
    /// Executes requests and never answers.
    Hang,
    /// Answers with this code and executes nothing.
    Refuse(&'static str),
    /// The same, and keeps the answer under the key.
    RefuseForGood(&'static str),
    /// Forgets all keys, and answers that the state is wrong.
    ForgetKeys,
    /// No connection.
    Unreachable,
    /// Answers with this status and executes nothing.
    Status(u16),
    /// Something in between answers this status, media type and body; it does nothing.
    Says(u16, &'static str, &'static str),
    /// Executes requests and cuts its answers off.
    CutOff,
    /// Executes requests, and an intermediary answers with a page of this status.
    Page(u16),
    /// Executes requests, and sends the answer to another call.
    OfAnother,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    stored: HashMap<String, (u16, String)>,
    effects: u32,
    bodies: Vec<Vec<u8>>,
    things: Vec<String>,
    age: Duration,
}

/// Clones are the same server.
#[derive(Clone, Default)]
pub(crate) struct Server(Arc<Mutex<State>>);

const fn row(code: &'static str, outcome: RowOutcome, stored: bool) -> ProblemRow {
    ProblemRow {
        code,
        status: 409,
        title: code,
        outcome,
        creating: outcome,
        retry: RetryClass::Never,
        new_key: stored,
        correct_clock: false,
        stored,
        actor: "partner",
        advice: "",
    }
}

static KEYS: Idempotency = Idempotency {
    header: Some("key"),
    key_length: (1, 255),
    retention: sdkwright_runtime::glue::Retention::Seconds(86_400),
    replayed: Some(("replayed", "true")),
    conflict: None,
    in_progress: None,
    ..Idempotency::NONE
};

static API: Api = Api {
    idempotency: Some(&KEYS),
    registry: &[
        row("NO_FUNDS", RowOutcome::NotExecuted, true),
        row("BAD", RowOutcome::NotExecuted, false),
        row("STATE", RowOutcome::Unknown, true),
        ProblemRow {
            creating: RowOutcome::NotExecuted,
            ..row("NOT_READY", RowOutcome::Unknown, true)
        },
    ],
    ..Api::new("Things", "test/1")
};

const THING_ID: Member = Member::new("/thingId", MemberKind::Id);

static CREATE: Description = Description::new("createThing", "POST", "/people/{person}/things")
    .intent(KeyIntent::Effect)
    .ids(&[("ThingId", "/thingId")])
    .creates("/thingId", &[200])
    .read_with("client.things().get(..)", "ThingId")
    .successes(&[
        Success::json(201, 201, "application/json", &[THING_ID]),
        Success::json(200, 200, "application/json", &[THING_ID]),
    ])
    .echoes(&[(Subject::Body("/reference"), "/reference")])
    .subject(&[Subject::Path("person"), Subject::Body("/reference")])
    .later(&["submitThing"])
    .find("/people/{person}/things", &[("reference", "/reference")]);

static SUBMIT: Description = Description::new("submitThing", "POST", "/things/{thing}/submission")
    .intent(KeyIntent::Effect)
    .subject(&[Subject::Path("thing")])
    .find("/things/{thing}", &[]);

/// The creation, whose body carries an approval.
#[derive(Debug)]
pub(crate) struct Create;

impl Operation for Create {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &CREATE;
    const ANSWERS: &'static [u16] = &[200, 201];
}

/// The submission.
#[derive(Debug)]
pub(crate) struct Submit;

impl Operation for Submit {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &SUBMIT;
    const ANSWERS: &'static [u16] = &[200, 201];
}

impl Approval for Create {
    type Evidence = JsonValue;
    type Payload = JsonValue;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "hash";
    const INPUTS: &'static [(&'static str, Input)] = &[("payload", Input::Body)];
}

struct Now(Server);

impl Clock for Now {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(495_168 * 3600) + self.0.0.lock().unwrap().age
    }
}

impl Server {
    pub(crate) fn client<S: Store>(&self, journal: &Journal<S>) -> Core {
        self.client_of("client-1", "https://api.example.com", journal)
    }

    pub(crate) fn client_of<S: Store>(&self, client_id: &str, base_url: &str, journal: &Journal<S>) -> Core {
        self.client_over(self.clone(), client_id, base_url, journal)
    }

    pub(crate) fn client_without_journal(&self) -> Core {
        let builder = Builder::<Core, _>::new(&API)
            .base_url("https://api.example.com")
            .without_journal();
        builder
            .transport(self.clone())
            .clock(Now(self.clone()))
            .build()
            .unwrap()
    }

    /// A client whose calls go another way.
    pub(crate) fn client_over<S: Store>(
        &self,
        transport: impl Transport,
        client_id: &str,
        base_url: &str,
        journal: &Journal<S>,
    ) -> Core {
        sdkwright_watch::listen();
        Builder::<Core, _>::new(&API)
            .base_url(base_url)
            .client_id(client_id)
            .transport(transport)
            .clock(Now(self.clone()))
            .retry(RetryPolicy::default())
            .journal(journal.clone())
            .build()
            .unwrap()
    }

    /// Creates a thing before a deadline of real time.
    pub(crate) async fn create_in_time<S: Store>(
        &self,
        journal: &Journal<S>,
        name: &str,
        deadline: Duration,
        arrives: impl Fn() + Send + Sync + 'static,
    ) -> Result<Response<JsonValue>, Error> {
        let timed = Timed {
            server: self.clone(),
            arrives: Box::new(arrives),
        };
        let client = self.client_over(timed, "client-1", "https://api.example.com", journal);
        let request = request(&client, IdempotencyKey::new(name).unwrap(), name).deadline(deadline);
        sdkwright_runtime::client::send(client, request).await
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.0.lock().unwrap().fault = Some(fault);
    }

    pub(crate) fn later(&self, time: Duration) {
        self.0.lock().unwrap().age += time;
    }

    /// Works again, without any of its keys.
    pub(crate) fn forget(&self) {
        let mut state = self.0.lock().unwrap();
        state.fault = None;
        state.stored.clear();
    }

    pub(crate) fn effects(&self) -> u32 {
        self.0.lock().unwrap().effects
    }

    /// The bodies of all requests that change something, as they came.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        self.0.lock().unwrap().bodies.clone()
    }

    fn answer(&self, method: &str, path: &str, key: Option<String>, body: Vec<u8>) -> Option<(u16, String, bool)> {
        let mut state = self.0.lock().unwrap();
        let fault = state.fault.unwrap_or(Fault::None);
        if fault == Fault::Unreachable {
            return None;
        }
        let Some(key) = key.filter(|_| method == "POST") else {
            return Some((200, format!("{{\"data\":{:?}}}", state.things), false));
        };
        state.bodies.push(body);
        let problem = |code: &str| Some((409, format!("{{\"code\":\"{code}\"}}"), false));
        match fault {
            Fault::Refuse(code) => return problem(code),
            Fault::ForgetKeys => return problem("STATE"),
            Fault::Status(status) => return Some((status, String::new(), false)),
            Fault::Says(status, _, body) => return Some((status, body.to_owned(), false)),
            _ => {}
        }
        let stored = state.stored.get(&key).cloned();
        let (status, text, replayed) = if let Some((status, text)) = stored {
            (status, text, true)
        } else if let Fault::RefuseForGood(code) = fault {
            let (status, text, _) = problem(code)?;
            state.stored.insert(key, (status, text.clone()));
            (status, text, false)
        } else {
            state.effects += 1;
            let id = format!("thing-{}", state.things.len() + 1);
            let text = format!("{{\"thingId\":\"{id}\"}}");
            if !path.ends_with("/submission") {
                state.things.push(id);
            }
            state.stored.insert(key, (201, text.clone()));
            (201, text, false)
        };
        match fault {
            Fault::LoseAnswers(0) | Fault::RefuseForGood(_) | Fault::None | Fault::CutOff => {
                Some((status, text, replayed))
            }
            Fault::OfAnother => Some((
                201,
                "{\"thingId\":\"thing-9\",\"reference\":\"wd-9\"}".to_owned(),
                false,
            )),
            Fault::Page(status) => Some((status, "<html>Blocked</html>".to_owned(), false)),
            Fault::LoseAnswers(left) => {
                state.fault = Some(Fault::LoseAnswers(left - 1));
                None
            }
            _ => None,
        }
    }
}

impl Transport for Server {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let (parts, mut body) = request.into_parts();
        let mut bytes = Vec::new();
        while let Some(block) = body.next_block() {
            bytes.extend_from_slice(&block.unwrap());
        }
        let key = parts.headers.get("key").map(|key| key.to_str().unwrap().to_owned());
        let answer = self.answer(parts.method.as_str(), parts.uri.path(), key, bytes);
        let fault = self.0.lock().unwrap().fault.unwrap_or(Fault::None);
        Box::pin(async move {
            if fault == Fault::Hang {
                std::future::pending::<()>().await;
            }
            if fault == Fault::Unreachable {
                return Err(SendError::NotSent("no route".into()));
            }
            let Some((status, text, replayed)) = answer else {
                return Err(SendError::Unknown("the connection broke".into()));
            };
            let content_type = match (fault, status) {
                (Fault::Says(_, media_type, _), _) => media_type,
                (Fault::Page(_), _) => "text/html",
                (_, 400..) => "application/problem+json",
                _ => "application/json",
            };
            let response = http::Response::builder()
                .status(status)
                .header("replayed", replayed.to_string())
                .header("content-type", content_type);
            let body = if fault == Fault::CutOff {
                Incoming::new(Broken)
            } else {
                Incoming::from_bytes(text)
            };
            Ok(response.body(body).unwrap())
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        sleep(duration)
    }
}

/// The same server, with waits and limits of real time, and work to do when a request arrives.
struct Timed {
    server: Server,
    arrives: Box<dyn Fn() + Send + Sync>,
}

impl Transport for Timed {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        (self.arrives)();
        self.server.send(request)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Waits between attempts pass at once; what bounds an attempt never ends.
pub(crate) fn sleep<'t>(duration: Duration) -> SleepFuture<'t> {
    Box::pin(async move {
        if duration >= Duration::from_secs(20) {
            std::future::pending::<()>().await;
        }
    })
}

/// A body that breaks off.
struct Broken;

impl http_body::Body for Broken {
    type Data = bytes::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Ready(Some(Err(std::io::Error::other("it broke off"))))
    }
}

fn payload(reference: &str) -> JsonValue {
    format!("{{\"reference\":\"{reference}\"}}").parse().unwrap()
}

/// A creation without a body.
pub(crate) fn bare(client: &Core, key: IdempotencyKey) -> Request {
    Request::new(client.api(), &CREATE).key(key).path("person", "p-1")
}

/// A creation without an approval.
pub(crate) fn request(client: &Core, key: IdempotencyKey, reference: &str) -> Request {
    bare(client, key).json(&payload(reference))
}

pub(crate) async fn create(client: &Core, key: IdempotencyKey, reference: &str) -> Result<Response<JsonValue>, Error> {
    sdkwright_runtime::client::send(client.clone(), request(client, key, reference)).await
}

/// A creation with an approval.
pub(crate) async fn draft(client: &Core, key: IdempotencyKey, reference: &str) -> Result<Response<JsonValue>, Error> {
    let draft = Draft::<Create>::new(client, &[("person", &"p-1")], &payload(reference)).unwrap();
    let evidence = format!("{{\"hash\":\"{}\",\"approved\":\"yes\"}}", draft.hash());
    let body = draft.authorize(evidence.parse().unwrap()).unwrap();
    let request = Request::new(client.api(), &CREATE).key(key).authorized(&body);
    sdkwright_runtime::client::send(client.clone(), request).await
}

/// A call whose answer has no body.
static CLOSE: Description = Description::new("closeThing", "POST", "/things/{thing}/closing")
    .intent(KeyIntent::Effect)
    .successes(&[Success::nothing(204, 204), Success::nothing(200, 200)])
    .find("/things/{thing}", &[]);

pub(crate) async fn close(client: &Core, key: IdempotencyKey, thing: &str) -> Result<Response<()>, Error> {
    let request = Request::new(client.api(), &CLOSE).key(key).path("thing", thing);
    sdkwright_runtime::client::send(client.clone(), request).await
}

/// A step of a thing that is a draft until then.
static CONFIRM: Description = Description::new("confirmThing", "POST", "/things/{thing}/confirmation")
    .intent(KeyIntent::Effect)
    .ids(&[("ThingId", "/thingId")])
    .state(StateRule {
        at: "/status",
        proof: &["CONFIRMED"],
        known: &["DRAFT", "CONFIRMED"],
    })
    .successes(&[Success::json(
        202,
        202,
        "application/json",
        &[THING_ID, Member::new("/status", MemberKind::Text)],
    )])
    .find("/things/{thing}", &[]);

pub(crate) async fn confirm(client: &Core, key: IdempotencyKey) -> Result<Response<JsonValue>, Error> {
    let request = Request::new(client.api(), &CONFIRM).key(key).path("thing", "thing-1");
    sdkwright_runtime::client::send(client.clone(), request).await
}

pub(crate) fn submission(client: &Core, key: IdempotencyKey, thing: &str) -> Request {
    Request::new(client.api(), &SUBMIT).key(key).path("thing", thing)
}

pub(crate) async fn submit(client: &Core, key: IdempotencyKey, thing: &str) -> Result<Response<JsonValue>, Error> {
    sdkwright_runtime::client::send(client.clone(), submission(client, key, thing)).await
}
