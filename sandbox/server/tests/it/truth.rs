//! What the local sandbox shows was made by somebody, and what it accepts can be.

use crate::support::client::{exchange, now, unique};
use crate::support::partner::{self, Partner, customer, refusal, rfc3339, send, text};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
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
    let at = |bic: &str| {
        let mut account = bank("DE89370400440532013000", "DE", "EUR");
        account["bic"] = json!(bic);
        account
    };
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
        ("bank-accounts", bank("ZZ68539007547034", "ZZ", "EUR"), "/bankCountry"),
        ("bank-accounts", at("NWBKGB2L"), "/bic"),
        (
            "crypto/wallet-beneficiaries",
            wallet("USDC", "ETHEREUM", "hello"),
            "/address",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("USDC", "ETHEREUM", "0xDbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"),
            "/address",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("BTC", "BITCOIN", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
            "/address",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("BTC", "BITCOIN", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"),
            "/address",
        ),
        (
            "crypto/wallet-beneficiaries",
            wallet("USDT", "TRON", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"),
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
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "BITCOIN", "BTC"),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TRON", "USDT"),
        (&ethereum.to_lowercase(), "ETHEREUM", "USDT"),
    ] {
        jane.post(
            &jane.own("crypto/wallet-beneficiaries"),
            &wallet(asset, network, address),
        );
    }
    jane.post(&jane.own("bank-accounts"), &at("COBADEFFXXX"));
}

#[test]
fn an_approval_is_at_most_thirty_days_old_and_not_in_the_future() {
    let jane = Partner::frozen();
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
    for born in ["2050-01-01", "2024-02-29", "1800-01-01"] {
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
    let again = send(&server, "POST", &files, Some(&link));
    assert_eq!(refusal(&again).0, "RESOURCE_STATE_INVALID", "{link}");
    let (known, unknown) = (
        "b9d2e5f7-4c18-4a63-8f0e-7a1c3d5e9b24",
        "00000000-0000-4000-8000-000000000009",
    );
    let files = format!("/partner/v1/customers/{jane}/files");
    for foreign in [known, unknown] {
        assert_eq!(submit("1990-01-01", foreign).0, "RESOURCE_NOT_FOUND", "{foreign}");
    }
    for (id, wanted) in [(unknown, "RESOURCE_NOT_FOUND"), (known, "a success")] {
        let link = json!({ "fileAssetId": id, "documentType": "PASSPORT" });
        assert_eq!(refusal(&send(&server, "POST", &files, Some(&link))).0, wanted, "{id}");
    }
    assert_eq!(submit("1990-01-01", known).0, "a success");
    server.set_state(&jane, "MISSING_INFO_REQUIRED").unwrap();
    assert_eq!(submit("1990-01-01", &file).0, "a success");
}

#[test]
fn a_document_a_consent_and_a_company_are_of_the_past() {
    let server = seeded();
    let (jane, ltd) = (customer(&server, "INDIVIDUAL"), customer(&server, "CORPORATE"));
    let file = |owner: &str| {
        let file = partner::upload(&server, owner, "application/pdf", b"%PDF-1.7");
        text(&file.json(), "fileAssetId")
    };
    let person = json!({ "firstName": "Jane", "lastName": "Partner", "dateOfBirth": "1990-04-17", "nationality": "GB",
        "residentialAddress": { "line1": "1 Street", "city": "London", "postalCode": "E1", "country": "GB" } });
    let submission = |evidence: Value| {
        json!({ "evidence": evidence, "consentEvidence": { "acceptedAt": rfc3339(now()) },
            "partnerAttestation": { "attestedByClientId": server.client_id, "attestedAt": rfc3339(now()) } })
    };
    let kyc = submission(json!({ "evidenceType": "INDIVIDUAL_KYC", "personalDetails": person,
        "additionalPersonalDetails": { "occupation": "Engineer", "sourceOfFunds": "SALARY" },
        "supportingDocuments": [{ "documentType": "PASSPORT", "fileAssetId": file(&jane), "issuedOn": "2024-02-29",
            "expiresOn": rfc3339(now())[..10] }] }));
    let kyb = submission(json!({ "evidenceType": "CORPORATE_KYB",
        "corporationDetails": { "legalName": "Ltd", "registrationNumber": "1", "incorporationDate": rfc3339(now())[..10],
            "incorporationCountry": "GB", "registeredAddress": person["residentialAddress"] },
        "additionalCorporationDetails": { "industry": "Trade", "activities": "Trade", "sourceOfFunds": "TRADING_INCOME" },
        "contactPerson": { "firstName": "John", "lastName": "Trader", "email": "john@example.com" },
        "keyPersons": [{ "roles": ["DIRECTOR"], "personalDetails": person }],
        "supportingDocuments": [{ "documentType": "CERTIFICATE_OF_INCORPORATION", "fileAssetId": file(&ltd) }] }));
    let submit = |owner: &str, body: &Value| {
        let path = format!("/partner/v1/customers/{owner}/onboarding-submissions");
        refusal(&send(&server, "POST", &path, Some(body)))
    };
    let (past, future) = (rfc3339(now() - 3 * 86_400), rfc3339(now() + 2 * 86_400));
    let soon = rfc3339(now() + 600);
    for (owner, good, member, value) in [
        (&jane, &kyc, "/evidence/supportingDocuments/0/issuedOn", &future[..10]),
        (&jane, &kyc, "/evidence/supportingDocuments/0/expiresOn", &past[..10]),
        (&jane, &kyc, "/evidence/supportingDocuments/0/expiresOn", "2024-02-28"),
        (&jane, &kyc, "/consentEvidence/displayedAt", &soon),
        (&jane, &kyc, "/consentEvidence/acceptedAt", &soon),
        (&jane, &kyc, "/partnerAttestation/attestedAt", &soon),
        (&jane, &kyc, "/evidence/personalDetails/nationality", "ZZ"),
        (
            &ltd,
            &kyb,
            "/evidence/corporationDetails/incorporationDate",
            &future[..10],
        ),
        (
            &ltd,
            &kyb,
            "/evidence/keyPersons/0/personalDetails/dateOfBirth",
            "1800-01-01",
        ),
    ] {
        let mut body = good.clone();
        let (parent, last) = member.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[last] = json!(value);
        let (code, fields) = submit(owner, &body);
        assert_eq!(code, "REQUEST_INVALID", "{member}");
        assert!(
            fields.iter().any(|field| member.starts_with(field)),
            "{member}: {fields:?}"
        );
    }
    assert_eq!(submit(&jane, &kyc).0, "a success");
    assert_eq!(submit(&ltd, &kyb).0, "a success");
}

#[test]
fn an_answer_names_an_open_requirement_and_has_the_document_that_it_asks_for() {
    let jane = Partner::frozen();
    let jim = customer(&jane.server, "INDIVIDUAL");
    jane.server.set_state(&jim, "APPROVED").unwrap();
    let route = json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": unique("r") + "-more-info" });
    let of_jim = format!("/partner/v1/customers/{jim}");
    let application = jane.post(&format!("{of_jim}/fiat-account-applications"), &route);
    let activation = jane.post(&format!("{of_jim}/fiat-withdrawal-capabilities/activation"), &route);
    let quote = jane.fiat_quote(&jane.account(), "75.92", "EUR");
    let draft = jane.withdrawal(&quote, "75.92", "EUR");
    let withdrawal = jane.post(&jane.own("fiat-withdrawals"), &draft);
    let withdrawal = format!("fiat-withdrawals/{}", text(&withdrawal, "withdrawalId"));
    let evidence = json!({ "operationAuthorization": draft["operationAuthorization"] });
    jane.post(&format!("/partner/v1/{withdrawal}/submission"), &evidence);
    jane.server.step(10);
    let application = format!("fiat-account-applications/{}", text(&application, "applicationId"));
    let activation = text(&activation, "activationId");
    let activation = format!("fiat-withdrawal-capability-activations/{activation}");
    for (owner, path, code, document) in [
        (&jim, application, "PROOF_OF_ADDRESS_OUTDATED", "PROOF_OF_ADDRESS"),
        (&jim, activation, "SOURCE_OF_FUNDS", "SOURCE_OF_FUNDS"),
        (&jane.customer, withdrawal, "PROOF_OF_PURPOSE", "OTHER"),
    ] {
        let file = partner::upload(&jane.server, owner, "application/pdf", b"%PDF-1.7").json();
        let proof = |of: &str| json!([{ "documentType": of, "fileAssetId": file["fileAssetId"] }]);
        let good = json!({ "code": code, "supportingDocuments": proof(document) });
        let answer = |answers: Value| {
            let body = json!({ "answers": answers });
            jane.refused(&format!("/partner/v1/{path}/additional-info"), &body)
        };
        for wrong in [
            json!([{ "code": "OTHER_CODE", "supportingDocuments": proof(document) }]),
            json!([good, { "code": "OTHER_CODE", "value": "Rent" }]),
            json!([good, good]),
            json!([{ "code": code, "value": "Rent" }]),
            json!([{ "code": code, "supportingDocuments": [] }]),
            json!([{ "code": code, "supportingDocuments": proof("SELFIE") }]),
        ] {
            let wanted = ("REQUEST_INVALID".to_owned(), vec!["/answers".to_owned()]);
            assert_eq!(answer(wrong.clone()), wanted, "{path}: {wrong}");
        }
        assert_eq!(answer(json!([good])).0, "a success", "{path}");
        assert_eq!(answer(json!([good])).0, "RESOURCE_STATE_INVALID", "{path}");
    }
}

#[test]
fn a_route_is_as_available_as_its_account_and_its_last_application() {
    let jane = Partner::frozen();
    let (accounts, withdrawals) = ("fiat-account-applications", "fiat-withdrawal-capabilities/activation");
    let jim = customer(&jane.server, "INDIVIDUAL");
    jane.server.set_state(&jim, "APPROVED").unwrap();
    let post = |path: &str, ending: &str| {
        let route = json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": unique("r") + ending });
        let code = jane.refused(&format!("/partner/v1/customers/{jim}/{path}"), &route).0;
        jane.server.step(10);
        code
    };
    let status = |kind: &str| {
        let routes = jane.get(&format!("/partner/v1/customers/{jim}/fiat-{kind}-capabilities"));
        text(&routes["data"]["routes"][0], "status")
    };
    assert_eq!(post(accounts, "-account-closed"), "a success");
    assert_eq!(status("account"), "AVAILABLE");
    assert_eq!(post(accounts, ""), "a success");
    assert_eq!(status("account"), "ACTIVE");
    assert_eq!(post(accounts, ""), "RESOURCE_STATE_INVALID");
    let account = jane.get(&format!("/partner/v1/customers/{jim}/fiat-accounts"))["data"][0].clone();
    for (state, route) in [
        ("SUSPENDED", "UNAVAILABLE"),
        ("ACTIVE", "ACTIVE"),
        ("CLOSED", "AVAILABLE"),
    ] {
        jane.server.set_state(&text(&account, "fiatAccountId"), state).unwrap();
        assert_eq!(status("account"), route, "{state}");
    }
    for (kind, path) in [("account", accounts), ("withdrawal", withdrawals)] {
        assert_eq!(post(path, "-unavailable"), "a success");
        assert_eq!(status(kind), "UNAVAILABLE");
        assert_eq!(post(path, ""), "RESOURCE_STATE_INVALID", "{path}");
    }
}

#[test]
fn addresses_are_made_up_with_right_checksums_and_quotes_and_balances_have_a_measure() {
    let jane = Partner::frozen();
    let refused = |path: &str, body: Value| jane.refused(&jane.own(path), &body);
    let assets = json!([{ "asset": "USDC", "network": "ETHEREUM" }, { "asset": "USDT", "network": "TRON" }, { "asset": "BTC", "network": "BITCOIN" }]);
    let mut order =
        json!({ "clientReference": unique("o"), "amount": "40.00", "currency": "EUR", "acceptedAssets": assets });
    let checkout = text(&jane.post(&jane.own("crypto/checkouts"), &order), "checkoutId");
    let mut addresses = jane.get(&jane.own("crypto/deposit-wallets"))["data"]
        .as_array()
        .unwrap()
        .clone();
    for asset in assets.as_array().unwrap() {
        addresses.push(jane.post(
            &format!("/partner/v1/crypto/checkouts/{checkout}/pos-payment-requests"),
            asset,
        ));
    }
    let mut wallet = jane.wallet("");
    wallet["acceptedAssets"] = assets.clone();
    let opened = jane.post(&jane.own("collection-wallets"), &wallet);
    addresses.extend(opened["addresses"].as_array().unwrap().clone());
    assert_eq!(addresses.len(), 10);
    for one in addresses {
        let body = json!({ "label": "Jane", "asset": one["asset"], "network": one["network"], "address": one["address"],
            "walletType": "SELF_HOSTED", "relationship": "SELF" });
        assert_eq!(refused("crypto/wallet-beneficiaries", body).0, "a success", "{one}");
    }
    order["acceptedAssets"] = json!([assets[0], assets[1], assets[0]]);
    wallet["acceptedAssets"] = order["acceptedAssets"].clone();
    assert_eq!(refused("crypto/checkouts", order).1, ["/acceptedAssets"]);
    assert_eq!(refused("collection-wallets", wallet).1, ["/acceptedAssets"]);

    let wish = |amount: &str| json!({ "sourceAsset": "USD", "destinationAsset": "USDC", "amount": amount });
    assert_eq!(refused("conversion-quotes", wish("10000000.00")).0, "a success");
    assert_eq!(refused("conversion-quotes", wish("10000000.01")).1, ["/amount"]);
    let beneficiary = jane.beneficiary();
    jane.server.set_state(&beneficiary, "ACTIVE").unwrap();
    let wish = |amount: &str| json!({ "walletBeneficiaryId": beneficiary, "asset": "USDC", "network": "ETHEREUM", "amount": amount });
    assert_eq!(refused("crypto-withdrawal-quotes", wish("10000000.00")).0, "a success");
    assert_eq!(refused("crypto-withdrawal-quotes", wish("10000000.01")).1, ["/amount"]);
    let euros = items(&jane.server, &jane.customer, "balances")[0].clone();
    let shown = ["available", "pending", "reserved"].map(|member| text(&euros, member));
    assert_eq!(shown, ["1000000.00", "0.00", "0.00"]);
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
