//! Locks and races in PostgreSQL.

use std::time::Duration;

use sdkwright_journal::conformance::{self, PrivateServer, intent};
use sdkwright_journal::{Journal, Postgres, Row, RowChange, Select, State, Store as _, StoreError};
use sdkwright_runtime::journal::{Journal as _, Settlement, Verdict};

use super::proxy::Proxy;
use super::{NOW, connect};

/// A database of its own, without tables.
async fn empty(server: &PrivateServer, name: &str) -> String {
    let admin = connect(&server.config()).await;
    admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    server.config().replace("dbname=postgres", &format!("dbname={name}"))
}

/// The same with the tables of a journal.
pub(crate) async fn database(server: &PrivateServer, name: &str) -> String {
    let config = empty(server, name).await;
    Postgres::connect(&config).await.unwrap();
    config
}

pub(crate) async fn check(server: &PrivateServer) {
    tables_wait_for_a_lock_no_longer_than_the_connection_says(&empty(server, "tables").await).await;
    a_row_is_waited_for_no_longer_than_the_connection_says(&database(server, "locked").await).await;
    ten_seconds_are_the_bound_of_a_connection_that_has_none(&database(server, "unbounded").await).await;
    what_durability_needs_is_said_in_each_transaction(&database(server, "pooled").await).await;
    what_another_program_wrote_meanwhile_is_not_told_as_unsent(&database(server, "raced").await).await;
    a_row_whose_ids_are_no_texts_is_told_and_hides_no_other(&database(server, "no_texts").await).await;
    a_change_takes_two_round_trips(&database(server, "trips").await).await;
    if let Some(pooler) = server.pooler(4).unwrap() {
        database(server, "pooled_trips").await;
        let config = pooler.config().replace("dbname=postgres", "dbname=pooled_trips");
        a_change_takes_two_round_trips(&config).await;
    }
    a_key_is_found_by_its_index_whatever_the_statistics_show(&database(server, "planned").await).await;
}

async fn a_change_takes_two_round_trips(config: &str) {
    let proxy = Proxy::start(config).await;
    let journal = Journal::new(Postgres::connect(proxy.config()).await.unwrap()).unwrap();
    let mut trips = Vec::new();
    // The first change prepares what the connection keeps, and a pooler may show another session. The proxy also counts a request that
    // arrives in two parts twice, often if the machine has much to do, so the fewest are what a change needs.
    for key in (0..64).map(|key| format!("key-{key}")) {
        let key = key.as_str();
        let before = proxy.trips();
        let Verdict::Send(claim) = journal.begin(intent(key, key, NOW)).await.unwrap() else {
            panic!("it is new")
        };
        let ids = vec![("ThingId".to_owned(), key.to_owned())];
        journal
            .settle(claim, Settlement::Executed { status: 201, ids })
            .await
            .unwrap();
        trips.push(proxy.trips() - before);
        if trips.ends_with(&[4]) {
            break;
        }
    }
    assert_eq!(trips.iter().min(), Some(&4), "{trips:?}");
}

/// The plans of the first changes are of a table with few rows, and the statistics do not change.
async fn a_key_is_found_by_its_index_whatever_the_statistics_show(config: &str) {
    let own = connect(config).await;
    let settings = "ALTER TABLE sdkwright_journal_intents SET (autovacuum_enabled = off)";
    own.batch_execute(settings).await.unwrap();
    let journal = Journal::new(Postgres::connect(config).await.unwrap().connections(1)).unwrap();
    let act = async |key: &str| {
        let Verdict::Send(claim) = journal.begin(intent(key, key, NOW)).await.unwrap() else {
            panic!("it is new")
        };
        let ids = vec![("ThingId".to_owned(), key.to_owned())];
        journal
            .settle(claim, Settlement::Executed { status: 201, ids })
            .await
            .unwrap();
    };
    act("a").await;
    own.batch_execute("ANALYZE sdkwright_journal_intents").await.unwrap();
    for key in ["b", "c", "d", "e", "f", "g", "h"] {
        act(key).await;
    }
    let copies = "INSERT INTO sdkwright_journal_intents SELECT base_url, client_id, 'k-' || number, 's-' || number, state, recorded,
            leased_until, leased_by, head, request, evidence, sealed_by, seal, ARRAY['m-' || number]
        FROM sdkwright_journal_intents, generate_series(1, 5000) AS number WHERE key = 'a'";
    own.batch_execute(copies).await.unwrap();
    for key in ["i", "j", "k", "l"] {
        act(key).await;
    }
    drop(journal);
    let count = |query| {
        let own = &own;
        async move { own.query_one(query, &[]).await.unwrap().get::<_, i64>(0) }
    };
    // The end of a connection publishes what it read.
    while count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").await > 1 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let read = "SELECT (seq_tup_read + idx_tup_fetch)::BIGINT FROM pg_stat_user_tables WHERE relname = 'sdkwright_journal_intents'";
    let read = count(read).await;
    assert!((1..1000).contains(&read), "{read} rows read by 12 changes");
}

