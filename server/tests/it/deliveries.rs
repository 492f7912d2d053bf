//! Deliveries from a row of an outbox to a receiver, which verifies each with the generated verifier, over sockets and over files.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use oceafin_partner::models::PartnerWebhookEvent;
use oceafin_partner::server::{
    DeliverySchedule, DeliveryStore, DeliveryWorker, FixedReceivers, Problem, Receiver, deliveries,
};
use oceafin_partner::transport::{Body, ReqwestTransport, SendFuture, SleepFuture, Transport};
use oceafin_partner::webhooks::{WebhookDelivery, WebhookEvent, WebhookVerifier};
use rusqlite::Connection;
use sdkwright_journal::conformance::PrivateServer;
use sdkwright_runtime::signing::webhook::DeliveryKeys;
use sdkwright_server::{PostgresTables, SqliteFile};
use sdkwright_signing::clock::Clock;
use sdkwright_signing::secret::SigningSecret;
use tokio::net::TcpListener;

/// The secret of the deliveries.
const SECRET: &str = "sentinel9f2-secret-of-the-deliveries";
/// Variables of a process that dies: the file, the place where it dies, and the URL of the receiver.
const VARIABLES: [&str; 3] = [
    "SDKWRIGHT_TEST_OUTBOX",
    "SDKWRIGHT_TEST_OUTBOX_DIES",
    "SDKWRIGHT_TEST_OUTBOX_URL",
];

type Kind = fn(PartnerWebhookEvent) -> WebhookEvent;

/// The events that the contract declares, and one that it does not declare.
const KINDS: [(&str, Kind); 8] = [
    (
        "customer.onboarding.submitted",
        WebhookEvent::CustomerOnboardingSubmitted,
    ),
    (
        "fiat_account.application.submitted",
        WebhookEvent::FiatAccountApplicationSubmitted,
    ),
    (
        "crypto.deposit.pending_travel_rule",
        WebhookEvent::CryptoDepositPendingTravelRule,
    ),
    ("crypto_withdrawal.created", WebhookEvent::CryptoWithdrawalCreated),
    ("collection_wallet.created", WebhookEvent::CollectionWalletCreated),
    ("customer.transaction.updated", WebhookEvent::CustomerTransactionUpdated),
    ("conversion.created", WebhookEvent::ConversionCreated),
    ("customer.onboarding.decided", WebhookEvent::Unknown),
];

