//! Every call is reported exactly once, for each way in which it can end.

use std::pin::Pin;

use super::*;
use crate::journal::{Claim, Intent, Journal, JournalRefusal, Settlement, Verdict};
use crate::metrics::{AttemptEnd, CallEnd, End, Metrics};
use crate::{Error, ErrorKind};

type Line = (End, usize, Option<&'static str>, Option<Outcome>);

/// Keeps the ends of calls.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<Vec<Line>>>);

impl Ends {
    /// Returns the ends since the last call of this function.
    fn take(&self) -> Vec<Line> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Metrics for Ends {
    fn call(&self, call: &CallEnd<'_>) {
        let line = (call.end, call.attempts, call.error.map(ErrorKind::as_str), call.outcome);
        self.0.lock().unwrap().push(line);
    }
}

fn measured(answers: Vec<Answer>) -> (Ends, Builder<Core>) {
    let ends = Ends::default();
    let (_, builder) = scripted(answers);
    (ends.clone(), builder.client_secret(OLD).metrics(ends))
}

const NOT_EXECUTED: Option<Outcome> = Some(Outcome::NotExecuted);
const UNKNOWN: Option<Outcome> = Some(Outcome::Unknown);

#[test]
fn an_answer_and_a_failure_are_told_apart() {
    let (ends, builder) = measured(vec![
        Ok(answer(204, &[], "")),
        Ok(answer(404, &[], "")),
        Err(SendError::NotSent("no route".into())),
    ]);
    let core = builder.build().unwrap();
    now(call(&core).into_future()).unwrap();
    assert_eq!(ends.take(), [(End::Answered, 1, None, None)]);
    let other = || IdempotencyKey::new("k-2").unwrap();
    now(call(&core).key(other()).retries(0).into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Failed, 1, Some("status"), UNKNOWN)]);
    now(call(&core).retries(0).into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Failed, 1, Some("not_sent"), NOT_EXECUTED)]);
    // Nothing is sent without remaining time, and no retry without budget.
    now(call(&core).deadline(Duration::ZERO).into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Refused, 1, Some("refused"), NOT_EXECUTED)]);
    let (ends, builder) = measured(vec![Err(SendError::Unknown("reset".into()))]);
    let mut poor = crate::retry::Policy::default();
    poor.budget.capacity = 0;
    now(call(&builder.retry(poor).build().unwrap()).into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Failed, 1, Some("no_answer"), UNKNOWN)]);
}

#[test]
fn a_value_that_cannot_be_read_is_a_failure() {
    use crate::glue::{Description, Request};
    static THING: Description = Description::new("thing", "GET", "/thing");
    let (ends, builder) = measured(vec![Ok(answer(200, &[], "no JSON")), Ok(answer(202, &[], "\"a\""))]);
    let core = builder.build().unwrap();
    let error = now(crate::client::send::<String>(
        core.clone(),
        Request::new(core.api(), &THING),
    ))
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    assert_eq!(
        ends.take(),
        [(End::Failed, 1, Some("unreadable"), Some(error.outcome()))]
    );
    let unnamed = Request::new(core.api(), &THING).answers(&[200]);
    now(crate::client::pending::<String>(core.clone(), unnamed)).unwrap_err();
    assert_eq!(
        ends.take(),
        [(End::Failed, 1, Some("unreadable"), Some(error.outcome()))]
    );
}

#[test]
fn what_is_refused_before_it_is_sent_is_told_as_refused() {
    let (ends, builder) = measured(vec![]);
    let core = builder.build().unwrap();
    now(call(&core).header("sig", "mine").into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Refused, 0, Some("refused"), NOT_EXECUTED)]);
    let key = IdempotencyKey::used_before("k-1").unwrap();
    now(call(&core).key(key).header("sig", "mine").into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Refused, 0, Some("refused"), UNKNOWN)]);
}

#[test]
fn without_random_bytes_or_credentials_a_call_is_refused() {
    struct Dry;
    impl NonceSource for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), NonceError> {
            Err(NonceError("dry".into()))
        }
    }
    let (ends, builder) = measured(vec![]);
    now(call(&builder.nonces(Dry).build().unwrap()).into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Refused, 1, Some("refused"), NOT_EXECUTED)]);
}

/// Journal with scripted verdicts.
struct Says(Mutex<Vec<Result<Verdict, crate::journal::JournalError>>>);

impl Journal for Says {
    fn begin(&self, _: Intent) -> crate::journal::JournalFuture<'_, Verdict> {
        let verdict = self.0.lock().unwrap().remove(0);
        Box::pin(async move { verdict })
    }

    fn follow(&self, _: Claim) -> crate::journal::JournalFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn settle(&self, _: Claim, _: Settlement) -> crate::journal::JournalFuture<'_, crate::journal::Booked> {
        Box::pin(async { Ok(crate::journal::Booked::Written) })
    }
}

