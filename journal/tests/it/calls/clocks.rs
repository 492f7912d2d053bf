//! Clocks that are wrong, against a server that checks when a request was signed and forgets its keys after a day.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sdkwright_journal::{Actions, Finding, Journal, Memory, State, Store, StoreError};
use sdkwright_runtime::clock::{Clock, Moment};
use sdkwright_runtime::glue::{
    Algorithm, Api, Core, Description, Filter, Idempotency, KeyIntent, MacEncoding, Piece, Request, Scheme, SchemeKind,
    SecretEncoding, SecretForm, SignatureRules, SignedValue, TimestampFormat,
};
use sdkwright_runtime::transport::{Body, Incoming, SendError, SendFuture, SleepFuture, Transport};
use sdkwright_runtime::{Builder, Error, JsonValue, Response, http};

use super::{journal, key, server};
use sdkwright_runtime::signing::{Freshness, PlacedValue, SignaturePlace, ValuePlace};

/// A Sunday, the 28th of June 2026.
const START: i64 = 1_782_604_800;
const HOUR: i64 = 3600;

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("sig"),
    values: &[PlacedValue {
        value: SignedValue::Timestamp,
        place: ValuePlace::Header("time"),
    }],
    freshness: Freshness::each_way(300),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[
        Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Timestamp, &[]),
    ],
    timestamp: TimestampFormat::UnixSeconds,
    expired_problem: Some("OLD"),
    ..SignatureRules::NONE
};

static KEYS: Idempotency = Idempotency {
    header: Some("key"),
    key_length: (1, 255),
    retention: sdkwright_runtime::glue::Retention::Seconds(86_400),
    replayed: None,
    conflict: None,
    in_progress: None,
    ..Idempotency::NONE
};

static API: Api = Api {
    schemes: &[Scheme {
        name: "Signature",
        kind: SchemeKind::Signing,
        setter: None,
    }],
    signing: Some(&SIGNING),
    idempotency: Some(&KEYS),
    ..Api::new("Things", "test/1")
};

static LIST: Description = Description::new("list", "GET", "/payments").security(&[&[("Signature", &[])]]);

static PAY: Description = Description::new("pay", "POST", "/payments")
    .intent(KeyIntent::Effect)
    .security(&[&[("Signature", &[])]]);

#[derive(Default)]
struct World {
    /// The server's clock, in seconds behind the start.
    real: i64,
    /// Seconds by which the local clock is ahead of it.
    ahead: i64,
    /// Seconds by which the `Date` of answers is ahead of it.
    spurious: i64,
    loses: bool,
    /// Refuses every signature as expired.
    refuses: bool,
    /// After the first request it answers with this content type and body, and status 200.
    page: Option<(&'static str, &'static str)>,
    keys: HashMap<String, i64>,
    effects: u32,
    /// Signed instants, behind the server's clock.
    signed: Vec<i64>,
}

#[derive(Clone, Default)]
struct Bank(Arc<Mutex<World>>);

impl Clock for Bank {
    fn now(&self) -> SystemTime {
        let world = self.0.lock().unwrap();
        let seconds = u64::try_from(START + world.real + world.ahead).unwrap();
        UNIX_EPOCH + Duration::from_secs(seconds)
    }
}

impl Bank {
    /// A new run of the program.
    fn client(&self, journal: &Journal<Memory>) -> Core {
        Builder::<Core, _>::new(&API)
            .base_url("https://api.example.com")
            .client_id("client-1")
            .client_secret("sentinel9f2-clock")
            .transport(self.clone())
            .clock(self.clone())
            .journal(journal.clone())
            .build()
            .unwrap()
    }

    fn set(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.0.lock().unwrap());
    }

    fn effects(&self) -> u32 {
        self.0.lock().unwrap().effects
    }
}

