//! A handler that stores its response in the transaction of its effect, over a file that survives its process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::StatusCode;
use rusqlite::Connection;
use sdkwright_server::{
    Context, Handled, IntoOutgoing, IntoReply, OperationRoute, Options, Problem, Reply, RequestInput, Routes, Server,
    SqliteFile,
};
use sdkwright_signing::clock::Clock;
use tokio::sync::Notify;

use crate::keys::{CONTRACT, PAY, send, token};

/// Time after which a retry runs the handler again.
const LEASE: u64 = 10;
/// Variables of a process that dies: the file, and the place where it dies.
const FILE: &str = "SDKWRIGHT_TEST_FILE";
const DIES: &str = "SDKWRIGHT_TEST_DIES";

/// A shop whose payments are rows of a file, and whose clock tests move.
#[derive(Clone, Default)]
struct Shop {
    file: PathBuf,
    seconds: Arc<AtomicU64>,
    begun: Arc<Notify>,
    proceed: Arc<Notify>,
}

impl Clock for Shop {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.seconds.load(Ordering::Relaxed))
    }
}

impl Shop {
    fn open(folder: &Path) -> (Self, Router) {
        let file = folder.join("shop.db");
        let connection = Connection::open(&file).unwrap();
        let table = "CREATE TABLE IF NOT EXISTS payments (id INTEGER PRIMARY KEY)";
        connection.execute(table, []).unwrap();
        let shop = Self {
            file,
            ..Self::default()
        };
        let store = SqliteFile::open(&shop.file).unwrap();
        let options = Options::new().caller(token).keys(store).clock(shop.clone());
        let options = options.transactional(Duration::from_secs(LEASE), |operation| operation == "pay");
        let mut operations = Routes::new();
        operations.add([OperationRoute::new(&PAY, pay)]);
        let router = Server::new(&CONTRACT, shop.clone(), operations, options).into_router();
        (shop, router)
    }

    /// Returns the number of payments.
    fn payments(&self) -> i64 {
        let connection = Connection::open(&self.file).unwrap();
        let count = connection.query_row("SELECT count(*) FROM payments", [], |row| row.get(0));
        count.unwrap()
    }
}

#[derive(Clone)]
struct Paid(i64);

impl IntoReply for Paid {
    fn into_reply(self) -> Result<Reply, Problem> {
        Reply::json(201, "application/json", &self.0)
    }
}

/// Pays in a transaction of the file, and ends as the header `Ends` says.
fn pay(shop: Arc<Shop>, context: Context, _: RequestInput) -> Handled {
    Box::pin(async move {
        let end = context.headers().get("ends").and_then(|end| end.to_str().ok());
        let dies = |place| {
            if end == Some(place) {
                std::process::abort();
            }
        };
        if matches!(end, Some("slow" | "refused late")) {
            shop.begun.notify_one();
            shop.proceed.notified().await;
        }
        match end {
            Some("refused late") => return Err(Problem::from_status(StatusCode::UNPROCESSABLE_ENTITY)),
            Some("unknown") => return Err(Problem::from_status(StatusCode::BAD_GATEWAY).with_unknown_outcome()),
            Some("database") => return Err(rusqlite::Error::InvalidQuery.into()),
            _ => {}
        }
        dies("before the effect");
        let mut connection = Connection::open(&shop.file)?;
        if end == Some("outside of a transaction") {
            connection.execute("INSERT INTO payments DEFAULT VALUES", [])?;
            SqliteFile::store(&connection, &context, &Paid(1))?;
        }
        let transaction = connection.transaction()?;
        transaction.execute("INSERT INTO payments DEFAULT VALUES", [])?;
        let paid = Paid(transaction.last_insert_rowid());
        dies("before the response");
        if end == Some("without a response") {
            transaction.commit()?;
            return paid.into_outgoing();
        }
        SqliteFile::store(&transaction, &context, &paid)?;
        dies("before the commit");
        if end == Some("without a commit") {
            return paid.into_outgoing();
        }
        transaction.commit()?;
        dies("after the commit");
        if end == Some("failed after the commit") {
            return Err(Problem::from_status(StatusCode::BAD_GATEWAY));
        }
        paid.into_outgoing()
    })
}

/// Sends the payment, and returns the status and the body; `*` after the body of a replay.
async fn paid(router: &Router, end: &str) -> (u16, String) {
    let key = ("idempotency-key", "1");
    send(router, &[key, ("authorization", "a"), ("ends", end)]).await
}

#[tokio::test]
async fn a_process_that_dies_anywhere_has_one_effect_after_the_retry() {
    if let (Ok(file), Ok(end)) = (std::env::var(FILE), std::env::var(DIES)) {
        let (_, router) = Shop::open(Path::new(&file));
        paid(&router, &end).await;
        return;
    }
    for (end, body) in [
        ("before the effect", "1"),
        ("before the response", "1"),
        ("before the commit", "1"),
        ("after the commit", "1*"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["transactions::a_process_that_dies_anywhere", "--test-threads=1"])
            .envs([(FILE, folder.path().as_os_str()), (DIES, end.as_ref())])
            .output()
            .unwrap();
        assert!(!child.status.success(), "{end}");
        let (shop, router) = Shop::open(folder.path());
        if body == "1" {
            assert_eq!((paid(&router, "").await.0, shop.payments()), (409, 0), "{end}");
        }
        shop.seconds.store(LEASE, Ordering::Relaxed);
        assert_eq!(paid(&router, "").await, (201, body.to_owned()), "{end}");
        assert_eq!(paid(&router, "").await, (201, "1*".to_owned()), "{end}");
        assert_eq!(shop.payments(), 1, "{end}");
    }
}

#[tokio::test]
async fn a_slow_run_whose_key_was_taken_over_cannot_commit_and_does_not_decide() {
    for end in ["slow", "refused late"] {
        let folder = tempfile::tempdir().unwrap();
        let (shop, router) = Shop::open(folder.path());
        let slow = router.clone();
        let slow = tokio::spawn(async move { paid(&slow, end).await });
        shop.begun.notified().await;
        assert_eq!(paid(&router, "").await.0, 409, "{end}");
        shop.seconds.store(LEASE, Ordering::Relaxed);
        assert_eq!(paid(&router, "").await, (201, "1".to_owned()), "{end}");
        shop.proceed.notify_one();
        assert_eq!(slow.await.unwrap().0, 409, "{end}");
        assert_eq!(shop.payments(), 1, "{end}");
    }
}

#[tokio::test]
async fn a_retry_after_the_lease_runs_only_what_had_no_effect() {
    for (end, first, second, payments) in [
        // The database failed, and so did the transaction.
        ("database", 503, (201, "1"), 1),
        ("without a commit", 500, (409, ""), 0),
        // The effect may have happened, so a person decides.
        ("without a response", 500, (409, ""), 1),
        ("outside of a transaction", 500, (409, ""), 1),
        ("unknown", 502, (409, ""), 0),
        ("failed after the commit", 201, (201, "1*"), 1),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (shop, router) = Shop::open(folder.path());
        assert_eq!(paid(&router, end).await.0, first, "{end}");
        shop.seconds.store(LEASE, Ordering::Relaxed);
        let (status, body) = paid(&router, "").await;
        assert_eq!(status, second.0, "{end}");
        assert!(status == 409 || body == second.1, "{end}: {body}");
        assert_eq!(shop.payments(), payments, "{end}");
    }
}
