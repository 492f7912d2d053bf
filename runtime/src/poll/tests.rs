//! Polling with a scripted transport: no timer, no network.

use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use http::header::RETRY_AFTER;

use super::*;
use crate::ErrorKind;
use crate::client::{Builder, Core};
use crate::clock::Clock;
use crate::description::Api;
use crate::glue::{Description, Idempotency};
use crate::json::JsonValue;
use crate::metrics::{CallEnd, End, Metrics};
use crate::testing::{FixedNonces, Script, Step};
use crate::transport::{Body, SendFuture, SleepFuture, Transport};

static API: Api = Api {
    request_id_header: Some("rid"),
    ..Api::new("Test", "test/1")
};

struct Read;

impl Operation for Read {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("read", "GET", "/thing");
}

impl Pollable for Read {
    fn state(output: &JsonValue) -> State<'_> {
        State {
            name: Some(status(output)),
            terminal: status(output) == "LOST",
            needs_action: status(output) == "DRAFT",
        }
    }
}

fn status(thing: &JsonValue) -> &str {
    thing.get("status").and_then(JsonValue::as_str).unwrap_or_default()
}

fn now<F: IntoFuture>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future.into_future());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("a script never waits"),
    }
}

fn is(state: &str) -> Step {
    Step::json(200, format!("{{\"status\":\"{state}\"}}"))
}

/// Keeps how calls ended.
#[derive(Clone, Default)]
struct Ends(std::sync::Arc<std::sync::Mutex<Vec<End>>>);

impl Metrics for Ends {
    fn call(&self, call: &CallEnd<'_>) {
        self.0.lock().unwrap().push(call.end);
    }
}

/// A machine whose time passes while it waits alone, and on which each wait takes so much too long.
#[derive(Clone)]
struct Machine(Script, Arc<Mutex<Instant>>, Duration);

impl Transport for Machine {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.0.send(request)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        *self.1.lock().unwrap() += duration + self.2;
        self.0.sleep(duration)
    }

    fn limit(&self, duration: Duration) -> SleepFuture<'_> {
        self.0.limit(duration)
    }
}

impl Clock for Machine {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn instant(&self) -> Instant {
        *self.1.lock().unwrap()
    }
}

fn until(steps: Vec<Step>) -> (Script, Poll<'static, Read>) {
    measured(steps, &Ends::default())
}

fn measured(steps: Vec<Step>, ends: &Ends) -> (Script, Poll<'static, Read>) {
    sdkwright_watch::listen();
    let script = Script::new(steps);
    let machine = Machine(script.clone(), Arc::new(Mutex::new(Instant::now())), Duration::ZERO);
    let core: Core = Builder::new(&API)
        .without_journal()
        .base_url("https://example.com")
        .transport(machine.clone())
        .clock(machine)
        .nonces(FixedNonces(0))
        .metrics(ends.clone())
        .build()
        .unwrap();
    let request = Request::new(core.api(), Read::DESCRIPTION).retries(0);
    (
        script,
        Poll::new(core.clone(), request, |thing| status(thing) == "DONE"),
    )
}

#[test]
fn a_waiting_ends_when_it_is_reached_over_or_up_to_the_caller() {
    let (script, waiting) = until(vec![is("OPEN"), is("OPEN"), is("DONE"), is("OPEN")]);
    let reached = now(waiting).unwrap();
    assert!(matches!(&reached, PollResult::Reached(thing) if status(thing) == "DONE"));
    assert_eq!((script.sent().len(), script.left()), (3, 1));
    assert_eq!(script.waits(), [Duration::from_secs(1), Duration::from_secs(2)]);

    let (_, waiting) = until(vec![is("OPEN"), is("LOST")]);
    let lost = now(waiting).unwrap();
    assert!(matches!(lost, PollResult::Terminal(_)));
    let error = lost.reached_or_err().unwrap_err();
    assert_eq!(
        (error.end, error.state(), status(&error.resource)),
        (PollEnd::Terminal, Some("LOST"), "LOST")
    );
    assert_eq!(
        format!("{error:?}"),
        "the wait ended in the final state `LOST`; read, GET /thing\nnext: The state does not change any more. Decide by `resource` of this error."
    );
    let (_, waiting) = until(vec![is("DRAFT")]);
    assert!(matches!(now(waiting).unwrap(), PollResult::NeedsAction(_)));
    let (_, waiting) = until(vec![is("an unknown state"), is("DONE")]);
    assert!(matches!(now(waiting).unwrap(), PollResult::Reached(_)));
}

