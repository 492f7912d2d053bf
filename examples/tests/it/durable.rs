//! The steps of a payout in a workflow engine, which may run each of them again, on any machine: docs/use/durable.md.

#[path = "../../durable/payout.rs"]
mod payout;

use std::time::{Duration, SystemTime};

use oceafin_partner::calls::IdempotencyKey;
use oceafin_partner::operations::customers::CreatePartnerCustomer;
use oceafin_partner::settings::{Clock, Policy};
use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, FiatWithdrawalId, PartnerCustomerRef, PartnerCustomerType,
    PartnerFiatWithdrawalStatus,
};
use payout::{Approved, Order, Payout};
use sdkwright_durable::{Again, LookUp, Prepared, PreparedError, Settled, Workflow};
use sdkwright_sandbox_server::{Options, Running, Sandbox, ServerModel};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn server() -> Running {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
    let options = Options {
        seed: true,
        any_reference: true,
        ..Options::default()
    };
    Sandbox::start_file(contract, options).unwrap()
}

/// A client of another worker.
fn worker_with(server: &Running, secret: impl Into<String>, attempts: u32) -> Client {
    sdkwright_watch::listen();
    let once = Policy {
        attempts,
        ..Policy::default()
    };
    let client = Client::builder()
        .base_url(&server.base_url)
        .client_id(&server.client_id);
    let client = client.client_secret(secret.into()).retry(once).without_journal();
    client.build().unwrap()
}

/// A client that sends each request once.
fn worker(server: &Running) -> Client {
    worker_with(server, server.client_secret.clone(), 1)
}

/// A client that corrects its clock by a refusal.
fn patient_worker(server: &Running) -> Client {
    worker_with(server, server.client_secret.clone(), 3)
}

fn payout(client: &Client, id: &str) -> Payout {
    let (client, id) = (client.clone(), id.to_owned());
    Payout { client, id }
}

/// Returns a value as an engine records it: as text.
fn recorded<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

async fn approved(client: &Client, id: &str) -> Approved {
    let order = Order::new("cust-100001", "250.00");
    let drafted = payout(client, id).draft(&order).await.unwrap();
    let evidence = drafted.approval("user-4711").unwrap();
    let approved = match Approved::new(drafted, evidence) {
        Settled::Executed(approved) => Some(approved),
        _ => None,
    };
    recorded(&approved.unwrap())
}

#[tokio::test]
async fn an_approval_of_another_draft_ends_the_payout() {
    let server = server();
    let client = worker(&server);
    let [first, second] = [approved(&client, "wd-1").await, approved(&client, "wd-1").await];
    let joined = Approved::new(second.drafted, first.evidence);
    assert!(
        matches!(joined, Settled::NotExecuted { .. }),
        "each draft has its own quote"
    );
}

async fn creation(server: &Running, id: &str) -> (Approved, Prepared) {
    let client = worker(server);
    let approved = approved(&client, id).await;
    let creation = payout(&client, id).prepare_creation(&approved).await.unwrap();
    (approved, recorded(&creation))
}

async fn create(
    server: &Running,
    id: &str,
    approved: &Approved,
    creation: &Prepared,
) -> Result<Settled<FiatWithdrawalId>, Again> {
    let customer = &approved.drafted.customer;
    let settled = payout(&worker(server), id).create(creation, customer).await;
    settled
        .map(|settled| recorded(&settled))
        .map_err(|again| recorded(&again))
}

async fn look_up(
    server: &Running,
    id: &str,
    look_up: &LookUp,
    customer: &CustomerId,
) -> Result<Settled<FiatWithdrawalId>, Again> {
    payout(&patient_worker(server), id)
        .look_creation_up(look_up, customer)
        .await
}

#[tokio::test]
async fn a_payout_whose_steps_run_again_on_other_machines_pays_once() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    assert!(server.effects().is_empty());
    // Neither the response arrives nor that of the read.
    server.answer_next("drop").unwrap();
    server.answer_next("drop").unwrap();
    let again = create(&server, "wd-1", &approved, &creation).await.unwrap_err();
    assert!(
        again.after > Duration::ZERO && again.after <= Duration::from_mins(1),
        "{again:?}"
    );
    let created = create(&server, "wd-1", &approved, &creation).await.unwrap();
    assert_eq!(
        create(&server, "wd-1", &approved, &creation).await.as_ref(),
        Ok(&created)
    );
    let Settled::Executed(id) = created else {
        panic!("{created:?}")
    };

    let client = worker(&server);
    let payout = payout(&client, "wd-1");
    let submission = recorded(&payout.prepare_submission(&id, &approved).await.unwrap());
    server.answer_next("drop").unwrap();
    server.answer_next("drop").unwrap();
    payout.submit(&submission, &id).await.unwrap_err();
    let submitted = payout.submit(&submission, &id).await.unwrap();
    assert_eq!(submitted, Settled::Executed(PartnerFiatWithdrawalStatus::Submitted));
    let keys: Vec<_> = server.effects().into_iter().filter_map(|effect| effect.key).collect();
    assert_eq!(keys, ["wd-1:create", "wd-1:submit"]);

    // The same workflow id, once the engine has forgotten the workflow.
    let error = payout.prepare_creation(&approved).await.unwrap_err().to_string();
    assert!(error.contains("the payout exists"), "{error}");
}

