//! A worker that continues all open flows, which docs/use shows: a person decides in another process, and no process waits.

use oceafin_partner::{Client, CreatePartnerCustomerRequest, CustomerId, PartnerCustomerRef, PartnerCustomerType};
use sdkwright_journal::{Flow, FlowError, Journal, Sqlite, StepError};
use sdkwright_sandbox_server::{Options, Running, Sandbox};

/// Creates a customer once a person agreed.
async fn create(client: &Client, flow: &Flow<Sqlite>) -> Result<(), FlowError> {
    let Some(name) = flow.until::<String, _>("agreed", async || Ok(None)).await? else {
        return Ok(());
    };
    let reference = PartnerCustomerRef::from(flow.name());
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, name);
    let create = |key| client.customers().create(key, &request).intent();
    let id: CustomerId = flow.once("create", create).await?.id()?;
    println!("customer {id}");
    flow.finish().await
}

/// One pass of a worker, on any machine.
async fn work(client: &Client, journal: &Journal<Sqlite>) -> Result<(), StepError> {
    journal.resume(client).await?;
    let mut open = journal.flows(client).open();
    while let Some(flow) = open.next().await? {
        if let Err(error) = create(client, &flow).await {
            eprintln!("{}: {error}", flow.name());
        }
    }
    Ok(())
}

/// The page on which a person agrees.
async fn agree(client: &Client, journal: &Journal<Sqlite>) -> Result<bool, FlowError> {
    let flow = journal.flow(client, "cust-1");
    flow.signal("agreed", &"Jane Partner".to_owned()).await
}

fn server() -> Running {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
    Sandbox::start_file(contract, Options::default()).unwrap()
}

/// Another process with the same journal.
fn process(server: &Running, folder: &std::path::Path) -> (Client, Journal<Sqlite>) {
    sdkwright_watch::listen();
    let journal = Journal::new(Sqlite::open(folder.join("journal.db")).unwrap()).unwrap();
    let client = Client::builder()
        .base_url(&server.base_url)
        .client_id(&server.client_id)
        .client_secret(server.client_secret.clone())
        .journal(journal.clone());
    (client.build().unwrap(), journal)
}

#[tokio::test]
async fn a_flow_waits_for_a_person_without_a_process_and_acts_once() {
    let (server, folder) = (server(), tempfile::tempdir().unwrap());
    let process = || process(&server, folder.path());
    let (client, journal) = process();
    assert!(matches!(agree(&client, &journal).await, Err(FlowError::NoFlow)));
    create(&client, &journal.flow(&client, "cust-1")).await.unwrap();
    work(&client, &journal).await.unwrap();
    assert!(server.calls().is_empty(), "nobody agreed");
    drop((client, journal));
    let (client, journal) = process();
    assert!(agree(&client, &journal).await.unwrap());
    for _ in 0..3 {
        let (client, journal) = process();
        work(&client, &journal).await.unwrap();
    }
    assert_eq!((server.effects().len(), server.calls().len()), (1, 1));
    sdkwright_watch::keep_files(folder.path());
}
