//! Tests as a partner writes them, which docs/use shows: with scripted answers, with signed deliveries, against the local sandbox.

use oceafin_partner::calls::{Approval, Authorized, Draft};
use oceafin_partner::errors::DraftError;
use oceafin_partner::testing::{Script, Step};
use oceafin_partner::webhooks::WebhookVerifier;
use oceafin_partner::{
    Client, CreatePartnerConversionRequest, CreatePartnerConversionRequestRequired, CreatePartnerCustomerRequest,
    Error, IdempotencyKey, Outcome, PartnerApprovalMethod, PartnerCustomer, PartnerCustomerRef, PartnerCustomerType,
    PartnerOperationAuthorizationEvidence, PartnerOperationAuthorizationEvidenceRequired, PartnerProblemCode,
};
use sdkwright_sandbox_server::{Options, Running, Sandbox};

const SECRET: &str = "sentinel9f2-client-secret-0123456789abcdef";
const WEBHOOK_SECRET: &str = "sentinel9f2-webhook-secret-0123456789";
const CUSTOMER: &str = r#"{
    "customerId": "0190b6f2-5a3c-7c1e-9d2f-3b6a1c2d4e5f",
    "partnerCustomerRef": "cust-100001",
    "customerType": "INDIVIDUAL",
    "status": "DRAFT",
    "createdAt": "2026-05-21T10:00:00Z",
    "updatedAt": "2026-05-21T10:00:00Z"
}"#;
const EVENT: &[u8] = br#"{"eventId": "evt-1", "eventType": "conversion.created", "data": {}}"#;

/// Stands for the code of yours that is tested.
async fn create(client: &Client, name: &str) -> Result<PartnerCustomer, Error> {
    let reference = PartnerCustomerRef::from("cust-100001");
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, name);
    let key = IdempotencyKey::new("cust-100001:customer:create").unwrap();
    client.customers().create(key, &request).await
}

/// Handles all three outcomes.
async fn handled(client: &Client, name: &str) -> Result<PartnerCustomer, Error> {
    match create(client, name).await {
        // The action may have happened: continue with the same key and the same bytes, never with new ones.
        Err(error) if error.outcome() == Outcome::Unknown => client.resend(error).value().await,
        // The action did not happen and never will, or its response is unreadable. A new key is safe only after the first.
        Err(error) => {
            eprintln!("{}", error.support_report());
            Err(error)
        }
        created => created,
    }
}

