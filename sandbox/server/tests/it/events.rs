//! Events: each of the contract, for the right customer and resource; retried, given up, and in whatever manner is asked for.

use crate::support::client::{self, FIRST, hex, unique};
use crate::support::partner::{Partner, customer, referenced, text};
use crate::support::receiver::receiver;
use aws_lc_rs::{digest, hmac};
use sdkwright_sandbox_server::{Attempts, Delivery, Options, Running, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Waits until deliveries are as they should be.
fn wait_for(server: &Running, is_done: impl Fn(&[Delivery]) -> bool) -> Vec<Delivery> {
    let start = Instant::now();
    while !is_done(&server.deliveries()) && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    server.deliveries()
}

fn body(delivery: &Delivery) -> Value {
    serde_json::from_slice(&delivery.body).unwrap()
}

/// Returns `true` if a delivery is signed with the secret of the server, by the words of the documentation.
fn is_signed(server: &Running, delivery: &Delivery) -> bool {
    let header = |name: &str| {
        let mut headers = delivery.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .unwrap()
    };
    let base = [
        header("X-Oceafin-Webhook-Timestamp"),
        header("X-Oceafin-Webhook-Nonce"),
        hex(digest::digest(&digest::SHA256, &delivery.body).as_ref()),
    ];
    let key = hmac::Key::new(hmac::HMAC_SHA256, server.webhook_secret.as_bytes());
    let mac = hmac::sign(&key, base.join("\n").as_bytes());
    header("X-Oceafin-Webhook-Signature") == hex(mac.as_ref())
}

fn get(server: &Running, path: &str) -> Value {
    let host = server.base_url.strip_prefix("http://").unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    client::exchange(host, head.as_bytes()).unwrap().json()
}

/// The body of the contract's example for an operation.
fn example(path: &str) -> Value {
    let contract: Value = serde_yaml::from_str(&std::fs::read_to_string(FIRST).unwrap()).unwrap();
    let media = &contract["paths"][path]["post"]["requestBody"]["content"]["application/json"];
    let named = media["examples"].as_object().and_then(|all| all.values().next_back());
    let mut body = named.map_or_else(|| media["example"].clone(), |one| one["value"].clone());
    if body.get("clientReference").is_some() {
        body["clientReference"] = json!(unique("ref"));
    }
    body
}

/// Submits what the contract's example of onboarding says, with a file that was linked before.
fn onboard(jane: &Partner) {
    let file = json!({ "fileAssetId": "b9d2e5f7-4c18-4a63-8f0e-7a1c3d5e9b24", "documentType": "PASSPORT" });
    let linked = jane.post(&jane.own("files"), &file);
    let mut evidence = example("/partner/v1/customers/{customerId}/onboarding-submissions");
    evidence["evidence"]["supportingDocuments"][0]["fileAssetId"] = linked["fileAssetId"].clone();
    evidence["partnerAttestation"]["attestedByClientId"] = json!(jane.server.client_id);
    jane.post(&jane.own("onboarding-submissions"), &evidence);
    jane.server.set_state(&jane.customer, "APPROVED").unwrap();
}

fn withdraw(jane: &Partner) -> String {
    let to = jane.beneficiary();
    jane.server.set_state(&to, "ACTIVE").unwrap();
    let wish = json!({ "walletBeneficiaryId": to, "asset": "USDC", "network": "ETHEREUM", "amount": "25.00" });
    let quote = jane.post(&jane.own("crypto-withdrawal-quotes"), &wish);
    let mut body = wish.clone();
    body["quoteId"] = quote["quoteId"].clone();
    body["clientReference"] = json!(unique("cwd"));
    let body = jane.approved("createPartnerCryptoWithdrawalApprovalDraft", &body);
    text(&jane.post(&jane.own("crypto-withdrawals"), &body), "withdrawalId")
}

#[test]
fn every_event_type_of_the_contract_comes_for_its_customer_and_its_resource() {
    let server = Sandbox::start_file(
        FIRST,
        Options {
            speed: Some(0),
            ..Options::default()
        },
    )
    .unwrap();
    let reference = unique("cust") + "-travel-rule";
    let jane = referenced(&server, "INDIVIDUAL", &reference);
    let jane = Partner { server, customer: jane };
    // A customer beside her, so that the newest customer is not the right one.
    let joe = customer(&jane.server, "CORPORATE");
    let (url, _bodies) = receiver(|_| 204);
    jane.server.deliver_to(Some(url));
    onboard(&jane);
    let application = example("/partner/v1/customers/{customerId}/fiat-account-applications");
    let application = jane.post(&jane.own("fiat-account-applications"), &application);
    let buyer = jane.post(
        &jane.own("buyers"),
        &json!({ "buyerType": "CORPORATE", "name": "Sender Ltd", "clientReference": unique("b"),
            "address": { "line1": "10 High Street", "city": "London", "country": "GB" } }),
    );
    jane.server.set_state(&text(&buyer, "buyerId"), "ACTIVE").unwrap();
    let mut wallet = example("/partner/v1/customers/{customerId}/collection-wallets");
    wallet["buyerId"] = buyer["buyerId"].clone();
    wallet["expiresAt"] = json!("2099-12-31T23:59:59Z");
    let wallet = jane.post(&jane.own("collection-wallets"), &wallet);
    let (conversion, withdrawal) = (jane.convert("10.00"), withdraw(&jane));
    let deposits = jane.get(&jane.own("crypto/deposits"));
    let deposits = deposits["data"].as_array().unwrap().iter();
    let waiting = deposits
        .filter(|one| one["status"] == "PENDING_TRAVEL_RULE")
        .map(|one| text(one, "depositId"));
    let waiting: BTreeSet<String> = waiting.collect();
    assert!(!waiting.is_empty());

    let events: BTreeSet<String> = jane.server.events().into_iter().collect();
    assert!(events.len() >= 7, "{events:?}");
    let deliveries = wait_for(&jane.server, |all| {
        let came: BTreeSet<String> = all.iter().map(|one| one.event.clone()).collect();
        came == events
    });
    let came: BTreeSet<String> = deliveries.iter().map(|one| one.event.clone()).collect();
    assert_eq!(came, events);
    let of = |event: &str| -> Vec<(String, String)> {
        let all = deliveries.iter().filter(|one| one.event == event).map(body);
        all.map(|body| {
            (
                text(&body["resource"], "resourceType"),
                text(&body["resource"], "resourceId"),
            )
        })
        .collect()
    };
    let one = |kind: &str, id: &str| vec![(kind.to_owned(), id.to_owned())];
    assert_eq!(of("customer.onboarding.submitted"), one("customer", &jane.customer));
    assert_eq!(
        of("fiat_account.application.submitted"),
        one("fiat_account_application", &text(&application, "applicationId"))
    );
    assert_eq!(
        of("collection_wallet.created"),
        one("collection_wallet", &text(&wallet, "walletId"))
    );
    assert_eq!(of("conversion.created"), one("conversion", &conversion));
    assert_eq!(of("crypto_withdrawal.created"), one("crypto_withdrawal", &withdrawal));
    let told: BTreeSet<String> = of("crypto.deposit.pending_travel_rule")
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    assert_eq!(told, waiting);
    let transactions = jane.get(&jane.own("transactions?limit=100"));
    let transactions: BTreeSet<&str> = transactions["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["transactionId"].as_str())
        .collect();
    for (kind, id) in of("customer.transaction.updated") {
        assert!(
            kind == "transaction" && transactions.contains(id.as_str()),
            "{kind} {id}"
        );
    }
    for delivery in &deliveries {
        let customer = body(delivery)["customer"].clone();
        assert_eq!(
            customer,
            json!({ "customerId": jane.customer, "partnerCustomerRef": reference }),
            "{joe}"
        );
        assert!(is_signed(&jane.server, delivery));
        assert!(!delivery.failed && delivery.attempt == 1 && delivery.status == Some(204));
    }
}

#[test]
fn what_is_refused_is_tried_again_less_and_less_often_and_then_marked_failed_while_others_pass() {
    let options = Options {
        webhook_attempts: Attempts {
            most: 3,
            wait: Duration::from_millis(150),
            ..Attempts::default()
        },
        ..Options::default()
    };
    let jane = Partner::with(options);
    // 299 is a success as any 2xx, 302 and 500 are none.
    let (url, _bodies) = receiver(|body| {
        if body["eventType"] == "conversion.created" {
            500
        } else {
            299
        }
    });
    jane.server.deliver_to(Some(url));
    let conversion = jane.convert("10.00");
    let withdrawal = withdraw(&jane);
    let deliveries = wait_for(&jane.server, |all| all.iter().any(|one| one.failed));
    let about = |id: &str, event: &str| -> Vec<&Delivery> {
        let all = deliveries.iter().filter(|one| one.event == event);
        all.filter(|one| body(one)["resource"]["resourceId"] == id).collect()
    };
    let refused = about(&conversion, "conversion.created");
    let waits: Vec<_> = refused.iter().map(|one| (one.attempt, one.again, one.failed)).collect();
    let wait = |millis| Some(Duration::from_millis(millis));
    assert_eq!(waits, [(1, wait(150), false), (2, wait(300), false), (3, None, true)]);
    let ids: BTreeSet<String> = refused.iter().map(|one| text(&body(one), "eventId")).collect();
    assert_eq!(ids.len(), 1, "each attempt is of the same event");
    assert!(refused.iter().all(|one| is_signed(&jane.server, one)));
    assert!(refused[1].at - refused[0].at >= 150 && refused[2].at - refused[1].at >= 300);
    let passed = about(&withdrawal, "crypto_withdrawal.created");
    assert!(passed.len() == 1 && passed[0].is_accepted() && passed[0].at <= refused[2].at);
    let told = get(&jane.server, "/.sandbox/events");
    let failed: Vec<&Value> = told
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["failed"] == true)
        .collect();
    assert_eq!(failed.len(), 1, "{told}");
    assert_eq!(failed[0]["body"]["eventId"], *ids.first().unwrap());
    let line = refused[2].line(false);
    assert!(
        line.contains("EVENT  conversion.created  500 ") && line.contains("failed: stopped after 3 attempts"),
        "{line}"
    );
}

#[test]
fn events_wait_for_a_receiver_that_comes_later_and_are_noted_once_until_then() {
    let options = Options {
        webhook_attempts: Attempts {
            most: 1,
            awaits_receiver: true,
            ..Attempts::default()
        },
        ..Options::default()
    };
    let jane = Partner::with(options);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    jane.server.deliver_to(Some(format!("http://{address}/hook")));
    jane.server.deliver("conversion.created").unwrap();
    jane.server.deliver("customer.transaction.updated").unwrap();
    wait_for(&jane.server, |all| !all.is_empty());
    std::thread::sleep(Duration::from_millis(700));
    let waiting = jane.server.deliveries();
    assert!(
        waiting.len() == 1 && waiting[0].waits && !waiting[0].failed,
        "{waiting:?}"
    );
    let line = waiting[0].line(false);
    assert!(
        line.contains(&format!("http://{address}/hook")) && line.contains("wait until"),
        "{line}"
    );
    let receiver = TcpListener::bind(address).unwrap();
    std::thread::spawn(move || {
        for stream in receiver.incoming() {
            let (mut stream, mut part) = (stream.unwrap(), [0; 4096]);
            let _ = stream.read(&mut part);
            let _ = stream.write_all(b"HTTP/1.1 204 X\r\n\r\n");
        }
    });
    let all = wait_for(&jane.server, |all| all.len() > 2);
    let outcomes: Vec<_> = all[1..].iter().map(|one| (one.attempt, one.outcome())).collect();
    assert_eq!(outcomes, [(1, "delivered".to_owned()), (1, "delivered".to_owned())]);
}

#[test]
fn events_come_twice_swapped_delayed_and_forged_on_demand() {
    let jane = Partner::start();
    let secret = jane.server.webhook_secret.clone();
    let (url, came) = receiver(|_| 200);
    jane.server.deliver_to(Some(url));
    let next = || came.recv_timeout(Duration::from_secs(20)).unwrap().1;

    jane.server.deliver_as("twice").unwrap();
    jane.server.deliver("conversion.created").unwrap();
    let (first, second) = (next(), next());
    assert_eq!(first, second);
    let delivered = wait_for(&jane.server, |all| all.len() == 2);
    let nonces: BTreeSet<String> = delivered.iter().map(|one| one.headers[2].1.clone()).collect();
    assert_eq!(nonces.len(), 2);

    jane.server.deliver_as("swapped").unwrap();
    jane.server.deliver("conversion.created").unwrap();
    jane.server.deliver("crypto_withdrawal.created").unwrap();
    let kinds = [next(), next()].map(|body| body["eventType"].clone());
    assert_eq!(kinds, ["crypto_withdrawal.created", "conversion.created"]);
    jane.server.deliver("conversion.created").unwrap();
    assert_eq!(
        next()["eventType"],
        "conversion.created",
        "the last one comes without another one"
    );

    jane.server.deliver_as("delay:400").unwrap();
    let before = Instant::now();
    jane.server.deliver("conversion.created").unwrap();
    next();
    assert!(before.elapsed() >= Duration::from_millis(400));

    let host = jane.server.base_url.strip_prefix("http://").unwrap().to_owned();
    let post = |words: &str| {
        let head = format!("POST /.sandbox/manner/{words} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        client::exchange(&host, head.as_bytes()).unwrap().status
    };
    assert_eq!((post("forged"), post("thrice")), (200, 400));
    assert!(jane.server.deliver_as("thrice").is_err());
    jane.server.deliver("conversion.created").unwrap();
    let (forged, genuine) = (next(), next());
    assert_ne!(forged["eventId"], genuine["eventId"]);
    let all = wait_for(&jane.server, |all| {
        all.iter().filter(|one| one.forged).count() == 1 && !all.last().unwrap().forged
    });
    let by_id = |id: &Value| all.iter().find(|one| body(one)["eventId"] == *id).unwrap();
    assert!(!is_signed(&jane.server, by_id(&forged["eventId"])) && by_id(&forged["eventId"]).forged);
    assert!(
        by_id(&forged["eventId"]).outcome().contains("does not verify"),
        "the receiver accepts everything"
    );
    assert!(is_signed(&jane.server, by_id(&genuine["eventId"])));
    assert!(
        !all.iter()
            .any(|one| String::from_utf8_lossy(&one.body).contains(&secret))
    );
}

#[cfg(feature = "sqlite")]
#[test]
fn an_event_that_was_not_delivered_before_the_server_ended_is_delivered_by_the_next_one() {
    let file = std::env::temp_dir().join(format!("{}.db", unique("events")));
    let options = |url: Option<String>| Options {
        client_id: Some("north".to_owned()),
        client_secret: Some("a secret of the north".to_owned()),
        store: Some(file.display().to_string()),
        webhook_url: url,
        ..Options::default()
    };
    // A port on which nobody listens any more.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let jane = Partner::with(options(Some(format!("http://{deaf}/"))));
    let conversion = jane.convert("10.00");
    let lost = wait_for(&jane.server, |all| {
        all.iter().any(|one| one.event == "conversion.created")
    });
    let lost: Vec<Value> = lost
        .iter()
        .filter(|one| one.event == "conversion.created")
        .map(body)
        .collect();
    drop(jane);
    let (url, came) = receiver(|_| 200);
    let _again = Sandbox::start_file(FIRST, options(Some(url))).unwrap();
    let mut bodies = std::iter::from_fn(|| came.recv_timeout(Duration::from_secs(20)).ok());
    let (_, found) = bodies
        .find(|(_, body)| body["eventType"] == "conversion.created")
        .unwrap();
    assert_eq!(
        (&found, &found["resource"]["resourceId"]),
        (&lost[0], &json!(conversion))
    );
    let _ = std::fs::remove_file(file);
}

#[test]
fn a_cause_that_names_what_is_not_there_is_refused_with_its_place() {
    let contract = std::fs::read_to_string(FIRST).unwrap();
    let row = "{ event: conversion.created, of: PartnerConversion, change: created }";
    for (other, why) in [
        (
            "{ event: conversion.made, of: PartnerConversion, change: created }",
            ".event: there is no event `conversion.made`",
        ),
        (
            "{ event: conversion.created, of: Conversion, change: created }",
            ".of: there is no resource `Conversion`",
        ),
        (
            "{ event: conversion.created, of: PartnerConversion, to: CREATED }",
            ".to: PartnerConversion has no state `CREATED`",
        ),
        (
            "{ event: conversion.created, of: PartnerConversion, change: made }",
            ".change: `made` is neither",
        ),
        (
            "{ event: conversion.created, of: PartnerConversion }",
            ": it must have either `change`, or `to`",
        ),
        (
            "{ event: conversion.created, of: PartnerConversion, change: created, when: self.amont == 1 }",
            ".when: PartnerConversion has no member `amont`",
        ),
    ] {
        assert!(contract.contains(row));
        let error = Sandbox::start(&contract.replace(row, other), Options::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains(&format!("x-webhooks.causes[6]{why}")), "{error}");
    }
    // The event is delivered as its cause says, whatever its name.
    let other = contract.replace(
        row,
        "{ event: conversion.created, of: PartnerBankAccount, to: ACTIVE, when: self.currency == 'EUR' }",
    );
    let server = Sandbox::start(&other, Options::default()).unwrap();
    let customer = customer(&server, "INDIVIDUAL");
    server.set_state(&customer, "APPROVED").unwrap();
    let jane = Partner { server, customer };
    let (url, came) = receiver(|_| 200);
    jane.server.deliver_to(Some(url));
    let account = jane.account();
    let (_, body) = came.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(body["eventType"], "conversion.created");
    assert_eq!(
        body["resource"],
        json!({ "resourceType": "bank_account", "resourceId": account })
    );
}
