//! A client with a transport, a clock and nonces of its own: no network, no timer, no async runtime.

use std::collections::VecDeque;
use std::future::{Future, IntoFuture as _};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;

use super::{Builder, Core};
use crate::clock::{Clock, NonceError, NonceSource};
use crate::idempotency::{Idempotency, IdempotencyKey};
use crate::outcome::Outcome;
use crate::problem::ProblemPlaces;
use crate::request::{Api, Environment};
use crate::secret::SecretEncoding;
use crate::signing::{BodyEncoding, Component, MacEncoding, Signing, TimestampFormat};
use crate::transport::{Body, Incoming, SendError, Sending, Sleeping, Transport};

static SIGNING: Signing = Signing {
    signature_header: "sig",
    encoding: MacEncoding::Hex,
    secret: SecretEncoding::Hex,
    separator: "\n",
    components: &[
        Component::Method,
        Component::Target,
        Component::Body(BodyEncoding::Hex),
        Component::Timestamp,
        Component::Nonce,
        Component::IdempotencyKey,
    ],
    client_id_header: None,
    timestamp_header: Some("time"),
    nonce_header: Some("nonce"),
    timestamp: TimestampFormat::Rfc3339,
    nonce_length: (16, 128),
    freshness: 300,
    expired_problem: None,
    replayed_problem: None,
};

static KEYS: Idempotency = Idempotency {
    header: "once",
    key_length: (1, 255),
    retention: 86_400,
    replayed: None,
    conflict: None,
    in_progress: None,
};

static API: Api = Api {
    name: "Test",
    user_agent: "test/1",
    contract_sha256: "",
    servers: &[],
    operation_servers: &[],
    schemes: &[],
    signing: Some(&SIGNING),
    idempotency: Some(&KEYS),
    request_id_header: Some("rid"),
    problems: ProblemPlaces::RFC_9457,
    registry: &[],
    environment: Environment {
        base_url: None,
        client_id: None,
        client_secret: Some("TEST_SECRET"),
        webhook_secret: None,
    },
    support: &[],
};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(495_168)
    }
}

impl NonceSource for Fixed {
    fn fill(&self, into: &mut [u8]) -> Result<(), NonceError> {
        into.fill(0xff);
        Ok(())
    }
}

type Answer = Result<http::Response<Incoming>, SendError>;

/// Gives prepared answers; an exhausted one never answers. Keeps what was sent and how long was slept.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    sent: Arc<Mutex<Vec<http::Request<()>>>>,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl Transport for Script {
    fn send(&self, request: http::Request<Body>) -> Sending<'_> {
        self.sent.lock().unwrap().push(request.map(|_| ()));
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async move {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }

    fn sleep(&self, duration: Duration) -> Sleeping<'_> {
        self.slept.lock().unwrap().push(duration);
        Box::pin(async {})
    }
}

fn answer(status: u16, headers: &[(&str, &str)], body: &'static str) -> http::Response<Incoming> {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(Incoming::from_bytes(body)).unwrap()
}

fn script(answers: Vec<Answer>) -> (Script, Core) {
    let script = Script {
        answers: Arc::new(Mutex::new(answers.into())),
        ..Script::default()
    };
    let core = Builder::new(&API)
        .base_url("https://example.com/p")
        .client_secret("00ff")
        .transport(script.clone())
        .clock(Fixed)
        .nonces(Fixed)
        .build();
    (script, core.unwrap())
}

fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

fn call(core: &Core) -> super::Raw {
    let key = IdempotencyKey::new("k-1").unwrap();
    core.raw(Method::POST, "/a?b=c").key(key).body("text/plain", "hello")
}

