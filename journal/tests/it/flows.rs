//! Flows with actions: once on the server, however often their steps run, and on every store.

use std::time::Duration;

use sdkwright_journal::{Flow, FlowError, Journal, Memory, Sqlite, State, Store};
use sdkwright_runtime::client::Core;
use sdkwright_runtime::glue::{Api, Scheme, SchemeKind};
use sdkwright_runtime::testing::{FixedClock, Script};
use sdkwright_runtime::{Builder, Credential, IdempotencyKey, Intent, Outcome};

use crate::calls::server::{Create, Fault, Server, Submit, request};

async fn create(
    client: &Core,
    key: IdempotencyKey,
    reference: &str,
) -> Result<Intent<Create>, sdkwright_runtime::Error> {
    Intent::of_call(client.clone(), request(client, key, reference)).await
}

/// A flow that creates the thing of a reference, as a run of the application does it.
async fn created<S: Store>(flow: &Flow<S>, client: &Core, reference: &str) -> Result<String, FlowError> {
    let created = flow.once("create", |key| create(client, key, reference)).await?;
    created.id()
}

/// Steps of one flow on a store, while the server and the process fail.
pub(crate) async fn check<S: Store>(journal: &Journal<S>) {
    let server = Server::default();
    let client = server.client(journal);
    let flow = || journal.flow(&client, "payout:wd-1");
    server.fault(Fault::LoseAnswers(99));
    let lost = created(&flow(), &client, "wd-1").await.unwrap_err();
    assert!(matches!(lost, FlowError::Unknown { retry_at: Some(_), .. }), "{lost:?}");
    assert_eq!(lost.call().unwrap().outcome(), Outcome::Unknown);

    // Another request is refused while the outcome is unknown, and after it is known.
    for fault in [Fault::LoseAnswers(99), Fault::None] {
        server.fault(fault);
        let sent = server.bodies().len();
        let other = created(&flow(), &client, "wd-2").await.unwrap_err();
        let FlowError::AnotherRequest { step, difference } = &other else {
            panic!("{other:?}")
        };
        assert_eq!(
            (step.as_str(), difference.as_slice()),
            ("create", ["/reference".to_owned()].as_slice())
        );
        assert!(!format!("{other} {other:?}").contains("wd-2"), "{other:?}");
        assert_eq!(server.bodies().len(), sent, "it was sent");
        server.fault(Fault::None);
        let first = flow().once("create", |key| create(&client, key, "wd-1")).await.unwrap();
        assert_eq!(first.id::<String>().unwrap(), "thing-1");
    }
    let sent = server.bodies().len();
    assert_eq!(created(&flow(), &client, "wd-1").await.unwrap(), "thing-1");
    assert_eq!((server.bodies().len(), server.effects()), (sent, 1));
    let record = journal.actions(&client).show("payout:wd-1:create").await.unwrap();
    assert_eq!(record.map(|record| record.state), Some(State::Executed));

    // The next attempt after a refusal that the server keeps has a key of its own.
    let other = || journal.flow(&client, "payout:wd-3");
    server.fault(Fault::RefuseForGood("NO_FUNDS"));
    let refused = created(&other(), &client, "wd-3").await.unwrap_err();
    assert!(matches!(refused, FlowError::NotExecuted(_)), "{refused:?}");
    server.fault(Fault::None);
    assert_eq!(created(&other(), &client, "wd-3").await.unwrap(), "thing-2");
    let record = journal.actions(&client).show("payout:wd-3:create:2").await.unwrap();
    assert_eq!(record.map(|record| record.state), Some(State::Executed));

    // Two runs of one flow: one waits, and the action happens once.
    let (one, two) = (
        journal.flow(&client, "payout:wd-4"),
        journal.flow(&client, "payout:wd-4"),
    );
    let (one, two) = tokio::join!(created(&one, &client, "wd-4"), created(&two, &client, "wd-4"));
    let ended = [one, two];
    assert!(
        ended.iter().any(|end| matches!(end, Ok(id) if id == "thing-3")),
        "{ended:?}"
    );
    assert!(
        ended
            .iter()
            .all(|end| matches!(end, Ok(_) | Err(FlowError::Leased { .. }))),
        "{ended:?}"
    );
    assert_eq!(server.effects(), 3);
}

fn memory() -> Journal<Memory> {
    Journal::new(Memory::new()).unwrap()
}

#[tokio::test]
async fn an_action_of_a_flow_happens_once_in_memory() {
    check(&memory()).await;
}

#[tokio::test]
async fn an_action_of_a_flow_happens_once_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(Sqlite::open(folder.path().join("journal.db")).unwrap()).unwrap();
    check(&journal).await;
    // An open journal keeps its files.
    sdkwright_watch::keep_files(folder.path());
    drop(journal);
}

