//! PostgreSQL against the conformance suite, on a server of the test's own.

mod faults;
mod groups;
mod pooled;
mod proxy;
mod silent;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sdkwright_journal::conformance::{self, PrivateServer, intent};
use sdkwright_journal::{Journal, Postgres, State, Store as _, StoreError};
use sdkwright_runtime::client::Core;
use sdkwright_runtime::glue::{Api, Idempotency, Scheme, SchemeKind};
use sdkwright_runtime::journal::{Journal as _, Settlement, Verdict};
use sdkwright_runtime::testing::{FixedClock, Script, Step};
use sdkwright_runtime::{Builder, Credential, RetryPolicy};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

pub(crate) const NOW: i64 = 1_782_604_800;

async fn connect(config: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(config, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_conforms() {
    sdkwright_watch::listen();
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let admin = connect(&server.config()).await;
    let count = AtomicU32::new(0);
    let name = || format!("fresh_{}", count.fetch_add(1, Ordering::Relaxed));
    let conforms = conformance::check(name, async |name| {
        if let Err(fault) = admin.batch_execute(&format!("CREATE DATABASE {name}")).await {
            assert_eq!(fault.code(), Some(&SqlState::DUPLICATE_DATABASE));
        }
        let config = server.config().replace("dbname=postgres", &format!("dbname={name}"));
        // Two connections migrate the tables at once, and a third finds them migrated.
        let (one, two) = tokio::join!(Postgres::connect(&config), Postgres::connect(&config));
        let (one, two, three) = (one?, two?, Postgres::connect(&config).await?);
        assert!(one.name() == two.name() && one.name() == three.name());
        Ok(one)
    });
    let in_order = async {
        an_intent_recorded_in_a_transaction_is_there_if_it_commits(&server.config()).await;
        one_connection_serves_one_call_after_the_other(&server.config()).await;
        resume_tells_of_an_intent_whose_row_another_transaction_holds(&server.config()).await;
        what_is_settled_while_it_is_signed_anew_stays_settled(&faults::database(&server, "rotated").await).await;
        what_the_database_says_is_told_as_what_it_is(&server.config()).await;
        the_command_shows_and_settles_intents(&server).await;
        let store = Postgres::connect(&faults::database(&server, "flows").await).await;
        Box::pin(crate::flows::check(&Journal::new(store.unwrap()).unwrap())).await;
    };
    // Each has databases of its own.
    let (conforms, (), (), (), ()) = tokio::join!(
        conforms,
        in_order,
        faults::check(&server),
        silent::check(&server),
        groups::check(&server)
    );
    conforms.unwrap();
}

async fn the_command_shows_and_settles_intents(server: &PrivateServer) {
    let config = faults::database(server, "command").await;
    let parsed: tokio_postgres::Config = config.parse().unwrap();
    let [tokio_postgres::config::Host::Unix(folder)] = parsed.get_hosts() else {
        panic!("the server listens on a socket alone")
    };
    let folder = folder.to_str().unwrap().replace('/', "%2F");
    let journal = Journal::new(Postgres::connect(&config).await.unwrap()).unwrap();
    crate::command::check(&journal, &format!("postgres://postgres@{folder}/command")).await;
    let without = crate::command::command(&format!("postgres://postgres@{folder}/postgres2"), "list").await;
    assert_eq!(without.code, 1, "{}", without.complaint);
}

async fn resume_tells_of_an_intent_whose_row_another_transaction_holds(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let client = client(&journal);
    // The row `k` was written by the test before this one.
    let mut own = connect(config).await;
    let transaction = own.transaction().await.unwrap();
    transaction
        .execute(
            "SELECT 1 FROM sdkwright_journal_intents WHERE key = 'k' FOR UPDATE",
            &[],
        )
        .await
        .unwrap();
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.leased, [("k".to_owned(), 0)]);
    assert!(!resumed.is_finished() && resumed.of_others.is_empty(), "{resumed:?}");
    transaction.rollback().await.unwrap();
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.leased.len(), resumed.open.len()), (0, 1), "{resumed:?}");
}

async fn what_is_settled_while_it_is_signed_anew_stays_settled(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let Verdict::Send(claim) = journal.begin(intent("k", "a", NOW)).await.unwrap() else {
        panic!("it is new")
    };
    let (mut own, watch) = (connect(config).await, connect(config).await);
    let keep = "CREATE TABLE open AS SELECT * FROM sdkwright_journal_intents";
    own.batch_execute(keep).await.unwrap();
    let (status, ids) = (201, Vec::new());
    let settled = journal.settle(claim, Settlement::Executed { status, ids }).await;
    settled.unwrap();
    let rewind = "CREATE TABLE settled AS SELECT * FROM sdkwright_journal_intents; DELETE FROM sdkwright_journal_intents; \
                  INSERT INTO sdkwright_journal_intents SELECT * FROM open";
    own.batch_execute(rewind).await.unwrap();
    // Another machine settles the row, and has not committed yet when this one signs rows with a new secret.
    let transaction = own.transaction().await.unwrap();
    let settles = "UPDATE sdkwright_journal_intents SET (state, leased_until, leased_by, head, request, seal) = \
                   (SELECT state, leased_until, leased_by, head, request, seal FROM settled)";
    transaction.batch_execute(settles).await.unwrap();
    let client = client_of(&journal, ["sentinel9f2, a new secret", SECRET]);
    let (other, rotated) = (journal.clone(), client.clone());
    let resumed = tokio::spawn(async move { other.resume(&rotated).await.map(drop) });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while !resumed.is_finished() && watch.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    transaction.commit().await.unwrap();
    resumed.await.unwrap().unwrap();
    let record = journal.actions(&client).show("k").await.unwrap().unwrap();
    assert_eq!(record.state, State::Executed);
    // Rows that were skipped are signed the next time.
    journal.resume(&client).await.unwrap();
    let client = client_of(&journal, ["sentinel9f2, a new secret", "sentinel9f2, a new secret"]);
    assert!(journal.actions(&client).verify().await.unwrap().is_empty());
}

