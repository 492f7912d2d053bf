//! The same wire suite for another domain: other header names and component order, a base64 signature, another key header,
//! other paging and another problem shape. Nothing about the first contract is in the runtime or the generator.

use crate::{parcels, suite};
use std::collections::BTreeSet;

use parcels_partner::operations::senders as operations;
use parcels_partner::operations::shipments::ListShipments;
use parcels_partner::{Client, IdempotencyKey, RegisterSender};
use suite::World;

fn all(world: &World<Client>) -> BTreeSet<String> {
    world.contract.operations().into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn every_operation_is_signed_as_documented_and_its_answer_is_written_again_as_it_came() {
    let world = World::start(parcels::FILE, parcels::client);
    let called = world.walk(parcels::TABLE, false).await;
    assert_eq!(called, all(&world));
}

#[tokio::test]
async fn members_that_the_contract_does_not_know_are_kept_by_every_operation() {
    let world = World::start(parcels::FILE, parcels::client);
    let called = world.walk(parcels::TABLE, true).await;
    assert_eq!(called, all(&world));
}

#[tokio::test]
async fn every_problem_code_of_every_operation_comes_back_typed() {
    let world = World::start(parcels::FILE, parcels::client);
    let called = world.walk(parcels::TABLE, false).await;
    let codes = world.fail(parcels::TABLE, parcels::typed).await;
    let listed: usize = world.contract.operations().iter().map(|one| one.problems.len()).sum();
    assert_eq!((called.len(), codes), (all(&world).len(), listed));
    println!("{} operations, {codes} problem codes passed on the wire", called.len());
}

#[tokio::test]
async fn pages_go_on_by_the_contracts_own_cursor() {
    let world = World::start(parcels::FILE, parcels::client);
    world.walk(parcels::TABLE, false).await;
    let sender = world.id("registerSender", "/senderId");
    let mut booked = vec![world.text("bookShipment", "/shipmentId")];
    for _ in 0..4 {
        let body = parcels::approved(&world);
        let shipment = world.client.shipments().book(world.key(), &body).await.unwrap();
        booked.push(shipment.shipment_id.as_str().to_owned());
    }
    booked.reverse();
    world.sandbox.clear_calls();
    let mut items = world.client.shipments().list(&sender).size(2).stream();
    let mut listed = Vec::new();
    while let Some(shipment) = items.try_next().await.unwrap() {
        listed.push(shipment.shipment_id.as_str().to_owned());
    }
    assert_eq!(listed, booked, "newest first, each once");
    let calls = world.sandbox.calls();
    assert_eq!(calls.len(), 3);
    assert!(!calls[0].target.contains("offsetToken"), "{}", calls[0].target);
    assert!(
        calls[1..]
            .iter()
            .all(|call| call.target.contains("offsetToken=") && call.target.contains("size=2"))
    );
}

#[tokio::test]
async fn a_link_sends_values_of_its_response_and_is_none_without_one() {
    let world = World::start(parcels::FILE, parcels::client);
    world.walk(parcels::TABLE, false).await;
    let body = parcels::approved(&world);
    world.client.shipments().book(world.key(), &body).await.unwrap();
    let body: RegisterSender = world.body("registerSender", &[]);
    let sender = world.client.senders().register(world.key(), &body).await.unwrap();
    let targets = || -> Vec<String> { world.sandbox.calls().into_iter().map(|call| call.target).collect() };
    let list = format!("/api/senders/{}/shipments", sender.sender_id.as_str());

    // The contract has this link on both successes of `registerSender`.
    world.sandbox.clear_calls();
    let none = operations::RegisterSender::shipments(&world.client, &sender)
        .await
        .unwrap();
    assert_eq!(targets(), [format!("{list}?reference=shop-17")]);
    assert!(none.results.is_empty());
    assert!(ListShipments::older(&world.client, &none, &sender.sender_id).is_none());

    let newest = world.client.shipments().list(&sender.sender_id).size(1).await.unwrap();
    let token = newest.paging.next_token.clone().unwrap();
    world.sandbox.clear_calls();
    let older = ListShipments::older(&world.client, &newest, &sender.sender_id).unwrap();
    let older = older.size(1).await.unwrap();
    assert_eq!(targets(), [format!("{list}?offsetToken={token}&size=1")]);
    assert_ne!(older.results[0].shipment_id, newest.results[0].shipment_id);
}

#[tokio::test]
async fn a_token_that_is_too_short_for_this_contract_never_leaves() {
    let world = World::start(parcels::FILE, parcels::client);
    let body = world.body("registerSender", &[]);
    let short = IdempotencyKey::new("seven77").unwrap();
    let error = world.client.senders().register(short, &body).await.unwrap_err();
    assert!(error.refusal().is_some(), "{error}");
    assert!(world.sandbox.calls().is_empty());
}
