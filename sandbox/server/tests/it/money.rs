//! Misuse of money is refused with the contract's code, by rules that the contract states.

use crate::support::client::{self, unique};
use crate::support::partner::{Partner, customer, refusal, send, text, upload};
use serde_json::{Value, json};

fn code(name: &str) -> (String, Vec<String>) {
    (name.to_owned(), Vec::new())
}

fn invalid(member: &str) -> (String, Vec<String>) {
    ("REQUEST_INVALID".to_owned(), vec![member.to_owned()])
}

#[test]
fn a_withdrawal_is_of_what_was_quoted() {
    let jane = Partner::start();
    let quote = jane.fiat_quote(&jane.account(), "75.00", "EUR");
    let path = jane.own("fiat-withdrawals");
    for (amount, currency) in [("9999999.00", "USD"), ("75.01", "EUR"), ("75.00", "USD")] {
        let body = jane.withdrawal(&quote, amount, currency);
        assert_eq!(jane.refused(&path, &body), invalid("/amount"), "{amount} {currency}");
    }
    let mut elsewhere = quote.clone();
    elsewhere["bankAccountId"] = json!(jane.account());
    let body = jane.withdrawal(&elsewhere, "75.00", "EUR");
    assert_eq!(jane.refused(&path, &body), invalid("/bankAccountId"));

    // Another form of the same number is the same amount.
    let made = jane.post(&path, &jane.withdrawal(&quote, "75.0", "EUR"));
    assert_eq!(
        (&made["fee"], &made["estimatedReceivable"]),
        (&json!("0.45"), &json!("74.55"))
    );
}

#[test]
fn a_quote_says_what_was_asked_for() {
    let jane = Partner::start();
    let ask = |amount: &str, side: &str| {
        let body = json!({ "sourceAsset": "GBP", "destinationAsset": "USDC", "amount": amount, "amountSide": side });
        let quote = jane.post(&jane.own("conversion-quotes"), &body);
        let of = |member: &str| quote[member].as_str().unwrap_or_default().to_owned();
        (
            of("sourceAsset"),
            of("sourceAmount"),
            of("destinationAmount"),
            of("feeAsset"),
        )
    };
    let texts = |one: [&str; 4]| {
        let [a, b, c, d] = one.map(str::to_owned);
        (a, b, c, d)
    };
    assert_eq!(ask("7.00", "SOURCE"), texts(["GBP", "7.00", "8.86", "USDC"]));
    assert_eq!(ask("100.00", "DESTINATION"), texts(["GBP", "78.94", "100.00", "USDC"]));
}

#[test]
fn a_conversion_is_of_what_was_quoted() {
    let jane = Partner::start();
    let body = json!({ "sourceAsset": "EUR", "destinationAsset": "USDC", "amount": "7.00" });
    let quote = jane.post(&jane.own("conversion-quotes"), &body);
    let ask = |member: &str, value: &str| {
        let mut body = json!({ "clientReference": unique("conv"), "quoteId": quote["quoteId"] });
        for name in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
            body[name] = quote[name].clone();
        }
        body[member] = json!(value);
        jane.refused(
            &jane.own("conversions"),
            &jane.approved("createPartnerConversionApprovalDraft", &body),
        )
    };
    assert_eq!(ask("sourceAmount", "1000.00"), invalid("/sourceAmount"));
    assert_eq!(ask("destinationAsset", "BTC"), invalid("/destinationAmount"));
    assert_eq!(ask("sourceAmount", "7"), code("a success"));
}

