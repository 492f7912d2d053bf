//! References of the partner: each is for one customer, or one thing of a kind of a customer, and another use is answered with a code.

use std::path::Path;

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::{
    Client, CreatePartnerBuyerRequest, CreatePartnerCustomerRequest, CustomerId, IdempotencyKey, Outcome,
    PartnerCustomerRef, PartnerCustomerType, PartnerProblemCode,
};
use sdkwright_sandbox_server::{Options, Sandbox};
use serde_json::Value;

/// A sandbox of the contract, a client without a journal, and a customer.
fn with_customer() -> (sdkwright_sandbox_server::Running, Client, CustomerId) {
    sdkwright_watch::listen();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/partner-api.yaml");
    let sandbox = Sandbox::start_file(contract, Options::default()).expect("a sandbox");
    let client = Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id)
        .client_secret(sandbox.client_secret.clone())
        .build()
        .expect("a client");
    let jane = customer("sentinel9f2 Partner");
    let id = client
        .customers()
        .create(key("create"), &jane)
        .wait()
        .expect("a customer")
        .customer_id;
    (sandbox, client, id)
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).expect("a key")
}

fn customer(name: &str) -> CreatePartnerCustomerRequest {
    CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from("cust-1"),
        PartnerCustomerType::Individual,
        name,
    )
}

#[test]
fn a_reference_that_is_used_again_is_refused_with_its_code() {
    let (sandbox, client, id) = with_customer();
    sandbox.set_state(id.as_str(), "APPROVED").expect("a state");
    let buyer = CreatePartnerBuyerRequest::new(PartnerCustomerType::Individual, "sentinel9f2 Buyer")
        .with_client_reference("buyer-1");
    client.buyers().create(key("one"), &id, &buyer).wait().expect("a buyer");
    client
        .buyers()
        .create(key("one"), &id, &buyer)
        .wait()
        .expect("the same answer");
    let error = client
        .buyers()
        .create(key("two"), &id, &buyer)
        .wait()
        .expect_err("another buyer");
    assert!(error.is(PartnerProblemCode::ReferenceConflict), "{error:?}");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[test]
fn a_customer_created_again_as_somebody_else_is_refused_with_its_code() {
    let (_sandbox, client, _) = with_customer();
    client
        .customers()
        .create(key("again"), &customer("sentinel9f2 Partner"))
        .wait()
        .expect("the customer");
    let error = client
        .customers()
        .create(key("other"), &customer("sentinel9f2 Other"))
        .wait()
        .expect_err("another name");
    assert!(error.is(PartnerProblemCode::ReferenceConflict), "{error:?}");
}

#[test]
fn every_creation_with_a_reference_says_what_happens_when_it_comes_again() {
    let contract = sdkwright_tests::contract("openapi/partner-api.yaml");
    let mut broken = Vec::new();
    let mut checked = 0;
    for (path, item) in contract["paths"].as_object().expect("paths") {
        let post = &item["post"];
        let schema = &post["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let Some(schema) = schema.as_str().and_then(|target| contract.pointer(&target[1..])) else {
            continue;
        };
        let intent = &post["x-idempotency"];
        if schema["properties"].get("clientReference").is_none() || intent["intent"] != "effect" {
            continue;
        }
        checked += 1;
        let codes = post["x-problems"].as_array().expect("codes");
        if !codes.contains(&Value::from("PARTNER_REFERENCE_CONFLICT")) {
            broken.push(format!("{path}: no code for a reference that comes again"));
        }
        if intent["subject"] != serde_json::json!(["path.customerId", "/clientReference"]) {
            broken.push(format!("{path}: the reference is not what it acts on"));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    assert_eq!(checked, 11);
}