fn scripted(script: &Script) -> Client {
    sdkwright_watch::listen();
    Client::builder()
        .base_url("https://api.example.com")
        .client_id("partner-7")
        .client_secret(SECRET)
        .transport(script.clone())
        .validate_requests(true)
        .without_journal()
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_with_the_same_key_and_bytes() {
    let script = Script::new([Step::no_answer(), Step::json(201, CUSTOMER)]);
    let customer = create(&scripted(&script), "Jane Partner").await.unwrap();
    assert_eq!(customer.partner_customer_ref, PartnerCustomerRef::from("cust-100001"));
    let [first, second] = script.sent().try_into().unwrap();
    assert_eq!(first.header("Idempotency-Key"), second.header("Idempotency-Key"));
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn an_unknown_outcome_is_sent_again_and_a_refusal_is_reported() {
    let lost = std::iter::repeat_with(Step::no_answer).take(4);
    let script = Script::new(lost.chain([Step::json(201, CUSTOMER)]).collect::<Vec<_>>());
    handled(&scripted(&script), "Jane Partner").await.unwrap();
    assert_eq!(script.sent().len(), 5);
    let script = Script::new([Step::problem(400, "PARTNER_REQUEST_INVALID")]);
    let error = handled(&scripted(&script), "Jane Partner").await.unwrap_err();
    assert_eq!((error.outcome(), script.sent().len()), (Outcome::NotExecuted, 1));
}

#[tokio::test]
async fn a_refusal_says_that_nothing_happened() {
    let script = Script::new([Step::problem(400, "PARTNER_REQUEST_INVALID")]);
    let error = create(&scripted(&script), "Jane Partner").await.unwrap_err();
    assert!(error.is(PartnerProblemCode::RequestInvalid));
    assert_eq!(error.outcome(), Outcome::NotExecuted);
}

#[tokio::test]
async fn a_violation_of_the_contract_is_refused_before_anything_is_sent() {
    let script = Script::new([Step::json(201, CUSTOMER)]);
    let error = create(&scripted(&script), "").await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains("`/displayName` must have at least 1 character"));
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    assert!(script.sent().is_empty());
}

/// One function for the approvals of all operations.
fn authorize<O>(draft: Draft<O>, evidence: PartnerOperationAuthorizationEvidence) -> Result<Authorized<O>, DraftError>
where
    O: Approval<Evidence = PartnerOperationAuthorizationEvidence>,
{
    draft.authorize(evidence)
}

#[test]
fn a_function_is_generic_over_drafts_with_the_names_of_the_crate_alone() {
    let client = scripted(&Script::new([]));
    let request = CreatePartnerConversionRequest::new(CreatePartnerConversionRequestRequired {
        client_reference: "cv-9001".into(),
        quote_id: "q-1".into(),
        source_asset: "EUR".into(),
        source_amount: "1000.00".parse().unwrap(),
        destination_asset: "USDC".into(),
        destination_amount: "1080.00".parse().unwrap(),
    });
    let draft = client.conversions().draft(&"c-1".into(), &request).unwrap();
    let evidence = PartnerOperationAuthorizationEvidence::new(PartnerOperationAuthorizationEvidenceRequired {
        operation_hash: "another".to_owned(),
        approved_at: "2026-06-28T09:30:00Z".parse().unwrap(),
        approved_by: "user-4711".to_owned(),
        approval_method: PartnerApprovalMethod::Passkey,
    });
    let error = authorize(draft, evidence).unwrap_err();
    assert!(format!("{error:?}").contains("\nnext: Approve this draft"), "{error:?}");
}

#[test]
fn a_genuine_delivery_is_read_and_a_changed_one_is_refused() {
    let verifier = WebhookVerifier::new(WEBHOOK_SECRET).unwrap();
    let headers = verifier.sign(EVENT);
    let delivery = verifier.verify(&headers, EVENT).unwrap();
    assert_eq!(delivery.event_id().as_deref(), Some("evt-1"));
    assert!(verifier.verify(&headers, b"{}").is_err());
}

fn server() -> Running {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
    Sandbox::start_file(contract, Options::default()).unwrap()
}

fn client(server: &Running) -> Client {
    sdkwright_watch::listen();
    Client::builder()
        .base_url(&server.base_url)
        .client_id(&server.client_id)
        .client_secret(server.client_secret.clone())
        .without_journal()
        .build()
        .unwrap()
}

#[tokio::test]
async fn what_is_done_before_the_connection_breaks_is_done_once() {
    let server = server();
    server.answer_next("drop").unwrap();
    create(&client(&server), "Jane Partner").await.unwrap();
    assert_eq!(server.calls().len(), 2);
    assert_eq!(server.effects().len(), 1);
}

#[tokio::test]
async fn the_local_sandbox_refuses_what_a_client_did_not_check() {
    let server = server();
    let error = create(&client(&server), "").await.unwrap_err();
    assert!(error.is(PartnerProblemCode::RequestInvalid));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_customer_is_created_under_a_stable_reference() {
    let server = server();
    let customer = create(&client(&server), "Jane Partner").await.unwrap();
    assert_eq!(customer.partner_customer_ref, PartnerCustomerRef::from("cust-100001"));
}

#[tokio::test]
async fn the_same_key_again_returns_the_stored_answer() {
    let server = server();
    let first = create(&client(&server), "Jane Partner").await.unwrap();
    let again = create(&client(&server), "Jane Partner").await.unwrap();
    assert_eq!(first.customer_id, again.customer_id);
    assert_eq!(server.effects().len(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_a_conflict() {
    let server = server();
    create(&client(&server), "Jane Partner").await.unwrap();
    let error = create(&client(&server), "John Partner").await.unwrap_err();
    assert!(error.is(PartnerProblemCode::IdempotencyConflict));
    assert_eq!(server.effects().len(), 1);
}
