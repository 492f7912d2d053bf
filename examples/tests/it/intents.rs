//! An action in two steps of a workflow engine, which docs/use shows: the engine may run each step again, on any machine.

use std::error::Error;
use std::time::SystemTime;

use oceafin_partner::calls::{Execution, Intent};
use oceafin_partner::operations::customers::CreatePartnerCustomer as Create;
use oceafin_partner::settings::Policy;
use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, IdempotencyKey, PartnerCustomerRef, PartnerCustomerType,
    PartnerProblemCode,
};
use sdkwright_sandbox_server::{Options, Running, Sandbox};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Debug)]
#[allow(dead_code, reason = "the engine reads it")]
enum Next {
    Done(CustomerId),
    Failed(oceafin_partner::Error),
    RunAgainAt(SystemTime),
    LookUp,
}

/// The step that prepares: the engine stores these bytes, and nothing is sent.
async fn prepare(client: &Client, reference: &str) -> Result<Vec<u8>> {
    let request = CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from(reference),
        PartnerCustomerType::Individual,
        "Jane Partner",
    );
    let key = IdempotencyKey::new(format!("customer:{reference}:create"))?;
    let intent = client.customers().create(key, &request).intent().await?;
    Ok(intent.to_bytes()?)
}

/// The step that acts: the engine may run it any number of times, on any machine.
async fn act(client: &Client, bytes: &[u8]) -> Result<Next> {
    let intent = Intent::<Create>::from_bytes(client, bytes).await?;
    Ok(match client.execute(&intent).await {
        Execution::Executed(customer) => Next::Done(customer?.customer_id),
        Execution::NotExecuted { error, .. } => Next::Failed(error),
        Execution::Unknown { retry_at: Some(at), .. } => Next::RunAgainAt(at),
        Execution::Unknown { .. } => Next::LookUp,
    })
}

fn server() -> Running {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
    Sandbox::start_file(contract, Options::default()).unwrap()
}

/// A client of another process. It sends a request once.
fn client(server: &Running) -> Client {
    sdkwright_watch::listen();
    let once = Policy {
        attempts: 1,
        ..Policy::default()
    };
    Client::builder()
        .base_url(&server.base_url)
        .client_id(&server.client_id)
        .client_secret(server.client_secret.clone())
        .retry(once)
        .without_journal()
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_step_that_runs_again_on_another_machine_acts_once() {
    let server = server();
    let bytes = prepare(&client(&server), "cust-1").await.unwrap();
    assert!(server.calls().is_empty());
    server.answer_next("drop").unwrap();
    let lost = act(&client(&server), &bytes).await.unwrap();
    assert!(
        matches!(lost, Next::RunAgainAt(at) if at > SystemTime::now()),
        "{lost:?}"
    );
    let done = act(&client(&server), &bytes).await.unwrap();
    let again = act(&client(&server), &bytes).await.unwrap();
    let (Next::Done(first), Next::Done(second)) = (&done, &again) else {
        panic!("{done:?} {again:?}")
    };
    assert_eq!((first, server.effects().len()), (second, 1));
}

#[tokio::test]
async fn a_refused_action_of_this_process_did_not_happen_and_one_from_bytes_is_looked_up() {
    let server = server();
    let client = client(&server);
    let request = |name| {
        let reference = PartnerCustomerRef::from("cust-1");
        CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, name)
    };
    let create = client
        .customers()
        .create(IdempotencyKey::new("k").unwrap(), &request(""));
    let intent = create.intent().await.unwrap();
    let refused = client.execute(&intent).await;
    let Execution::NotExecuted { error, is_spent } = refused else {
        panic!("{refused:?}")
    };
    assert!(error.is(PartnerProblemCode::RequestInvalid) && !is_spent);
    let again = act(&client, &intent.to_bytes().unwrap()).await.unwrap();
    assert!(matches!(again, Next::RunAgainAt(_) | Next::LookUp), "{again:?}");
    let other = client
        .customers()
        .create(IdempotencyKey::new("other").unwrap(), &request(""));
    let stored = other.intent().await.unwrap();
    stored.to_bytes().unwrap();
    let refused = client.execute(&stored).await;
    assert!(matches!(refused, Execution::Unknown { .. }), "{refused:?}");
    assert!(server.effects().is_empty());
}

#[tokio::test]
async fn the_bytes_have_no_credential_and_outlive_a_new_secret() {
    let server = server();
    let bytes = prepare(&client(&server), "cust-1").await.unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("Jane Partner") && !text.contains(&server.client_secret));
    let new = || {
        Client::builder()
            .base_url(&server.base_url)
            .client_id(&server.client_id)
            .client_secret("a newer secret of the client, 0123456789abcdef")
            .without_journal()
    };
    let error = Intent::<Create>::from_bytes(&new().build().unwrap(), &bytes).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`previous_secret`"), "{error}");
    let both = new().previous_secret(server.client_secret.clone()).build().unwrap();
    let restored = Intent::<Create>::from_bytes(&both, &bytes).await.unwrap();
    assert_eq!(restored.key(), "customer:cust-1:create");
}
