//! Payments end, cost and move what the contract says, whatever a request leaves out.

use crate::support::client::{self, unique};
use crate::support::partner::{self, Partner, text};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn code(name: &str) -> (String, Vec<String>) {
    (name.to_owned(), Vec::new())
}

/// A wish for a checkout without an end.
fn wish(ending: &str, amount: &str) -> Value {
    json!({ "clientReference": unique("o") + ending, "amount": amount, "currency": "EUR",
        "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] })
}

fn checkout(jane: &Partner, wish: &Value) -> String {
    format!(
        "/partner/v1/crypto/checkouts/{}",
        text(&jane.post(&jane.own("crypto/checkouts"), wish), "checkoutId")
    )
}

#[test]
fn a_checkout_without_an_end_of_its_own_has_one_and_the_ways_to_pay_it_are_held_to_it() {
    let jane = Partner::frozen();
    let open = checkout(&jane, &wish("", "40.00"));
    let end = text(&jane.get(&open), "expiresAt");
    let links = format!("{open}/links");
    assert_eq!(jane.post(&links, &json!({}))["expiresAt"], json!(end));
    let terminal = json!({ "asset": "USDC", "network": "ETHEREUM" });
    let terminal = jane.post(&format!("{open}/pos-payment-requests"), &terminal);
    assert!(text(&terminal, "expiresAt") < end, "{terminal}");
    let late = json!({ "expiresAt": "2099-01-02T00:00:00Z" });
    assert_eq!(jane.refused(&links, &late).1, ["/expiresAt"]);
    let part = checkout(&jane, &wish("-underpaid", "40.00"));
    jane.server.step(40);
    jane.server.step(25 * 3600);
    assert_eq!(jane.get(&part)["status"], "EXPIRED", "nobody paid the rest of it");
}

#[test]
fn what_is_to_expire_expires_although_no_end_was_given() {
    let jane = Partner::frozen();
    let due = checkout(&jane, &wish("-expired", "40.00"));
    let wallets = jane.own("collection-wallets");
    let [ends, stays] = ["-expired", ""].map(|ending| {
        let made = jane.post(&wallets, &jane.wallet(ending));
        format!("/partner/v1/collection-wallets/{}", text(&made, "walletId"))
    });
    jane.server.step(1);
    let states = || [&due, &ends, &stays].map(|path| text(&jane.get(path), "status"));
    assert_eq!(states(), ["EXPIRED", "EXPIRED", "ACTIVE"]);
    jane.server.step(100 * 24 * 3600);
    assert_eq!(states()[2], "ACTIVE", "a wallet without an end has none");
}

/// A draft of a crypto withdrawal from a quote of so many seconds ago, its evidence and the quote.
fn draft(jane: &Partner, seconds: u32) -> (String, Value, Value) {
    let beneficiary = jane.beneficiary();
    jane.server.set_state(&beneficiary, "ACTIVE").unwrap();
    let wish = json!({ "walletBeneficiaryId": beneficiary, "asset": "USDC", "network": "ETHEREUM", "amount": "25.00" });
    let quote = jane.post(&jane.own("crypto-withdrawal-quotes"), &wish);
    jane.server.step(seconds);
    let mut body = wish;
    body["quoteId"] = quote["quoteId"].clone();
    body["clientReference"] = json!(unique("cwd"));
    let body = jane.approved("createPartnerCryptoWithdrawalApprovalDraft", &body);
    let made = jane.post(&jane.own("crypto-withdrawals"), &body);
    let path = format!("/partner/v1/crypto-withdrawals/{}", text(&made, "withdrawalId"));
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    (path, evidence, quote)
}

#[test]
fn a_crypto_draft_ends_with_its_quote_and_is_not_submitted_after_it() {
    let jane = Partner::frozen();
    let (late, evidence, quote) = draft(&jane, 800);
    assert_eq!(jane.get(&late)["expiresAt"], quote["expiresAt"]);
    let (paid, paid_evidence, _) = draft(&jane, 0);
    jane.post(&format!("{paid}/submission"), &paid_evidence);
    jane.server.step(120);
    assert_eq!(
        jane.refused(&format!("{late}/submission"), &evidence),
        code("QUOTE_EXPIRED")
    );
    assert_eq!(jane.get(&late)["status"], "EXPIRED");
    jane.server.step(3_600);
    // Another draft would pay this one a second time: its quote is not what stands against it.
    let again = jane.refused(&format!("{paid}/submission"), &paid_evidence);
    assert_eq!(again, code("RESOURCE_STATE_INVALID"));
}

#[test]
fn no_answer_moves_money_of_a_customer_who_is_suspended() {
    let (jane, deposit) = Partner::with_deposit();
    jane.server.set_state(&deposit, "PENDING_TRAVEL_RULE").unwrap();
    let quote = jane.fiat_quote(&jane.account(), "75.92", "EUR");
    let body = jane.withdrawal(&quote, "75.92", "EUR");
    let made = jane.post(&jane.own("fiat-withdrawals"), &body);
    let withdrawal = format!("/partner/v1/fiat-withdrawals/{}", text(&made, "withdrawalId"));
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    jane.post(&format!("{withdrawal}/submission"), &evidence);
    let deposit = format!("/partner/v1/crypto/deposits/{deposit}");
    jane.server.step(10);

    let answers = jane.answers("PROOF_OF_PURPOSE", "OTHER");
    let sender =
        json!({ "walletType": "HOSTED", "relationship": "SELF", "provider": { "name": "Example Exchange Ltd" } });
    let calls = [
        (withdrawal, "additional-info", answers),
        (deposit, "travel-rule-info", sender),
    ];
    for (state, wanted) in [("SUSPENDED", "RESOURCE_STATE_INVALID"), ("APPROVED", "a success")] {
        jane.server.set_state(&jane.customer, state).unwrap();
        for (path, part, body) in &calls {
            assert_eq!(jane.refused(&format!("{path}/{part}"), body), code(wanted), "{part}");
        }
    }
    jane.server.step(10);
    for (path, ..) in &calls {
        assert_eq!(jane.get(path)["status"], "COMPLETED");
    }
}

#[test]
fn crypto_is_crypto_whatever_a_request_calls_it() {
    let jane = Partner::start();
    let accepts = |mut wish: Value, path: &str, asset: &str| {
        let other = json!({ "asset": asset, "network": "ETHEREUM" });
        wish["acceptedAssets"].as_array_mut().unwrap().push(other);
        jane.refused(&jane.own(path), &wish).1
    };
    for asset in ["EUR", "JPY", "XQ7"] {
        let body = json!({ "label": "Jane", "asset": asset, "network": "ETHEREUM", "walletType": "HOSTED", "relationship": "SELF",
            "address": "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "provider": { "name": "Example Exchange Ltd" } });
        assert_eq!(
            jane.refused(&jane.own("crypto/wallet-beneficiaries"), &body).1,
            ["/asset"]
        );
        assert_eq!(
            accepts(wish("", "40.00"), "crypto/checkouts", asset),
            ["/acceptedAssets"]
        );
        assert_eq!(
            accepts(jane.wallet(""), "collection-wallets", asset),
            ["/acceptedAssets"]
        );
    }
    assert_eq!(accepts(jane.wallet(""), "collection-wallets", "ETH"), [""; 0]);
}

#[test]
fn a_checkout_costs_what_its_price_is_worth_and_what_is_missing_is_the_rest_of_it() {
    let jane = Partner::frozen();
    for (currency, asset, wanted) in [
        ("JPY", "USDC", "/currency"),
        ("XXX", "USDC", "/currency"),
        ("EUR", "DOGE", "/acceptedAssets"),
    ] {
        let mut body = wish("", "15000");
        body["currency"] = json!(currency);
        body["acceptedAssets"][0]["asset"] = json!(asset);
        assert_eq!(jane.refused(&jane.own("crypto/checkouts"), &body).1, [wanted]);
    }
    let prices = [
        ("0.03", "EUR", "USDC", "ETHEREUM"),
        ("100.01", "GBP", "BTC", "BITCOIN"),
        ("0.02", "USD", "ETH", "ETHEREUM"),
    ];
    let paths = prices.map(|(amount, currency, asset, network)| {
        ["-underpaid", ""].map(|ending| {
            let mut body = wish(ending, amount);
            body["currency"] = json!(currency);
            body["acceptedAssets"][0] = json!({ "asset": asset, "network": network });
            checkout(&jane, &body)
        })
    });
    jane.server.step(40);
    let amounts = paths.map(|[part, whole]| {
        let (part, whole) = (jane.get(&part), jane.get(&whole));
        [
            text(&part, "paidAmount"),
            text(&part, "outstandingAmount"),
            text(&whole, "paidAmount"),
        ]
    });
    assert_eq!(
        amounts.map(|all| all.join(" + ")),
        [
            "0.02 + 0.01 + 0.03",
            "0.00097717 + 0.00097718 + 0.00195435",
            "0.00000294 + 0.00000294 + 0.00000588"
        ]
    );
}

#[test]
fn a_transaction_has_the_time_at_which_its_money_began_to_move() {
    let jane = Partner::frozen();
    let draft = || {
        let quote = jane.fiat_quote(&jane.account(), "75.00", "EUR");
        let body = jane.withdrawal(&quote, "75.00", "EUR");
        let made = jane.post(&jane.own("fiat-withdrawals"), &body);
        let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
        (text(&made, "withdrawalId"), evidence)
    };
    let submit = |(id, evidence): &(String, Value)| {
        jane.post(&format!("/partner/v1/fiat-withdrawals/{id}/submission"), evidence)
    };
    let open = checkout(&jane, &wish("", "40.00"));
    let first = draft();
    jane.server.step(3 * 24 * 3600);
    let second = draft();
    submit(&second);
    jane.server.step(60);
    let submitted = submit(&first);
    let page = jane.get(&jane.own("transactions"));
    let ids: Vec<&Value> = page["data"].as_array().unwrap().iter().collect();
    assert_eq!(ids[0]["resource"]["resourceId"], json!(first.0));
    assert_eq!(ids[1]["resource"]["resourceId"], json!(second.0));
    assert_eq!(ids[0]["createdAt"], submitted["submittedAt"]);
    let paid = jane.get(&open);
    let of_checkout = ids
        .iter()
        .find(|one| one["resource"]["resourceId"] == paid["checkoutId"]);
    assert_eq!(of_checkout.unwrap()["createdAt"], paid["paidAt"]);
}

#[test]
fn what_a_payer_is_shown_is_of_the_asset_the_network_and_the_price() {
    let jane = Partner::frozen();
    let assets = json!([{ "asset": "USDC", "network": "ETHEREUM" }, { "asset": "BTC", "network": "BITCOIN" },
        { "asset": "USDT", "network": "TRON" }]);
    let [whole, part] = ["", "-underpaid"].map(|ending| {
        let mut body = wish(ending, "40.00");
        body["acceptedAssets"] = assets.clone();
        checkout(&jane, &body) + "/pos-payment-requests"
    });
    let shown = |path: &str, at: usize| {
        let one = jane.post(path, &assets[at]);
        assert_eq!(
            [&one["asset"], &one["network"]],
            [&assets[at]["asset"], &assets[at]["network"]]
        );
        let uri = one["paymentUri"].as_str().map(str::to_owned).unwrap_or_default();
        (text(&one, "amount"), text(&one, "address"), uri)
    };
    let (amount, _, uri) = shown(&whole, 0);
    assert!(
        amount == "43.28" && uri.ends_with("&uint256=43280000"),
        "{amount} {uri}"
    );
    let (amount, address, uri) = shown(&whole, 1);
    assert_eq!(uri, format!("bitcoin:{address}?amount={amount}"));
    assert_eq!(amount, "0.00066591");
    let (amount, address, uri) = shown(&whole, 2);
    assert!(
        amount == "43.28" && address.starts_with('T') && uri.is_empty(),
        "{address} {uri}"
    );
    jane.server.step(5);
    assert_eq!(shown(&part, 0).0, "21.64", "the other half was paid");
    assert_eq!(jane.refused(&part, &assets[1]).1, ["/asset"]);

    let mut body = jane.wallet("");
    body["acceptedAssets"] = assets.clone();
    let opened = jane.post(&jane.own("collection-wallets"), &body)["addresses"].clone();
    for (at, asset) in assets.as_array().unwrap().iter().enumerate() {
        assert_eq!(
            [&opened[at]["asset"], &opened[at]["network"]],
            [&asset["asset"], &asset["network"]]
        );
    }
    assert!(
        opened[3].is_null() && text(&opened[2], "address").starts_with('T'),
        "{opened}"
    );
}

#[test]
fn an_answer_to_a_question_names_the_customer_of_the_withdrawal() {
    let jane = Partner::frozen();
    let quote = jane.fiat_quote(&jane.account(), "75.92", "EUR");
    let body = jane.withdrawal(&quote, "75.92", "EUR");
    let made = jane.post(&jane.own("fiat-withdrawals"), &body);
    let path = format!("/partner/v1/fiat-withdrawals/{}", text(&made, "withdrawalId"));
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    jane.post(&format!("{path}/submission"), &evidence);
    jane.server.step(10);
    let answers = jane.answers("PROOF_OF_PURPOSE", "OTHER");
    let received = jane.post(&format!("{path}/additional-info"), &answers);
    assert_eq!(received["customerId"], jane.customer.as_str());
}

#[test]
fn a_reference_that_rejects_a_deposit_does_not_reject_its_customer() {
    let jane = Partner::frozen();
    let states = ["-crypto-deposit-rejected", "-rejected"].map(|ending| {
        let body = json!({ "partnerCustomerRef": unique("cust") + ending, "customerType": "INDIVIDUAL", "displayName": "Jane" });
        let made = jane.post("/partner/v1/customers", &body);
        jane.server.set_state(&text(&made, "customerId"), "SUBMITTED").unwrap();
        jane.server.step(10);
        text(&jane.post("/partner/v1/customers", &body), "status")
    });
    assert_eq!(states, ["APPROVED", "REJECTED"]);

    // Nor does one that rejects a deposit reject the application for its account.
    let body = json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": "fa-deposit-rejected" });
    jane.post(&jane.own("fiat-account-applications"), &body);
    jane.server.step(10);
    let routes = jane.get(&jane.own("fiat-account-capabilities"));
    assert_eq!(routes["data"]["routes"][0]["status"], "ACTIVE", "{routes}");
}

/// The sum of the completed transactions of a customer, by currency and asset, in millionths.
fn moved(jane: &Partner) -> BTreeMap<String, i64> {
    let page = jane.get(&jane.own("transactions?limit=100"));
    let all = page["data"].as_array().unwrap().iter();
    let mut sums = BTreeMap::new();
    for one in all.filter(|one| one["status"] == "COMPLETED") {
        let fee = one["fee"].as_str().map_or(0, millionths);
        let unit = one["currency"].as_str().or(one["asset"].as_str()).unwrap();
        let amount = millionths(&text(one, "amount"));
        let sum = if one["direction"] == "CREDIT" {
            amount - fee
        } else {
            -amount
        };
        *sums.entry(unit.to_owned()).or_default() += sum;
    }
    sums
}

/// The balances of a customer, available and reserved, by currency and asset, in millionths.
fn held(jane: &Partner) -> BTreeMap<String, i64> {
    let page = jane.get(&jane.own("balances"));
    let all = page["data"].as_array().unwrap().iter();
    let sum = |one: &Value| millionths(&text(one, "available")) + millionths(&text(one, "reserved"));
    all.map(|one| {
        (
            one["currency"].as_str().or(one["asset"].as_str()).unwrap().to_owned(),
            sum(one),
        )
    })
    .collect()
}

fn millionths(amount: &str) -> i64 {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    format!("{whole}{part:0<6}").parse().unwrap()
}

#[test]
fn transactions_come_to_what_the_balances_changed_by() {
    let jane = Partner::frozen();
    let (before, held_before) = (moved(&jane), held(&jane));
    let [_, part, _] = ["", "-underpaid", "-overpaid"].map(|ending| checkout(&jane, &wish(ending, "40.00")));
    for (source, amount) in [("EUR", "7.00"), ("GBP", "7.91")] {
        let wish = json!({ "sourceAsset": source, "destinationAsset": "USDC", "amount": amount });
        let quote = jane.post(&jane.own("conversion-quotes"), &wish);
        let mut body = json!({ "clientReference": unique("conv"), "quoteId": quote["quoteId"] });
        for name in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
            body[name] = quote[name].clone();
        }
        let body = jane.approved("createPartnerConversionApprovalDraft", &body);
        jane.post(&jane.own("conversions"), &body);
    }
    jane.server.step(40);
    jane.post(&format!("{part}/close"), &json!({}));
    let (after, held_after) = (moved(&jane), held(&jane));
    let changed = |after: &BTreeMap<String, i64>, before: &BTreeMap<String, i64>| -> BTreeMap<String, i64> {
        let all = after
            .iter()
            .map(|(unit, sum)| (unit.clone(), sum - before.get(unit).unwrap_or(&0)));
        all.filter(|(_, sum)| *sum != 0).collect()
    };
    let told = changed(&after, &before);
    assert_eq!(told, changed(&held_after, &held_before));
    assert_eq!(
        told.keys().collect::<Vec<_>>(),
        ["EUR", "USDC"],
        "the other conversion failed"
    );
}

#[test]
fn both_sides_of_a_movement_are_told_once_after_a_server_begins_again() {
    let store = std::env::temp_dir().join(unique("sdkwright-sides"));
    let start = || {
        let options = Options {
            client_secret: Some("sandbox-secret-of-a-test-of-sides".to_owned()),
            store: store.to_str().map(str::to_owned),
            speed: Some(0),
            ..Options::default()
        };
        Sandbox::start_file(client::FIRST, options).unwrap()
    };
    let server = start();
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&store).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "nobody else reads what partners send");
    }
    let customer = partner::customer(&server, "INDIVIDUAL");
    server.set_state(&customer, "APPROVED").unwrap();
    let jane = Partner { server, customer };
    let wish = json!({ "sourceAsset": "EUR", "destinationAsset": "USDC", "amount": "7.00" });
    let quote = jane.post(&jane.own("conversion-quotes"), &wish);
    let mut body = json!({ "clientReference": unique("conv"), "quoteId": quote["quoteId"] });
    for name in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
        body[name] = quote[name].clone();
    }
    let body = jane.approved("createPartnerConversionApprovalDraft", &body);
    let made = jane.post(&jane.own("conversions"), &body);
    let sides = |server: &Running| {
        let all = server.resources().into_iter();
        let own = all.filter(|one| one.value["resource"]["resourceId"] == made["conversionId"]);
        own.map(|one| (text(&one.value, "direction"), text(&one.value, "status")))
            .collect::<Vec<_>>()
    };
    let are = |status: &str| ["DEBIT", "CREDIT"].map(|side| (side.to_owned(), status.to_owned()));
    assert_eq!(sides(&jane.server), are("PENDING"));
    drop(jane);
    let again = start();
    again.step(10);
    assert_eq!(sides(&again), are("COMPLETED"));
    drop(again);
    std::fs::remove_file(&store).unwrap();
}

#[test]
fn a_null_removes_what_was_known_of_a_buyer() {
    let jane = Partner::frozen();
    let buyer = json!({ "buyerType": "INDIVIDUAL", "name": "John Sender", "email": "john@mail.example" });
    let made = jane.post(&jane.own("buyers"), &buyer);
    let path = format!("/partner/v1/buyers/{}", text(&made, "buyerId"));
    let changed = jane.post(&path, &json!({ "email": null }));
    assert_eq!((&changed["email"], &changed["name"]), (&Value::Null, &made["name"]));
    assert_eq!(jane.get(&path)["email"], Value::Null);
}
