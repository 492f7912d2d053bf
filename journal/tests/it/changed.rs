//! Rows that somebody changed behind the journal's back, over SQLite: nothing of them is sent, shown or believed.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use sdkwright_journal::{Finding, Journal, JournalRefusal, ResendError, Sqlite, State, StoreError, conformance};
use sdkwright_runtime::client::Core;
use sdkwright_runtime::glue::{
    Algorithm, Api, Description, Idempotency, JsonValue, KeyIntent, MacEncoding, Piece, Request, SecretEncoding,
    SecretForm, SignatureRules, SignedValue, Subject, TimestampFormat,
};
use sdkwright_runtime::journal::{Journal as _, Settlement, Verdict};
use sdkwright_runtime::signing::{Freshness, NonceFormat, NonceRules, PlacedValue, SignaturePlace, ValuePlace};
use sdkwright_runtime::testing::{FixedClock, Script, Step};
use sdkwright_runtime::{Builder, Error, IdempotencyKey, Refusal, Response, RetryPolicy};

const NOW: u64 = 1_782_604_800;

static API: Api = Api {
    signing: Some(&SIGNING),
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

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("signature"),
    values: &[PlacedValue {
        value: SignedValue::ClientId,
        place: ValuePlace::Header("client-id"),
    }],
    freshness: Freshness::each_way(300),
    nonce: Some(NonceRules {
        format: NonceFormat::Text,
        length: (16, 64),
    }),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[
        Piece::Value(SignedValue::Method, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Target, &[]),
    ],
    timestamp: TimestampFormat::UnixSeconds,
    ..SignatureRules::NONE
};

static CREATE: Description = Description::new("createThing", "POST", "/things")
    .intent(KeyIntent::Effect)
    .ids(&[("ThingId", "/thingId")])
    .subject(&[Subject::Body("/reference")]);

/// A client of a secret and the one before, and the requests that it sent.
fn client(journal: &Journal<Sqlite>, secret: &str, previous: Option<&str>, steps: &[Step]) -> (Core, Script) {
    sdkwright_watch::listen();
    let script = Script::new(steps.to_vec());
    let mut builder = Builder::new(&API)
        .base_url("https://api.example.com/v1")
        .client_id("client-1")
        .client_secret(secret)
        .transport(script.clone())
        .clock(FixedClock(NOW))
        .retry(RetryPolicy {
            attempts: 1,
            ..RetryPolicy::default()
        })
        .journal(journal.clone());
    if let Some(previous) = previous {
        builder = builder.previous_secret(previous);
    }
    (builder.build().unwrap(), script)
}

async fn create(client: &Core, key: &str, reference: &str) -> Result<Response<JsonValue>, Error> {
    let body: JsonValue = format!("{{\"reference\":\"{reference}\",\"amount\":\"100\"}}")
        .parse()
        .unwrap();
    let key = IdempotencyKey::new(key).unwrap();
    sdkwright_runtime::client::send(client.clone(), Request::new(client.api(), &CREATE).key(key).json(&body)).await
}

fn made() -> Step {
    Step::json(201, "{\"thingId\":\"thing-1\"}")
}