#[test]
fn a_journal_that_refuses_and_one_that_fails_end_a_call() {
    let verdicts = vec![
        Ok(Verdict::Refused(JournalRefusal::AnotherSender)),
        Ok(Verdict::Send(Claim::new("k-1", ()))),
    ];
    let (ends, builder) = measured(vec![Ok(answer(204, &[], ""))]);
    let core = builder.journal(Says(Mutex::new(verdicts))).build().unwrap();
    now(call(&core).into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Refused, 0, Some("refused"), UNKNOWN)]);
    now(call(&core).into_future()).unwrap();
    assert_eq!(ends.take(), [(End::Answered, 1, None, None)]);
}

/// Polls a future this many times, and drops it.
fn drop_after<F: Future>(polls: usize, future: F) {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        assert!(future.as_mut().poll(&mut context).is_pending());
    }
}

/// Never answers, and no time passes.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: http::Request<Body>) -> SendFuture<'_> {
        Box::pin(std::future::pending())
    }

    fn sleep(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_call_that_is_dropped_says_what_is_known_of_its_action() {
    let (ends, builder) = measured(vec![]);
    let core = builder.transport(Silent).build().unwrap();
    drop_after(0, call(&core).into_future());
    assert_eq!(ends.take(), [], "nobody asked for it");
    drop_after(1, call(&core).into_future());
    assert_eq!(ends.take(), [(End::Dropped, 1, None, UNKNOWN)]);
    let query = Method::from_bytes(b"QUERY").unwrap();
    for safe in [Method::GET, query] {
        drop_after(1, core.raw(safe, "/a").into_future());
        assert_eq!(ends.take(), [(End::Dropped, 1, None, NOT_EXECUTED)]);
    }
}

/// Fails at once, and waits forever before the next attempt.
struct Unreachable;

impl Transport for Unreachable {
    fn send(&self, _: http::Request<Body>) -> SendFuture<'_> {
        Box::pin(async { Err(SendError::NotSent("no route".into())) })
    }

    fn sleep(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_call_that_is_dropped_while_nothing_of_it_left_did_not_happen() {
    let (ends, builder) = measured(vec![]);
    let core = builder.transport(Unreachable).build().unwrap();
    drop_after(1, call(&core).into_future());
    assert_eq!(ends.take(), [(End::Dropped, 1, None, NOT_EXECUTED)]);
}

#[test]
fn a_call_that_is_resumed_is_a_call_of_its_own() {
    let (ends, builder) = measured(vec![
        Err(SendError::Unknown("reset".into())),
        Ok(answer(503, &[], "")),
        Ok(answer(200, &[], "done")),
    ]);
    let core = builder.build().unwrap();
    let error = now(call(&core).retries(1).into_future()).unwrap_err();
    assert_eq!(ends.take(), [(End::Failed, 2, Some("status"), UNKNOWN)]);
    // With another value type nothing is sent.
    let error = now(core.resend(error).value::<String>()).unwrap_err();
    assert_eq!(ends.take(), [(End::Refused, 0, Some("status"), UNKNOWN)]);
    let resent: Pin<Box<dyn Future<Output = Result<crate::answer::Binary, Error>> + Send>> =
        Box::pin(core.resend(error).value());
    now(resent).unwrap();
    assert_eq!(ends.take(), [(End::Answered, 1, None, None)]);
}

#[test]
fn measures_that_panic_change_nothing_about_a_call() {
    struct Broken(Arc<Mutex<usize>>);
    impl Metrics for Broken {
        #[allow(clippy::panic, reason = "that is the test")]
        fn attempt(&self, _: &AttemptEnd<'_>) {
            *self.0.lock().unwrap() += 1;
            panic!("a fault of a hook");
        }

        #[allow(clippy::panic, reason = "that is the test")]
        fn call(&self, _: &CallEnd<'_>) {
            *self.0.lock().unwrap() += 1;
            panic!("a fault of a hook");
        }
    }
    let told = Arc::new(Mutex::new(0));
    let (_, builder) = measured(vec![Ok(answer(200, &[], "paid"))]);
    let core = builder.metrics(Broken(Arc::clone(&told))).build().unwrap();
    // A poisoned lock would show that the hook was called while the lock was held.
    assert_eq!(now(call(&core).into_future()).unwrap().value, "paid");
    drop_after(0, call(&core).into_future());
    let (_, builder) = measured(vec![]);
    let silent = builder
        .metrics(Broken(Arc::clone(&told)))
        .transport(Silent)
        .build()
        .unwrap();
    drop_after(1, call(&silent).into_future());
    assert_eq!(*told.lock().unwrap_or_else(std::sync::PoisonError::into_inner), 3);
}
