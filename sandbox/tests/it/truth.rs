//! What the local sandbox shows was made by somebody, and what it accepts can be.

use crate::support::client::{exchange, now, unique};
use crate::support::partner::{self, Partner, customer, refusal, rfc3339, send, text};
use sdkwright_sandbox::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::support::client::FIRST;

const DEMO: &str = "3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10";
const LISTS: [&str; 17] = [
    "balances",
    "transactions",
    "conversion-quotes",
    "conversions",
    "fiat-accounts",
    "fiat-deposits",
    "bank-accounts",
    "fiat-withdrawals",
    "crypto/deposit-wallets",
    "crypto/deposits",
    "crypto/wallet-beneficiaries",
    "crypto-withdrawals",
    "crypto/refunds",
    "crypto/checkouts",
    "buyers",
    "collection-wallets",
    "collection-payments",
];

fn seeded() -> Running {
    let options = Options {
        seed: true,
        speed: Some(0),
        ..Options::default()
    };
    Sandbox::start_file(FIRST, options).unwrap()
}

fn items(server: &Running, customer: &str, list: &str) -> Vec<Value> {
    let answer = send(server, "GET", &format!("/partner/v1/customers/{customer}/{list}"), None);
    assert_eq!(answer.status, 200, "{list}");
    answer.json()["data"].as_array().unwrap().clone()
}

/// All texts of members whose names end in `Id`.
fn ids(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if let Some(id) = member.as_str().filter(|_| name.ends_with("Id") && name != "endToEndId") {
                    found.insert(id.to_owned());
                }
                ids(member, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        _ => {}
    }
}

#[test]
fn a_new_customer_owns_nothing_beside_a_demo_customer_who_can_do_everything() {
    let server = seeded();
    let new = customer(&server, "INDIVIDUAL");
    for list in LISTS {
        assert_eq!(items(&server, &new, list), Vec::<Value>::new(), "{list}");
    }
    for list in [
        "balances",
        "fiat-accounts",
        "bank-accounts",
        "crypto/deposit-wallets",
        "crypto/deposits",
        "buyers",
    ] {
        assert_ne!(items(&server, DEMO, list), Vec::<Value>::new(), "{list}");
    }
    assert_eq!(server.summaries.len(), 1);
    let empty = Sandbox::start_file(FIRST, Options::default()).unwrap();
    assert_eq!(empty.resources(), []);
}

