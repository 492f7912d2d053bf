//! A database that is silent, gone, or accepts no writes any more: calls end in time, and nothing pays twice.

use std::time::{Duration, Instant};

use sdkwright_journal::conformance::{self, PrivateServer, intent};
use sdkwright_journal::{Journal, Postgres, State, StoreError};
use sdkwright_runtime::journal::Journal as _;
use sdkwright_runtime::{Error, JsonValue, Outcome, Response};

use super::faults::database;
use super::proxy::{Mode, Proxy};
use super::{NOW, connect};
use crate::calls::key;
use crate::calls::server::{Server, create};

const DEADLINE: Duration = Duration::from_millis(1500);

/// More than the deadline, and less than every time limit of the store.
const IN_TIME: Duration = Duration::from_secs(4);

/// A payer that reaches its database through a proxy.
struct Payer {
    server: Server,
    journal: Journal<Postgres>,
    proxy: Proxy,
    /// The journal past the proxy.
    direct: Journal<Postgres>,
}

impl Payer {
    async fn new(config: &str) -> Self {
        let proxy = Proxy::start(config).await;
        Self {
            server: Server::default(),
            journal: Journal::new(Postgres::connect(proxy.config()).await.unwrap()).unwrap(),
            proxy,
            direct: Journal::new(Postgres::connect(config).await.unwrap()).unwrap(),
        }
    }

    /// Pays with a deadline; with `silences`, the database becomes silent with the request.
    async fn pay(&self, name: &str, deadline: Duration, silences: bool) -> Result<Response<JsonValue>, Error> {
        let proxy = silences.then(|| self.proxy.clone());
        let arrives = move || proxy.iter().for_each(|proxy| proxy.set(Mode::Silent));
        self.server.create_in_time(&self.journal, name, deadline, arrives).await
    }

    async fn state(&self, name: &str) -> Option<State> {
        let client = self.server.client(&self.direct);
        let record = self.direct.actions(&client).show(name).await.unwrap();
        record.map(|record| record.state)
    }
}

pub(super) async fn check(server: &PrivateServer) {
    let names = [
        "silent",
        "died",
        "swallowed",
        "settled",
        "ended",
        "standby",
        "closed",
        "forgotten",
        "unreached",
    ];
    let mut configs = Vec::new();
    for name in names {
        configs.push(database(server, name).await);
    }
    let [
        silent,
        died,
        swallowed,
        settled,
        ended,
        standby,
        closed,
        forgotten,
        unreached,
    ] = configs.try_into().unwrap();
    tokio::join!(
        a_call_ends_at_its_deadline_while_the_database_is_silent(&silent),
        a_connection_that_died_unnoticed_is_replaced(&died),
        a_commit_whose_response_is_lost_ends_at_the_deadline_and_is_paid_once(&swallowed),
        a_response_is_returned_although_the_database_became_silent(&settled),
        a_transaction_that_the_server_ends_is_tried_once_more(&ended),
        a_connection_to_a_standby_is_replaced(&standby),
        a_commit_whose_connection_closed_is_found(&closed),
        a_transaction_whose_client_is_gone_holds_its_rows_for_a_few_seconds(&forgotten),
        every_step_of_the_store_has_a_limit(&unreached),
    );
}

async fn a_call_ends_at_its_deadline_while_the_database_is_silent(config: &str) {
    let payer = Payer::new(config).await;
    payer.pay("first", DEADLINE, false).await.unwrap();
    payer.proxy.set(Mode::Silent);
    let began = Instant::now();
    let error = payer.pay("k", DEADLINE, false).await.unwrap_err();
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    // The journal was not read, so an earlier run may have sent the key.
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert!(
        error
            .to_string()
            .contains("the journal failed: it did not respond before the deadline"),
        "{error}"
    );
    assert_eq!(payer.server.effects(), 1);
    payer.proxy.set(Mode::Pass);
    payer.pay("k", DEADLINE * 10, false).await.unwrap();
    assert_eq!(payer.server.effects(), 2);
}

async fn a_connection_that_died_unnoticed_is_replaced(config: &str) {
    let payer = Payer::new(config).await;
    payer.pay("first", DEADLINE, false).await.unwrap();
    payer.proxy.set(Mode::Silent);
    let paid = payer.pay("k", DEADLINE * 10, false);
    // The kept connection is silent for ever once it has lost something.
    let passes = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        payer.proxy.set(Mode::Pass);
    };
    let (paid, ()) = tokio::join!(paid, passes);
    paid.unwrap();
    assert_eq!(
        (payer.server.effects(), payer.state("k").await),
        (2, Some(State::Executed))
    );
}

async fn a_commit_whose_response_is_lost_ends_at_the_deadline_and_is_paid_once(config: &str) {
    let payer = Payer::new(config).await;
    payer.proxy.set(Mode::SilentAtCommit);
    let began = Instant::now();
    let error = payer.pay("k", DEADLINE, false).await.unwrap_err();
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    // The row exists and `resume` would send it, so the error must not suggest a new key.
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert_eq!((payer.server.effects(), payer.state("k").await), (0, Some(State::Open)));
    payer.proxy.set(Mode::Pass);
    payer.pay("k", DEADLINE * 10, false).await.unwrap();
    assert_eq!(
        (payer.server.effects(), payer.state("k").await),
        (1, Some(State::Executed))
    );
}