static KEYED: Api = Api {
    idempotency: Some(&Idempotency {
        header: Some("key"),
        key_length: (1, 64),
        retention: crate::idempotency::Retention::Seconds(60),
        replayed: None,
        conflict: None,
        in_progress: None,
        ..Idempotency::NONE
    }),
    ..Api::new("Test", "test/1")
};

struct Create;

impl Operation for Create {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("create", "POST", "/thing");
}

impl PollableLookup for Create {
    fn state(output: &JsonValue) -> State<'_> {
        Read::state(output)
    }
}

/// A list with a cursor.
struct List;

impl Operation for List {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("list", "GET", "/things");
}

impl Paged for List {
    const ITEMS: &'static str = "/items";
    type Item = JsonValue;
    const PAGING: crate::paging::Paging = crate::paging::Paging {
        cursor: "cursor",
        limit: None,
    };

    fn items(page: JsonValue) -> Vec<JsonValue> {
        page.get("data")
            .and_then(JsonValue::as_array)
            .unwrap_or_default()
            .to_vec()
    }

    fn next(page: &JsonValue) -> Option<String> {
        page.get("next").and_then(JsonValue::as_str).map(str::to_owned)
    }
}

#[test]
fn a_wait_for_a_list_looks_at_the_items_of_all_its_pages() {
    sdkwright_watch::listen();
    let page = |text: &str| Step::json(200, text.to_owned());
    let pages = |second: &str| {
        [
            page(r#"{"data":[],"next":"c"}"#),
            page(&format!(r#"{{"data":[{second}]}}"#)),
        ]
    };
    let steps = [
        pages(r#"{"status":"OPEN"}"#),
        pages(r#"{"status":"OPEN"},{"status":"DONE"}"#),
    ]
    .concat();
    let until = |steps: Vec<Step>, delay: Duration| {
        let script = Script::new(steps);
        let machine = Machine(script.clone(), Arc::new(Mutex::new(Instant::now())), delay);
        let builder = Builder::<Core, _>::new(&API)
            .without_journal()
            .base_url("https://example.com");
        let core = builder
            .transport(machine.clone())
            .clock(machine)
            .nonces(FixedNonces(0))
            .build()
            .unwrap();
        let request = Request::new(core.api(), List::DESCRIPTION);
        let is_done = |items: &[JsonValue]| items.iter().any(|item| status(item) == "DONE");
        (script, Poll::<AllItems<List>>::items(core, request, is_done))
    };
    let (script, waiting) = until(steps.clone(), Duration::ZERO);
    let found = now(waiting).unwrap().reached_or_err().unwrap();
    assert_eq!((found.len(), script.left()), (2, 0));
    let targets: Vec<String> = script
        .sent()
        .iter()
        .map(|sent| sent.uri.path_and_query().unwrap().to_string())
        .collect();
    assert_eq!(targets, ["/things", "/things?cursor=c", "/things", "/things?cursor=c"]);
    assert_eq!(script.waits(), [Duration::from_secs(1)]);
    let (_, waiting) = until(steps, Duration::from_mins(1));
    let error = now(waiting.deadline(Duration::from_secs(30)))
        .unwrap()
        .reached_or_err()
        .unwrap_err();
    assert_eq!((error.end, error.resource.len()), (PollEnd::TimedOut, 1));
    assert_eq!(
        error.to_string(),
        "the wait ended at its deadline, before the condition was true; list, GET /things"
    );
}

#[test]
fn a_lookup_is_asked_again_under_a_new_key_each_time() {
    sdkwright_watch::listen();
    let script = Script::new(vec![is("OPEN"), is("OPEN"), is("DONE")]);
    let core: Core = Builder::new(&KEYED)
        .without_journal()
        .base_url("https://example.com")
        .transport(script.clone())
        .build()
        .unwrap();
    let request = Request::new(core.api(), Create::DESCRIPTION).refresh_key(crate::RefreshKey::new("first").unwrap());
    let waiting = Poll::<Lookup<Create>>::new(core.clone(), request, |thing| status(thing) == "DONE");
    assert!(matches!(now(waiting).unwrap(), PollResult::Reached(_)));
    let key = |sent: &crate::testing::SentRequest| sent.headers.get("key").unwrap().to_str().unwrap().to_owned();
    let keys: std::collections::BTreeSet<String> = script.sent().iter().map(key).collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert!(keys.contains("first"), "{keys:?}");
}

#[test]
fn each_asking_of_a_waiting_is_a_call() {
    let ends = Ends::default();
    let (_, waiting) = measured(vec![is("OPEN"), Step::not_sent(), is("DONE")], &ends);
    assert!(now(waiting).is_ok());
    assert_eq!(*ends.0.lock().unwrap(), [End::Answered, End::Failed, End::Answered]);
}

#[test]
fn what_is_waited_for_counts_before_what_the_state_says() {
    let (_, mut waiting) = until(vec![is("LOST")]);
    waiting.reached = Box::new(|thing| status(thing) == "LOST");
    assert!(matches!(now(waiting).unwrap(), PollResult::Reached(_)));
}

#[test]
fn at_the_deadline_the_last_reading_comes_back() {
    let (script, waiting) = until(vec![is("OPEN"), is("OPEN"), is("OPEN")]);
    assert!(matches!(
        now(waiting.deadline(Duration::from_millis(1500))).unwrap(),
        PollResult::TimedOut(_)
    ));
    assert_eq!(script.sent().len(), 2, "one second fits, and another two do not");
}

#[test]
fn a_wait_asks_no_earlier_than_the_server_says_and_ends_at_once_if_that_is_too_late() {
    let late = |after: &str| is("OPEN").header(RETRY_AFTER.as_str(), after);
    let (script, waiting) = until(vec![late("90"), is("DONE")]);
    assert!(matches!(now(waiting).unwrap(), PollResult::Reached(_)));
    assert_eq!(script.waits(), [Duration::from_secs(90)]);
    for never in ["86400", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let (script, waiting) = until(vec![late(never), is("DONE")]);
        assert!(matches!(now(waiting).unwrap(), PollResult::TimedOut(_)), "{never}");
        assert_eq!((script.waits().len(), script.left()), (0, 1), "{never}");
    }
}

#[test]
fn a_wait_that_took_too_long_ends_with_the_last_reading() {
    let script = Script::new([is("OPEN"), is("DONE")]);
    let machine = Machine(
        script.clone(),
        Arc::new(Mutex::new(Instant::now())),
        Duration::from_mins(1),
    );
    let builder = Builder::<Core, _>::new(&API)
        .without_journal()
        .base_url("https://example.com")
        .nonces(FixedNonces(0));
    let core = builder.transport(machine.clone()).clock(machine).build().unwrap();
    let waiting = Poll::<Read>::new(core.clone(), Request::new(core.api(), Read::DESCRIPTION), |thing| {
        status(thing) == "DONE"
    });
    let last = now(waiting.deadline(Duration::from_secs(30))).unwrap();
    assert!(matches!(&last, PollResult::TimedOut(thing) if status(thing) == "OPEN"));
    assert_eq!(script.left(), 1, "nothing is asked behind the deadline");
}

#[test]
fn a_failure_that_may_pass_is_waited_for_and_any_other_ends_it() {
    let busy = Step::answer(503, "").header(RETRY_AFTER.as_str(), "7");
    let (script, waiting) = until(vec![Step::not_sent(), busy, is("DONE")]);
    assert!(matches!(now(waiting).unwrap(), PollResult::Reached(_)));
    assert_eq!(script.waits(), [Duration::from_secs(1), Duration::from_secs(7)]);

    let (script, waiting) = until(vec![Step::problem(404, "GONE"), is("DONE")]);
    let error = now(waiting).unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), script.left()),
        (ErrorKind::Problem, Some("GONE"), 1)
    );
    let (_, waiting) = until(vec![Step::not_sent()]);
    let error = now(waiting.deadline(Duration::from_millis(10))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
}

#[test]
fn waits_double_up_to_the_most_and_fit_into_the_deadline() {
    let policy = PollPolicy::default();
    let wait = |asked, random| {
        policy
            .next_interval(asked, Duration::ZERO, None, random)
            .unwrap()
            .as_millis()
    };
    let longest: Vec<_> = (1..8).map(|asked| wait(asked, 0)).collect();
    assert_eq!(longest, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    assert_eq!(
        [wait(1, u64::MAX), wait(7, u64::MAX), wait(u32::MAX, 0)],
        [750, 22_500, 30_000]
    );
    let asks = Some(Duration::from_secs(90));
    assert_eq!(policy.next_interval(1, Duration::ZERO, asks, 0), asks);
    for (elapsed, fits) in [(598, true), (599, false), (10_000, false)] {
        let next = policy.next_interval(1, Duration::from_secs(elapsed), None, 0);
        assert_eq!(next.is_some(), fits, "{elapsed}");
    }
}