/// A list of a database takes more than texts.
async fn a_row_whose_ids_are_no_texts_is_told_and_hides_no_other(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let actions = journal.actions(&conformance::client(NOW).unwrap());
    for (number, made) in ["ARRAY[NULL]::TEXT[]", "ARRAY[ARRAY['a']]", "'[5:5]={a}'::TEXT[]"]
        .iter()
        .enumerate()
    {
        for name in ["changed", "left"] {
            let key = format!("{name}-{number}");
            let recorded = journal.record(intent(&key, &key, NOW)).await;
            recorded.unwrap().unwrap();
        }
        let changes = format!("UPDATE sdkwright_journal_intents SET made = {made} WHERE key = 'changed-{number}'");
        let own = connect(config).await;
        assert_eq!(own.execute(&changes, &[]).await.unwrap(), 1);
        let listed = actions.pending().await.unwrap();
        assert_eq!(
            (listed.records.len(), listed.broken.len()),
            (number + 1, number + 1),
            "{made}"
        );
    }
}

async fn tables_wait_for_a_lock_no_longer_than_the_connection_says(config: &str) {
    let bounded = format!("{config} options=-clock_timeout=50ms");
    let mut own = connect(config).await;
    let migration = format!("SELECT pg_advisory_xact_lock({})", 0x7364_6b2d_6a6f_7572_i64);
    let table = "LOCK TABLE sdkwright_journal_version IN ACCESS EXCLUSIVE MODE";
    for lock in [migration.as_str(), table] {
        let holder = own.transaction().await.unwrap();
        holder.batch_execute(lock).await.unwrap();
        let error = Postgres::connect(&bounded).await.unwrap_err();
        assert!(matches!(error, StoreError::Locked(_)), "{lock}: {error:?}");
        let advice = error.to_string();
        assert!(
            advice.contains("pg_stat_activity") && advice.contains("lock_timeout"),
            "{advice}"
        );
        holder.rollback().await.unwrap();
        Postgres::connect(&bounded).await.unwrap();
    }
    // With tables of the current version, connecting does not wait for another migration.
    let holder = own.transaction().await.unwrap();
    holder.batch_execute(&migration).await.unwrap();
    Postgres::connect(&bounded).await.unwrap();
    holder.rollback().await.unwrap();
}

async fn a_row_is_waited_for_no_longer_than_the_connection_says(config: &str) {
    let bounded = format!("{config} options=-clock_timeout=50ms");
    let journal = Journal::new(Postgres::connect(&bounded).await.unwrap()).unwrap();
    journal.record(intent("k", "k", NOW)).await.unwrap().unwrap();
    let mut own = connect(config).await;
    // The transaction holds one row, and may be about to write another one.
    let mut holder = own.transaction().await.unwrap();
    let held = "SELECT 1 FROM sdkwright_journal_intents WHERE key = 'k' FOR UPDATE";
    holder.execute(held, &[]).await.unwrap();
    let error = journal
        .actions(&conformance::client(NOW).unwrap())
        .show("k")
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Locked(_)), "{error:?}");
    let uncommitted = journal.record_in(&mut holder, intent("new", "new", NOW)).await;
    uncommitted.unwrap().unwrap();
    let error = journal.begin(intent("new", "new", NOW)).await.unwrap_err();
    assert!(!error.is_unsent, "{error}: it is there once the other commits");
    holder.commit().await.unwrap();
    assert_eq!(
        journal
            .actions(&conformance::client(NOW).unwrap())
            .pending()
            .await
            .unwrap()
            .records
            .len(),
        2
    );
}

