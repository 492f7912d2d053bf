//! Deliveries that come in any order, more than once, to a receiver that is killed.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sdkwright_journal::Postgres;
#[cfg(unix)]
use sdkwright_journal::conformance::PrivateServer;
use sdkwright_journal::{Accepted, Inbox, Sqlite};
use sdkwright_runtime::JsonValue;
use sdkwright_runtime::clock::Clock;
use sdkwright_runtime::glue::{
    Algorithm, EventId, Filter, MacEncoding, Piece, SecretEncoding, SecretForm, SignaturePlace, SignedValue,
    TimestampFormat, ValuePlace, Webhook, Webhooks,
};
use sdkwright_runtime::secret::SigningSecret;
use sdkwright_runtime::signing::{Freshness, PlacedValue, SignatureRules};
use sdkwright_runtime::webhook::{Delivery, Stamp, Verifier, sign};

#[derive(Debug)]
enum Hooks {}

impl Webhook for Hooks {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &Webhooks {
        signing: SignatureRules {
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
                Piece::Value(SignedValue::Timestamp, &[]),
                Piece::Text("\n"),
                Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
            ],
            timestamp: TimestampFormat::Rfc3339,
            ..SignatureRules::NONE
        },
        key_header: None,
        id: Some(EventId::Body("/eventId")),
        event_type: Some("/eventType"),
        environment: None,
    };
}

const NOW: i64 = 1_782_604_800;

fn instant(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
}

/// The deliveries for a receiver, and the number of kills meanwhile.
#[derive(Clone, Copy)]
struct Course {
    test: &'static str,
    deliveries: u64,
    events: u64,
    kills: u64,
}

const SQLITE: Course = Course {
    test: "inbox::each_event_is_handled_once_though_the_receiver_is_killed_between_them",
    deliveries: 10_000,
    events: 4_000,
    kills: 25,
};

#[cfg(unix)]
const POSTGRES: Course = Course {
    test: "inbox::two_receivers_of_one_database_handle_each_event_once_though_both_are_killed",
    deliveries: 1_000,
    events: 400,
    kills: 6,
};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> std::time::SystemTime {
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(495_168 * 3600)
    }
}

fn delivery(verifier: &Verifier<Hooks>, body: &str) -> Delivery<Hooks> {
    let stamp = Stamp {
        seconds: NOW,
        nonce: "",
    };
    let headers = sign::<Hooks>(&SigningSecret::new("sentinel9f2-secret"), stamp, body.as_bytes()).unwrap();
    verifier.verify(&headers, body.as_bytes()).unwrap()
}

fn verifier() -> Verifier<Hooks> {
    sdkwright_watch::listen();
    Verifier::new("sentinel9f2-secret").unwrap().clock(Fixed)
}

/// Numbers that look like chance, and are the same each time.
fn mixed(number: u64) -> u64 {
    let mut number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Course {
    /// Every event at least once, the others again, in an order of chance.
    fn sequence(self) -> Vec<u64> {
        let mut events: Vec<u64> = (0..self.deliveries)
            .map(|at| if at < self.events { at } else { mixed(at) % self.events })
            .collect();
        for at in (1..events.len()).rev() {
            let other = usize::try_from(mixed(at as u64)).unwrap() % (at + 1);
            events.swap(at, other);
        }
        events
    }

    /// The deliveries from `start` on, with their places and events.
    fn from(self, start: usize) -> impl Iterator<Item = (usize, i64, Delivery<Hooks>)> {
        let verifier = verifier();
        self.sequence()
            .into_iter()
            .enumerate()
            .skip(start)
            .map(move |(at, event)| {
                let body = format!("{{\"eventId\":\"e-{event}\",\"eventType\":\"t\"}}");
                (at, i64::try_from(event).unwrap(), delivery(&verifier, &body))
            })
    }

    /// Starts a receiver of this test again and again, and kills it, until it has answered everything. Gives the kills.
    fn run(self, place: &str, receiver: u64) -> u64 {
        let (mut start, mut kills) = (0_u64, 0);
        while start < self.deliveries {
            let until = if kills < self.kills {
                start + 1 + mixed(start + kills + 1_000_000 * receiver) % (2 * self.deliveries / self.kills)
            } else {
                self.deliveries
            };
            let mut receiver = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "--nocapture", self.test])
                .env("RECEIVER", place)
                .env("START", start.to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            for line in BufReader::new(receiver.stdout.take().unwrap()).lines() {
                // The test harness may have written to the same line before.
                let line = line.unwrap();
                let Some((_, number)) = line.split_once("answered ") else {
                    continue;
                };
                start = number.parse::<u64>().unwrap() + 1;
                if start >= until {
                    break;
                }
            }
            receiver.kill().unwrap();
            receiver.wait().unwrap();
            kills += 1;
        }
        assert!(kills > self.kills / 2, "{kills} kills");
        kills
    }
}