#[tokio::test]
async fn a_success_that_nobody_can_read_is_found_by_its_effect() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    server.switch(ServerModel::OddAnswers, None);
    let created = create(&server, "wd-1", &approved, &creation).await.unwrap();
    let Settled::Executed(id) = created else {
        panic!("{created:?}")
    };
    let client = worker(&server);
    let payout = payout(&client, "wd-1");
    let submission = payout.prepare_submission(&id, &approved).await;
    let again = payout.submit(&submission.unwrap(), &id).await;
    assert_eq!(again, Ok(Settled::Executed(PartnerFiatWithdrawalStatus::Submitted)));
    assert_eq!(server.effects().len(), 2);
}

#[tokio::test]
async fn a_refused_step_did_not_happen_only_once_no_copy_of_its_request_can_act() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    let customer = &approved.drafted.customer;
    server.answer_next("PARTNER_QUOTE_EXPIRED").unwrap();
    let refused = create(&server, "wd-1", &approved, &creation).await.unwrap();
    let Settled::LookUp(refused) = refused else {
        panic!("{refused:?}")
    };
    // A copy that an earlier attempt sent may still be on its way.
    let early = look_up(&server, "wd-1", &refused, customer).await.unwrap_err();
    assert!(early.after > Duration::from_mins(10), "{early:?}");
    server.set_clock_offset(i64::try_from(early.after.as_secs()).unwrap() - 30);
    let early = look_up(&server, "wd-1", &refused, customer).await.unwrap_err();
    assert!(early.after < Duration::from_secs(40), "{early:?}");
    server.set_clock_offset(3600);
    let settled = look_up(&server, "wd-1", &refused, customer).await.unwrap();
    assert!(matches!(settled, Settled::NotExecuted { .. }), "{settled:?}");
    assert!(server.effects().is_empty());
}

#[tokio::test]
async fn a_look_up_of_a_submission_reads_the_state_of_the_withdrawal() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    let created = create(&server, "wd-1", &approved, &creation).await.unwrap();
    let Settled::Executed(id) = created else {
        panic!("{created:?}")
    };
    let client = worker(&server);
    let payout = payout(&client, "wd-1");
    let submission = payout.prepare_submission(&id, &approved).await.unwrap();
    server.answer_next("PARTNER_QUOTE_EXPIRED").unwrap();
    let refused = payout.submit(&submission, &id).await.unwrap();
    let Settled::LookUp(refused) = refused else {
        panic!("{refused:?}")
    };
    let early = payout.look_submission_up(&refused, &id).await.unwrap_err();
    assert!(early.after > Duration::from_mins(10), "{early:?}");
    server.set_state(id.as_str(), "SUBMITTED").unwrap();
    let found = payout.look_submission_up(&refused, &id).await.unwrap();
    assert_eq!(found, Settled::Executed(PartnerFiatWithdrawalStatus::Submitted));
    let again = payout.paid(&id).await.unwrap_err();
    assert!(again.reason.contains("SUBMITTED"), "{again:?}");
    server.set_state(id.as_str(), "FAILED").unwrap();
    assert_eq!(payout.paid(&id).await, Ok(PartnerFiatWithdrawalStatus::Failed));
}

#[tokio::test]
async fn a_read_that_fails_decides_nothing() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    server.answer_next("PARTNER_QUOTE_EXPIRED").unwrap();
    let refused = create(&server, "wd-1", &approved, &creation).await.unwrap();
    let Settled::LookUp(refused) = refused else {
        panic!("{refused:?}")
    };
    server.set_clock_offset(3600);
    let client = worker(&server);
    // The first read finds nothing, and the second one fails.
    let reads = std::sync::atomic::AtomicU32::new(0);
    let settled = refused.read(&client, || async {
        match reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Ok(None::<()>),
            _ => Err("no connection"),
        }
    });
    let again = settled.await.unwrap_err();
    assert_eq!(again.reason, "no connection");
    // The first read finds nothing, and the second one finds the action.
    reads.store(0, std::sync::atomic::Ordering::Relaxed);
    let settled = refused.read(&client, || async {
        Ok::<_, String>((reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 1).then_some("found"))
    });
    assert_eq!(settled.await, Ok(Settled::Executed("found")));
}

