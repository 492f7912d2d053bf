//! Balances are what the ledger says, and transactions are what happened.

use crate::support::client::{self, unique};
use crate::support::partner::{self, Partner, send, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn hundredths(amount: &str) -> i64 {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    format!("{whole}{part:0<2}").parse().unwrap()
}

/// Available and reserved money in a currency or an asset, in hundredths.
fn balance(jane: &Partner, unit: &str) -> (i64, i64) {
    let page = jane.get(&jane.own("balances"));
    let all = page["data"].as_array().unwrap();
    let own = all
        .iter()
        .find(|one| one["currency"] == unit || one["asset"] == unit)
        .unwrap();
    (hundredths(&text(own, "available")), hundredths(&text(own, "reserved")))
}

fn pair(available: &str, reserved: &str) -> (String, String) {
    (available.to_owned(), reserved.to_owned())
}

/// A draft of a withdrawal, and its evidence.
fn draft(jane: &Partner, amount: &str) -> (String, Value) {
    let quote = jane.fiat_quote(&jane.account(), amount, "EUR");
    let body = jane.withdrawal(&quote, amount, "EUR");
    let made = jane.post(&jane.own("fiat-withdrawals"), &body);
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    (text(&made, "withdrawalId"), evidence)
}

fn submit(jane: &Partner, (id, evidence): &(String, Value)) {
    jane.post(&format!("/partner/v1/fiat-withdrawals/{id}/submission"), evidence);
}

/// Transactions of a withdrawal: status and amount.
fn told(jane: &Partner, id: &str) -> Vec<(String, String)> {
    let page = jane.get(&jane.own("transactions?limit=100"));
    let all = page["data"].as_array().unwrap().iter();
    let own = all.filter(|one| one["resource"]["resourceId"] == id);
    own.map(|one| (text(one, "status"), text(one, "amount"))).collect()
}

fn ledger(jane: &Partner) -> Value {
    let host = jane.server.base_url.strip_prefix("http://").unwrap();
    let head = format!("GET /.sandbox/ledger HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    client::exchange(host, head.as_bytes()).unwrap().json()
}

/// The sum of all accounts of each unit, in hundredths.
fn sums(ledger: &Value) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for one in ledger["accounts"].as_array().unwrap() {
        *sums.entry(text(one, "unit")).or_default() += hundredths(&text(one, "balance"));
    }
    sums
}

#[test]
fn transactions_of_all_products_are_newest_first_over_all_pages() {
    let (jane, _) = Partner::with_deposit();
    // Two movements of one instant after the deposit, and another one later.
    jane.server.step(60);
    jane.convert("10.00");
    jane.server.step(60);
    submit(&jane, &draft(&jane, "75.00"));
    let instants = |limit: usize| {
        let (mut all, mut cursor): (Vec<String>, _) = (Vec::new(), String::new());
        loop {
            let page = jane.get(&jane.own(&format!("transactions?limit={limit}{cursor}")));
            let items = page["data"].as_array().unwrap();
            all.extend(items.iter().map(|item| text(item, "createdAt")));
            match page["pageInfo"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    };
    let one_by_one = instants(1);
    let mut sorted = one_by_one.clone();
    sorted.sort_by(|one, other| other.cmp(one));
    assert_eq!(one_by_one, sorted);
    assert_eq!(instants(4), sorted);
    let different: BTreeSet<&String> = sorted.iter().collect();
    assert!(different.len() > 1 && different.len() < sorted.len(), "{sorted:?}");
}

#[test]
fn a_withdrawal_reserves_its_amount_and_pays_it_out_with_its_fee() {
    let jane = Partner::frozen();
    let (opened, _) = balance(&jane, "EUR");
    let application =
        json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": unique("fa") + "-deposit" });
    jane.post(&jane.own("fiat-account-applications"), &application);
    jane.server.step(10);
    let deposits = jane.get(&jane.own("fiat-deposits"));
    assert_eq!(deposits["data"][0]["status"], "COMPLETED", "{deposits}");
    let (before, _) = balance(&jane, "EUR");
    assert_eq!(
        before,
        opened + 150_000,
        "a deposit that was credited is part of the balance"
    );
    let one = draft(&jane, "75.00");
    assert_eq!(balance(&jane, "EUR"), (before - 7_500, 7_500));
    assert_eq!(told(&jane, &one.0), [], "a draft is no movement");
    submit(&jane, &one);
    assert_eq!(told(&jane, &one.0), [pair("PENDING", "75.00")]);
    jane.server.set_state(&one.0, "PROCESSING").unwrap();
    jane.server.set_state(&one.0, "COMPLETED").unwrap();
    assert_eq!(balance(&jane, "EUR"), (before - 7_500, 0));
    assert_eq!(told(&jane, &one.0), [pair("COMPLETED", "75.00")]);
    let postings = ledger(&jane)["postings"].as_array().unwrap().clone();
    let own = postings.iter().filter(|posting| posting["resource"] == one.0.as_str());
    let amounts: Vec<Value> = own.map(|posting| posting["amount"].clone()).collect();
    assert_eq!(
        amounts.len(),
        3,
        "reserved, the fee, and what was received: {amounts:?}"
    );
    assert!(sums(&ledger(&jane)).values().all(|sum| *sum == 0));
}

#[test]
fn what_fails_or_comes_back_is_in_the_balance_again() {
    let jane = Partner::start();
    let (before, _) = balance(&jane, "EUR");
    let one = draft(&jane, "75.00");
    submit(&jane, &one);
    jane.server.set_state(&one.0, "FAILED").unwrap();
    assert_eq!(balance(&jane, "EUR").0, before);
    assert_eq!(told(&jane, &one.0), [pair("FAILED", "75.00")]);
    // A second end changes nothing: only what is reserved is given back.
    jane.server.set_state(&one.0, "EXPIRED").unwrap();
    jane.server.set_state(&one.0, "FAILED").unwrap();
    assert_eq!(balance(&jane, "EUR").0, before);
    assert!(sums(&ledger(&jane)).values().all(|sum| *sum == 0));
}

#[test]
fn nothing_is_paid_that_is_not_there() {
    let jane = Partner::start();
    let account = jane.account();
    // What is left is less than a withdrawal may have.
    let (opened, _) = balance(&jane, "EUR");
    jane.convert(&format!("{}.{:02}", (opened - 4_000_000) / 100, opened % 100));
    assert_eq!(balance(&jane, "EUR").0, 4_000_000);
    let quote = jane.fiat_quote(&account, "40000.01", "EUR");
    assert_eq!(quote["balanceAvailability"]["sufficient"], false);
    let path = jane.own("fiat-withdrawals");
    let refused = jane.refused(&path, &jane.withdrawal(&quote, "40000.01", "EUR"));
    assert_eq!(refused, ("RESOURCE_STATE_INVALID".to_owned(), Vec::new()));
    // The next one cannot use the amount that a draft reserves.
    let first = jane.fiat_quote(&account, "30000.00", "EUR");
    assert_eq!(first["balanceAvailability"]["sufficient"], true);
    let second = jane.fiat_quote(&account, "30000.00", "EUR");
    jane.post(&path, &jane.withdrawal(&first, "30000.00", "EUR"));
    let refused = jane.refused(&path, &jane.withdrawal(&second, "30000.00", "EUR"));
    assert_eq!(refused.0, "RESOURCE_STATE_INVALID");
}

#[test]
fn a_transaction_can_be_read_and_its_page_goes_on() {
    let jane = Partner::start();
    jane.convert("10.00");
    let first = jane.get(&jane.own("transactions?limit=1"));
    assert_eq!(first["pageInfo"]["hasMore"], true);
    let id = text(&first["data"][0], "transactionId");
    let read = jane.get(&format!("/partner/v1/transactions/{id}"));
    assert_eq!(read, first["data"][0]);
    assert_eq!(read["customerId"], jane.customer.as_str());
    let named = text(&read["resource"], "resourceId");
    let resources = jane.server.resources();
    assert!(resources.iter().any(|one| one.id.as_deref() == Some(&named)), "{read}");
    let other = partner::customer(&jane.server, "INDIVIDUAL");
    let page = send(
        &jane.server,
        "GET",
        &format!("/partner/v1/customers/{other}/transactions"),
        None,
    )
    .json();
    assert!(
        !page.to_string().contains(&id),
        "the transactions of another customer are others"
    );
}

#[test]
fn events_come_for_the_customer_and_the_resource_that_moved() {
    let (jane, deposit) = Partner::with_deposit();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    jane.server.deliver_to(Some(url));
    jane.server.set_state(&deposit, "PENDING_TRAVEL_RULE").unwrap();
    let mut came = Vec::new();
    for _ in 0..2 {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = listener.accept().unwrap();
        let (mut text, mut part) = (String::new(), [0; 4096]);
        while !text.contains("\r\n\r\n{") || !text.ends_with('}') {
            let many = stream.read(&mut part).unwrap();
            text.push_str(std::str::from_utf8(&part[..many]).unwrap());
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        let event: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(event["customer"]["customerId"], jane.customer.as_str(), "{event}");
        came.push((text_of(&event, "/eventType"), text_of(&event, "/resource/resourceId")));
    }
    let transaction = jane
        .server
        .resources()
        .into_iter()
        .find(|one| one.schema == "PartnerTransaction" && one.value["resource"]["resourceId"] == deposit.as_str());
    let of = |event: &str, id: &str| (event.to_owned(), id.to_owned());
    assert_eq!(
        came,
        [
            of("crypto.deposit.pending_travel_rule", &deposit),
            of("customer.transaction.updated", &transaction.unwrap().id.unwrap()),
        ]
    );
}

fn text_of(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