pub(crate) fn event(kind: Kind, event_type: &str, id: &str) -> WebhookEvent {
    let text =
        format!(r#"{{"eventId":"{id}","eventType":"{event_type}","occurredAt":"2026-06-28T11:01:00Z","data":{{}}}}"#);
    kind(serde_json::from_str(&text).unwrap())
}

pub(crate) fn conversion(id: &str) -> WebhookEvent {
    event(WebhookEvent::ConversionCreated, "conversion.created", id)
}

/// Sends events in one transaction.
pub(crate) fn send(file: &Path, receiver: &str, events: &[WebhookEvent]) -> Result<(), Problem> {
    let mut connection = Connection::open(file)?;
    let transaction = connection.transaction()?;
    for event in events {
        SqliteFile::send(&transaction, receiver, event)?;
    }
    Ok(transaction.commit()?)
}

/// A receiver over a socket: what it verified, and the status of its responses.
#[derive(Clone, Default)]
struct Inbox {
    url: String,
    verified: Arc<Mutex<Vec<WebhookDelivery>>>,
    status: Arc<AtomicU16>,
}

impl Inbox {
    async fn open(status: u16) -> Self {
        sdkwright_watch::listen();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inbox = Self {
            url: format!("http://{}/in", listener.local_addr().unwrap()),
            status: Arc::new(AtomicU16::new(status)),
            ..Self::default()
        };
        let (own, verifier) = (inbox.clone(), WebhookVerifier::new(SECRET).unwrap());
        let receive = async move |headers: HeaderMap, body: Bytes| {
            let delivery = verifier.verify(&headers, &body).unwrap();
            own.verified.lock().unwrap().push(delivery);
            let status = StatusCode::from_u16(own.status.load(Ordering::Relaxed)).unwrap();
            (status, [("location", "/elsewhere")])
        };
        let router = Router::new().route("/in", axum::routing::post(receive));
        tokio::spawn(async move { axum::serve(listener, router).await });
        inbox
    }

    /// Returns the ids of the events that arrived, each with the nonces of its deliveries.
    fn arrived(&self) -> BTreeMap<String, Vec<String>> {
        let mut arrived = BTreeMap::<String, Vec<String>>::new();
        for delivery in self.verified.lock().unwrap().iter() {
            let nonces = arrived.entry(delivery.event_id().unwrap()).or_default();
            nonces.push(delivery.nonce().unwrap().to_owned());
        }
        arrived
    }
}

pub(crate) fn receiver(url: &str) -> Receiver {
    Receiver::new(url, SigningSecret::new(SECRET))
}

pub(crate) fn worker(file: &Path, receivers: FixedReceivers) -> DeliveryWorker {
    let store = SqliteFile::open(file).unwrap();
    deliveries(store, receivers, ReqwestTransport::new().unwrap())
}

/// A schedule without waits.
pub(crate) fn schedule(attempts: u32) -> DeliverySchedule {
    DeliverySchedule {
        attempts,
        first_wait: Duration::ZERO,
        time_limit: Duration::from_millis(500),
        ..DeliverySchedule::default()
    }
}

/// A clock that tests move.
#[derive(Clone, Default)]
pub(crate) struct Shift(pub(crate) Arc<AtomicU64>);

impl Clock for Shift {
    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

#[tokio::test]
async fn the_generated_verifier_accepts_each_kind_of_event_once() {
    let (folder, inbox) = (tempfile::tempdir().unwrap(), Inbox::open(204).await);
    let file = folder.path().join("bank.db");
    let worker = worker(&file, FixedReceivers::new().with("partner", receiver(&inbox.url)));
    let events: Vec<_> = KINDS.iter().map(|(name, kind)| event(*kind, name, name)).collect();
    send(&file, "partner", &events).unwrap();
    // An event that waits is not written again. Another one with its id is refused, as is one with the type of another variant.
    send(&file, "partner", &events).unwrap();
    for wrong in [
        event(WebhookEvent::Unknown, "other", "conversion.created"),
        event(WebhookEvent::ConversionCreated, "crypto_withdrawal.created", "e-1"),
        conversion(" "),
    ] {
        assert_eq!(
            send(&file, "partner", &[conversion("rolled back"), wrong])
                .unwrap_err()
                .status(),
            500
        );
    }
    let outside = SqliteFile::send(&Connection::open(&file).unwrap(), "partner", &conversion("outside"));
    assert_eq!(outside.unwrap_err().status(), 500);
    assert_eq!(worker.run_until_idle().await.unwrap(), KINDS.len());
    assert_eq!(worker.run_until_idle().await.unwrap(), 0);
    assert!(
        inbox.arrived().keys().eq(KINDS
            .map(|(name, _)| name.to_owned())
            .iter()
            .collect::<std::collections::BTreeSet<_>>())
    );
    for delivery in inbox.verified.lock().unwrap().iter() {
        let (name, kind) = KINDS
            .iter()
            .find(|(name, _)| delivery.event_type().as_deref() == Some(name))
            .unwrap();
        assert_eq!(delivery.event().unwrap(), event(*kind, name, name));
    }
}

#[tokio::test]
async fn a_delivery_that_fails_is_given_up_for_its_reason_and_can_be_sent_again() {
    let (folder, inbox) = (tempfile::tempdir().unwrap(), Inbox::open(200).await);
    let (failing, moved) = (Inbox::open(500).await, Inbox::open(307).await);
    let file = folder.path().join("bank.db");
    let store = SqliteFile::open(&file).unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let [dropping, silent] = [
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
    ];
    let url = |listener: &TcpListener| format!("http://{}/in", listener.local_addr().unwrap());
    let bad_keys = Receiver {
        keys: DeliveryKeys::default(),
        ..receiver(&inbox.url)
    };
    let bad = [
        ("500", receiver(&failing.url)),
        ("closed", receiver(&url(&closed))),
        ("drops", receiver(&url(&dropping))),
        ("keys", bad_keys),
        ("moved", receiver(&moved.url)),
        ("silent", receiver(&url(&silent))),
        ("url", receiver("sentinel9f2 no URL")),
    ];
    drop(closed);
    tokio::spawn(async move {
        while let Ok((stream, _)) = dropping.accept().await {
            drop(stream);
        }
    });
    let mut receivers = FixedReceivers::new().with("good", receiver(&inbox.url));
    for (name, receiver) in bad.clone() {
        receivers = receivers.with(name, receiver);
        send(&file, name, &[conversion(name)]).unwrap();
    }
    send(&file, "good", &[conversion("good")]).unwrap();
    send(&file, "unknown", &[conversion("unknown")]).unwrap();
    let worker = worker(&file, receivers).schedule(schedule(2));
    assert!(!format!("{worker:?}{bad:?}").contains("sentinel9f2"));
    assert_eq!(worker.run_until_idle().await.unwrap(), 1 + 2 * (bad.len() + 1));
    assert_eq!(inbox.arrived()["good"].len(), 1);
    let given_up = store.given_up(None, 99).await.unwrap();
    let given_up: BTreeMap<_, _> = given_up
        .iter()
        .map(|one| (&*one.receiver, (&*one.failure, one.attempts)))
        .collect();
    let variable = "the webhook secret is missing: pass it to `new`, or set the environment variable OCEAFIN_PARTNER_API_WEBHOOK_SECRET";
    let expected = [
        ("500", "status 500"),
        ("closed", "not sent"),
        ("drops", "sent, but no response arrived"),
        ("keys", variable),
        ("moved", "status 307"),
        ("silent", "no response within 500ms"),
        ("unknown", "the receiver is unknown or inactive"),
        (
            "url",
            "the URL of the receiver is not one of http or https without credentials",
        ),
    ];
    assert_eq!(given_up, expected.map(|(name, failure)| (name, (failure, 2))).into());
    // Each attempt has the same id and another nonce, also after it was given up.
    failing.status.store(200, Ordering::Relaxed);
    assert!(store.retry("500", "500").await.unwrap());
    assert!(!store.retry("500", "500").await.unwrap());
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    let arrived = failing.arrived();
    let mut nonces = arrived["500"].clone();
    nonces.dedup();
    assert_eq!((arrived.len(), nonces.len()), (1, 3));
    // A list goes on after a delivery. An event that is sent again has new attempts, and one that is discarded has none.
    let first = store.given_up(None, 1).await.unwrap();
    let others = store.given_up(first.first(), 99).await.unwrap();
    assert_eq!((&*first[0].receiver, others.len()), ("closed", expected.len() - 2));
    moved.status.store(200, Ordering::Relaxed);
    send(&file, "moved", &[conversion("moved")]).unwrap();
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    assert!(store.discard("closed", "closed").await.unwrap());
    assert!(!store.discard("closed", "closed").await.unwrap());
    assert_eq!(store.given_up(None, 99).await.unwrap().len(), expected.len() - 3);
}

#[tokio::test]
async fn waits_grow_to_their_limit() {
    let (folder, inbox) = (tempfile::tempdir().unwrap(), Inbox::open(503).await);
    let (file, clock) = (folder.path().join("bank.db"), Shift::default());
    let schedule = DeliverySchedule {
        attempts: 6,
        longest_wait: Duration::from_secs(1000),
        ..DeliverySchedule::default()
    };
    let receivers = FixedReceivers::new().with("partner", receiver(&inbox.url));
    let worker = worker(&file, receivers).schedule(schedule).clock(clock.clone());
    send(&file, "partner", &[conversion("e-1")]).unwrap();
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    for wait in [5, 20, 80, 320, 1000] {
        clock.0.fetch_add(wait * 3 / 4 - 1, Ordering::Relaxed);
        assert_eq!(worker.run_until_idle().await.unwrap(), 0, "{wait}");
        clock.0.fetch_add(wait / 4 + 2, Ordering::Relaxed);
        assert_eq!(worker.run_until_idle().await.unwrap(), 1, "{wait}");
    }
    clock.0.fetch_add(1_000_000, Ordering::Relaxed);
    assert_eq!(worker.run_until_idle().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_of_a_file_post_each_row_once_per_attempt() {
    let (folder, inbox) = (tempfile::tempdir().unwrap(), Inbox::open(200).await);
    let file = folder.path().join("bank.db");
    let open = || worker(&file, FixedReceivers::new().with("partner", receiver(&inbox.url))).schedule(schedule(1));
    let (one, other) = (open(), open());
    let events: Vec<_> = (0..100).map(|number| conversion(&format!("e-{number}"))).collect();
    send(&file, "partner", &events).unwrap();
    let (one, other) = tokio::join!(one.run_until_idle(), other.run_until_idle());
    assert_eq!(one.unwrap() + other.unwrap(), events.len());
    let arrived = inbox.arrived();
    assert_eq!(
        (arrived.len(), inbox.verified.lock().unwrap().len()),
        (events.len(), events.len())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_of_postgres_post_each_committed_row_once_per_attempt_also_through_a_pooler() {
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let Some(pooler) = server.pooler(3).unwrap() else {
        // skipped without pgbouncer
        return;
    };
    let inbox = Inbox::open(500).await;
    let store = PostgresTables::connect(&pooler.config()).await.unwrap();
    let open = || {
        let receivers = FixedReceivers::new().with("partner", receiver(&inbox.url));
        let transport = ReqwestTransport::new().unwrap();
        deliveries(store.clone(), receivers, transport).schedule(schedule(2))
    };
    let (mut client, connection) = tokio_postgres::connect(&pooler.config(), tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    for commits in [true, false] {
        let transaction = client.transaction().await.unwrap();
        for number in 0..100 {
            let event = conversion(&format!("{commits}-{number}"));
            PostgresTables::send(&transaction, "partner", &event).await.unwrap();
            PostgresTables::send(&transaction, "partner", &event).await.unwrap();
        }
        let same_id = event(WebhookEvent::Unknown, "other", "true-1");
        if commits {
            transaction.commit().await.unwrap();
        } else {
            let refused = PostgresTables::send(&transaction, "partner", &same_id).await;
            assert_eq!(refused.unwrap_err().status(), 500);
        }
    }
    let (one, other) = (open(), open());
    let (first, second) = tokio::join!(one.run_until_idle(), other.run_until_idle());
    assert_eq!(first.unwrap() + second.unwrap(), 200);
    let arrived = inbox.arrived();
    assert_eq!((arrived.len(), arrived.values().flatten().count()), (100, 200));
    let given_up = store.given_up(None, 1000).await.unwrap();
    assert_eq!(
        (given_up.len(), &*given_up[0].failure, given_up[0].attempts),
        (100, "status 500", 2)
    );
    inbox.status.store(200, Ordering::Relaxed);
    for delivery in &given_up {
        assert!(store.retry("partner", &delivery.event.id).await.unwrap());
    }
    assert_eq!(one.run_until_idle().await.unwrap(), 100);
    assert_eq!(
        (inbox.arrived().len(), store.given_up(None, 1000).await.unwrap().len()),
        (100, 0)
    );
}

/// Posts, and ends the process before the end of the attempt is stored.
struct Dying(ReqwestTransport);

impl Transport for Dying {
    fn send(&self, request: axum::http::Request<Body>) -> SendFuture<'_> {
        Box::pin(async move {
            self.0.send(request).await?;
            std::process::abort()
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        self.0.sleep(duration)
    }
}

/// Sends an event and dies at a place.
async fn die(file: &str, place: &str, url: &str) {
    let file = Path::new(file);
    let store = SqliteFile::open(file).unwrap();
    let mut connection = Connection::open(file).unwrap();
    let transaction = connection.transaction().unwrap();
    SqliteFile::send(&transaction, "partner", &conversion("e-1")).unwrap();
    if place == "before the commit" {
        std::process::abort();
    }
    transaction.commit().unwrap();
    if place == "after the post" {
        let receivers = FixedReceivers::new().with("partner", receiver(url));
        let transport = Dying(ReqwestTransport::new().unwrap());
        deliveries(store, receivers, transport).run_until_idle().await.unwrap();
    }
    std::process::abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_loses_no_committed_event_and_sends_no_other() {
    let [file, place, url] = VARIABLES.map(std::env::var);
    if let (Ok(file), Ok(place), Ok(url)) = (file, place, url) {
        return die(&file, &place, &url).await;
    }
    for (place, before, after) in [
        ("before the commit", 0, 0),
        ("after the commit", 0, 1),
        ("after the post", 1, 2),
    ] {
        let (folder, inbox) = (tempfile::tempdir().unwrap(), Inbox::open(200).await);
        let (file, clock) = (folder.path().join("bank.db"), Shift::default());
        let values = [file.as_os_str(), place.as_ref(), inbox.url.as_ref()];
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["deliveries::a_process_that_dies", "--test-threads=1"])
            .envs(VARIABLES.into_iter().zip(values))
            .output()
            .unwrap();
        assert!(!child.status.success(), "{place}");
        let sent = || inbox.arrived().values().flatten().count();
        assert_eq!(sent(), before, "{place}");
        let worker = worker(&file, FixedReceivers::new().with("partner", receiver(&inbox.url)));
        let worker = worker.clock(clock.clone());
        if before > 0 {
            assert_eq!(
                worker.run_until_idle().await.unwrap(),
                0,
                "{place}: another worker may be under way"
            );
        }
        clock.0.store(41, Ordering::Relaxed);
        worker.run_until_idle().await.unwrap();
        clock.0.store(60, Ordering::Relaxed);
        worker.run_until_idle().await.unwrap();
        assert_eq!((sent(), worker.run_until_idle().await.unwrap()), (after, 0), "{place}");
    }
}