/// The clock of a worker, a day and an hour later.
struct Later;

impl Clock for Later {
    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_hours(25)
    }
}

#[tokio::test]
async fn nothing_is_sent_after_the_retention_and_a_look_up_finds_the_action() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    server.answer_next("drop").unwrap();
    server.answer_next("drop").unwrap();
    create(&server, "wd-1", &approved, &creation).await.unwrap_err();
    server.set_clock_offset(90_000);
    let client = Client::builder()
        .base_url(&server.base_url)
        .client_id(&server.client_id);
    let client = client.client_secret(server.client_secret.clone()).clock(Later);
    let client = client.without_journal().build().unwrap();
    let payout = payout(&client, "wd-1");
    server.clear_calls();
    let settled = payout.create(&creation, &approved.drafted.customer).await.unwrap();
    let Settled::LookUp(look_up) = settled else {
        panic!("{settled:?}")
    };
    assert!(server.calls().is_empty());
    let look_up = recorded(&look_up);
    let found = payout.look_creation_up(&look_up, &approved.drafted.customer).await;
    let found = found.unwrap();
    assert!(matches!(found, Settled::Executed(_)), "{found:?}");
    assert_eq!(server.effects().len(), 1);
}

#[tokio::test]
async fn a_step_sends_nothing_that_another_step_or_workflow_recorded() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    server.clear_calls();
    for (id, name) in [("wd-2", "create"), ("wd-1", "submit")] {
        let step = Workflow::new(id).step(name);
        let settled = step
            .execute::<CreatePartnerCustomer>(&worker(&server), &creation)
            .await
            .unwrap();
        assert!(matches!(settled, Settled::LookUp(_)), "{settled:?}");
    }
    let settled = create(&server, "wd-2", &approved, &creation).await.unwrap();
    let Settled::LookUp(look_up) = settled else {
        panic!("{settled:?}")
    };
    assert!(look_up.reason().contains("the key of another step"), "{look_up:?}");
    assert!(server.calls().is_empty() && !format!("{creation:?}").contains("wd-1"));
    // No response has told this worker the time, so it does not know until when an earlier copy can act.
    let customer = &approved.drafted.customer;
    let for_a_person = self::look_up(&server, "wd-2", &look_up, customer).await;
    assert!(matches!(for_a_person, Ok(Settled::LookUp(_))), "{for_a_person:?}");
}

#[tokio::test]
async fn a_worker_with_other_settings_leaves_the_step_to_the_next_one() {
    let server = server();
    let (approved, creation) = creation(&server, "wd-1").await;
    let customer = approved.drafted.customer;
    let other = worker_with(&server, "a newer secret of the client, 0123456789abcdef", 1);
    let again = payout(&other, "wd-1").create(&creation, &customer).await.unwrap_err();
    assert!(again.reason.contains("`previous_secret`"), "{again:?}");
    assert!(server.effects().is_empty());
}

#[tokio::test]
async fn an_intent_with_the_key_of_an_attempt_is_not_recorded() {
    let server = server();
    let client = worker(&server);
    let step = Workflow::new("cust-1").step("create");
    let request = CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from("cust-1"),
        PartnerCustomerType::Individual,
        "Jane Partner",
    );
    let attempt = IdempotencyKey::new("cust-1:create:2").unwrap();
    let intent = client.customers().create(attempt, &request).intent().await.unwrap();
    assert_eq!(step.prepared(&intent).unwrap_err(), PreparedError::OtherKey);
}

#[test]
fn no_two_steps_share_a_key() {
    let key = |workflow: &str, step: &str| {
        let key = Workflow::new(workflow).step(step).key().unwrap();
        key.as_str().to_owned()
    };
    assert_eq!(key("wd-1", "create"), "wd-1:create");
    assert_ne!(key("a:b", "c"), key("a", "b:c"));
    assert_ne!(key("a%3a", "b"), key("a:", "b"));
    let long = "x".repeat(300);
    assert_eq!(key(&long, "a").len(), 64);
    assert_ne!(key(&long, "a"), key(&long, "b"));
    assert!(Workflow::new("").step("a").key().is_err() && Workflow::new("a").step("").key().is_err());
}
