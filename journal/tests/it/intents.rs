//! Intents that are executed by other clients than the one that created them, with and without a journal.

use std::time::Duration;

use sdkwright_journal::{Journal, JournalRefusal, Memory, State};
use sdkwright_runtime::client::Core;
use sdkwright_runtime::{Execution, Intent, IntentError, JsonValue, Refusal};

use crate::calls::key;
use crate::calls::server::{Create, Fault, Server, Submit, request};

const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

async fn intent(client: &Core) -> Intent<Create> {
    Intent::of_call(client.clone(), request(client, key("k"), "wd-1"))
        .await
        .unwrap()
}

/// Executes the bytes in a new process.
async fn executed(client: &Core, bytes: &[u8]) -> Execution<JsonValue> {
    let intent = Intent::<Create>::from_bytes(client, bytes).await.unwrap();
    client.execute(&intent).await
}

fn journal() -> Journal<Memory> {
    Journal::new(Memory::new()).unwrap()
}

fn refused<T: std::fmt::Debug>(execution: &Execution<T>) -> &JournalRefusal {
    match execution {
        Execution::Executed(Err(error)) | Execution::Unknown { error, .. } => match error.refusal() {
            Some(Refusal::Journal(refused)) => refused,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_intent_is_executed_once_however_many_clients_execute_it() {
    let server = Server::default();
    let bytes = intent(&server.client_without_journal()).await.to_bytes().unwrap();
    assert_eq!(server.effects(), 0);
    server.fault(Fault::LoseAnswers(99));
    let lost = executed(&server.client_without_journal(), &bytes).await;
    assert!(matches!(lost, Execution::Unknown { retry_at: Some(_), .. }), "{lost:?}");
    server.fault(Fault::None);
    for _ in 0..2 {
        let done = executed(&server.client_without_journal(), &bytes).await;
        let Execution::Executed(Ok(thing)) = done else {
            panic!("{done:?}")
        };
        assert_eq!(thing.get("thingId").and_then(JsonValue::as_str), Some("thing-1"));
    }
    let bodies = server.bodies();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn past_the_retention_nothing_is_sent_and_the_contract_s_call_finds_the_action() {
    let server = Server::default();
    let client = server.client_without_journal();
    let intent = intent(&client).await;
    let bytes = intent.to_bytes().unwrap();
    assert!(matches!(client.execute(&intent).await, Execution::Executed(Ok(_))));
    server.later(hours(23));
    server.forget();
    let sent = server.bodies().len();
    let late = executed(&server.client_without_journal(), &bytes).await;
    assert!(matches!(late, Execution::Unknown { retry_at: None, .. }), "{late:?}");
    assert!(matches!(
        client.execute(&intent).await,
        Execution::Unknown { retry_at: None, .. }
    ));
    assert_eq!((server.bodies().len(), server.effects()), (sent, 1));
    let found = intent.find(&client).unwrap().await.unwrap();
    assert_eq!(&found.value[..], br#"{"data":["thing-1"]}"#);
}

#[tokio::test]
async fn the_next_attempt_is_never_past_the_retention() {
    let server = Server::default();
    let bytes = intent(&server.client_without_journal()).await.to_bytes().unwrap();
    server.fault(Fault::LoseAnswers(99));
    server.later(Duration::from_secs(23 * 3600 - 5));
    let late = executed(&server.client_without_journal(), &bytes).await;
    assert!(matches!(late, Execution::Unknown { retry_at: None, .. }), "{late:?}");
}

#[tokio::test]
async fn a_refusal_proves_that_nothing_happened_only_if_no_other_process_had_the_bytes() {
    let server = Server::default();
    let client = server.client_without_journal();
    for (code, spent) in [("NO_FUNDS", true), ("BAD", false)] {
        server.fault(Fault::RefuseForGood(code));
        let intent = Intent::<Create>::of_call(client.clone(), request(&client, key(code), code));
        let intent = intent.await.unwrap();
        let refused = client.execute(&intent).await;
        let Execution::NotExecuted { error, is_spent } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((error.code(), is_spent), (Some(code), spent));
        let again = executed(&server.client_without_journal(), &intent.to_bytes().unwrap()).await;
        assert!(matches!(again, Execution::Unknown { .. }), "{again:?}");
    }
    assert_eq!(server.effects(), 0);
}

#[tokio::test]
async fn a_journal_decides_and_records_what_an_intent_does() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    let bytes = intent(&client).await.to_bytes().unwrap();
    assert!(matches!(executed(&client, &bytes).await, Execution::Executed(Ok(_))));
    let record = journal.actions(&client).show("k").await.unwrap().unwrap();
    assert_eq!((record.state, record.id("ThingId")), (State::Executed, Some("thing-1")));
    let again = executed(&server.client(&journal), &bytes).await;
    assert!(matches!(refused(&again), JournalRefusal::Executed { .. }), "{again:?}");
    let Execution::Executed(Err(error)) = again else {
        panic!("{again:?}")
    };
    assert_eq!(error.executed_id("ThingId"), Some("thing-1"));
    // The subject of the action has its key, and the key its request.
    for (name, reference) in [("other", "wd-1"), ("k", "wd-2")] {
        let other = Intent::<Create>::of_call(client.clone(), request(&client, key(name), reference));
        let other = client.execute(&other.await.unwrap()).await;
        let is_other = matches!(
            (name, &other),
            ("other", Execution::Unknown { retry_at: None, .. }) | ("k", Execution::Unknown { retry_at: None, .. })
        );
        assert!(is_other, "{other:?}");
    }
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_journal_counts_the_retention_from_the_creation_of_an_intent() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    let bytes = intent(&client).await.to_bytes().unwrap();
    // Another process without this journal executes it.
    let elsewhere = server.client(&self::journal());
    assert!(matches!(executed(&elsewhere, &bytes).await, Execution::Executed(Ok(_))));
    // A row of it is that of an action that may have been sent.
    let kept = self::journal();
    let restored = Intent::<Create>::from_bytes(&client, &bytes).await.unwrap();
    kept.record(restored).await.unwrap().unwrap();
    let record = kept.actions(&client).show("k").await.unwrap().unwrap();
    assert!(record.first_sent.is_some());
    server.later(hours(22));
    server.fault(Fault::LoseAnswers(99));
    let lost = executed(&client, &bytes).await;
    assert!(matches!(lost, Execution::Unknown { retry_at: Some(_), .. }), "{lost:?}");
    server.later(hours(2));
    server.forget();
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.reconcile.len(), server.effects()), (1, 1));
}

#[tokio::test]
async fn an_intent_of_another_client_or_operation_is_refused() {
    let server = Server::default();
    let client = server.client(&journal());
    let intent = intent(&client).await;
    let other = server.client_of("client-1", "https://other.example.com", &journal());
    let error = other.execute(&intent).await;
    assert!(matches!(error, Execution::NotExecuted { .. }), "{error:?}");
    let bytes = intent.to_bytes().unwrap();
    let error = Intent::<Create>::from_bytes(&other, &bytes).await.unwrap_err();
    assert_eq!(error, IntentError::AnotherSender);
    let error = Intent::<Submit>::from_bytes(&client, &bytes).await.unwrap_err();
    assert_eq!(
        error,
        IntentError::AnotherOperation {
            operation: "createThing".to_owned()
        }
    );
    assert!(server.bodies().is_empty());
}
