//! A client with a transport, a clock and nonces of its own: no network, no timer, no async runtime.

mod declared;
mod echoed;
mod in_doubt;
mod keyed;
mod measured;
mod number_codes;
mod observed;
mod settled;
mod signers;

use std::collections::VecDeque;
use std::future::{Future, IntoFuture as _};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;

use super::{Builder, Core};
use crate::answer::{Binary, value_type};
use crate::clock::{Clock, NonceError, NonceSource};
use crate::description::{Api, Description, Environment};
use crate::exchange::{Exchange, Trail};
use crate::idempotency::{Idempotency, IdempotencyKey};
use crate::member::{Member, MemberKind};
use crate::multipart::Upload;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::secret::{SecretEncoding, SecretForm};
use crate::signing::{Algorithm, Filter, MacEncoding, Piece, SignatureRules, SignedValue, TimestampFormat};
use crate::signing::{Freshness, PlacedValue, SignaturePlace, ValuePlace};
use crate::testing;
use crate::transport::{Body, Incoming, SendError, SendFuture, SleepFuture, Transport};

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("sig"),
    values: &[
        PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Header("time"),
        },
        PlacedValue {
            value: SignedValue::Nonce,
            place: ValuePlace::Header("nonce"),
        },
    ],
    freshness: Freshness::each_way(300),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Hex,
        prefix: "",
    }),
    message: &[
        Piece::Value(SignedValue::Method, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Target, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Timestamp, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Nonce, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::IdempotencyKey, &[]),
    ],
    timestamp: TimestampFormat::Rfc3339,
    signature_problem: Some("FORGED"),
    expired_problem: Some("OLD"),
    ..SignatureRules::NONE
};

static KEYS: Idempotency = Idempotency {
    header: Some("once"),
    key_length: (1, 255),
    retention: crate::idempotency::Retention::Seconds(86_400),
    replayed: None,
    conflict: None,
    in_progress: None,
    ..Idempotency::NONE
};

