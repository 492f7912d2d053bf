//! Deliveries that come in any order, more than once, to a receiver that is killed.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use sdk_journal::{Accepted, Inbox, Sqlite};
use sdk_runtime::clock::Clock;
use sdk_runtime::glue::{BodyEncoding, Component, MacEncoding, SecretEncoding, TimestampFormat, Webhook, Webhooks};
use sdk_runtime::webhook::{Delivery, Stamp, Verifier, sign};
use sdk_runtime::{JsonValue, Secret};

#[derive(Debug)]
enum Hooks {}

impl Webhook for Hooks {
    type Event = JsonValue;
    const WEBHOOKS: &'static Webhooks = &Webhooks {
        encoding: MacEncoding::Hex,
        secret: SecretEncoding::Utf8,
        separator: "\n",
        components: &[Component::Timestamp, Component::Body(BodyEncoding::Hex)],
        signature_header: "sig",
        timestamp_header: "time",
        nonce_header: None,
        timestamp: TimestampFormat::Rfc3339,
        freshness: 300,
        id: "/eventId",
        event_type: "/eventType",
        environment: None,
    };
}

const NOW: i64 = 1_782_604_800;
const DELIVERIES: u64 = 10_000;
const EVENTS: u64 = 4_000;
const KILLS: u64 = 25;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> std::time::SystemTime {
        std::time::UNIX_EPOCH + std::time::Duration::from_hours(495_168)
    }
}

fn delivery(verifier: &Verifier<Hooks>, body: &str) -> Delivery<Hooks> {
    let stamp = Stamp {
        seconds: NOW,
        nonce: "",
    };
    let headers = sign::<Hooks>(&Secret::new("secret"), stamp, body.as_bytes()).unwrap();
    verifier.verify(&headers, body.as_bytes()).unwrap()
}

fn verifier() -> Verifier<Hooks> {
    Verifier::new("secret").unwrap().clock(Fixed)
}

/// Numbers that look like chance, and are the same each time.
fn mixed(number: u64) -> u64 {
    let mut number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Every event at least once, the others again, in an order of chance.
fn events() -> Vec<u64> {
    let mut events: Vec<u64> = (0..DELIVERIES)
        .map(|at| if at < EVENTS { at } else { mixed(at) % EVENTS })
        .collect();
    for at in (1..events.len()).rev() {
        let other = usize::try_from(mixed(at as u64)).unwrap() % (at + 1);
        events.swap(at, other);
    }
    events
}

/// Handles deliveries from `start` on, and says each that it answered with 2xx.
fn receive(path: &Path, start: usize) {
    let inbox = Inbox::of(&Sqlite::open(path).unwrap());
    let mut own = rusqlite::Connection::open(path).unwrap();
    own.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    // The receiver is killed, not the machine: nothing has to reach the disk.
    own.pragma_update(None, "synchronous", "NORMAL").unwrap();
    let verifier = verifier();
    for (at, event) in events().into_iter().enumerate().skip(start) {
        let delivery = delivery(&verifier, &format!("{{\"eventId\":\"e-{event}\",\"eventType\":\"t\"}}"));
        let mut transaction = own.transaction().unwrap();
        if inbox.accept(&mut transaction, &delivery, NOW).unwrap() == Accepted::New {
            let event = i64::try_from(event).unwrap();
            transaction.execute("INSERT INTO handled VALUES (?1)", [event]).unwrap();
        }
        transaction.commit().unwrap();
        println!("answered {at}");
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn each_event_is_handled_once_though_the_receiver_is_killed_between_them() {
    if let (Some(path), Ok(start)) = (std::env::var_os("RECEIVER"), std::env::var("START")) {
        receive(Path::new(&path), start.parse().unwrap());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    drop(Sqlite::open(&path).unwrap());
    let own = rusqlite::Connection::open(&path).unwrap();
    own.execute_batch("CREATE TABLE handled (event INTEGER NOT NULL)")
        .unwrap();
    let (mut start, mut kills) = (0_u64, 0);
    while start < DELIVERIES {
        let until = if kills < KILLS {
            start + 1 + mixed(start + kills) % (2 * DELIVERIES / KILLS)
        } else {
            DELIVERIES
        };
        let mut receiver = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("each_event_is_handled_once_though_the_receiver_is_killed_between_them")
            .env("RECEIVER", &path)
            .env("START", start.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        for line in BufReader::new(receiver.stdout.take().unwrap()).lines() {
            // The harness begins a line of its own before the first one.
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
    assert!(kills > KILLS / 2, "{kills} kills");
    let count = |text: &str| own.query_row(text, [], |row| row.get::<_, u64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM handled"), EVENTS);
    assert_eq!(count("SELECT count(DISTINCT event) FROM handled"), EVENTS);
    assert_eq!(count("SELECT count(*) FROM sdk_journal_inbox"), EVENTS);
    println!("{DELIVERIES} deliveries of {EVENTS} events, {kills} kills: each event was handled once");
}

#[test]
fn a_delivery_that_cannot_be_read_is_told_from_others_by_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Inbox::of(&Sqlite::open(&path).unwrap());
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let mut transaction = own.transaction().unwrap();
    let verifier = verifier();
    let mut seen = BTreeSet::new();
    for body in ["{\"eventId\":", "{\"eventId\":", "not at all"] {
        let accepted = inbox.accept(&mut transaction, &delivery(&verifier, body), NOW).unwrap();
        assert_eq!(accepted == Accepted::New, seen.insert(body));
    }
    assert_eq!(inbox.forget_before(&mut transaction, NOW).unwrap(), 0);
    assert_eq!(inbox.forget_before(&mut transaction, NOW + 1).unwrap(), 2);
}
