//! Faults around deliveries and stores: crashes, wrong clocks, slow receivers, conflicts and failovers of the database.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use oceafin_partner::server::{DeliverySchedule, DeliveryStore, DeliveryWorker, Receiver, Receivers, deliveries};
use oceafin_partner::transport::{Body, Incoming, SendFuture, SleepFuture, Transport};
use rusqlite::Connection;
use sdkwright_journal::conformance::PrivateServer;
use sdkwright_server::{
    IdempotencyStore, KeyStatus, LeaseRequest, PostgresTables, Reply, Reservation, SqliteFile, StoreFailure,
    StoreFuture, StoredKey,
};
use sdkwright_signing::clock::Clock;

use crate::deliveries::{Shift, conversion, receiver, schedule, send};

/// A transport whose hosts are silent or panic by their name, and receivers by the name of their host.
#[derive(Clone, Default)]
struct Hosts {
    posted: Arc<Mutex<Vec<String>>>,
    clock: Shift,
}

impl Transport for Hosts {
    fn send(&self, request: axum::http::Request<Body>) -> SendFuture<'_> {
        let host = request.uri().host().unwrap().to_owned();
        assert_ne!(host, "panics");
        self.posted.lock().unwrap().push(host.clone());
        Box::pin(async move {
            if host == "silent" {
                std::future::pending::<()>().await;
            }
            Ok(axum::http::Response::new(Incoming::from_bytes(Bytes::new())))
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

impl Receivers for Hosts {
    fn receiver<'s>(&'s self, name: &'s str) -> StoreFuture<'s, Option<Receiver>> {
        if name == "pauses" {
            self.pass(41);
        }
        Box::pin(async move { Ok(Some(receiver(&format!("http://{name}/in")))) })
    }
}

impl Hosts {
    fn pass(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Returns the number of posts.
    fn posts(&self) -> usize {
        self.posted.lock().unwrap().len()
    }
}

/// An outbox in a file.
struct Outbox {
    file: PathBuf,
    store: SqliteFile,
    hosts: Hosts,
    worker: DeliveryWorker,
    _folder: tempfile::TempDir,
}

/// Returns an outbox with an event for each receiver.
fn outbox(receivers: &[&str]) -> Outbox {
    let (folder, hosts) = (tempfile::tempdir().unwrap(), Hosts::default());
    let file = folder.path().join("bank.db");
    let store = SqliteFile::open(&file).unwrap();
    for receiver in receivers {
        send(&file, receiver, &[conversion("e-1")]).unwrap();
    }
    Outbox {
        worker: deliveries(store.clone(), hosts.clone(), hosts.clone()).clock(hosts.clock.clone()),
        _folder: folder,
        file,
        store,
        hosts,
    }
}

#[tokio::test]
async fn attempts_that_crash_follow_the_schedule_and_do_not_end_it() {
    let outbox = outbox(&["host", "panics"]);
    for _ in 0..15 {
        let now = outbox.hosts.clock.now();
        let request = LeaseRequest {
            now,
            until: now + Duration::from_secs(40),
            latest: now + Duration::from_secs(9999),
            most: 9,
            per_receiver: 9,
        };
        assert_eq!(outbox.store.take(request).await.unwrap().len(), 2);
        outbox.hosts.pass(41);
    }
    for _ in 0..5 {
        outbox.worker.run_until_idle().await.unwrap();
        outbox.hosts.pass(41);
    }
    assert_eq!(outbox.hosts.posts(), 1);
    for _ in 0..40 {
        assert_eq!(outbox.store.given_up(None, 9).await.unwrap().len(), 0);
        outbox.worker.run_until_idle().await.unwrap();
        outbox.hosts.pass(3600);
    }
    for _ in 0..60 {
        outbox.worker.run_until_idle().await.unwrap();
        outbox.hosts.pass(3600);
    }
    let given_up = outbox.store.given_up(None, 9).await.unwrap();
    assert_eq!(
        (given_up[0].attempts, &*given_up[0].failure),
        (15, "the attempt did not end")
    );
}

#[tokio::test]
async fn the_end_of_a_delivery_is_stored_after_the_database_is_back() {
    let outbox = outbox(&["host"]);
    let admin = Connection::open(&outbox.file).unwrap();
    let fails =
        "CREATE TRIGGER fails BEFORE DELETE ON sdkwright_deliveries BEGIN SELECT RAISE(ABORT, 'sentinel9f2'); END";
    admin.execute_batch(fails).unwrap();
    let failed = admin.execute("DELETE FROM sdkwright_deliveries", []).unwrap_err();
    assert!(!StoreFailure::from(failed).0.contains("sentinel9f2"));
    let back = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        admin.execute_batch("DROP TRIGGER fails").unwrap();
    });
    let worker = outbox.worker.schedule(schedule(1));
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    back.await.unwrap();
    outbox.hosts.pass(41);
    assert_eq!((worker.run_until_idle().await.unwrap(), outbox.hosts.posts()), (0, 1));
}

#[tokio::test]
async fn a_silent_receiver_leaves_the_others_their_attempts() {
    let outbox = outbox(&[]);
    let events: Vec<_> = (0..96).map(|number| conversion(&format!("e-{number}"))).collect();
    send(&outbox.file, "silent", &events).unwrap();
    std::thread::sleep(Duration::from_millis(5));
    send(&outbox.file, "host", &[conversion("e-1")]).unwrap();
    let worker = outbox.worker.clone();
    let work = tokio::spawn(async move { worker.run_until_idle().await });
    while !outbox.hosts.posted.lock().unwrap().contains(&"host".to_owned()) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(outbox.hosts.posts(), 8 + 1);
    work.abort();
}

#[tokio::test]
async fn a_wrong_clock_and_a_long_pause_delay_a_delivery_but_do_not_repeat_or_end_it() {
    let outbox = outbox(&["pauses"]);
    outbox.worker.run_until_idle().await.unwrap();
    assert_eq!(outbox.hosts.posts(), 0);
    // That clock was a year ahead.
    let due = "UPDATE sdkwright_deliveries SET due = due + 31536000000, receiver = 'host'";
    Connection::open(&outbox.file).unwrap().execute(due, []).unwrap();
    assert_eq!(
        (outbox.worker.run_until_idle().await.unwrap(), outbox.hosts.posts()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_row_that_is_unreadable_is_given_up() {
    let outbox = outbox(&["host"]);
    let rows = Connection::open(&outbox.file).unwrap();
    let unreadable = "UPDATE sdkwright_deliveries SET body = CAST(body AS TEXT)";
    rows.execute(unreadable, []).unwrap();
    assert_eq!(outbox.worker.run_until_idle().await.unwrap(), 0);
    let failure = "SELECT failure FROM sdkwright_deliveries WHERE due IS NULL";
    let failure: String = rows.query_row(failure, [], |row| row.get(0)).unwrap();
    assert_eq!(failure, "the row is unreadable");
    assert!(outbox.store.retry("host", "e-1").await.unwrap());
}

#[tokio::test]
async fn a_schedule_has_at_least_one_attempt_and_ends_within_the_years_of_a_clock() {
    let longest = DeliverySchedule {
        attempts: 0,
        first_wait: Duration::MAX,
        longest_wait: Duration::MAX,
        time_limit: Duration::MAX,
        concurrency: 0,
        per_receiver: 0,
    };
    let outbox = outbox(&["host", "pauses"]);
    let worker = outbox.worker.schedule(longest);
    assert_eq!((worker.run_until_idle().await.unwrap(), outbox.hosts.posts()), (2, 2));
}

#[test]
fn many_open_a_new_file_at_once() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let barrier = Barrier::new(12);
        let open = || {
            barrier.wait();
            SqliteFile::open(folder.path().join("bank.db")).map(drop)
        };
        let open = || std::thread::scope(|scope| scope.spawn(open).join().unwrap());
        std::thread::scope(|scope| {
            let opened: Vec<_> = (0..12).map(|_| scope.spawn(open)).collect();
            for opened in opened {
                opened.join().unwrap().unwrap();
            }
        });
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Returns a reservation whose lease, if it has one, ends at once.
fn reservation(key: &str, run: u8, lease: Option<SystemTime>) -> Reservation {
    Reservation {
        key: Arc::new(StoredKey {
            client_id: "c".to_owned(),
            operation: "o".to_owned(),
            key: key.to_owned(),
        }),
        fingerprint: [1; 32],
        run: [run; 16],
        until: at(100_000),
        lease,
    }
}

async fn connect(config: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(config, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_has_one_clock_at_most_eight_connections_and_repeats_conflicts() {
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let mut admin = connect(&server.config()).await;
    let store = PostgresTables::connect(&server.config()).await.unwrap();
    // A clock that is ahead frees no key.
    let paid = reservation("paid", 1, None);
    assert_eq!(store.begin(&paid, at(1)).await.unwrap(), KeyStatus::New);
    assert!(store.finish(&paid, Reply::new(201)).await.unwrap().is_some());
    let other = store.begin(&reservation("other", 2, None), at(200_000)).await;
    assert_eq!(other.unwrap(), KeyStatus::New);
    let retried = store.begin(&reservation("paid", 3, None), at(200_000)).await;
    assert_eq!(retried.unwrap(), KeyStatus::Stored(Reply::new(201)));

    // Callers that are gone leave their statements, which wait for a lock, their connections.
    let leased = |run| reservation("locked", run, Some(at(1)));
    assert_eq!(store.begin(&leased(1), at(1)).await.unwrap(), KeyStatus::New);
    let watch = connect(&server.config()).await;
    let locks = admin.transaction().await.unwrap();
    locks
        .execute("UPDATE sdkwright_keys SET lease = lease", &[])
        .await
        .unwrap();
    let connections = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'";
    for round in 0..3 {
        let begin = |run| {
            let store = store.clone();
            tokio::spawn(async move { store.begin(&leased(run), at(20)).await })
        };
        let tasks: Vec<_> = (2..10).map(begin).collect();
        tokio::time::sleep(Duration::from_millis(500)).await;
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        let count: i64 = watch.query_one(connections, &[]).await.unwrap().get(0);
        assert_eq!(count, 8 + 2, "{round}");
    }
    locks.commit().await.unwrap();

    // A connection to a host that became read-only ends.
    let set = |setting: &str| format!("ALTER DATABASE postgres SET {setting}");
    admin
        .batch_execute(&set("default_transaction_read_only = on"))
        .await
        .unwrap();
    let store = PostgresTables::connect(&server.config()).await.unwrap();
    let refused = store.begin(&reservation("a", 1, None), at(1)).await.unwrap_err();
    assert_eq!(refused.0, "error 25006 of PostgreSQL");
    let writable = set("default_transaction_read_only = off");
    let writable = format!("SET default_transaction_read_only = off; {writable}");
    admin.batch_execute(&writable).await.unwrap();
    assert_eq!(
        store.begin(&reservation("a", 1, None), at(1)).await.unwrap(),
        KeyStatus::New
    );

    let level = set("default_transaction_isolation = 'serializable'");
    admin.batch_execute(&level).await.unwrap();
    let store = PostgresTables::connect(&server.config()).await.unwrap();
    let pay = |number| {
        let store = store.clone();
        tokio::spawn(async move {
            let run = reservation(&format!("k{number}"), 1, None);
            store.begin(&run, at(1)).await?;
            store.finish(&run, Reply::new(201)).await
        })
    };
    let paid: Vec<_> = (0..400).map(pay).collect();
    for paid in paid {
        assert!(paid.await.unwrap().unwrap().is_some());
    }
}