#[tokio::test]
async fn an_action_that_only_the_server_knows_is_looked_up_and_goes_on() {
    let (server, journal) = (Server::default(), memory());
    let client = server.client(&journal);
    let flow = journal.flow(&client, "payout:wd-1");
    server.fault(Fault::LoseAnswers(99));
    created(&flow, &client, "wd-1").await.unwrap_err();
    server.later(Duration::from_secs(24 * 3600));
    server.forget();
    let late = created(&flow, &client, "wd-1").await.unwrap_err();
    assert!(matches!(late, FlowError::Unknown { retry_at: None, .. }), "{late:?}");
    let found = || vec![("ThingId".to_owned(), "thing-1".to_owned())];
    flow.look_up("create", async || Ok(Some(found()))).await.unwrap();
    assert_eq!(created(&flow, &client, "wd-1").await.unwrap(), "thing-1");
    // It is known now, so it is not looked up again.
    flow.look_up("create", async || Err("it is looked up".into()))
        .await
        .unwrap();
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_step_without_an_id_is_sent_once_and_known_without_its_value() {
    let (server, journal) = (Server::default(), memory());
    let client = server.client(&journal);
    let flow = journal.flow(&client, "payout:wd-1");
    let id = created(&flow, &client, "wd-1").await.unwrap();
    let submit = |key| {
        let request = crate::calls::server::submission(&client, key, &id);
        Intent::<Submit>::of_call(client.clone(), request)
    };
    assert!(flow.once("submit", submit).await.unwrap().value().is_some());
    let sent = server.bodies().len();
    let again = flow.once("submit", submit).await.unwrap();
    assert!(again.value().is_none() && again.ids().is_empty(), "{again:?}");
    assert!(matches!(again.id::<String>(), Err(FlowError::Missing(_))));
    assert_eq!(server.bodies().len(), sent);
}

#[tokio::test]
async fn a_call_that_the_journal_would_not_decide_is_not_sent() {
    let (server, journal) = (Server::default(), memory());
    let client = server.client_without_journal();
    let unrecorded = created(&journal.flow(&client, "payout:wd-1"), &client, "wd-1").await;
    assert!(matches!(unrecorded, Err(FlowError::Missing(_))), "{unrecorded:?}");
    let client = server.client(&journal);
    let flow = journal.flow(&client, "payout:wd-1");
    let another = flow
        .once("create", |_| create(&client, crate::calls::key("k"), "wd-1"))
        .await;
    assert!(matches!(another, Err(FlowError::AnotherKey(_))), "{another:?}");
    for step in ["", "2", "a:b", "a b"] {
        let named = flow.once(step, |key| create(&client, key, "wd-1")).await;
        assert!(matches!(named, Err(FlowError::Name(_))), "{named:?}");
    }
    assert!(server.bodies().is_empty());
}

#[tokio::test]
async fn a_flow_that_the_server_never_examined_leaves_no_row() {
    let (server, journal) = (Server::default(), memory());
    let client = server.client(&journal);
    let flow = journal.flow(&client, "payout:wd-1");
    let names = async || {
        let mut open = journal.flows(&client).open();
        open.next().await.unwrap().map(|flow| flow.name().to_owned())
    };
    flow.keep("quote", async || Err::<String, _>("no quote".into()))
        .await
        .unwrap_err();
    assert_eq!(names().await, None);
    server.fault(Fault::Unreachable);
    let refused = created(&flow, &client, "wd-1").await.unwrap_err();
    assert!(matches!(refused, FlowError::NotExecuted(_)), "{refused:?}");
    assert_eq!(names().await, None);
    // What it keeps stays.
    flow.keep("quote", async || Ok("quote-1".to_owned())).await.unwrap();
    created(&flow, &client, "wd-1").await.unwrap_err();
    drop(flow);
    assert_eq!(names().await.as_deref(), Some("payout:wd-1"));
}

static API: Api = Api {
    schemes: &[Scheme {
        name: "key",
        kind: SchemeKind::HeaderKey("x-key"),
        setter: None,
    }],
    ..Api::new("Things", "test/1")
};

fn with_secrets(journal: &Journal<Memory>, [current, previous]: [&str; 2]) -> Core {
    Builder::<Core, _>::new(&API)
        .base_url("https://api.example.com")
        .client_id("client-1")
        .credential(Credential::api_key("key", current))
        .previous_credential(Credential::api_key("key", previous))
        .transport(Script::new([]))
        .clock(FixedClock(1_782_604_800))
        .journal(journal.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn resume_seals_what_flows_keep_with_a_new_secret() {
    let journal = memory();
    let [old, new] = ["sentinel9f2, an old secret", "sentinel9f2, a new secret"];
    let flow = |secrets| journal.flow(&with_secrets(&journal, secrets), "payout:wd-1");
    let keep = async |flow: Flow<Memory>| {
        flow.keep("quote", async || {
            Ok::<_, sdkwright_journal::StepError>("quote-1".to_owned())
        })
        .await
    };
    assert_eq!(keep(flow([old, old])).await.unwrap(), "quote-1");
    let unknown = keep(flow([new, new])).await.unwrap_err();
    assert!(matches!(unknown, FlowError::Store(_)), "{unknown:?}");
    let resumed = journal.resume(&with_secrets(&journal, [new, old])).await.unwrap();
    assert!(resumed.broken.is_empty() && resumed.failed.is_none(), "{resumed:?}");
    let later = flow([new, new]);
    let kept: String = later
        .keep("quote", async || Err("it is made again".into()))
        .await
        .unwrap();
    assert_eq!(kept, "quote-1");
}