#[test]
fn refunds_are_not_more_than_what_came_in() {
    let (jane, deposit) = Partner::with_deposit();
    let refund = |state: &str, amount: &str| {
        jane.server.set_state(&deposit, state).unwrap();
        let body = json!({ "clientReference": unique("rf"), "source": { "sourceType": "CRYPTO_DEPOSIT", "depositId": deposit },
            "asset": "USDC", "network": "ETHEREUM", "amount": amount, "reason": "OVERPAYMENT",
            "destinationAddress": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359" });
        jane.refused(
            &jane.own("crypto/refunds"),
            &jane.approved("createPartnerCryptoRefundApprovalDraft", &body),
        )
    };
    assert_eq!(refund("PENDING_TRAVEL_RULE", "999999.00"), code("TRAVEL_RULE_REQUIRED"));
    assert_eq!(refund("DETECTED", "1.00"), code("RESOURCE_STATE_INVALID"));
    assert_eq!(refund("COMPLETED", "1500.01"), invalid("/amount"));
    assert_eq!(refund("COMPLETED", "1000.00"), code("a success"));
    assert_eq!(refund("COMPLETED", "500.01"), invalid("/amount"));
    assert_eq!(refund("COMPLETED", "500.00"), code("a success"));
}

#[test]
fn only_a_beneficiary_that_is_active_gets_a_quote() {
    let jane = Partner::start();
    let beneficiary = jane.beneficiary();
    let path = jane.own("crypto-withdrawal-quotes");
    let ask = |asset: &str| {
        let body =
            json!({ "walletBeneficiaryId": beneficiary, "asset": asset, "network": "ETHEREUM", "amount": "25.00" });
        jane.refused(&path, &body)
    };
    assert_eq!(ask("USDC"), code("RESOURCE_STATE_INVALID"));
    jane.server.set_state(&beneficiary, "ACTIVE").unwrap();
    assert_eq!(ask("USDC"), code("a success"));
    assert_eq!(ask("BTC"), invalid("/asset"));
    jane.post(
        &format!("/partner/v1/crypto/wallet-beneficiaries/{beneficiary}/removal"),
        &json!({}),
    );
    assert_eq!(ask("USDC"), code("RESOURCE_STATE_INVALID"));
}

#[test]
fn what_comes_to_nothing_is_not_converted_and_small_amounts_of_crypto_keep_their_digits() {
    let jane = Partner::start();
    let path = jane.own("conversion-quotes");
    let wish = |from: &str, to: &str, amount: &str, side: &str| json!({ "sourceAsset": from, "destinationAsset": to, "amount": amount, "amountSide": side });
    for (from, to, amount, side) in [
        ("EUR", "USDC", "0.001", "SOURCE"),
        ("EUR", "USDC", "0.001", "DESTINATION"),
        ("BTC", "EUR", "0.00000001", "SOURCE"),
        ("EUR", "BTC", "0.00000001", "DESTINATION"),
    ] {
        assert_eq!(
            jane.refused(&path, &wish(from, to, amount, side)),
            invalid("/amount"),
            "{amount} {from} {to}"
        );
    }
    let quote = jane.post(&path, &wish("BTC", "ETH", "0.00012345", "SOURCE"));
    assert_eq!(
        (&quote["fee"], &quote["destinationAmount"]),
        (&json!("0.00000599"), &json!("0.00234895"))
    );
}

/// A decimal number in units of its eighteenth digit.
fn units(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<18}").parse().unwrap()
}

#[test]
fn no_way_of_conversions_back_to_an_asset_gains_anything() {
    const ASSETS: [(&str, &str); 7] = [
        ("EUR", "0.47"),
        ("GBP", "0.33"),
        ("USD", "0.51"),
        ("USDC", "1000000.00"),
        ("USDT", "33.33"),
        ("BTC", "0.00012345"),
        ("ETH", "7.00000001"),
    ];
    let jane = Partner::start();
    let quote = |from: &str, to: &str, amount: &str, side: &str| {
        let body = json!({ "sourceAsset": from, "destinationAsset": to, "amount": amount, "amountSide": side });
        let quote = jane.post(&jane.own("conversion-quotes"), &body);
        (text(&quote, "sourceAmount"), text(&quote, "destinationAmount"))
    };
    for (from, amount) in ASSETS {
        for (to, _) in ASSETS.into_iter().filter(|(to, _)| *to != from) {
            let (given, got) = quote(from, to, amount, "SOURCE");
            let (cost, _) = quote(from, to, &got, "DESTINATION");
            let (_, back) = quote(to, from, &got, "SOURCE");
            let told = format!("{given} {from} are {got} {to}, which are {back} {from} and cost {cost} {from}");
            assert!(units(&back) < units(&given) && units(&back) < units(&cost), "{told}");
        }
    }
}

#[test]
fn an_amount_has_no_more_places_than_its_unit() {
    let jane = Partner::start();
    let (account, beneficiary) = (jane.account(), jane.beneficiary());
    jane.server.set_state(&beneficiary, "ACTIVE").unwrap();
    let wish = |amount: &str| json!({ "bankAccountId": account, "amount": amount, "currency": "EUR" });
    let quotes = jane.own("fiat-withdrawal-quotes");
    for (amount, wanted) in [("10.005", invalid("/amount")), ("10.000", code("a success"))] {
        assert_eq!(jane.refused(&quotes, &wish(amount)), wanted, "{amount}");
    }
    let checkout = |amount: &str, currency: &str| {
        let body = json!({ "clientReference": unique("o"), "amount": amount, "currency": currency,
            "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] });
        jane.refused(&jane.own("crypto/checkouts"), &body)
    };
    assert_eq!(checkout("1.234", "EUR"), invalid("/amount"));
    assert_eq!(checkout("1.230", "USD"), code("a success"));
    let conversion = |from: &str, amount: &str| {
        let body = json!({ "sourceAsset": from, "destinationAsset": "USDC", "amount": amount });
        jane.refused(&jane.own("conversion-quotes"), &body)
    };
    assert_eq!(conversion("EUR", "1.001"), invalid("/amount"));
    assert_eq!(conversion("BTC", "0.000123451"), invalid("/amount"));
    assert_eq!(conversion("DOGE", "1000"), invalid("/sourceAsset"));
    let crypto = |amount: &str| {
        let body =
            json!({ "walletBeneficiaryId": beneficiary, "asset": "USDC", "network": "ETHEREUM", "amount": amount });
        jane.refused(&jane.own("crypto-withdrawal-quotes"), &body)
    };
    assert_eq!(crypto("0.01"), invalid("/amount"), "its fee is as much");
    assert_eq!(crypto("0.02"), code("a success"));
    assert_eq!(crypto("25.0000001"), invalid("/amount"));
    assert_eq!(crypto("25.000001"), code("a success"));
}

#[test]
fn a_request_says_nothing_by_members_that_the_contract_does_not_have() {
    let jane = Partner::start();
    let mut body = json!({ "bankAccountId": jane.account(), "amount": "10.00", "currency": "EUR" });
    let usual = jane.post(&jane.own("fiat-withdrawal-quotes"), &body);
    body["expiresAt"] = json!("2999-01-01T00:00:00Z");
    body["createdAt"] = json!("1999-01-01T00:00:00Z");
    let quote = jane.post(&jane.own("fiat-withdrawal-quotes"), &body);
    for member in ["expiresAt", "createdAt"] {
        assert_eq!(text(&quote, member)[..4], text(&usual, member)[..4], "{member}");
    }
}

#[test]
fn a_checkout_is_refunded_once_it_is_paid_and_no_further() {
    let (jane, deposit) = Partner::with_deposit();
    let open = |reference: &str| {
        let body = json!({ "clientReference": unique("o") + reference, "amount": "40.00", "currency": "EUR",
            "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] });
        text(&jane.post(&jane.own("crypto/checkouts"), &body), "checkoutId")
    };
    let refund = |checkout: &str, asset: &str, amount: &str, source: &str| {
        let mut body = json!({ "clientReference": unique("rf"), "asset": asset, "network": "ETHEREUM", "amount": amount,
            "source": { "sourceType": "CHECKOUT", "checkoutId": checkout }, "reason": "OVERPAYMENT",
            "destinationAddress": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359" });
        if !source.is_empty() {
            body["source"]["depositId"] = json!(source);
        }
        let body = jane.approved("createPartnerCryptoRefundApprovalDraft", &body);
        jane.refused(&jane.own("crypto/refunds"), &body)
    };
    let (paid, part, more) = (open(""), open("-underpaid"), open("-overpaid"));
    assert_eq!(refund(&paid, "USDC", "1.00", ""), code("RESOURCE_STATE_INVALID"));
    jane.server.step(40);
    let get = |id: &str| jane.get(&format!("/partner/v1/crypto/checkouts/{id}"));
    let seen = |one: &Value| {
        ["status", "paidAmount", "outstandingAmount", "excessAmount"].map(|name| one[name].as_str().map(str::to_owned))
    };
    let wanted = |all: [&str; 4]| all.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
    assert_eq!(seen(&get(&paid)), wanted(["PAID", "43.28", "", ""]));
    assert_eq!(seen(&get(&part)), wanted(["UNDERPAID", "21.64", "21.64", ""]));
    assert_eq!(seen(&get(&more)), wanted(["OVERPAID", "43.29", "", "0.01"]));
    assert_eq!(refund(&part, "USDC", "1.00", ""), code("RESOURCE_STATE_INVALID"));
    jane.post(&format!("/partner/v1/crypto/checkouts/{part}/close"), &json!({}));
    assert_eq!(refund(&part, "USDC", "21.65", ""), invalid("/amount"));
    assert_eq!(refund(&part, "USDC", "21.64", ""), code("a success"));

    assert_eq!(refund(&paid, "USDT", "1.00", ""), invalid("/asset"));
    assert_eq!(refund(&paid, "USDC", "1.00", &deposit), invalid("/source"));
    assert_eq!(refund(&paid, "USDC", "43.29", ""), invalid("/amount"));
    assert_eq!(refund(&paid, "USDC", "43.00", ""), code("a success"));
    assert_eq!(refund(&paid, "USDC", "0.29", ""), invalid("/amount"));
    let movements = jane.get(&jane.own("transactions"));
    let movements = movements["data"].as_array().unwrap();
    let mut ids = movements.iter().map(|one| &one["resource"]["resourceId"]);
    assert!(
        ids.any(|id| *id == json!(more)),
        "an overpaid checkout is a movement, too"
    );
}

#[test]
fn a_withdrawal_to_a_beneficiary_that_was_removed_is_not_submitted() {
    let jane = Partner::start();
    let beneficiary = jane.beneficiary();
    jane.server.set_state(&beneficiary, "ACTIVE").unwrap();
    let mut body =
        json!({ "walletBeneficiaryId": beneficiary, "asset": "USDC", "network": "ETHEREUM", "amount": "25.00" });
    let quote = jane.post(&jane.own("crypto-withdrawal-quotes"), &body);
    body["clientReference"] = json!(unique("cw"));
    body["quoteId"] = quote["quoteId"].clone();
    let body = jane.approved("createPartnerCryptoWithdrawalApprovalDraft", &body);
    let draft = jane.post(&jane.own("crypto-withdrawals"), &body);
    let submission = format!(
        "/partner/v1/crypto-withdrawals/{}/submission",
        text(&draft, "withdrawalId")
    );
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    let removal = format!("/partner/v1/crypto/wallet-beneficiaries/{beneficiary}/removal");
    jane.post(&removal, &json!({}));
    assert_eq!(jane.refused(&submission, &evidence), code("RESOURCE_STATE_INVALID"));
    jane.server.set_state(&beneficiary, "ACTIVE").unwrap();
    assert_eq!(jane.refused(&submission, &evidence), code("a success"));
}

#[test]
fn a_quote_is_in_the_currency_of_the_bank_account() {
    let jane = Partner::start();
    let account = jane.account();
    let path = jane.own("fiat-withdrawal-quotes");
    let ask = |currency: &str| {
        let body = json!({ "bankAccountId": account, "amount": "5.00", "currency": currency });
        jane.refused(&path, &body)
    };
    assert_eq!(ask("USD"), invalid("/currency"));
    assert_eq!(ask("EUR"), code("a success"));
}

/// Amounts that no payment can have: negative ones, nothing, and what is no plain number.
const NO_AMOUNTS: [&str; 8] = ["-1.00", "0", "0.00", "-0", "1e3", "+1.00", "1,00", ""];

#[test]
fn an_amount_is_a_plain_number_above_nothing_and_a_huge_one_is_exact() {
    let jane = Partner::start();
    let (account, beneficiary) = (jane.account(), jane.beneficiary());
    jane.server.set_state(&beneficiary, "ACTIVE").unwrap();
    let wishes = |amount: &str| {
        [
            (
                "fiat-withdrawal-quotes",
                json!({ "bankAccountId": account, "amount": amount, "currency": "EUR" }),
            ),
            (
                "conversion-quotes",
                json!({ "sourceAsset": "EUR", "destinationAsset": "USDC", "amount": amount }),
            ),
            (
                "crypto-withdrawal-quotes",
                json!({ "walletBeneficiaryId": beneficiary, "asset": "USDC", "network": "ETHEREUM", "amount": amount }),
            ),
            (
                "crypto/checkouts",
                json!({ "clientReference": unique("o"), "amount": amount, "currency": "EUR",
                    "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] }),
            ),
        ]
    };
    for amount in NO_AMOUNTS {
        for (path, wish) in wishes(amount) {
            let (code, members) = jane.refused(&jane.own(path), &wish);
            assert_eq!(code, "REQUEST_INVALID", "{path} {amount}");
            assert!(
                members.iter().all(|member| member == "/amount"),
                "{path} {amount}: {members:?}"
            );
        }
    }
    let huge = "9999999999999999999999999999999999999999.01";
    let [_, (_, conversion), (_, withdrawal), (_, checkout)] = &wishes(huge);
    let made = jane.post(&jane.own("crypto/checkouts"), checkout);
    assert_eq!(
        [&made["fee"], &made["estimatedReceivable"]],
        [
            "50000000000000000000000000000000000000.00",
            "9949999999999999999999999999999999999999.01"
        ]
    );
    for (path, wish) in [
        ("conversion-quotes", conversion),
        ("crypto-withdrawal-quotes", withdrawal),
    ] {
        assert_eq!(jane.refused(&jane.own(path), wish), invalid("/amount"), "{path}");
    }
    // More than the balance, and not too much for a quote.
    let (_, quotes) = &wishes("9999999.000001")[2];
    let quote = jane.post(&jane.own("crypto-withdrawal-quotes"), quotes);
    assert_eq!(
        [&quote["fee"], &quote["balanceAvailability"]["shortfall"]],
        ["60000.00", "8999999.000001"]
    );
    let mut body = quotes.clone();
    body["quoteId"] = quote["quoteId"].clone();
    body["clientReference"] = json!(unique("cwd"));
    let body = jane.approved("createPartnerCryptoWithdrawalApprovalDraft", &body);
    let path = jane.own("crypto-withdrawals");
    assert_eq!(jane.refused(&path, &body), code("RESOURCE_STATE_INVALID"));
}

#[test]
fn a_refund_of_a_payment_is_in_what_was_paid_and_costs_less_than_itself() {
    let jane = Partner::frozen();
    jane.post(&jane.own("collection-wallets"), &jane.wallet("-payment"));
    jane.server.step(10);
    let payments = jane.get(&jane.own("collection-payments"));
    let payment = &payments["data"][0];
    assert_eq!(payment["status"], "COMPLETED");
    let refund = |asset: &str| {
        let body = json!({ "clientReference": unique("rf"), "asset": asset, "network": payment["network"], "amount": "0.50",
            "source": { "sourceType": "COLLECTION_PAYMENT", "paymentId": payment["paymentId"] }, "reason": "OVERPAYMENT",
            "destinationAddress": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359" });
        jane.approved("createPartnerCryptoRefundApprovalDraft", &body)
    };
    let path = jane.own("crypto/refunds");
    assert_eq!(jane.refused(&path, &refund("BTC")), invalid("/asset"));
    let made = jane.post(&path, &refund("USDC"));
    assert_eq!(
        [&made["fee"], &made["estimatedReceivable"]],
        ["0.01", "0.49"],
        "the example has a fee of 1.00"
    );
}

#[test]
fn a_checkout_that_waits_for_nothing_takes_nothing_more() {
    let jane = Partner::start();
    let body = json!({ "clientReference": unique("o"), "amount": "40.00", "currency": "EUR", "expiresAt": "2099-01-01T00:00:00Z",
        "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] });
    let checkout = jane.post(&jane.own("crypto/checkouts"), &body);
    assert_eq!(checkout["estimatedReceivable"], "39.80");
    let path = format!("/partner/v1/crypto/checkouts/{}", text(&checkout, "checkoutId"));
    let (links, terminals) = (format!("{path}/links"), format!("{path}/pos-payment-requests"));
    let (usdc, btc) = (
        json!({ "asset": "USDC", "network": "ETHEREUM" }),
        json!({ "asset": "BTC", "network": "BITCOIN" }),
    );
    let late = json!({ "expiresAt": "2099-01-02T00:00:00Z" });
    assert_eq!(jane.refused(&links, &late), invalid("/expiresAt"));
    assert_eq!(jane.refused(&terminals, &btc), invalid("/asset"));
    assert_eq!(jane.refused(&links, &json!({})), code("a success"));
    assert_eq!(jane.refused(&terminals, &usdc), code("a success"));
    jane.server.set_state(&jane.customer, "SUSPENDED").unwrap();
    assert_eq!(jane.refused(&links, &json!({})), code("RESOURCE_STATE_INVALID"));
    jane.server.set_state(&jane.customer, "APPROVED").unwrap();
    jane.post(&format!("{path}/close"), &json!({}));
    assert_eq!(jane.refused(&links, &json!({})), code("RESOURCE_STATE_INVALID"));
    assert_eq!(jane.refused(&terminals, &usdc), code("RESOURCE_STATE_INVALID"));
}

/// The example of the contract for evidence of a person.
fn evidence() -> Value {
    let tree: serde_yaml::Value = serde_yaml::from_str(&std::fs::read_to_string(client::FIRST).unwrap()).unwrap();
    let paths = &tree["paths"]["/partner/v1/customers/{customerId}/onboarding-submissions"]["post"];
    let examples = paths["requestBody"]["content"]["application/json"]["examples"]
        .as_mapping()
        .unwrap();
    let of_a_person = examples
        .values()
        .map(|one| serde_json::to_value(&one["value"]).unwrap());
    of_a_person
        .into_iter()
        .find(|one| one["evidence"]["evidenceType"] == "INDIVIDUAL_KYC")
        .unwrap()
}

#[test]
fn evidence_is_of_the_customer_and_of_files_that_were_uploaded() {
    let jane = Partner::start();
    jane.server.set_state(&jane.customer, "DRAFT").unwrap();
    let file = |customer: &str| {
        upload(&jane.server, customer, "image/png", b"\x89PNG\r\n\x1a\n").json()["fileAssetId"].clone()
    };
    let submit = |customer: &str, file: &Value| {
        let mut body = evidence();
        body["partnerAttestation"]["attestedByClientId"] = json!(jane.server.client_id);
        for document in body
            .pointer_mut("/evidence/supportingDocuments")
            .unwrap()
            .as_array_mut()
            .unwrap()
        {
            document["fileAssetId"] = file.clone();
        }
        jane.refused(
            &format!("/partner/v1/customers/{customer}/onboarding-submissions"),
            &body,
        )
    };
    assert_eq!(
        submit(&jane.customer, &json!("never-uploaded")),
        code("RESOURCE_NOT_FOUND")
    );
    let company = customer(&jane.server, "CORPORATE");
    assert_eq!(
        submit(&jane.customer, &file(&company)),
        code("RESOURCE_NOT_FOUND"),
        "a file of somebody else"
    );
    let link = json!({ "fileAssetId": file(&company), "documentType": "PASSPORT" });
    assert_eq!(jane.refused(&jane.own("files"), &link), code("RESOURCE_NOT_FOUND"));
    assert_eq!(submit(&company, &file(&company)), invalid("/evidence/evidenceType"));
    assert_eq!(submit(&jane.customer, &file(&jane.customer)), code("a success"));
}

#[test]
fn nothing_of_another_customer_can_be_named() {
    let joe = Partner::start();
    let quote = joe.fiat_quote(&joe.account(), "75.00", "EUR");
    let jane = Partner::with_server(joe.server, "");
    let body = jane.withdrawal(&quote, "75.00", "EUR");
    assert_eq!(
        jane.refused(&jane.own("fiat-withdrawals"), &body),
        code("RESOURCE_NOT_FOUND")
    );
}

#[test]
fn a_cursor_is_of_the_list_that_gave_it_out() {
    let jane = Partner::start();
    jane.convert("10.00");
    let page = |cursor: &str, of: &str| {
        let path = format!("/partner/v1/customers/{of}/transactions?limit=1{cursor}");
        send(&jane.server, "GET", &path, None)
    };
    let first = page("", &jane.customer).json();
    let cursor = format!("&cursor={}", text(&first["pageInfo"], "nextCursor"));
    assert_eq!(page(&cursor, &jane.customer).status, 200);
    let joe = customer(&jane.server, "INDIVIDUAL");
    assert_eq!(refusal(&page(&cursor, &joe)), invalid("/query/cursor"));
}

#[test]
fn a_quote_is_used_once_and_not_after_its_end() {
    let jane = Partner::start();
    let account = jane.account();
    let path = jane.own("fiat-withdrawals");
    let quote = jane.fiat_quote(&account, "75.00", "EUR");
    jane.post(&path, &jane.withdrawal(&quote, "75.00", "EUR"));
    assert_eq!(
        jane.refused(&path, &jane.withdrawal(&quote, "75.00", "EUR")),
        code("QUOTE_EXPIRED")
    );
    let quote = jane.fiat_quote(&account, "75.00", "EUR");
    let conversion = json!({ "sourceAsset": "EUR", "destinationAsset": "USDC", "amount": "7.00" });
    let conversion = jane.post(&jane.own("conversion-quotes"), &conversion);
    jane.server.step(86_400);
    assert_eq!(
        jane.refused(&path, &jane.withdrawal(&quote, "75.00", "EUR")),
        code("QUOTE_EXPIRED")
    );
    let mut body = json!({ "clientReference": unique("conv"), "quoteId": conversion["quoteId"] });
    for name in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
        body[name] = conversion[name].clone();
    }
    assert_eq!(
        jane.refused(
            &jane.own("conversions"),
            &jane.approved("createPartnerConversionApprovalDraft", &body)
        ),
        code("QUOTE_EXPIRED")
    );
}

#[test]
fn a_draft_that_is_refused_for_its_reference_leaves_its_quote_for_another_one() {
    let jane = Partner::start();
    let account = jane.account();
    let path = jane.own("fiat-withdrawals");
    let mut body = jane.withdrawal(&jane.fiat_quote(&account, "75.00", "EUR"), "75.00", "EUR");
    jane.post(&path, &body);
    let reference = body["clientReference"].clone();
    let quote = jane.fiat_quote(&account, "76.00", "EUR");
    body = json!({ "clientReference": reference, "quoteId": quote["quoteId"], "bankAccountId": account,
        "amount": "76.00", "currency": "EUR" });
    let again = jane.approved("createPartnerFiatWithdrawalApprovalDraft", &body);
    assert_eq!(jane.refused(&path, &again), code("REFERENCE_CONFLICT"));
    jane.post(&path, &jane.withdrawal(&quote, "76.00", "EUR"));
}

#[test]
fn checkouts_links_and_wallets_end_in_the_future() {
    let jane = Partner::start();
    let (past, future) = ("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z");
    let mut body = json!({ "clientReference": unique("o"), "amount": "40.00", "currency": "EUR", "expiresAt": past,
        "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] });
    let checkouts = jane.own("crypto/checkouts");
    assert_eq!(jane.refused(&checkouts, &body), invalid("/expiresAt"));
    body["expiresAt"] = json!(future);
    let checkout = jane.post(&checkouts, &body);
    let links = format!("/partner/v1/crypto/checkouts/{}/links", text(&checkout, "checkoutId"));
    assert_eq!(
        jane.refused(&links, &json!({ "expiresAt": past })),
        invalid("/expiresAt")
    );

    let mut body = jane.wallet("");
    body["expiresAt"] = json!(past);
    let wallets = jane.own("collection-wallets");
    assert_eq!(jane.refused(&wallets, &body), invalid("/expiresAt"));
    body["expiresAt"] = json!(future);
    let wallet = jane.post(&wallets, &body);
    let expiry = format!("/partner/v1/collection-wallets/{}/expiry", text(&wallet, "walletId"));
    assert_eq!(
        jane.refused(&expiry, &json!({ "expiresAt": past })),
        invalid("/expiresAt")
    );
    assert_eq!(
        jane.refused(&expiry, &json!({ "expiresAt": future })),
        code("a success")
    );
}

#[test]
fn a_customer_who_is_not_approved_has_no_products() {
    let jane = Partner::start();
    let account = jane.account();
    let quote = jane.fiat_quote(&account, "75.00", "EUR");
    for state in [
        "DRAFT",
        "SUBMITTED",
        "MISSING_INFO_REQUIRED",
        "REJECTED",
        "SUSPENDED",
        "CLOSED",
    ] {
        jane.server.set_state(&jane.customer, state).unwrap();
        let wish = json!({ "bankAccountId": account, "amount": "75.00", "currency": "EUR" });
        assert_eq!(
            jane.refused(&jane.own("fiat-withdrawal-quotes"), &wish),
            code("RESOURCE_STATE_INVALID"),
            "{state}"
        );
        let body = jane.withdrawal(&quote, "75.00", "EUR");
        assert_eq!(
            jane.refused(&jane.own("fiat-withdrawals"), &body),
            code("RESOURCE_STATE_INVALID"),
            "{state}"
        );
    }
}

#[test]
fn a_known_reference_with_another_type_is_another_customer() {
    let jane = Partner::start();
    let mut body = json!({ "partnerCustomerRef": "cust-1", "customerType": "INDIVIDUAL", "displayName": "Jane" });
    jane.post("/partner/v1/customers", &body);
    body["customerType"] = json!("CORPORATE");
    let answer = send(&jane.server, "POST", "/partner/v1/customers", Some(&body));
    assert_eq!(refusal(&answer), code("REFERENCE_CONFLICT"));
}