async fn ten_seconds_are_the_bound_of_a_connection_that_has_none(config: &str) {
    let own = connect(config).await;
    own.batch_execute(
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'the bounds are % %', current_setting('lock_timeout'), current_setting('statement_timeout');
         END $$;
         CREATE TRIGGER tell BEFORE INSERT ON sdkwright_journal_intents FOR EACH ROW EXECUTE FUNCTION tell()",
    )
    .await
    .unwrap();
    let given = format!("{config} options=-clock_timeout=7s");
    for (config, bound) in [(config, "the bounds are 10s 20s"), (&given, "the bounds are 7s 17s")] {
        let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
        let error = journal.record(intent("k", "k", NOW)).await.unwrap_err();
        assert!(error.to_string().ends_with(bound), "{error}");
    }
}

/// A pooler gives each transaction whatever session is free, with the settings that its last user left.
async fn what_durability_needs_is_said_in_each_transaction(config: &str) {
    let own = connect(config).await;
    own.batch_execute(
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.key = 'another user' THEN
                PERFORM set_config('synchronous_commit', 'off', false), set_config('lock_timeout', '0', false),
                    set_config('default_transaction_isolation', 'serializable', false);
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'it is % % %', current_setting('synchronous_commit'),
                current_setting('transaction_isolation'), current_setting('lock_timeout');
         END $$;
         CREATE TRIGGER tell BEFORE INSERT ON sdkwright_journal_intents FOR EACH ROW EXECUTE FUNCTION tell()",
    )
    .await
    .unwrap();
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let left = journal.record(intent("another user", "a", NOW)).await;
    left.unwrap().unwrap();
    let said = journal.record(intent("k", "k", NOW)).await.unwrap_err().to_string();
    assert!(said.ends_with("it is on read committed 10s"), "{said}");
}

async fn what_another_program_wrote_meanwhile_is_not_told_as_unsent(config: &str) {
    let store = Postgres::connect(config).await.unwrap();
    let own = connect(config).await;
    own.batch_execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.key = 'full' OR EXISTS (SELECT 1 FROM sdkwright_journal_intents WHERE key = NEW.key) THEN
                RAISE EXCEPTION 'no space' USING ERRCODE = '53100';
            END IF;
            RETURN NEW;
         END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON sdkwright_journal_intents FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .await
    .unwrap();
    for (key, is_unsent) in [("raced", false), ("full", true)] {
        let (wanted, other) = (key.to_owned(), config.to_owned());
        let select = Select::About {
            sender: row(key).sender,
            key: key.to_owned(),
            subject: None,
            made: Vec::new(),
        };
        let decide = move |_: &[Row]| {
            if wanted == "raced" {
                let other = other.clone();
                std::thread::spawn(move || write_elsewhere(&other)).join().unwrap();
            }
            (vec![RowChange::Write(row(&wanted))], ())
        };
        let error = store.change(select, decide).await.unwrap_err();
        assert_eq!(matches!(error, StoreError::Unsent(_)), is_unsent, "{key}: {error:?}");
    }
}

/// Another program, on another machine, writes the same key.
fn write_elsewhere(config: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
        journal.begin(intent("raced", "raced", NOW)).await.unwrap();
    });
}

fn row(key: &str) -> Row {
    Row {
        key: key.to_owned(),
        sender: intent(key, key, NOW).sender,
        subject: None,
        state: State::Open.as_str().to_owned(),
        recorded: NOW,
        leased_until: 0,
        leased_by: String::new(),
        head: "{}".to_owned(),
        request: None,
        evidence: None,
        sealed_by: String::new(),
        seal: Vec::new(),
        made: Vec::new(),
    }
}