static API: Api = Api {
    signing: Some(&SIGNING),
    idempotency: Some(&KEYS),
    request_id_header: Some("rid"),
    environment: Environment {
        client_secret: Some("TEST_SECRET"),
        ..Environment::NONE
    },
    ..Api::new("Test", "test/1")
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

/// `sentinel9f2-old` in hexadecimal.
const OLD: &str = "73656e74696e656c3966322d6f6c64";
/// `sentinel9f2-new` in hexadecimal.
const NEW: &str = "73656e74696e656c3966322d6e6577";

type Answer = Result<http::Response<Incoming>, SendError>;

/// Transport with prepared answers; an exhausted one never answers. Keeps the sent requests and the waits.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    sent: Arc<Mutex<Vec<http::Request<()>>>>,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl Transport for Script {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.sent.lock().unwrap().push(request.map(|_| ()));
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async move {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
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
    let (script, builder) = scripted(answers);
    (script, builder.client_secret(OLD).build().unwrap())
}

fn scripted(answers: Vec<Answer>) -> (Script, Builder<Core>) {
    sdkwright_watch::listen();
    let script = Script {
        answers: Arc::new(Mutex::new(answers.into())),
        ..Script::default()
    };
    let builder = Builder::new(&API)
        .without_journal()
        .base_url("https://example.com/p")
        .transport(script.clone())
        .clock(Fixed)
        .nonces(Fixed);
    (script, builder)
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
    // $(seq 32); printf '\nk-1'; } | openssl dgst -sha256 -mac hmac -macopt hexkey:73656e74696e656c3966322d6f6c64
    assert_eq!(
        headers,
        [
            ("user-agent", "test/1"),
            ("content-type", "text/plain"),
            ("rid", "ffffffff-ffff-4fc8-bfd5-dba2e70a87a1"),
            ("once", "k-1"),
            ("time", "2026-06-28T00:00:00Z"),
            ("nonce", "________________________________"),
            (
                "sig",
                "013a589e1fdab17f972285ad65a0d297e8a774e7476cdeb513db5c6e633cd404"
            ),
        ]
    );
    assert!(
        !format!("{request:?}").contains("013a589e1fdab17f"),
        "the signature does not print"
    );
}

#[test]
fn the_future_of_a_call_is_small() {
    static THING: Description = Description::new("thing", "GET", "/thing");
    let (_, core) = script(vec![]);
    let request = || Request::new(core.api(), &THING);
    let sent = super::send::<String>(core.clone(), request());
    let size = std::mem::size_of_val(&sent);
    assert!(size < 1024, "{size} bytes");
    // The future on the heap, without the pointer to it.
    let size = std::mem::size_of_val(&*super::pending::<String>(core.clone(), request()));
    assert!(size < 1024, "{size} bytes");
    let exchange = Exchange::new(request().endpoint(), Trail::default());
    let run = super::run(&core, exchange, request(), value_type::<String>(), None);
    let size = std::mem::size_of_val(&*run);
    assert!(size < 2048, "{size} bytes");
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

/// Returns the signatures of the sent requests.
fn signatures(script: &Script) -> Vec<String> {
    let sent = script.sent.lock().unwrap();
    let of = |request: &http::Request<()>| request.headers()["sig"].to_str().unwrap().to_owned();
    sent.iter().map(of).collect()
}

#[allow(clippy::unnecessary_wraps, reason = "it stands among steps of a script")]
fn refused(code: &'static str, headers: &[(&str, &str)]) -> Answer {
    let body = match code {
        "OLD" => r#"{"code":"OLD"}"#,
        _ => r#"{"code":"FORGED"}"#,
    };
    let headers: Vec<_> = [("content-type", "application/problem+json")]
        .iter()
        .chain(headers)
        .copied()
        .collect();
    Ok(answer(401, &headers, body))
}

#[test]
fn a_refused_signature_is_tried_with_the_previous_secret_and_later_calls_begin_with_it() {
    let by = |secret: &str| {
        let (script, builder) = scripted(vec![Ok(answer(204, &[], ""))]);
        now(call(&builder.client_secret(secret).build().unwrap()).into_future()).unwrap();
        signatures(&script).remove(0)
    };
    let (new, old) = (by(NEW), by(OLD));
    let (script, builder) = scripted(vec![
        refused("FORGED", &[]),
        Ok(answer(204, &[], "")),
        Ok(answer(204, &[], "")),
    ]);
    let core: Core = builder.client_secret(NEW).previous_secret(OLD).build().unwrap();
    assert_eq!(now(call(&core).into_future()).unwrap().attempts, 2);
    assert_eq!(now(call(&core.clone()).into_future()).unwrap().attempts, 1);
    assert_eq!(signatures(&script), [new, old.clone(), old]);

    let (script, builder) = scripted(vec![refused("FORGED", &[]), refused("FORGED", &[])]);
    let core: Core = builder.client_secret(NEW).previous_secret(OLD).build().unwrap();
    let error = now(call(&core).into_future()).unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (2, Outcome::NotExecuted));
    assert_eq!(signatures(&script).len(), 2, "each secret once, and no more");

    let (_, core) = self::script(vec![refused("FORGED", &[])]);
    assert_eq!(now(call(&core).into_future()).unwrap_err().attempts(), 1);
}

#[test]
fn a_refusal_is_explained_and_the_report_fits_the_signature_that_was_sent() {
    let (script, builder) = scripted(vec![refused("FORGED", &[("via", "1.1 gate")])]);
    let core: Core = builder.client_secret(OLD).build().unwrap();
    let error = now(call(&core).into_future()).unwrap_err();
    let report = error.explain_signature().unwrap();
    // The base string of `with_clock_and_nonces_given_every_byte_of_a_request_is`, through sha256sum.
    assert_eq!(
        report.base_sha256.as_deref(),
        Some("0e88e69dddf82f97606f19e52275fd802be7ab2c459c8227a1f583f0c13feeef")
    );
    let text = report.to_string();
    for told in [
        "method: POST (4 bytes",
        "target: /a?b=[redacted] (8 bytes",
        "from the 5 bytes of the body",
        "idempotency-key: [the key] (3 bytes",
        "removes the path of the base URL",
        "the response passed one",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let sent = script.sent.lock().unwrap()[0].headers()["sig"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(!text.contains(&sent), "a signature could be sent by others");

    let (_, builder) = scripted(vec![Ok(answer(401, &[], ""))]);
    let unsigned: Core = builder.anonymous().build().unwrap();
    let error = now(call(&unsigned).into_future()).unwrap_err();
    assert_eq!(error.explain_signature(), None);
}

#[test]
fn a_secret_that_is_rotated_between_two_attempts_signs_the_second_one() {
    use crate::secret::ClientSecrets;
    /// The source changes when the first attempt is over.
    #[derive(Clone)]
    struct Rotating(Script, Arc<Mutex<Option<Core>>>);
    impl Transport for Rotating {
        fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
            if let Some(core) = &*self.1.lock().unwrap() {
                core.reload().unwrap();
            }
            self.0.send(request)
        }
        fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
            self.0.sleep(duration)
        }
    }
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let source = move || {
        let mut asked = count.lock().unwrap();
        *asked += 1;
        Ok(ClientSecrets::new(if *asked == 1 { OLD } else { NEW }))
    };
    let (script, builder) = scripted(vec![Ok(answer(503, &[], "")), Ok(answer(204, &[], ""))]);
    let transport = Rotating(script.clone(), Arc::default());
    let core: Core = builder
        .secret_source(source)
        .transport(transport.clone())
        .build()
        .unwrap();
    *transport.1.lock().unwrap() = Some(core.clone());
    assert_eq!(now(call(&core).into_future()).unwrap().attempts, 2);
    let [first, second] = signatures(&script).try_into().unwrap();
    assert_eq!(
        first, "013a589e1fdab17f972285ad65a0d297e8a774e7476cdeb513db5c6e633cd404",
        "signed with the old one"
    );
    assert_ne!(first, second);
    *transport.1.lock().unwrap() = None;
}

#[tokio::test]
async fn while_a_slow_disk_is_asked_for_the_secret_other_tasks_of_the_thread_go_on() {
    use crate::secret::{ClientSecrets, SecretSource};
    use std::sync::mpsc::{Receiver, channel};
    /// Answers only after another task of the thread has run.
    struct OnDisk(Mutex<Receiver<()>>, Arc<Mutex<Vec<bool>>>);
    impl SecretSource for OnDisk {
        fn load(&self) -> Result<ClientSecrets, crate::transport::Cause> {
            Ok(ClientSecrets::new(OLD))
        }
        fn has_changed(&self) -> bool {
            let told = self.0.lock().unwrap().recv_timeout(Duration::from_secs(10)).is_ok();
            self.1.lock().unwrap().push(told);
            true
        }
    }
    let (sender, receiver) = channel();
    let told = Arc::new(Mutex::new(Vec::new()));
    let (_, builder) = scripted(vec![Ok(answer(204, &[], ""))]);
    let source = OnDisk(Mutex::new(receiver), Arc::clone(&told));
    let core: Core = builder.secret_source(source).build().unwrap();
    let other = async {
        tokio::task::yield_now().await;
        sender.send(()).unwrap();
    };
    let (answered, ()) = tokio::join!(call(&core).into_future(), other);
    answered.unwrap();
    assert_eq!(*told.lock().unwrap(), [true], "the other task went on");
}

/// Clock whose monotonic time advances by ten minutes with each reading, while its wall time stands.
struct Slow(Mutex<std::time::Instant>);

impl Clock for Slow {
    fn now(&self) -> SystemTime {
        Fixed.now()
    }

    fn instant(&self) -> std::time::Instant {
        let mut at = self.0.lock().unwrap();
        *at += Duration::from_mins(10);
        *at
    }
}

#[test]
fn an_upload_that_takes_longer_than_its_signature_is_good_for_is_not_the_clocks_fault() {
    let ahead = &[("date", "Sun, 28 Jun 2026 01:00:00 GMT")];
    let (script, builder) = scripted(vec![refused("OLD", ahead), refused("OLD", ahead)]);
    let slow = Slow(Mutex::new(std::time::Instant::now()));
    let core: Core = builder
        .client_secret(OLD)
        .clock(slow)
        .deadline(Duration::from_hours(24))
        .build()
        .unwrap();
    let error = now(call(&core).into_future()).unwrap_err();
    assert_eq!(
        (error.attempts(), signatures(&script).len()),
        (1, 1),
        "another would take as long"
    );
    assert!(error.advice().contains("longer than a signature is valid"));
    assert_eq!(core.clock_skew().applied, 0);
}

#[test]
fn the_clock_is_measured_by_every_answer_and_shifted_by_an_expired_signature_alone() {
    let ahead = [("date", "Sun, 28 Jun 2026 01:00:00 GMT")];
    let far = [("date", "Mon, 28 Jun 2027 01:00:00 GMT")];
    let (script, core) = script(vec![
        Ok(answer(204, &ahead, "")),
        refused("OLD", &far),
        Ok(answer(204, &[], "")),
        refused("OLD", &ahead),
        Ok(answer(204, &ahead, "")),
    ]);
    assert_eq!(core.clock_skew(), crate::clock::ClockSkew::default());
    now(call(&core).into_future()).unwrap();
    let measured = crate::clock::ClockSkew {
        measured: Some(3600),
        applied: 0,
    };
    assert_eq!(core.clock_skew(), measured);
    now(call(&core).into_future()).unwrap();
    assert_eq!(
        core.clock_skew(),
        measured,
        "a year is not plausible: signed again without a shift"
    );
    now(call(&core).into_future()).unwrap();
    assert_eq!(core.clock_skew().applied, 3600);
    let sent = script.sent.lock().unwrap();
    let times: Vec<_> = sent
        .iter()
        .map(|sent| sent.headers()["time"].to_str().unwrap())
        .collect();
    let (local, shifted) = ("2026-06-28T00:00:00Z", "2026-06-28T01:00:00Z");
    assert_eq!(times, [local, local, local, local, shifted]);
}

#[test]
fn a_clock_that_ran_a_day_ahead_and_is_set_right_signs_rightly_after_one_refusal_and_makes_no_key_younger() {
    /// Wall clock and monotonic clock, in seconds after the start of the test.
    #[derive(Clone)]
    struct ByHand(Arc<Mutex<(u64, u64)>>, std::time::Instant);
    impl Clock for ByHand {
        fn now(&self) -> SystemTime {
            Fixed.now() + Duration::from_secs(self.0.lock().unwrap().0)
        }
        fn instant(&self) -> std::time::Instant {
            self.1 + Duration::from_secs(self.0.lock().unwrap().1)
        }
    }
    const DAY: u64 = 86_400;
    let clock = ByHand(Arc::default(), std::time::Instant::now());
    let right = [("date", "Sun, 28 Jun 2026 00:00:20 GMT")];
    let (script, builder) = scripted(vec![
        Ok(answer(204, &[], "")),
        refused("OLD", &right),
        Ok(answer(204, &right, "")),
        Ok(answer(204, &right, "")),
    ]);
    let core: Core = builder.clock(clock.clone()).client_secret(OLD).build().unwrap();
    now(call(&core).into_future()).unwrap();
    let before = core.moment();
    *clock.0.lock().unwrap() = (DAY + 10, 10);
    let ahead = core.moment();
    *clock.0.lock().unwrap() = (20, 20);
    // The reading is the same for a machine that slept for a day and whose clock was then set back by a day.
    assert_eq!(core.local_seconds() - before.at, 86_420);
    now(call(&core).into_future()).unwrap();
    now(call(&core).into_future()).unwrap();
    let sent = script.sent.lock().unwrap();
    let times = sent.iter().map(|sent| sent.headers()["time"].to_str().unwrap());
    assert_eq!(
        times.collect::<Vec<_>>(),
        [
            "2026-06-28T00:00:00Z",
            "2026-06-29T00:00:20Z",
            "2026-06-28T00:00:20Z",
            "2026-06-28T00:00:20Z"
        ]
    );
    let after = core.moment();
    assert_eq!(after.at - before.at, 20);
    assert!(!after.is_past(after, DAY), "a new key is new");
    assert!(
        after.is_past(before, DAY) && after.is_past(ahead, DAY),
        "nobody can tell how old these are"
    );
}

#[test]
fn a_client_and_its_clones_share_one_budget_of_repeated_attempts() {
    use crate::retry::{Budget, Policy};
    let down = || Ok(answer(503, &[], ""));
    let (_, builder) = scripted(
        (0..6)
            .map(|_| down())
            .chain([Ok(answer(204, &[], "")), down()])
            .collect(),
    );
    let budget = Budget {
        capacity: 20,
        cost: 5,
        refill: 1,
    };
    let core: Core = builder
        .client_secret(OLD)
        .retry(Policy {
            budget,
            ..Policy::default()
        })
        .build()
        .unwrap();
    let attempts = |core: &Core| now(call(core).into_future()).unwrap_err().attempts();
    assert_eq!((attempts(&core), core.retry_budget()), (4, 5));
    assert_eq!(
        (attempts(&core.clone()), core.retry_budget()),
        (2, 0),
        "the last token pays for one"
    );
    assert_eq!(now(call(&core).into_future()).unwrap().attempts, 1);
    assert_eq!(
        (attempts(&core), core.retry_budget()),
        (1, 1),
        "one token is not enough"
    );
}

#[test]
fn a_mutation_without_a_key_is_sent_once() {
    let (script, core) = script(vec![Ok(answer(503, &[], ""))]);
    let error = now(core.raw(Method::POST, "/a").into_future()).unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    let error = now(core.resend(error).value::<Binary>()).unwrap_err();
    assert!(error.to_string().contains("could happen twice"), "{error}");
    assert_eq!(script.sent.lock().unwrap().len(), 1);
}

#[test]
fn two_undeclared_successes_that_agree_prove_an_action_and_others_stay_in_the_error() {
    use crate::description::Success;
    static PAY: Description = Description::new("pay", "POST", "/pay")
        .intent(crate::idempotency::KeyIntent::Effect)
        .ids(&[("Id", "/id")])
        .successes(&[Success::json(
            201,
            201,
            "application/json",
            &[Member::new("/id", MemberKind::Id)],
        )]);
    let pay = |bodies: [&'static str; 2]| {
        let made = |body| Ok(answer(200, &[("content-type", "application/json")], body));
        let (_, core) = script(bodies.map(made).into());
        let request = Request::new(core.api(), &PAY).key(IdempotencyKey::new("k-1").unwrap());
        now(super::send::<crate::JsonValue>(core, request.retries(1)))
    };
    let (one, other) = (r#"{"id":"a"}"#, r#"{"id":"b"}"#);
    assert_eq!(pay([one, one]).unwrap().attempts, 2);
    let error = pay([one, other]).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (crate::ErrorKind::Unreadable, 2));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert_eq!(error.body().map(|body| &body[..]), Some(other.as_bytes()));
}

#[test]
fn a_stream_that_broke_off_is_resumed_as_a_value_of_its_type() {
    use crate::stream::Download;
    struct Reset;
    impl http_body::Body for Reset {
        type Data = bytes::Bytes;
        type Error = crate::transport::Cause;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
            Poll::Ready(Some(Err("reset".into())))
        }
    }
    static FILE: Description = Description::new("file", "GET", "/file");
    let (script, core) = script(vec![
        Ok(http::Response::new(Incoming::new(Reset))),
        Ok(answer(200, &[], "whole")),
    ]);
    let sent = super::send::<Download>(core.clone(), Request::new(core.api(), &FILE));
    let mut file = now(sent).unwrap().value;
    let error = now(file.try_next()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (crate::ErrorKind::CutOff, 1));
    assert!(now(file.try_next()).is_err(), "it stays broken");
    let file = now(core.resend(error).value::<Download>()).unwrap();
    assert_eq!(now(file.bytes(100)).unwrap(), "whole");
    assert_eq!(script.sent.lock().unwrap().len(), 2);
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
        .without_journal()
        .base_url("https://example.com")
        .client_secret(OLD)
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
        fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
            self.0.send(request)
        }
        fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
            if duration < Duration::from_secs(1) {
                std::thread::sleep(Duration::from_millis(1100));
            }
            self.0.sleep(duration)
        }
    }
    let (script, _) = script(vec![Ok(answer(503, &[], "")), Ok(answer(200, &[], ""))]);
    let core: Core = Builder::new(&API)
        .without_journal()
        .base_url("https://example.com")
        .client_secret(OLD)
        .transport(Slow(script.clone()))
        .nonces(Fixed)
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let error = now(call(&core).deadline(Duration::from_millis(1050)).into_future()).unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (1, Outcome::Unknown));
    assert_eq!((script.sent.lock().unwrap().len(), error.key()), (1, Some("k-1")));
}