#[test]
fn with_clock_and_nonces_given_every_byte_of_a_request_is() {
    let (script, core) = script(vec![Ok(answer(200, &[], "ok"))]);
    assert_eq!(now(call(&core).into_future()).unwrap().value, "ok");
    let sent = script.sent.lock().unwrap();
    let [request] = sent.as_slice() else {
        panic!("one request")
    };
    assert_eq!(request.uri(), "https://example.com/p/a?b=c");
    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    // { printf 'POST\n/p/a?b=c\n'; printf hello | sha256sum | cut -c-64; printf '2026-06-28T00:00:00Z\n'; printf '_%.0s'
    // $(seq 32); printf '\nk-1'; } | openssl dgst -sha256 -mac hmac -macopt hexkey:00ff
    assert_eq!(
        headers,
        [
            ("user-agent", "test/1"),
            ("content-type", "text/plain"),
            ("rid", "ffffffff-ffff-4fff-bfff-ffffffffffff"),
            ("once", "k-1"),
            ("time", "2026-06-28T00:00:00Z"),
            ("nonce", "________________________________"),
            (
                "sig",
                "100927351fff618e0618b46d9fec39061a3b5fc95f07ad67bfd55a815217ec67"
            ),
        ]
    );
    assert!(
        !format!("{request:?}").contains("100927351fff618e"),
        "the signature does not print"
    );
}

#[test]
fn the_waits_are_slept_through_the_transport() {
    let (script, core) = script(vec![
        Err(SendError::NotSent("no route".into())),
        Ok(answer(429, &[("retry-after", "7")], "")),
        Ok(answer(503, &[], "")),
        Ok(answer(204, &[], "")),
    ]);
    assert_eq!(now(call(&core).into_future()).unwrap().attempts, 4);
    let slept = script.slept.lock().unwrap();
    let waits: Vec<_> = slept.iter().skip(1).step_by(2).map(Duration::as_millis).collect();
    assert_eq!(waits, [250, 7000, 1000]);
    assert!(
        slept
            .iter()
            .step_by(2)
            .all(|timeout| *timeout == Duration::from_secs(30))
    );
}

#[test]
fn what_a_transport_does_not_call_unsent_counts_as_sent() {
    for (failure, outcome) in [
        (SendError::NotSent("no route".into()), Outcome::NotExecuted),
        (SendError::Unknown("reset".into()), Outcome::Unknown),
    ] {
        let (_, core) = script(vec![Err(failure)]);
        let error = now(call(&core).retries(0).into_future()).unwrap_err();
        assert_eq!(error.outcome(), outcome);
    }
    let (_, core) = script(vec![]);
    let error = now(call(&core).retries(0).into_future()).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "a timeout");
}

#[test]
fn a_mutation_without_a_key_is_sent_once() {
    let (script, core) = script(vec![Ok(answer(503, &[], ""))]);
    let error = now(core.raw(Method::POST, "/a").into_future()).unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    let error = now(core.resend::<bytes::Bytes>(error).into_future()).unwrap_err();
    assert!(error.to_string().contains("could happen twice"), "{error}");
    assert_eq!(script.sent.lock().unwrap().len(), 1);
}

#[test]
fn without_random_bytes_nothing_is_sent() {
    struct Dry;
    impl NonceSource for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), NonceError> {
            Err(NonceError("dry".into()))
        }
    }
    let (script, _) = script(vec![]);
    let core: Core = Builder::new(&API)
        .base_url("https://example.com")
        .client_secret("00ff")
        .transport(script.clone())
        .nonces(Dry)
        .build()
        .unwrap();
    let error = now(call(&core).into_future()).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (crate::ErrorKind::Refused, Outcome::NotExecuted)
    );
    assert!(script.sent.lock().unwrap().is_empty());
}

#[test]
fn after_a_wait_that_took_too_long_nothing_is_sent() {
    /// Sleeps so long that the deadline of the call passes.
    #[derive(Clone)]
    struct Slow(Script);
    impl Transport for Slow {
        fn send(&self, request: http::Request<Body>) -> Sending<'_> {
            self.0.send(request)
        }
        fn sleep(&self, duration: Duration) -> Sleeping<'_> {
            if duration < Duration::from_secs(1) {
                std::thread::sleep(Duration::from_millis(1100));
            }
            self.0.sleep(duration)
        }
    }
    let (script, _) = script(vec![Ok(answer(503, &[], "")), Ok(answer(200, &[], ""))]);
    let core: Core = Builder::new(&API)
        .base_url("https://example.com")
        .client_secret("00ff")
        .transport(Slow(script.clone()))
        .nonces(Fixed)
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let error = now(call(&core).deadline(Duration::from_millis(1050)).into_future()).unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (1, Outcome::Unknown));
    assert_eq!((script.sent.lock().unwrap().len(), error.key()), (1, Some("k-1")));
}
