//! Calls that block, against the local server over real HTTP.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::{
    Client, CreatePartnerBuyerRequest, CreatePartnerCustomerRequest, CustomerId, ErrorKind, IdempotencyKey, Outcome,
    PartnerCustomerType,
};
use sdk_sandbox::{Options, Running, Sandbox};

fn sandbox() -> (Running, Client) {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/partner-api.yaml");
    let running = Sandbox::start_file(contract, Options::default()).unwrap();
    let client = Client::builder()
        .base_url(&running.base_url)
        .client_id(&running.client_id)
        .client_secret(running.client_secret.clone())
        .build()
        .unwrap();
    (running, client)
}

fn request(reference: &str) -> CreatePartnerCustomerRequest {
    CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, "Jane Partner")
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
    let (_sandbox, client) = sandbox();
    let id = create(&client, 1);
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