const SECRET: &str = "sentinel9f2, the secret of a client";

/// A client that never gets an answer.
fn client(journal: &Journal<Postgres>) -> Core {
    client_of(journal, [SECRET, SECRET])
}

/// The same, of this secret and the one before.
fn client_of(journal: &Journal<Postgres>, [current, previous]: [&str; 2]) -> Core {
    sdkwright_watch::listen();
    Builder::new(&API)
        .base_url("https://api.example.com")
        .client_id("client-1")
        .credential(Credential::api_key("key", current))
        .previous_credential(Credential::api_key("key", previous))
        .transport(Script::new([Step::no_answer()]))
        .retry(RetryPolicy {
            attempts: 1,
            ..RetryPolicy::default()
        })
        .clock(FixedClock(NOW.unsigned_abs()))
        .journal(journal.clone())
        .build()
        .unwrap()
}

static API: Api = Api {
    schemes: &[Scheme {
        name: "key",
        kind: SchemeKind::HeaderKey("x-key"),
        setter: None,
    }],
    idempotency: Some(&Idempotency {
        header: Some("key"),
        key_length: (1, 255),
        retention: sdkwright_runtime::glue::Retention::Seconds(86_400),
        replayed: None,
        conflict: None,
        in_progress: None,
        ..Idempotency::NONE
    }),
    ..Api::new("Things", "test/1")
};

async fn an_intent_recorded_in_a_transaction_is_there_if_it_commits(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let mut own = connect(config).await;
    own.batch_execute("CREATE TABLE orders (name TEXT)").await.unwrap();
    for commits in [false, true] {
        let mut transaction = own.transaction().await.unwrap();
        transaction
            .execute("INSERT INTO orders VALUES ('wd-1')", &[])
            .await
            .unwrap();
        let recorded = journal.record_in(&mut transaction, intent("k", "wd-1", NOW)).await;
        recorded.unwrap().unwrap();
        if commits {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
        assert_eq!(
            journal
                .actions(&conformance::client(NOW).unwrap())
                .pending()
                .await
                .unwrap()
                .records
                .len(),
            usize::from(commits)
        );
    }
    // A refusal comes before any write, so the caller's transaction can continue.
    let mut transaction = own.transaction().await.unwrap();
    let recorded = journal.record_in(&mut transaction, intent("k", "wd-2", NOW)).await;
    recorded.unwrap().unwrap_err();
    transaction
        .execute("INSERT INTO orders VALUES ('wd-2')", &[])
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

async fn one_connection_serves_one_call_after_the_other(config: &str) {
    let made = Arc::new(AtomicU32::new(0));
    let (counted, config) = (Arc::clone(&made), config.to_owned());
    let store = Postgres::with(move || {
        let (counted, config) = (Arc::clone(&counted), config.clone());
        Box::pin(async move {
            let (client, connection) = tokio_postgres::connect(&config, NoTls).await?;
            tokio::spawn(connection);
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(client)
        })
    });
    let store = store.await.unwrap();
    assert_eq!(format!("{store:?}"), "Postgres");
    let journal = Journal::new(store).unwrap();
    for _ in 0..5 {
        journal
            .actions(&conformance::client(NOW).unwrap())
            .pending()
            .await
            .unwrap();
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

async fn what_the_database_says_is_told_as_what_it_is(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let known = intent("known", "known", NOW);
    let Ok(Verdict::Send(claim)) = journal.begin(known).await else {
        panic!("it is new")
    };
    let own = connect(config).await;
    own.batch_execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'no' USING ERRCODE = CASE NEW.key WHEN 'faster' THEN '40P01' ELSE '23514' END;
         END $$;
         CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON sdkwright_journal_intents FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .await
    .unwrap();
    // A row that could not be written was not sent. The outcome of a row that was written before is unknown.
    let refused = journal.record(intent("new", "new", NOW)).await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Unsent(why) if matches!(**why, StoreError::Database(_))),
        "{refused:?}"
    );
    let ended = journal.settle(claim, Settlement::Unknown { refused: None }).await;
    assert!(!ended.unwrap_err().is_unsent);
    // Another writer wins the race each time.
    let busy = journal.record(intent("faster", "faster", NOW)).await.unwrap_err();
    assert!(matches!(busy, StoreError::Busy), "{busy:?}");

    own.batch_execute("UPDATE sdkwright_journal_version SET steps = 99")
        .await
        .unwrap();
    let newer = Postgres::connect(config).await.unwrap_err();
    assert!(matches!(newer, StoreError::Broken(_)), "{newer}");
}
