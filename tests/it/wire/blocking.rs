//! Calls that block, against the local server over real HTTP.

use std::path::Path;
use std::sync::{Arc, Mutex};

use oceafin_partner::blocking::{Wait as _, wait_for};
use oceafin_partner::metrics::{CallEnd, End, Metrics};
use oceafin_partner::{
    Client, CreatePartnerBuyerRequest, CreatePartnerCustomerRequest, CustomerId, IdempotencyKey, Outcome,
    PartnerCustomerRef, PartnerCustomerType,
    errors::{ErrorKind, Refusal},
};
use sdkwright_journal::{Journal, Memory, State};
use sdkwright_sandbox_server::{Options, Running, Sandbox};

fn sandbox() -> (Running, Client) {
    measured(&Ends::default())
}

fn measured(ends: &Ends) -> (Running, Client) {
    sdkwright_watch::listen();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/partner-api.yaml");
    let running = Sandbox::start_file(contract, Options::default()).unwrap();
    let client = Client::builder()
        .without_journal()
        .base_url(&running.base_url)
        .client_id(&running.client_id)
        .client_secret(running.client_secret.clone())
        .metrics(ends.clone())
        .validate_requests(true)
        .build()
        .unwrap();
    (running, client)
}

fn request(reference: &str) -> CreatePartnerCustomerRequest {
    CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from(reference),
        PartnerCustomerType::Individual,
        "sentinel9f2 Partner",
    )
}

fn create(client: &Client, number: usize) -> CustomerId {
    let reference = format!("cust-{number}");
    let key = IdempotencyKey::new(format!("{reference}:create")).unwrap();
    let customer = client.customers().create(key, &request(&reference)).wait().unwrap();
    customer.customer_id
}

#[test]
fn whatever_can_be_awaited_can_be_waited_for() {
    let (_sandbox, client) = sandbox();
    let id = create(&client, 1);
    let page = client.buyers().list(&id).with_response().wait().unwrap();
    assert_eq!((page.status.as_u16(), page.attempts), (200, 1));
    let target = format!("/partner/v1/customers/{id}/buyers");
    let raw = client.raw(oceafin_partner::http::Method::GET, target).wait();
    assert!(raw.unwrap().status.is_success());
    let error = client.buyers().list(&"nobody".into()).wait().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Problem, Outcome::NotExecuted)
    );
}

#[test]
fn a_list_is_an_iterator_over_all_its_pages() {
    let (sandbox, client) = sandbox();
    let id = create(&client, 1);
    sandbox.set_state(id.as_str(), "APPROVED").unwrap();
    let buyer = |number: usize| {
        let key = IdempotencyKey::new(format!("buyer-{number}:create")).unwrap();
        let request = CreatePartnerBuyerRequest::new(PartnerCustomerType::Individual, format!("Buyer {number}"));
        client
            .buyers()
            .create(key, &id, &request)
            .wait()
            .unwrap()
            .buyer_id
            .to_string()
    };
    let mut made: Vec<String> = (0..5).map(buyer).collect();
    let buyers = client.buyers().list(&id).limit(2).stream().each();
    let mut listed: Vec<_> = buyers.map(|buyer| buyer.unwrap().buyer_id.to_string()).collect();
    made.sort_unstable();
    listed.sort_unstable();
    assert_eq!(made, listed);
}

#[test]
fn threads_wait_at_the_same_time() {
    let (_sandbox, client) = sandbox();
    let ids: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                scope.spawn({
                    let client = &client;
                    move || create(client, number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let different: std::collections::BTreeSet<_> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(different.len(), 8);
}

#[tokio::test]
async fn within_an_async_runtime_it_blocks_and_does_not_panic() {
    let (_sandbox, client) = sandbox();
    let id = create(&client, 1);
    assert!(client.buyers().list(&id).await.is_ok());
}

/// Keeps the ends of calls.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<Vec<(End, String)>>>);

impl Metrics for Ends {
    fn call(&self, call: &CallEnd<'_>) {
        let told = (call.end, call.endpoint.operation().to_owned());
        self.0.lock().unwrap().push(told);
    }
}

impl Ends {
    fn take(&self) -> Vec<End> {
        let ends = std::mem::take(&mut *self.0.lock().unwrap());
        ends.into_iter().map(|(end, _)| end).collect()
    }
}

#[test]
fn every_call_that_is_waited_for_has_one_measure_each_page_and_each_asking_too() {
    let ends = Ends::default();
    let (sandbox, client) = measured(&ends);
    let id = create(&client, 1);
    sandbox.set_state(id.as_str(), "APPROVED").unwrap();
    assert_eq!(ends.take(), [End::Answered]);

    // A request that the contract does not allow is not sent, and the hook is told.
    let key = IdempotencyKey::new("long:create").unwrap();
    let long = "x".repeat(10_000);
    let error = client.customers().create(key, &request(&long)).wait().unwrap_err();
    assert!(matches!(error.refusal(), Some(Refusal::Invalid(_))), "{error}");
    assert_eq!(ends.take(), [End::Refused]);

    for number in 0..3 {
        let key = IdempotencyKey::new(format!("buyer-{number}:create")).unwrap();
        let buyer = CreatePartnerBuyerRequest::new(PartnerCustomerType::Individual, format!("Buyer {number}"));
        client.buyers().create(key, &id, &buyer).wait().unwrap();
    }
    assert_eq!(ends.take().len(), 3);
    assert_eq!(client.buyers().list(&id).limit(1).stream().each().count(), 3);
    assert_eq!(ends.take(), [End::Answered; 3]);

    let raw = client.raw(oceafin_partner::http::Method::GET, "no path").wait();
    assert!(raw.is_err());
    assert_eq!(ends.take(), [End::Refused]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_call_that_blocks_the_only_worker_uses_the_connection_that_the_worker_made() {
    let (_sandbox, client) = sandbox();
    let task = tokio::spawn(async move {
        let key = |number: u8| IdempotencyKey::new(format!("k-{number}")).unwrap();
        let awaited = client.customers().create(key(1), &request("cust-1")).await;
        let waited = client
            .customers()
            .create(key(2), &request("cust-2"))
            .with_response()
            .wait();
        (awaited.is_ok(), waited.map(|response| response.attempts))
    });
    let (awaited, attempts) = task.await.unwrap();
    assert!(awaited);
    assert_eq!(attempts.unwrap(), 1, "the connection did not stand still");
}

#[test]
fn a_program_without_an_async_runtime_uses_a_journal_too() {
    let (sandbox, _) = sandbox();
    let journal = Journal::new(Memory::new()).unwrap();
    let builder = Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id);
    let builder = builder.client_secret(sandbox.client_secret.clone());
    let client: Client = builder.journal(journal.clone()).build().unwrap();
    create(&client, 1);
    let resumed = wait_for(journal.resume(&client)).unwrap().unwrap();
    assert!(resumed.reconcile.is_empty());
    let record = wait_for(journal.actions(&client).show("cust-1:create"))
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(record.state, State::Executed);
}
