//! The bank in place of the server of the simulated world: its router, its stores and its rows, in memory and without a runtime.

use std::future::pending;
use std::path::Path;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response};
use oceafin_partner::server::{FixedClients, Options, router};
use rusqlite::Connection;
use sdkwright_server::{IdempotencyStore, KeyStatus, NonceStore, Reply, Reservation, SqliteFile, StoreFuture};
use sdkwright_signing::clock::Clock;
use sdkwright_signing::secret::SigningSecret;
use sdkwright_world::{Served, WorldServer};
use tower_service::Service as _;

use crate::bank::Bank;

/// What the payout of the world names. Only the state of a withdrawal prevents a second payment: it has no unique references, and
/// its quote stays active.
const TABLES: &str = "
DROP INDEX refs;
CREATE TRIGGER quotes AFTER UPDATE ON resources WHEN new.kind = 'FiatWithdrawalQuote' AND new.status = 'USED'
  BEGIN UPDATE resources SET document = json_set(document, '$.status', 'ACTIVE') WHERE id = new.id; END;";
/// The first state of each history.
const BEGIN: &str = r#"
DELETE FROM balances; DELETE FROM resources; DELETE FROM sdkwright_keys; DELETE FROM sdkwright_nonces;
INSERT INTO balances VALUES ('cust-1', 'EUR', '1000000.00', '0.00');
INSERT INTO resources (id, kind, client_id, document) VALUES
  ('cust-1', 'Customer', 'partner-7', '{ "customerId": "cust-1", "status": "APPROVED" }'),
  ('account-1', 'BankAccount', 'partner-7', '{ "bankAccountId": "account-1", "customerId": "cust-1", "status": "ACTIVE", "currency": "EUR" }'),
  ('quote-1', 'FiatWithdrawalQuote', 'partner-7', '{ "quoteId": "quote-1", "customerId": "cust-1", "bankAccountId": "account-1",
    "amount": "250.00", "currency": "EUR", "status": "ACTIVE", "expiresAt": "2099-01-01T00:00:00Z" }');"#;
const SECRET: &str = "sentinel9f2-client-secret-0123456789abcdef";

/// The time of the world, in milliseconds since 1970.
#[derive(Clone, Default)]
struct WorldTime(Arc<AtomicU64>);

impl Clock for WorldTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Stores whose process dies after a number of calls, and whose rows survive.
#[derive(Clone)]
struct MortalStores {
    file: SqliteFile,
    left: Arc<AtomicUsize>,
}

impl MortalStores {
    fn call<'s, T: Send + 's>(&'s self, work: StoreFuture<'s, T>) -> StoreFuture<'s, T> {
        Box::pin(async move {
            let done = work.await;
            let left = self.left.load(Ordering::Relaxed);
            self.left.store(left.saturating_sub(1), Ordering::Relaxed);
            if left == 1 { pending().await } else { done }
        })
    }
}

impl NonceStore for MortalStores {
    fn record<'s>(
        &'s self,
        client: &'s str,
        nonce: &'s str,
        now: SystemTime,
        until: SystemTime,
    ) -> StoreFuture<'s, bool> {
        self.call(self.file.record(client, nonce, now, until))
    }
}

impl IdempotencyStore for MortalStores {
    fn begin<'s>(&'s self, reservation: &'s Reservation, now: SystemTime) -> StoreFuture<'s, KeyStatus> {
        self.call(self.file.begin(reservation, now))
    }

    fn finish<'s>(&'s self, reservation: &'s Reservation, response: Reply) -> StoreFuture<'s, Option<Reply>> {
        self.call(self.file.finish(reservation, response))
    }

    fn keep<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, Option<Reply>> {
        self.call(self.file.keep(reservation))
    }

    fn release<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, bool> {
        self.call(self.file.release(reservation))
    }
}

