//! Every operation of the Partner API through its generated crate, over real HTTP, against the sandbox: a reading of the
//! contract that shares no code with the SDK. Then every problem code that each operation lists.

use crate::{partner, suite};
use std::collections::BTreeSet;

use oceafin_partner::{
    CountryCode, CreatePartnerBankAccountRequest, CreatePartnerCustomerRequest, CurrencyCode, Outcome,
    PartnerBankAccountRelationship, PartnerCustomerRef, PartnerCustomerType, PartnerProblemCode,
    errors::{Refusal, Violation},
};
use suite::World;

fn all(world: &World<oceafin_partner::Client>) -> BTreeSet<String> {
    world.contract.operations().into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn every_operation_is_signed_as_documented_and_its_answer_is_written_again_as_it_came() {
    let world = World::start(partner::FILE, partner::client);
    let called = world.walk(partner::TABLE, false).await;
    assert_eq!(called, all(&world));
}

#[tokio::test]
async fn members_that_the_contract_does_not_know_are_kept_by_every_operation() {
    let world = World::start(partner::FILE, partner::client);
    let called = world.walk(partner::TABLE, true).await;
    assert_eq!(called, all(&world));
}

#[tokio::test]
async fn every_problem_code_of_every_operation_comes_back_typed() {
    let world = World::start(partner::FILE, partner::client);
    let called = world.walk(partner::TABLE, false).await;
    let codes = world.fail(partner::TABLE, partner::typed).await;
    let listed: usize = world.contract.operations().iter().map(|one| one.problems.len()).sum();
    assert_eq!((called.len(), codes), (all(&world).len(), listed));
    let distinct: BTreeSet<_> = world
        .contract
        .operations()
        .into_iter()
        .flat_map(|one| one.problems)
        .collect();
    let registered: BTreeSet<_> = world.contract.registry().into_iter().map(|row| row.code).collect();
    assert_eq!(
        distinct, registered,
        "every code of the registry is listed by an operation"
    );
    println!(
        "{} operations, {codes} problem codes ({} distinct) passed on the wire",
        called.len(),
        distinct.len()
    );
}

#[tokio::test]
async fn a_list_is_read_over_all_its_pages_newest_first() {
    let world = World::start(partner::FILE, partner::client);
    world.walk(partner::TABLE, false).await;
    let customer = world.id("createPartnerCustomer", "/customerId");
    let mut made = vec![world.text("createPartnerConversionQuote", "/quoteId")];
    for _ in 0..4 {
        let body = world.example("createPartnerConversionQuote", "destination", &[]);
        let call = world
            .client
            .conversion_quotes()
            .create(world.refresh_key(), &customer, &body);
        made.push(call.await.unwrap().quote_id.as_str().to_owned());
    }
    made.reverse();
    world.sandbox.clear_calls();
    let mut quotes = world.client.conversion_quotes().list(&customer).limit(2).stream();
    let mut listed = Vec::new();
    while let Some(quote) = quotes.try_next().await.unwrap() {
        listed.push(quote.quote_id.as_str().to_owned());
    }
    assert_eq!(listed[..made.len()], made);
    let calls = world.sandbox.calls();
    assert_eq!(calls.len(), listed.len().div_ceil(2));
    assert!(!calls[0].target.contains("cursor=") && calls[1..].iter().all(|call| call.target.contains("cursor=")));
}

#[tokio::test]
async fn what_is_needed_beside_other_members_is_asked_for_before_anything_is_signed() {
    let world = World::start(partner::FILE, partner::client);
    let request = || {
        let third = PartnerBankAccountRelationship::ThirdParty;
        CreatePartnerBankAccountRequest::new(third, "John Supplier", CurrencyCode::Eur, CountryCode::from("DE"))
    };
    let customer = "c-1".into();
    let accounts = world.client.bank_accounts();
    let error = accounts.create(world.key(), &customer, &request()).await.unwrap_err();
    let Some(Refusal::Invalid(violations)) = error.refusal() else {
        panic!("{error}");
    };
    let rules: Vec<&str> = violations.iter().map(Violation::rule).collect();
    assert_eq!(
        rules,
        [
            "must have `thirdPartyBeneficiary` where `relationship` is `THIRD_PARTY`",
            "must have `iban` or `accountNumber`",
        ]
    );
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    assert!(world.sandbox.calls().is_empty(), "nothing left");

    // Sent unchecked, the same request is refused by the server.
    let error = accounts
        .create(world.key(), &customer, &request())
        .unchecked()
        .await
        .unwrap_err();
    assert!(error.is(PartnerProblemCode::RequestInvalid), "{error}");
}

#[tokio::test]
async fn what_the_contract_does_not_allow_is_refused_whole_before_anything_is_signed() {
    let world = World::start(partner::FILE, partner::client);
    assert!(
        oceafin_partner::api::API
            .rules
            .is_some_and(sdkwright_runtime::rules::Rules::are_readable)
    );
    let request = || {
        let request =
            CreatePartnerCustomerRequest::new(PartnerCustomerRef::from("cust-1"), PartnerCustomerType::Corporate, "");
        request.with_metadata([("a/b".to_owned(), "x".repeat(501))].into_iter().collect())
    };
    let error = world
        .client
        .customers()
        .create(world.key(), &request())
        .await
        .unwrap_err();
    let Some(Refusal::Invalid(violations)) = error.refusal() else {
        panic!("{error}");
    };
    let pointers: Vec<&str> = violations.iter().map(Violation::pointer).collect();
    assert_eq!(pointers, ["/displayName", "/metadata/a~1b"]);
    assert!(
        error
            .to_string()
            .contains("`/displayName` must have at least 1 character"),
        "{error}"
    );
    assert!(!error.to_string().contains("xxx"), "no value is shown");
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    assert!(world.sandbox.calls().is_empty(), "nothing left");

    // Sent unchecked, the server, with a reading of its own, refuses the same members.
    let call = world.client.customers().create(world.key(), &request()).unchecked();
    let error = call.await.unwrap_err();
    let problem = error.problem().expect("a problem");
    let told: Vec<&str> = problem
        .errors()
        .iter()
        .filter_map(|one| one.get("field")?.as_str())
        .collect();
    assert_eq!(told, pointers);
    assert_eq!(world.sandbox.calls().len(), 1);

    let customer = "c-1".into();
    for limit in [0, 101] {
        let error = world
            .client
            .fiat_withdrawals()
            .list(&customer)
            .limit(limit)
            .await
            .unwrap_err();
        let Some(Refusal::Invalid(violations)) = error.refusal() else {
            panic!("{error}");
        };
        assert_eq!((violations.len(), violations[0].parameter()), (1, Some("limit")));
    }
    assert_eq!(world.sandbox.calls().len(), 1);
}
