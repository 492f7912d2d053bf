//! Keys that are used again after a call that was dropped or failed with an unknown outcome, in a client without a journal.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::problem::{ProblemRow, RetryClass, RowOutcome};

static ROWS: [ProblemRow; 1] = [ProblemRow {
    code: "NO_FUNDS",
    status: 422,
    title: "No funds",
    outcome: RowOutcome::NotExecuted,
    creating: RowOutcome::NotExecuted,
    retry: RetryClass::Never,
    new_key: true,
    correct_clock: false,
    stored: true,
    actor: "partner",
    advice: "Add money, then take a new key.",
}];

static REFUSING: Api = Api {
    idempotency: Some(&KEYS),
    registry: &ROWS,
    ..Api::new("Test", "test/1")
};

/// A fixed clock that the test moves.
#[derive(Clone, Default)]
struct Standing(Arc<AtomicU64>);

impl Clock for Standing {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(495_168) + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// No time passes, so that a call without an answer stays in flight.
struct Timeless(Script);

impl Transport for Timeless {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.0.send(request)
    }

    fn sleep(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::pending())
    }
}

fn client(answers: Vec<Answer>, clock: Standing) -> (Script, Core) {
    sdkwright_watch::listen();
    let (script, _) = scripted(answers);
    let builder = Builder::new(&REFUSING)
        .without_journal()
        .base_url("https://example.com")
        .transport(Timeless(script.clone()))
        .clock(clock)
        .nonces(Fixed);
    (script, builder.build().unwrap())
}

fn refused() -> http::Response<Incoming> {
    let headers = [("content-type", "application/problem+json")];
    answer(422, &headers, r#"{"code":"NO_FUNDS"}"#)
}

fn dropped(core: &Core) {
    let mut future = Box::pin(call(core).into_future());
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
}

#[test]
fn after_a_dropped_call_its_key_never_says_that_nothing_happened() {
    let (script, core) = client(Vec::new(), Standing::default());
    dropped(&core);
    script.answers.lock().unwrap().push_back(Ok(refused()));
    let error = now(call(&core.clone()).into_future()).unwrap_err();
    assert_eq!((error.code(), error.outcome()), (Some("NO_FUNDS"), Outcome::Unknown));
    assert!(!error.advice().contains("take a new key"), "{}", error.advice());
    let error = now(call(&core).header("once", "mine").into_future()).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "refused before it was sent");
    // Under another key it is another action, and the refusal proves that it was not executed.
    for _ in 0..2 {
        script.answers.lock().unwrap().push_back(Ok(refused()));
        let other = IdempotencyKey::new("k-2").unwrap();
        let error = now(core.raw(Method::POST, "/a").key(other).into_future()).unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotExecuted);
    }
}

#[test]
fn after_a_failure_that_says_nothing_a_new_call_under_the_key_says_no_more() {
    let (script, core) = client(vec![Err(SendError::Unknown("reset".into()))], Standing::default());
    let lost = now(call(&core).retries(0).into_future()).unwrap_err();
    assert_eq!(lost.outcome(), Outcome::Unknown);
    script.answers.lock().unwrap().push_back(Ok(refused()));
    let error = now(call(&core).into_future()).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    script.answers.lock().unwrap().push_back(Ok(answer(204, &[], "")));
    now(call(&core).into_future()).unwrap();
    script.answers.lock().unwrap().push_back(Ok(refused()));
    let error = now(call(&core).into_future()).unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotExecuted, "it was known what the key did");
}

#[test]
fn what_never_left_leaves_no_doubt() {
    let (script, core) = client(vec![Err(SendError::NotSent("no route".into()))], Standing::default());
    now(call(&core).retries(0).into_future()).unwrap_err();
    script.answers.lock().unwrap().push_back(Ok(refused()));
    let error = now(call(&core).into_future()).unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotExecuted);
}

#[test]
fn a_key_in_doubt_that_the_server_may_have_forgotten_is_not_sent() {
    let clock = Standing::default();
    let (script, core) = client(Vec::new(), clock.clone());
    dropped(&core);
    let retention = KEYS.retention.known().unwrap().as_secs();
    clock.0.fetch_add(retention, Ordering::Relaxed);
    script.answers.lock().unwrap().push_back(Ok(answer(204, &[], "")));
    let error = now(call(&core).into_future()).unwrap_err();
    assert_eq!(
        (script.sent.lock().unwrap().len(), error.outcome()),
        (1, Outcome::Unknown)
    );
    assert!(error.to_string().contains("look the action up"), "{error}");
}