#[test]
fn a_call_without_any_time_is_not_sent() {
    for call in [
        |core: &Core| call(core).deadline(Duration::ZERO),
        |core: &Core| call(core).timeout(Duration::ZERO),
    ] {
        let (script, core) = script(vec![Ok(answer(200, &[], "done"))]);
        let error = now(call(&core).into_future()).unwrap_err();
        assert!(matches!(error.refusal(), Some(Refusal::Time)), "{error}");
        assert_eq!(error.outcome(), Outcome::NotExecuted, "nobody has to look it up");
        assert!(script.sent.lock().unwrap().is_empty());
    }
}

#[test]
fn the_reading_of_a_file_counts_for_the_deadline() {
    static UPLOAD: Description = Description::new("upload", "POST", "/files");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, vec![1; 200_000]).unwrap();
    let upload = |core: &Core, minutes| {
        let request = Request::new(core.api(), &UPLOAD).upload("image/png", Upload::from_path(&path));
        now(super::send::<()>(
            core.clone(),
            request.deadline(Duration::from_mins(minutes)),
        ))
    };
    let plays = testing::Script::new([testing::Step::answer(204, ""), testing::Step::answer(204, "")]);
    let (_, builder) = scripted(vec![]);
    let clock = Slow(Mutex::new(std::time::Instant::now()));
    let builder = builder.transport(plays.clone()).clock(clock).client_secret(OLD);
    let core = builder.build().unwrap();
    assert!(matches!(upload(&core, 10).unwrap_err().refusal(), Some(Refusal::Time)));
    assert_eq!(
        plays.sent().len(),
        0,
        "it was read for ten minutes, and nothing was left"
    );
    assert!(upload(&core, 1000).is_ok());

    // No time is left, so the file is not read to its end.
    let (script, core) = script(vec![Ok(answer(204, &[], ""))]);
    assert!(matches!(upload(&core, 10).unwrap_err().refusal(), Some(Refusal::Time)));
    assert!(script.sent.lock().unwrap().is_empty());
}