/// Says that a delivery was answered with 2xx.
fn answered(at: usize) {
    println!("answered {at}");
    std::io::stdout().flush().unwrap();
}

/// The address of this process as a receiver, if it is one, and the number it begins with.
fn receiver() -> Option<(String, usize)> {
    let place = std::env::var("RECEIVER").ok()?;
    Some((place, std::env::var("START").ok()?.parse().unwrap()))
}

fn receive_in_sqlite(path: &str, start: usize) {
    let inbox = Inbox::new(&Sqlite::open(path).unwrap());
    let mut own = rusqlite::Connection::open(path).unwrap();
    own.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    // Only the process is killed, not the machine, so syncing to disk is not needed.
    own.pragma_update(None, "synchronous", "NORMAL").unwrap();
    for (at, event, delivery) in SQLITE.from(start) {
        let mut transaction = own.transaction().unwrap();
        if inbox.accept(&mut transaction, &delivery, instant(NOW)).unwrap() == Accepted::New {
            transaction.execute("INSERT INTO handled VALUES (?1)", [event]).unwrap();
        }
        transaction.commit().unwrap();
        answered(at);
    }
}

#[test]
fn each_event_is_handled_once_though_the_receiver_is_killed_between_them() {
    if let Some((path, start)) = receiver() {
        return receive_in_sqlite(&path, start);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    drop(Sqlite::open(&path).unwrap());
    let own = rusqlite::Connection::open(&path).unwrap();
    own.execute_batch("CREATE TABLE handled (event INTEGER NOT NULL)")
        .unwrap();
    let kills = SQLITE.run(path.to_str().unwrap(), 0);
    let count = |text: &str| own.query_row(text, [], |row| row.get::<_, i64>(0)).unwrap();
    let Course { deliveries, events, .. } = SQLITE;
    let expected = i64::try_from(events).unwrap();
    assert_eq!(count("SELECT count(*) FROM handled"), expected);
    assert_eq!(count("SELECT count(DISTINCT event) FROM handled"), expected);
    assert_eq!(count("SELECT count(*) FROM sdkwright_journal_inbox"), expected);
    println!("{deliveries} deliveries of {events} events, {kills} kills: each event was handled once");
}

#[cfg(unix)]
async fn connect(config: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(config, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[cfg(unix)]
async fn receive_in_postgres(config: &str, start: usize) {
    let inbox = Inbox::new(&Postgres::connect(config).await.unwrap());
    let mut own = connect(config).await;
    // Only the process is killed, not the machine, so syncing to disk is not needed.
    own.batch_execute("SET synchronous_commit = off").await.unwrap();
    for (at, event, delivery) in POSTGRES.from(start) {
        let mut transaction = own.transaction().await.unwrap();
        if inbox.accept(&mut transaction, &delivery, instant(NOW)).await.unwrap() == Accepted::New {
            transaction
                .execute("INSERT INTO handled VALUES ($1)", &[&event])
                .await
                .unwrap();
        }
        transaction.commit().await.unwrap();
        answered(at);
    }
}

/// Two machines receive every delivery at the same time: one waits for the other's transaction, and learns its result.
#[cfg(unix)]
#[tokio::test]
async fn two_receivers_of_one_database_handle_each_event_once_though_both_are_killed() {
    if let Some((config, start)) = receiver() {
        return receive_in_postgres(&config, start).await;
    }
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let config = server.config();
    drop(Postgres::connect(&config).await.unwrap());
    let mut own = connect(&config).await;
    own.batch_execute("CREATE TABLE handled (event BIGINT NOT NULL)")
        .await
        .unwrap();
    let kills: u64 = std::thread::scope(|scope| {
        let receivers = [1, 2].map(|receiver| {
            scope.spawn({
                let config = &config;
                move || POSTGRES.run(config, receiver)
            })
        });
        receivers.map(|receiver| receiver.join().unwrap()).into_iter().sum()
    });
    let Course { deliveries, events, .. } = POSTGRES;
    for text in [
        "SELECT count(*) FROM handled",
        "SELECT count(DISTINCT event) FROM handled",
        "SELECT count(*) FROM sdkwright_journal_inbox",
    ] {
        let count: i64 = own.query_one(text, &[]).await.unwrap().get(0);
        assert_eq!(u64::try_from(count).unwrap(), events, "{text}");
    }
    let inbox = Inbox::new(&Postgres::connect(&config).await.unwrap());
    let mut transaction = own.transaction().await.unwrap();
    assert_eq!(inbox.forget_before(&mut transaction, instant(NOW)).await.unwrap(), 0);
    assert_eq!(
        inbox.forget_before(&mut transaction, instant(NOW + 1)).await.unwrap(),
        events
    );
    // One id is too long for an index (its parts differ, so that compression does not help), one is not valid as database text.
    let parts: Vec<String> = (0..1000).map(|number| mixed(number).to_string()).collect();
    let long = parts.concat();
    for id in [long.as_str(), "a\\u0000b"] {
        for wanted in [Accepted::New, Accepted::Duplicate] {
            let delivery = delivery(&verifier(), &format!("{{\"eventId\":\"{id}\"}}"));
            let accepted = inbox.accept(&mut transaction, &delivery, instant(NOW)).await.unwrap();
            assert_eq!(accepted, wanted);
        }
    }
    transaction.commit().await.unwrap();
    println!("twice {deliveries} deliveries of {events} events, {kills} kills: each event was handled once");
}

#[test]
fn a_delivery_without_an_id_is_told_from_others_by_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Inbox::new(&Sqlite::open(&path).unwrap());
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let mut transaction = own.transaction().unwrap();
    let verifier = verifier();
    let mut seen = BTreeSet::new();
    let blank = ["{\"eventId\":\"\"}", "{\"eventId\":\"\",\"n\":2}", "{\"eventId\":\"\"}"];
    for body in ["{\"eventId\":", "{\"eventId\":", "not at all"]
        .into_iter()
        .chain(blank)
    {
        let accepted = inbox
            .accept(&mut transaction, &delivery(&verifier, body), instant(NOW))
            .unwrap();
        assert_eq!(accepted == Accepted::New, seen.insert(body));
    }
    assert_eq!(inbox.forget_before(&mut transaction, instant(NOW)).unwrap(), 0);
    assert_eq!(inbox.forget_before(&mut transaction, instant(NOW + 1)).unwrap(), 4);
}

#[test]
fn an_event_of_another_source_is_no_duplicate_of_one_with_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Inbox::new(&Sqlite::open(&path).unwrap());
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let mut transaction = own.transaction().unwrap();
    let verifier = verifier();
    for body in ["{\"eventId\":\"1001\"}", "not at all"] {
        for wanted in [Accepted::New, Accepted::Duplicate] {
            for inbox in [inbox, inbox.from("bank"), inbox.from("exchange")] {
                let delivery = delivery(&verifier, body);
                assert_eq!(
                    inbox.accept(&mut transaction, &delivery, instant(NOW)).unwrap(),
                    wanted,
                    "{inbox:?}"
                );
            }
        }
    }
}