#[test]
fn every_id_in_a_response_is_that_of_something_that_exists() {
    let server = seeded();
    let known: BTreeSet<String> = server.resources().into_iter().filter_map(|one| one.id).collect();
    let mut shown = BTreeSet::new();
    let others = [
        "fiat-account-capabilities",
        "fiat-withdrawal-capabilities",
        "fiat-deposit-instructions",
    ];
    for list in LISTS.into_iter().chain(others) {
        let answer = send(&server, "GET", &format!("/partner/v1/customers/{DEMO}/{list}"), None);
        ids(&answer.json(), &mut shown);
    }
    assert!(shown.len() >= 12, "{shown:?}");
    assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn a_quote_needs_an_active_capability_and_an_account_an_approved_application() {
    let server = seeded();
    let jane = customer(&server, "INDIVIDUAL");
    let post = |rest: &str, body: &Value| {
        send(
            &server,
            "POST",
            &format!("/partner/v1/customers/{jane}/{rest}"),
            Some(body),
        )
    };
    let (application, route) = (
        "fiat-account-applications",
        json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": unique("a-deposit") }),
    );
    let state = ("RESOURCE_STATE_INVALID".to_owned(), Vec::new());
    assert_eq!(refusal(&post(application, &route)), state, "she is not approved");
    server.set_state(&jane, "APPROVED").unwrap();
    let deposit = json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": unique("a") + "-deposit" });
    assert_eq!(post(application, &deposit).status, 201);
    assert_eq!(items(&server, &jane, "fiat-accounts"), Vec::<Value>::new());
    assert_eq!(refusal(&post(application, &route)), state, "one is under way");
    server.step(10);
    let [account] = items(&server, &jane, "fiat-accounts").try_into().unwrap();
    let [deposit] = items(&server, &jane, "fiat-deposits").try_into().unwrap();
    assert_eq!(
        (&deposit["fiatAccountId"], &deposit["status"]),
        (&account["fiatAccountId"], &json!("COMPLETED"))
    );
    assert_eq!(refusal(&post(application, &route)), state, "the account is there");
    let bank = json!({ "relationship": "SAME_NAME", "accountHolderName": "Jane", "currency": "EUR", "bankCountry": "DE",
        "iban": "DE89370400440532013000" });
    let bank = text(&post("bank-accounts", &bank).json(), "bankAccountId");
    server.step(10);
    let quote = json!({ "bankAccountId": bank, "amount": "100.00", "currency": "EUR" });
    assert_eq!(
        refusal(&post("fiat-withdrawal-quotes", &quote)),
        state,
        "the capability is not active"
    );
    let activation =
        json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": unique("w") + "-more-info" });
    let activation = text(
        &post("fiat-withdrawal-capabilities/activation", &activation).json(),
        "activationId",
    );
    server.step(10);
    let routes = format!("/partner/v1/customers/{jane}/fiat-withdrawal-capabilities");
    let routes = || send(&server, "GET", &routes, None).json()["data"]["routes"][0].clone();
    let waiting = routes();
    assert_eq!(waiting["latestActivationId"], json!(activation));
    assert_eq!(waiting["requirements"][0]["code"], "SOURCE_OF_FUNDS", "{waiting}");
    server.set_state(&activation, "APPROVED").unwrap();
    assert_eq!(routes()["status"], "ACTIVE");
    assert_eq!(post("fiat-withdrawal-quotes", &quote).status, 201);
    for amount in ["4.99", "50000.01"] {
        let beyond = json!({ "bankAccountId": bank, "amount": amount, "currency": "EUR" });
        assert_eq!(refusal(&post("fiat-withdrawal-quotes", &beyond)).1, ["/amount"]);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let jane = Partner::frozen();
    let bank = |iban: &str, country: &str, currency: &str| json!({ "relationship": "SAME_NAME", "accountHolderName": "Jane", "currency": currency, "bankCountry": country, "iban": iban });
    let wallet = |asset: &str, network: &str, address: &str| json!({ "label": "Jane", "asset": asset, "network": network, "address": address, "walletType": "SELF_HOSTED", "relationship": "SELF" });
    let ethereum = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB";
    let bitcoin = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    let route = |code: &str, currency: &str| json!({ "routeCode": code, "currency": currency });
    for (path, body, field) in [
        ("bank-accounts", bank("DE88370400440532013000", "DE", "EUR"), "/iban"),
        (
            "bank-accounts",
            bank("GB29NWBK60161331926819", "DE", "EUR"),
            "/bankCountry",
        ),
        (
            "bank-accounts",
            bank("DE89370400440532013000", "DE", "XXX"),
            "/currency",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("USDC", "ETHEREUM", "hello"),
            "/address",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("USDC", "ETHEREUM", bitcoin),
            "/address",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("BTC", "BITCOIN", ethereum),
            "/address",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("USDC", "MOON", ethereum),
            "/network",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("MOON", "ETHEREUM", ethereum),
            "/asset",
        ),
        ("fiat-account-applications", route("MOON_XXX", "EUR"), "/routeCode"),
        ("fiat-account-applications", route("SEPA_EUR", "JPY"), "/currency"),
        (
            "fiat-withdrawal-capabilities/activation",
            route("MOON_XXX", "EUR"),
            "/routeCode",
        ),
    ] {
        let wanted = ("REQUEST_INVALID".to_owned(), vec![field.to_owned()]);
        assert_eq!(jane.refused(&jane.own(path), &body), wanted, "{path} {body}");
    }
    for (address, network, asset) in [
        (bitcoin, "BITCOIN", "BTC"),
        ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TRON", "USDT"),
    ] {
        jane.post(
            &jane.own("crypto/wallet-beneficiaries"),
            &wallet(asset, network, address),
        );
    }
    let quote = jane.fiat_quote(&jane.account(), "100.00", "EUR");
    for (seconds, is_taken) in [(-31 * 86_400, false), (3_600, false), (-29 * 86_400, true)] {
        let mut body = jane.withdrawal(&quote, "100.00", "EUR");
        body["operationAuthorization"]["approvedAt"] = json!(rfc3339(now() + seconds));
        let code = jane.refused(&jane.own("fiat-withdrawals"), &body).0;
        assert_eq!(
            code,
            if is_taken {
                "a success"
            } else {
                "OPERATION_NOT_APPROVED"
            },
            "{seconds}"
        );
    }
}

#[test]
fn a_person_is_an_adult_and_a_file_is_one_that_can_be_read() {
    let server = seeded();
    let jane = customer(&server, "INDIVIDUAL");
    let upload = |media: &str, bytes: &[u8]| partner::upload(&server, &jane, media, bytes);
    let file = upload("image/png", b"\x89PNG\r\n\x1a\n....");
    assert_eq!(
        (file.json()["contentType"].clone(), file.json()["sizeBytes"].clone()),
        (json!("image/png"), json!(12))
    );
    for (media, bytes) in [
        ("application/pdf", &b""[..]),
        ("application/pdf", b"MZ a program"),
        ("text/plain", b"hello"),
        ("image/gif", b"GIF89a"),
        ("application/pdf", &[b"%PDF-1.7".to_vec(), vec![0; 10_000_000]].concat()),
    ] {
        assert_eq!(refusal(&upload(media, bytes)).1, ["/file"], "{media} {}", bytes.len());
    }
    let submit = |born: &str, file: &str| {
        let body = json!({
            "evidence": { "evidenceType": "INDIVIDUAL_KYC",
                "personalDetails": { "firstName": "Jane", "lastName": "Partner", "dateOfBirth": born, "nationality": "GB",
                    "residentialAddress": { "line1": "1 Street", "city": "London", "postalCode": "E1", "country": "GB" } },
                "additionalPersonalDetails": { "occupation": "Engineer", "sourceOfFunds": "SALARY" },
                "supportingDocuments": [{ "documentType": "PASSPORT", "fileAssetId": file }] },
            "consentEvidence": {}, "partnerAttestation": { "attestedByClientId": server.client_id } });
        refusal(&send(
            &server,
            "POST",
            &format!("/partner/v1/customers/{jane}/onboarding-submissions"),
            Some(&body),
        ))
    };
    let file = text(&file.json(), "fileAssetId");
    for born in ["2050-01-01", "2024-02-29"] {
        assert_eq!(
            submit(born, &file).1,
            ["/evidence/personalDetails/dateOfBirth"],
            "{born}"
        );
    }
    let other = customer(&server, "INDIVIDUAL");
    let link = json!({ "fileAssetId": "b9d2e5f7-4c18-4a63-8f0e-7a1c3d5e9b24", "documentType": "PASSPORT" });
    let files = format!("/partner/v1/customers/{other}/files");
    assert_eq!(send(&server, "POST", &files, Some(&link)).status, 201);
    for foreign in [
        "b9d2e5f7-4c18-4a63-8f0e-7a1c3d5e9b24",
        "00000000-0000-4000-8000-000000000009",
    ] {
        assert_eq!(submit("1990-01-01", foreign).0, "RESOURCE_NOT_FOUND", "{foreign}");
        let link = json!({ "fileAssetId": foreign, "documentType": "PASSPORT" });
        let files = format!("/partner/v1/customers/{jane}/files");
        assert_eq!(
            refusal(&send(&server, "POST", &files, Some(&link))).0,
            "RESOURCE_NOT_FOUND",
            "{foreign}"
        );
    }
    assert_eq!(submit("1990-01-01", &file).0, "a success");
}

#[test]
fn checkouts_have_their_own_links_and_addresses_and_payments_the_references_that_are_promised() {
    let jane = Partner::frozen();
    let order = || {
        let body = json!({ "clientReference": unique("o"), "amount": "40.00", "currency": "EUR",
            "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] });
        let made = jane.post(&jane.own("crypto/checkouts"), &body);
        let checkout = format!("/partner/v1/crypto/checkouts/{}", text(&made, "checkoutId"));
        let link = jane.post(&format!("{checkout}/links"), &json!({}));
        let request = json!({ "asset": "USDC", "network": "ETHEREUM" });
        let request = jane.post(&format!("{checkout}/pos-payment-requests"), &request);
        (text(&link, "url"), text(&request, "address"))
    };
    let (one, two) = (order(), order());
    assert!(one.0 != two.0 && one.1 != two.1, "{one:?} {two:?}");

    let quote = jane.fiat_quote(&jane.account(), "100.00", "EUR");
    let body = jane.withdrawal(&quote, "100.00", "EUR");
    let draft = jane.post(&jane.own("fiat-withdrawals"), &body);
    let path = format!("/partner/v1/fiat-withdrawals/{}", text(&draft, "withdrawalId"));
    let approval = json!({ "operationAuthorization": body["operationAuthorization"] });
    jane.post(&format!("{path}/submission"), &approval);
    jane.server.step(10);
    let paid = jane.get(&path);
    assert_eq!(paid["status"], "COMPLETED");
    assert!(paid["endToEndId"].is_string(), "{paid}");
}

#[test]
fn an_event_for_decisions_on_customers_is_sent_only_on_demand() {
    let sent = |events: &[&str]| {
        let options = Options {
            webhook_url: Some("http://127.0.0.1:9/".to_owned()),
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            ..Options::default()
        };
        let server = Sandbox::start_file(FIRST, options).unwrap();
        let jane = customer(&server, "INDIVIDUAL");
        server.set_state(&jane, "APPROVED").unwrap();
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while server.deliveries().is_empty() && !events.is_empty() && std::time::Instant::now() < until {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        server
            .deliveries()
            .iter()
            .any(|one| one.event == "customer.onboarding.decided")
    };
    assert!(!sent(&[]));
    assert!(sent(&["customer.onboarding.decided"]));
    let options = Options {
        events: vec!["conversion.created".to_owned()],
        ..Options::default()
    };
    let why = Sandbox::start_file(FIRST, options).unwrap_err().to_string();
    assert!(
        why.contains("`conversion.created` is not an event with `off: true`"),
        "{why}"
    );
}

#[test]
fn what_no_operation_handles_is_a_problem_document() {
    let server = seeded();
    let host = server.base_url.strip_prefix("http://").unwrap();
    for (line, accept, status) in [
        ("GET /partner/v1/nothing", "*/*", 404),
        ("DELETE /partner/v1/customers", "*/*", 405),
    ] {
        let head = format!("{line} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n");
        let answer = exchange(host, head.as_bytes()).unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.json()["status"], json!(status));
    }
}