fn refused(error: &Error) -> &JournalRefusal {
    match error.refusal() {
        Some(Refusal::Journal(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

fn open(path: &Path) -> Journal<Sqlite> {
    Journal::new(Sqlite::open(path).unwrap()).unwrap()
}

/// Changes that are possible with write access to the table.
const CHANGES: [&str; 12] = [
    "state = 'cut-off'",
    "recorded = recorded - 1",
    "leased_until = 9999999999, leased_by = 'x/y/z'",
    "head = json_set(head, '$.first_sent', NULL)",
    "head = json_set(head, '$.retention', 8640000)",
    "head = 'what no version writes'",
    "request = CAST(replace(CAST(request AS TEXT), 'api.example.com', 'evil.example.net') AS BLOB)",
    "request = CAST(replace(CAST(request AS TEXT), '\"100\"', '\"999\"') AS BLOB)",
    "request = (SELECT request FROM sdkwright_journal_intents WHERE key = 'other')",
    "seal = zeroblob(32)",
    "seal = x'', sealed_by = ''",
    "(head, request, seal) = (SELECT head, request, seal FROM sdkwright_journal_intents WHERE key = 'other')",
];

#[tokio::test]
async fn a_changed_row_is_told_as_broken_and_never_sent_shown_or_replaced() {
    for change in CHANGES {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = open(&path);
        let (lost, _) = client(&journal, "secret", None, &[Step::no_answer(), Step::no_answer()]);
        create(&lost, "k", "wd-1").await.unwrap_err();
        create(&lost, "other", "wd-2").await.unwrap_err();
        let own = rusqlite::Connection::open(&path).unwrap();
        let text = format!("UPDATE sdkwright_journal_intents SET {change} WHERE key = 'k'");
        assert_eq!(own.execute(&text, []).unwrap(), 1, "{change}");
        drop(own);

        let (client, script) = client(&journal, "secret", None, &[made(), made(), made()]);
        let resumed = journal.resume(&client).await.unwrap();
        // The unchanged row is still resumed.
        assert_eq!(
            (resumed.done.len(), script.sent().len()),
            (1, 1),
            "{change}: {resumed:?}"
        );
        let [(key, StoreError::Unverified(_))] = resumed.broken.as_slice() else {
            panic!("{change}: {resumed:?}")
        };
        assert!(key == "k" && !resumed.is_finished(), "{change}");
        let actions = journal.actions(&client);
        for told in [
            actions.show("k").await.map(drop),
            actions.ids("k").await.map(drop),
            actions.evidence("k").await.map(drop),
            actions.finish("k").await,
            actions.reconciled("k", Finding::Executed { ids: Vec::new() }).await,
        ] {
            assert!(matches!(told, Err(StoreError::Unverified(_))), "{change}: {told:?}");
        }
        let resent = journal.resend(&client, "k").await.map(drop);
        assert!(
            matches!(resent, Err(ResendError::Store(StoreError::Unverified(_)))),
            "{change}: {resent:?}"
        );
        // Both its key and its subject stay protected.
        for key in ["k", "k-2"] {
            let error = create(&client, key, "wd-1").await.unwrap_err();
            let broken = JournalRefusal::Broken { key: "k".to_owned() };
            assert_eq!(refused(&error), &broken, "{change}");
        }
        assert_eq!(script.sent().len(), 1, "{change}");
    }
}

#[tokio::test]
async fn a_settled_row_that_was_changed_is_told_and_frees_nothing() {
    for change in [
        "state = 'open'",
        "state = 'refused'",
        "state = 'reconcile'",
        "head = replace(head, 'thing-1', 'thing-2')",
        "head = replace(head, '\"spent\":false', '\"spent\":true')",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = open(&path);
        let (client, script) = client(&journal, "secret", None, &[made(), made()]);
        create(&client, "k", "wd-1").await.unwrap();
        let own = rusqlite::Connection::open(&path).unwrap();
        let text = format!("UPDATE sdkwright_journal_intents SET {change} WHERE key = 'k'");
        assert_eq!(own.execute(&text, []).unwrap(), 1, "{change}");
        let resumed = journal.resume(&client).await.unwrap();
        assert_eq!(
            (resumed.broken.len(), resumed.is_finished()),
            (1, false),
            "{change}: {resumed:?}"
        );
        let verified = journal.actions(&client).verify().await.unwrap();
        assert!(
            matches!(verified.as_slice(), [(key, StoreError::Unverified(_))] if key == "k"),
            "{change}"
        );
        for key in ["k", "k-2"] {
            let error = create(&client, key, "wd-1").await.unwrap_err();
            assert!(
                matches!(refused(&error), JournalRefusal::Broken { .. }),
                "{change}: {error}"
            );
        }
        assert_eq!(script.sent().len(), 1, "{change}");
    }
}

#[tokio::test]
async fn a_row_that_was_copied_to_another_key_or_sender_or_store_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, elsewhere) = (folder.path().join("journal.db"), folder.path().join("other.db"));
    let journal = open(&path);
    let (lost, _) = client(&journal, "secret", None, &[Step::no_answer()]);
    create(&lost, "k", "wd-1").await.unwrap_err();
    let other = open(&elsewhere);
    let own = rusqlite::Connection::open(&path).unwrap();
    let columns = "state, recorded, leased_until, leased_by, head, request, evidence, sealed_by, seal";
    own.execute_batch(&format!(
        "INSERT INTO sdkwright_journal_intents (base_url, client_id, key, subject, {columns})
            SELECT base_url, client_id, 'copy', NULL, {columns} FROM sdkwright_journal_intents WHERE key = 'k';
         ATTACH '{}' AS other; INSERT INTO other.sdkwright_journal_intents SELECT * FROM main.sdkwright_journal_intents WHERE key = 'k'",
        elsewhere.display()
    ))
    .unwrap();
    let (client, script) = client(&journal, "secret", None, &[made(), made()]);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.done.len(), resumed.broken.len()), (1, 1), "{resumed:?}");
    assert_eq!(resumed.broken[0].0, "copy");
    let resumed = other.resume(&client).await.unwrap();
    assert_eq!((resumed.done.len(), resumed.broken.len()), (0, 1), "{resumed:?}");
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test]
async fn rows_of_the_secret_before_are_known_and_signed_anew_and_those_of_a_stranger_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = open(&path);
    let (old, _) = client(&journal, "old", None, &[made(), Step::no_answer()]);
    create(&old, "done", "wd-1").await.unwrap();
    create(&old, "lost", "wd-2").await.unwrap_err();
    let (stranger, script) = client(&journal, "new", None, &[made()]);
    let resumed = journal.resume(&stranger).await.unwrap();
    assert_eq!((resumed.broken.len(), script.sent().len()), (2, 0), "{resumed:?}");
    let (both, _) = client(&journal, "new", Some("old"), &[made()]);
    let resumed = journal.resume(&both).await.unwrap();
    assert_eq!((resumed.done.len(), resumed.broken.len()), (1, 0), "{resumed:?}");
    // Without the old secret, all rows can still be read.
    let (new, _) = client(&journal, "new", None, &[]);
    for key in ["done", "lost"] {
        let record = journal.actions(&new).show(key).await.unwrap().unwrap();
        assert_eq!(record.state, State::Executed, "{key}");
    }
    assert_eq!(journal.actions(&new).verify().await.unwrap().len(), 0);
    assert_eq!(journal.actions(&old).verify().await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_intent_that_is_recorded_in_a_transaction_is_signed_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = open(&path);
    let (client, script) = client(&journal, "secret", None, &[made()]);
    let body: JsonValue = "{\"reference\":\"wd-1\",\"amount\":\"100\"}".parse().unwrap();
    let key = IdempotencyKey::new("k").unwrap();
    let intent =
        sdkwright_runtime::client::intent(client.clone(), Request::new(client.api(), &CREATE).key(key).json(&body))
            .await;
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let mut transaction = own.transaction().unwrap();
    journal.record_in(&mut transaction, intent.unwrap()).unwrap().unwrap();
    let signed = "SELECT length(seal), length(sealed_by) FROM sdkwright_journal_intents";
    let lengths = transaction.query_row(signed, [], |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(lengths.unwrap(), (32_i64, 16_i64));
    transaction.commit().unwrap();
    assert_eq!(journal.resume(&client).await.unwrap().done.len(), 1);
    assert_eq!(script.sent().len(), 1);
}

/// The search keys of a row: with write access to the table they decide whose approval is released.
#[tokio::test]
async fn what_a_row_is_found_by_is_signed_too() {
    for change in [
        "UPDATE sdkwright_journal_made SET key = CASE key WHEN 'one' THEN 'two' ELSE 'one' END",
        "UPDATE sdkwright_journal_made SET id = 't-9' WHERE key = 'one'",
        "INSERT INTO sdkwright_journal_made SELECT base_url, client_id, 't-two', key FROM sdkwright_journal_made WHERE key = 'one'",
        "DELETE FROM sdkwright_journal_made WHERE key = 'one'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = open(&path);
        for key in ["one", "two"] {
            let mut draft = conformance::intent(key, key, NOW.cast_signed());
            (draft.evidence, draft.later) = (Some("{}".into()), vec!["submitThing".to_owned()]);
            ended(&journal, draft, &format!("t-{key}")).await;
        }
        let own = rusqlite::Connection::open(&path).unwrap();
        assert!(own.execute(change, []).unwrap() > 0, "{change}");
        drop(own);
        let mut submission = conformance::intent("submit", "submit", NOW.cast_signed());
        "submitThing".clone_into(&mut submission.operation);
        submission.arguments = vec![("thingId".to_owned(), "t-two".to_owned())];
        ended(&journal, submission, "s-1").await;

        let client = conformance::client(NOW.cast_signed()).unwrap();
        let actions = journal.actions(&client);
        let told = actions.evidence("one").await;
        assert!(matches!(told, Err(StoreError::Unverified(_))), "{change}: {told:?}");
        let own = rusqlite::Connection::open(&path).unwrap();
        let stays = "SELECT evidence IS NOT NULL FROM sdkwright_journal_intents WHERE key = 'one'";
        assert!(
            own.query_row(stays, [], |row| row.get::<_, bool>(0)).unwrap(),
            "{change}"
        );
        let resumed = journal.resume(&client).await.unwrap();
        let broken = |told: &[(String, StoreError)]| {
            let is_told = |(key, why): &(String, StoreError)| key == "one" && matches!(why, StoreError::Unverified(_));
            told.iter().any(is_told)
        };
        assert!(broken(&resumed.broken), "{change}: {resumed:?}");
        assert!(broken(&actions.verify().await.unwrap()), "{change}");
    }
}

/// Sends an intent, which makes a thing of that id.
async fn ended(journal: &Journal<Sqlite>, intent: sdkwright_runtime::journal::Intent, id: &str) {
    let Verdict::Send(claim) = journal.begin(intent).await.unwrap() else {
        panic!("it is new")
    };
    let (status, ids) = (201, vec![("ThingId".to_owned(), id.to_owned())]);
    journal
        .settle(claim, Settlement::Executed { status, ids })
        .await
        .unwrap();
}

/// A file takes any bytes for text.
#[tokio::test]
async fn a_row_that_is_no_text_is_told_and_hides_no_other() {
    for column in ["subject", "leased_by", "head", "sealed_by", "state", "key"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = open(&path);
        let (client, _) = client(
            &journal,
            "secret",
            None,
            &[Step::no_answer(), Step::no_answer(), made()],
        );
        for (key, reference) in [("one", "wd-1"), ("two", "wd-2")] {
            create(&client, key, reference).await.unwrap_err();
        }
        let own = rusqlite::Connection::open(&path).unwrap();
        // The changed row is listed before the other one.
        let text = format!(
            "UPDATE sdkwright_journal_intents SET recorded = recorded - 1, {column} = CAST(x'ff' AS TEXT) WHERE key = 'one'"
        );
        assert_eq!(own.execute(&text, []).unwrap(), 1);
        drop(own);
        let actions = journal.actions(&client);
        let resumed = journal.resume(&client).await.unwrap();
        assert_eq!(
            (resumed.done.len(), resumed.is_finished()),
            (1, false),
            "{column}: {resumed:?}"
        );
        let broken = |told: &[(String, StoreError)]| matches!(told, [(_, StoreError::Unverified(_))]);
        assert!(
            broken(&resumed.broken) && resumed.failed.is_none(),
            "{column}: {resumed:?}"
        );
        assert!(broken(&actions.verify().await.unwrap()), "{column}");
        let listed = actions.pending().await.unwrap();
        assert!(listed.records.is_empty(), "{column}: {listed:?}");
        actions.purge(UNIX_EPOCH + Duration::from_secs(NOW * 10)).await.unwrap();
    }
}