async fn a_response_is_returned_although_the_database_became_silent(config: &str) {
    let payer = Payer::new(config).await;
    let began = Instant::now();
    payer.pay("k", DEADLINE, true).await.unwrap();
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    assert_eq!((payer.server.effects(), payer.state("k").await), (1, Some(State::Open)));
    payer.proxy.set(Mode::Pass);
    let client = payer.server.client(&payer.journal);
    let resumed = payer.journal.resume(&client).await.unwrap();
    assert_eq!((resumed.done.len(), resumed.is_finished()), (1, true), "{resumed:?}");
    assert_eq!(payer.server.effects(), 1);
}

async fn a_transaction_that_the_server_ends_is_tried_once_more(config: &str) {
    let own = connect(config).await;
    // The first payment loses the recording of its intent, and the second one its settlement. A written row that is known counts twice.
    own.batch_execute(
        "CREATE SEQUENCE writes;
         CREATE TABLE ends (write BIGINT);
         INSERT INTO ends VALUES (1), (6);
         CREATE FUNCTION ends() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('writes') IN (SELECT write FROM ends) THEN
                PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(9);
            END IF;
            RETURN NEW;
         END $$;
         CREATE TRIGGER ends BEFORE INSERT OR UPDATE ON sdkwright_journal_intents FOR EACH ROW EXECUTE FUNCTION ends()",
    )
    .await
    .unwrap();
    let payer = Payer::new(config).await;
    for name in ["recorded", "settled"] {
        payer.pay(name, DEADLINE * 10, false).await.unwrap();
        assert_eq!(payer.state(name).await, Some(State::Executed));
    }
    assert_eq!(payer.server.effects(), 2);
    // One that ends each time is an error, and the key was read and was absent.
    own.batch_execute("INSERT INTO ends SELECT generate_series(9, 99)")
        .await
        .unwrap();
    let error = payer.journal.record(intent("always", "always", NOW)).await.unwrap_err();
    let is_shut_down = |why: &StoreError| matches!(why, StoreError::Unavailable(why) if why.starts_with("57P01"));
    assert!(
        matches!(&error, StoreError::Unsent(why) if is_shut_down(why)),
        "{error:?}"
    );
}

async fn a_connection_to_a_standby_is_replaced(config: &str) {
    let own = connect(config).await;
    let name = config.split("dbname=").nth(1).unwrap();
    let reads = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    own.batch_execute(&reads).await.unwrap();
    let payer = Payer::new(config).await;
    let error = payer.pay("k", DEADLINE * 10, false).await.unwrap_err();
    assert!(error.to_string().contains("25006"), "{error}");
    assert_eq!((error.outcome(), payer.server.effects()), (Outcome::Unknown, 0));
    // The address now leads to a server that accepts writes. Connections that are open do not.
    let client = payer.server.client(&payer.journal);
    payer.journal.actions(&client).pending().await.unwrap();
    let writes =
        format!("SET default_transaction_read_only = off; ALTER DATABASE {name} RESET default_transaction_read_only");
    own.batch_execute(&writes).await.unwrap();
    payer.pay("k", DEADLINE * 10, false).await.unwrap();
    assert_eq!(payer.server.effects(), 1);
}

async fn a_commit_whose_connection_closed_is_found(config: &str) {
    let payer = Payer::new(config).await;
    payer.proxy.set(Mode::CloseAtCommit);
    let passes = async {
        while payer.state("k").await.is_none() {
            tokio::task::yield_now().await;
        }
        payer.proxy.set(Mode::Pass);
    };
    let (paid, ()) = tokio::join!(payer.pay("k", DEADLINE * 10, false), passes);
    paid.unwrap();
    assert_eq!(
        (payer.server.effects(), payer.state("k").await),
        (1, Some(State::Executed))
    );
}

async fn a_transaction_whose_client_is_gone_holds_its_rows_for_a_few_seconds(config: &str) {
    let payer = Payer::new(config).await;
    payer.proxy.set(Mode::SilentBeforeCommit);
    let error = payer.pay("k", DEADLINE, false).await.unwrap_err();
    assert_eq!((error.outcome(), payer.state("k").await), (Outcome::Unknown, None));
    // Another process waits for the row, and no longer than for any lock.
    let other = payer.server.client(&payer.direct);
    create(&other, key("k"), "k").await.unwrap();
    assert_eq!(
        (payer.server.effects(), payer.state("k").await),
        (1, Some(State::Executed))
    );
}

async fn every_step_of_the_store_has_a_limit(config: &str) {
    // The first server accepts nothing, and the second nothing after its first connection.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let unreached = async {
        let config = format!("host=127.0.0.1 port={port} user=postgres dbname=postgres");
        let (began, error) = (Instant::now(), Postgres::connect(&config).await.unwrap_err());
        assert!(
            matches!(&error, StoreError::Unavailable(why) if why == "no response within 10s"),
            "{error:?}"
        );
        began.elapsed()
    };
    let silent = async {
        let proxy = Proxy::start(config).await;
        let journal = Journal::new(Postgres::connect(proxy.config()).await.unwrap()).unwrap();
        proxy.set(Mode::Silent);
        let (began, error) = (Instant::now(), journal.begin(intent("k", "k", NOW)).await.unwrap_err());
        assert!(!error.is_unsent, "{error}");
        began.elapsed()
    };
    let (unreached, silent) = tokio::join!(unreached, silent);
    assert!(
        unreached < Duration::from_secs(14) && silent < Duration::from_secs(18),
        "{unreached:?} {silent:?}"
    );
    let client = conformance::client(NOW).unwrap();
    let direct = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    assert!(direct.actions(&client).pending().await.unwrap().records.is_empty());
}