fn date(seconds: i64) -> String {
    let day = ["Sat, 27", "Sun, 28", "Mon, 29", "Tue, 30"][usize::try_from((seconds + 24 * HOUR) / 86_400).unwrap()];
    let second = seconds.rem_euclid(86_400);
    format!(
        "{day} Jun 2026 {:02}:{:02}:{:02} GMT",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

impl Transport for Bank {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let text = |name: &str| {
            let value = request.headers().get(name);
            value
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        let mut world = self.0.lock().unwrap();
        let time = text("time").parse::<i64>().unwrap() - START - world.real;
        world.signed.push(time);
        let now = world.real;
        let page = world.page.filter(|_| world.signed.len() > 1);
        let (status, body) = if let Some((_, body)) = page {
            (200, body)
        } else if time.abs() > 300 || world.refuses {
            (401, r#"{"code":"OLD"}"#)
        } else {
            let known = world.keys.get(&text("key")).is_some_and(|first| now < first + 86_400);
            if !known {
                world.keys.insert(text("key"), now);
                world.effects += 1;
            }
            (201, "{}")
        };
        let response = http::Response::builder()
            .status(status)
            .header("date", date(world.real + world.spurious))
            .header(
                "content-type",
                match page {
                    Some((content_type, _)) => content_type,
                    None if status == 401 => "application/problem+json",
                    None => "application/json",
                },
            );
        let is_lost = world.loses && status == 201;
        Box::pin(async move {
            if is_lost {
                return Err(SendError::Unknown("the connection broke".into()));
            }
            Ok(response.body(Incoming::from_bytes(body)).unwrap())
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        server::sleep(duration)
    }
}

async fn pay(client: &Core) -> Result<Response<JsonValue>, Error> {
    sdkwright_runtime::client::send(
        client.clone(),
        Request::new(client.api(), &PAY).key(key("k")).json(&true),
    )
    .await
}

async fn first_sent(journal: &Journal<Memory>, client: &Core) -> Option<Moment> {
    journal.actions(client).show("k").await.unwrap().unwrap().first_sent
}

#[tokio::test]
async fn a_key_that_is_a_day_old_is_not_sent_by_a_clock_that_stands_a_day_behind() {
    for behind in [2, 12, 23, 24] {
        let (bank, journal) = (Bank::default(), journal());
        bank.set(|world| world.loses = true);
        pay(&bank.client(&journal)).await.unwrap_err();
        // The machine resumes from a snapshot, with the snapshot's clock.
        bank.set(|world| (world.real, world.ahead, world.loses) = (25 * HOUR, -behind * HOUR, false));
        let resumed = journal.resume(&bank.client(&journal)).await.unwrap();
        assert_eq!(
            (bank.effects(), resumed.reconcile.len()),
            (1, 1),
            "{behind} hours behind"
        );
    }
}

#[tokio::test]
async fn a_correction_in_the_middle_of_a_call_is_written_down_before_it_is_sent_again() {
    let (bank, journal) = (Bank::default(), journal());
    bank.set(|world| (world.ahead, world.loses) = (5 * HOUR, true));
    let client = bank.client(&journal);
    pay(&client).await.unwrap_err();
    let corrected = Moment::from(START + 5 * HOUR).corrected(-5 * HOUR);
    assert_eq!(first_sent(&journal, &client).await, Some(corrected));
    // The clock is set right: the key is 24 hours old, and by the wrong clock it would be 19.
    bank.set(|world| (world.real, world.ahead, world.loses) = (24 * HOUR, 0, false));
    let resumed = journal.resume(&bank.client(&journal)).await.unwrap();
    assert_eq!((bank.effects(), resumed.reconcile.len()), (1, 1));
}

#[tokio::test]
async fn a_call_of_a_clock_that_stands_a_day_behind_is_paid_once_and_dated_right() {
    let (bank, journal) = (Bank::default(), journal());
    bank.set(|world| (world.real, world.ahead) = (30 * HOUR, -24 * HOUR));
    let client = bank.client(&journal);
    pay(&client).await.unwrap();
    assert_eq!((bank.effects(), client.clock_skew().applied), (1, 24 * HOUR));
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Executed
    );
    let moment = first_sent(&journal, &client).await.unwrap();
    assert_eq!((moment.at, moment.offset), (START + 30 * HOUR, Some(24 * HOUR)));
}

#[tokio::test]
async fn a_clock_that_is_set_back_between_two_calls_takes_no_time_back() {
    let (bank, journal) = (Bank::default(), journal());
    bank.set(|world| world.loses = true);
    let client = bank.client(&journal);
    pay(&client).await.unwrap_err();
    bank.set(|world| (world.real, world.ahead) = (20 * HOUR, 0));
    pay(&client).await.unwrap_err();
    // The local clock is set back by 20 hours, and the server has forgotten the key.
    bank.set(|world| (world.real, world.ahead, world.loses) = (25 * HOUR, -20 * HOUR, false));
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((bank.effects(), resumed.done.len()), (1, 0));
}

#[tokio::test]
async fn a_spurious_date_does_not_spoil_a_right_clock() {
    let (bank, journal) = (Bank::default(), journal());
    bank.set(|world| (world.refuses, world.spurious) = (true, 20 * HOUR));
    let client = bank.client(&journal);
    pay(&client).await.unwrap_err();
    assert_eq!((client.clock_skew().applied, bank.effects()), (0, 0));
    assert_eq!(bank.0.lock().unwrap().signed, [0, 20 * HOUR]);
    bank.set(|world| (world.refuses, world.spurious) = (false, 0));
    let next = sdkwright_runtime::client::send::<JsonValue>(
        client.clone(),
        Request::new(client.api(), &PAY).key(key("n")).json(&true),
    );
    assert_eq!(next.await.unwrap().attempts, 1);
}

#[tokio::test]
async fn a_page_that_is_no_answer_of_success_keeps_no_correction_of_the_clock() {
    let page = ("text/html", "<html>We are back soon</html>");
    for (description, page, applied) in [
        (&PAY, page, 0),
        (&LIST, page, 0),
        (&PAY, ("application/json", "{}"), 20 * HOUR),
        (&LIST, ("application/json", "{}"), 20 * HOUR),
    ] {
        let (bank, journal) = (Bank::default(), journal());
        bank.set(|world| (world.refuses, world.spurious, world.page) = (true, 20 * HOUR, Some(page)));
        let client = bank.client(&journal);
        let mut request = Request::new(client.api(), description);
        if description.intent.is_some() {
            request = request.key(key("k")).json(&true);
        }
        let ended = sdkwright_runtime::client::send::<JsonValue>(client.clone(), request).await;
        assert_eq!(ended.is_ok(), applied != 0, "{} {page:?}", description.id);
        assert_eq!(
            (bank.0.lock().unwrap().signed[..2].to_vec(), client.clock_skew().applied),
            (vec![0, 20 * HOUR], applied),
            "{} {page:?}",
            description.id
        );
    }
}

#[tokio::test]
async fn that_nothing_is_there_is_believed_once_no_copy_can_act_any_more() {
    let (bank, journal) = (Bank::default(), journal());
    bank.set(|world| world.loses = true);
    let client = bank.client(&journal);
    pay(&client).await.unwrap_err();
    // Sent again in the last second of the retention (less its margin), without an answer.
    bank.set(|world| world.real = 23 * HOUR - 1);
    assert_eq!(journal.resume(&client).await.unwrap().open.len(), 1);
    bank.set(|world| world.real = 23 * HOUR + 10);
    assert_eq!(journal.resume(&client).await.unwrap().reconcile.len(), 1);
    let until = START + 23 * HOUR - 1 + 660;
    let actions = journal.actions(&client);
    assert_eq!(actions.show("k").await.unwrap().unwrap().acts_until, Some(until));
    // Seconds after the end of the retention at which a lookup is made and reported at once.
    let mut looked = Vec::new();
    for seconds in [20, 658, 659] {
        bank.set(|world| world.real = 23 * HOUR + seconds);
        looked.push(nothing(&actions).await);
        if seconds < 659 {
            let told = actions.reconciled("k", nothing(&actions).await).await;
            assert!(matches!(told, Err(StoreError::UnderWay { until: told }) if told == until));
        }
    }
    // A lookup that was too early is refused even if it is reported late.
    bank.set(|world| world.real = 47 * HOUR);
    let late = looked.pop().unwrap();
    for early in looked {
        let told = actions.reconciled("k", early.clone()).await;
        assert!(matches!(told, Err(StoreError::UnderWay { .. })), "{early:?}: {told:?}");
    }
    actions.reconciled("k", late).await.unwrap();
}

#[tokio::test]
async fn a_recorded_row_that_is_put_back_after_the_retention_makes_no_second_effect() {
    for is_resumed in [true, false] {
        let (bank, journal) = (Bank::default(), journal());
        let client = bank.client(&journal);
        let request = Request::new(client.api(), &PAY).key(key("k")).json(&true);
        let intent = sdkwright_runtime::client::intent(client.clone(), request)
            .await
            .unwrap();
        journal.record(intent.clone()).await.unwrap().unwrap();
        journal.resume(&client).await.unwrap();
        assert_eq!(bank.effects(), 1);
        // A backup from before the sending is restored a day later: its row says that it was never sent.
        let restored = super::journal();
        restored.record(intent).await.unwrap().unwrap();
        bank.set(|world| world.real = 24 * HOUR);
        let client = bank.client(&restored);
        if is_resumed {
            let resumed = restored.resume(&client).await.unwrap();
            assert_eq!((bank.effects(), resumed.reconcile.len()), (1, 1));
        } else {
            pay(&client).await.unwrap_err();
            assert_eq!(bank.effects(), 1);
        }
        let record = restored.actions(&client).show("k").await.unwrap().unwrap();
        assert_eq!((record.state, record.first_sent), (State::Reconcile, None));
        // A copy of the request that was sent after the backup may still act until this instant.
        assert_eq!(record.acts_until, Some(START + 24 * HOUR + 660));
    }
}

async fn nothing<S: Store>(actions: &Actions<S>) -> Finding {
    actions.look_up(async || Ok::<_, Infallible>(None)).await.unwrap()
}

#[tokio::test]
async fn a_lookup_that_borrows_runs_in_a_task() {
    let journal = super::journal();
    let client = server::Server::default().client(&journal);
    let task = tokio::spawn(async move { find(&journal.actions(&client), "thing-1").await });
    assert!(matches!(task.await.unwrap(), Finding::Executed { ids } if ids[0].1 == "thing-1"));
}

async fn find<S: Store>(actions: &Actions<S>, id: &str) -> Finding {
    let read = async || {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(Some(vec![("ThingId".to_owned(), id.to_owned())]))
    };
    actions.look_up(read).await.unwrap()
}

#[tokio::test]
async fn what_happened_is_not_sent_again_to_read_its_answer_where_its_ids_are_known() {
    let (server, journal) = (server::Server::default(), journal());
    let client = server.client(&journal);
    server::create(&client, key("k"), "wd-1").await.unwrap();
    // The server forgets keys before the retention of the contract has passed.
    server.forget();
    let error = server::create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(error.executed_id("ThingId"), Some("thing-1"));
    let told = error.to_string();
    assert!(
        told.ends_with("; read it with `client.things().get(..)`, by `executed_id(\"ThingId\")` of this error"),
        "{told}"
    );
    assert!(error.support_report().contains("read it with: client.things().get(..)"));
    assert_eq!(
        (error.executed_id("OtherId"), error.outcome()),
        (None, sdkwright_runtime::Outcome::Executed)
    );
    assert_eq!((server.effects(), server.bodies().len()), (1, 1));
}