/// The server of one history.
struct ServedBank {
    router: Router,
    rows: Connection,
    time: WorldTime,
    left: Arc<AtomicUsize>,
    /// Ids and states of withdrawals that are committed.
    known: Vec<[String; 2]>,
    forgets: bool,
}

impl ServedBank {
    fn open() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let file = format!(
            "file:world-{}?mode=memory&cache=shared",
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let (time, left) = (WorldTime::default(), Arc::new(AtomicUsize::new(0)));
        let clock = time.clone();
        let bank = Bank::open(Path::new(&file), move || clock.now()).unwrap();
        let rows = Connection::open(&file).unwrap();
        rows.execute_batch(TABLES).unwrap();
        let stores = MortalStores {
            file: SqliteFile::open(&file).unwrap(),
            left: Arc::clone(&left),
        };
        let clients = FixedClients::new().with("partner-7", SigningSecret::new(SECRET));
        let options = Options::new()
            .clients(clients)
            .keys(stores.clone())
            .nonces(stores)
            .clock(time.clone());
        let options = options.transactional(Duration::from_secs(10), |_| true);
        let router = router(bank, options);
        Self {
            router,
            rows,
            time,
            left,
            known: Vec::new(),
            forgets: false,
        }
    }

    /// Returns the ids of withdrawals that are new or have another state.
    fn committed(&mut self) -> Vec<String> {
        let select = "SELECT id, status FROM resources WHERE kind = 'FiatWithdrawal' ORDER BY seq";
        let mut statement = self.rows.prepare_cached(select).unwrap();
        let found = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?])).unwrap();
        let found: Vec<[String; 2]> = found.map(Result::unwrap).collect();
        let new = found.iter().filter(|row| !self.known.contains(row));
        let new = new.map(|[id, _]| id.clone()).collect();
        self.known = found;
        new
    }
}

impl WorldServer for ServedBank {
    fn serve(&mut self, request: Request<Bytes>, now: SystemTime, dies: usize) -> Served {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.time
            .0
            .store(u64::try_from(since.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.left.store(dies, Ordering::Relaxed);
        if self.forgets {
            self.rows.execute("DELETE FROM sdkwright_keys", []).unwrap();
        }
        let mut router = self.router.clone();
        let response = pin!(async move {
            let response: Response<Body> = router.call(request.map(Body::from)).await.ok()?;
            let (head, body) = response.into_parts();
            Some(Response::from_parts(head, to_bytes(body, usize::MAX).await.ok()?))
        });
        // All that it awaits is done at once, unless it dies.
        let response = match response.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => response,
            Poll::Pending => None,
        };
        Served {
            response,
            committed: self.committed(),
        }
    }
}

/// Banks of histories that have ended. To open one takes longer than a history.
static IDLE: Mutex<Vec<ServedBank>> = Mutex::new(Vec::new());

/// The bank of a history, which the next one takes over.
struct LentBank(Option<ServedBank>);

impl WorldServer for LentBank {
    fn serve(&mut self, request: Request<Bytes>, now: SystemTime, dies: usize) -> Served {
        self.0.as_mut().unwrap().serve(request, now, dies)
    }
}

impl Drop for LentBank {
    fn drop(&mut self) {
        IDLE.lock().unwrap().extend(self.0.take());
    }
}

fn lent(forgets: bool) -> Box<dyn WorldServer> {
    let idle = IDLE.lock().unwrap().pop();
    let mut bank = idle.unwrap_or_else(ServedBank::open);
    bank.rows.execute_batch(BEGIN).unwrap();
    (bank.known, bank.forgets) = (Vec::new(), forgets);
    Box::new(LentBank(Some(bank)))
}

/// Starts the bank.
pub(crate) fn bank() -> Box<dyn WorldServer> {
    lent(false)
}

/// Starts a bank that forgets its idempotency keys.
#[allow(dead_code, reason = "the search serves the other one")]
pub(crate) fn forgetful_bank() -> Box<dyn WorldServer> {
    lent(true)
}
