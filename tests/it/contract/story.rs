//! The examples of the contract tell one story: one customer, ids that fit, times that follow each other, money that adds up.
//!
//! Reads all examples with the schemas they belong to. Says of each rule every place that breaks it.

mod examples;

use std::collections::{BTreeMap, BTreeSet};

use examples::{Examples, Object};
use oceafin_partner::Decimal;
use serde_json::Value;

/// Members that may change while a resource lives.
const CHANGES: &[&str] = &[
    "status",
    "statusReason",
    "requirements",
    "updatedAt",
    "syncedAt",
    "expiresAt",
    "name",
    "email",
    "address",
    "latestApplicationStatus",
    "latestActivationStatus",
];

fn amount(object: &Object, member: &str) -> Option<Decimal> {
    object.text(member).map(|text| text.parse().expect("a decimal"))
}

fn none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn what_is_received_is_the_amount_less_the_fee() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let (mut broken, mut checked) = (Vec::new(), 0);
    for object in &told.objects {
        let (Some(whole), Some(fee), Some(received)) = (
            amount(object, "amount"),
            amount(object, "fee"),
            amount(object, "estimatedReceivable"),
        ) else {
            continue;
        };
        checked += 1;
        if whole.checked_sub(&fee).as_ref() != Some(&received) {
            broken.push(format!("{}: {whole} less {fee} is not {received}", object.place));
        }
    }
    none(&broken);
    assert!(checked > 40, "{checked}");
}

#[test]
fn what_a_conversion_gives_is_the_amount_at_the_rate_less_the_fee() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let (mut broken, mut checked) = (Vec::new(), 0);
    for object in &told.objects {
        let (Some(given), Some(rate), Some(fee), Some(got)) = (
            object.text("sourceAmount"),
            object.text("rate"),
            object.text("fee"),
            object.text("destinationAmount"),
        ) else {
            continue;
        };
        checked += 1;
        let units = |text: &str| examples::scaled(text, 6);
        let converted = units(given) * units(rate) / 1_000_000;
        if converted - units(fee) != units(got) || object.text("feeAsset") != object.text("destinationAsset") {
            broken.push(format!("{}: {given} at {rate} less {fee} is not {got}", object.place));
        }
    }
    none(&broken);
    assert!(checked > 5, "{checked}");
}

#[test]
fn no_amount_is_said_to_be_without_its_fee() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut broken = Vec::new();
    let mut checked = 0;
    for (name, schema) in told.schemas() {
        let members = schema["properties"].as_object();
        let Some(text) = members.and_then(|all| all.get("amount")?["description"].as_str()) else {
            continue;
        };
        if ["before the fee", "fee not included", "without the fee"]
            .iter()
            .any(|words| text.contains(words))
        {
            broken.push(format!("{name}/amount: {text}"));
        }
        let has_fee = members.is_some_and(|all| all.contains_key("fee") && all.contains_key("estimatedReceivable"));
        let takes = name.contains("Withdrawal") || name.contains("Refund") || name == "PartnerTransaction";
        if has_fee && takes {
            checked += 1;
            if !text.contains("fee included") {
                broken.push(format!("{name}/amount does not say `fee included`: {text}"));
            }
        }
    }
    none(&broken);
    assert!(checked >= 4, "{checked}");
}

#[test]
fn a_transaction_has_the_amount_and_the_fee_of_what_caused_it() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut broken = Vec::new();
    let mut checked = 0;
    for movement in told.of_schema("PartnerTransaction") {
        let id = movement.value.pointer("/resource/resourceId").and_then(Value::as_str);
        let cause = told
            .objects
            .iter()
            .find(|object| id.is_some() && object.own_id() == id && object.value.get("amount").is_some());
        let Some(cause) = cause else {
            broken.push(format!("{}: nothing has the id {id:?}", movement.place));
            continue;
        };
        for member in ["amount", "fee", "currency", "asset", "clientReference", "customerId"] {
            checked += 1;
            if movement.value.get(member) != cause.value.get(member) {
                broken.push(format!("{}/{member} is not that of {}", movement.place, cause.place));
            }
        }
    }
    none(&broken);
    assert!(checked >= 12, "{checked}");
}

/// Computes the balance of one asset from the examples, in order: deposits that were credited, less what
/// withdrawals, refunds and conversions take when they are created.
fn held(told: &Examples, asset: &str, at: &str) -> i128 {
    let mut held = 0;
    let mut seen = BTreeSet::new();
    let units = |object: &Object, member: &str| object.text(member).map_or(0, |text| examples::scaled(text, 6));
    for object in &told.objects {
        let is = |schema: &str| object.schema == schema;
        let own = object.text("currency").or(object.text("asset")) == Some(asset);
        let before = |member: &str| object.text(member).is_some_and(|time| time <= at);
        let Some(id) = object.own_id() else { continue };
        let moved = if (is("PartnerFiatDeposit") || is("PartnerCryptoDeposit")) && own && before("completedAt") {
            units(object, "estimatedReceivable")
        } else if (is("PartnerFiatWithdrawal") || is("PartnerCryptoWithdrawal") || is("PartnerCryptoRefund"))
            && own
            && before("createdAt")
        {
            -units(object, "amount")
        } else if is("PartnerConversion") && object.text("sourceAsset") == Some(asset) && before("createdAt") {
            -units(object, "sourceAmount")
        } else if is("PartnerConversion") && object.text("destinationAsset") == Some(asset) && before("completedAt") {
            units(object, "destinationAmount")
        } else {
            continue;
        };
        if seen.insert((object.schema.clone(), id.to_owned())) {
            held += moved;
        }
    }
    held
}

#[test]
fn balances_and_quotes_of_the_customer_agree_with_what_moved_before() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut broken = Vec::new();
    let mut checked = 0;
    for balance in told.of_schema("PartnerBalance") {
        let asset = balance.text("currency").or(balance.text("asset")).expect("an asset");
        let at = balance.text("updatedAt").expect("a time");
        let (available, held) = (
            examples::scaled(balance.text("available").expect("an amount"), 6),
            held(&told, asset, at),
        );
        checked += 1;
        if available != held {
            broken.push(format!(
                "{}: {available} of {asset} available at {at}, but {held} is left",
                balance.place
            ));
        }
    }
    for quote in &told.objects {
        let Some(cover) = quote.value.get("balanceAvailability") else {
            continue;
        };
        let asset = quote.text("currency").or(quote.text("asset")).expect("an asset");
        let at = quote.text("createdAt").expect("a time");
        let units = |member: &str| examples::scaled(cover[member].as_str().expect("an amount"), 6);
        let held = held(&told, asset, at);
        checked += 1;
        if units("available") != held {
            broken.push(format!(
                "{}: {} of {asset} available at {at}, but {held} is left",
                quote.place,
                units("available")
            ));
        }
        if cover["required"] != quote.value["amount"]
            || (units("required") <= units("available")) != cover["sufficient"]
        {
            broken.push(format!(
                "{}: the quote takes another amount than it asks for",
                quote.place
            ));
        }
    }
    none(&broken);
    assert!(checked >= 6, "{checked}");
}

#[test]
fn one_id_names_one_thing_and_everything_that_is_named_is_shown() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut used: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut shown: BTreeSet<(String, String)> = BTreeSet::new();
    let mut broken = Vec::new();
    for object in &told.objects {
        for (member, kind) in &object.ids {
            let id = object.text(member).expect("an id").to_owned();
            kinds.entry(id.clone()).or_default().insert(kind.clone());
            used.entry((kind.clone(), id.clone()))
                .or_insert_with(|| format!("{}/{member}", object.place));
            if object.own.as_deref() == Some(member.as_str()) && object.is_answer {
                shown.insert((kind.clone(), id));
            }
        }
    }
    for (id, of) in &kinds {
        if of.len() > 1 {
            broken.push(format!("{id} is an id of {of:?}"));
        }
    }
    let customers: BTreeSet<&String> = used
        .keys()
        .filter(|(kind, _)| kind == "CustomerId")
        .map(|(_, id)| id)
        .collect();
    if customers.len() != 1 {
        broken.push(format!("more than one customer: {customers:?}"));
    }
    for (key, place) in &used {
        // Files are exempt: the examples refer to more files than they upload.
        if key.0 != "FileAssetId" && !shown.contains(key) {
            broken.push(format!("{place}: no answer shows the {} {}", key.0, key.1));
        }
    }
    for (name, kind, id) in told.parameters() {
        if !shown.contains(&(kind.clone(), id.clone())) {
            broken.push(format!("parameter {name}: no answer shows the {kind} {id}"));
        }
    }
    none(&broken);
    assert!(used.len() > 20, "{used:?}");
}

#[test]
fn a_resource_is_the_same_wherever_it_is_shown() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut first: BTreeMap<(String, String), &Object> = BTreeMap::new();
    let mut broken = Vec::new();
    let mut compared = 0;
    for object in told.objects.iter().filter(|object| object.is_answer) {
        let Some(id) = object.own_id() else { continue };
        let known = *first.entry((object.schema.clone(), id.to_owned())).or_insert(object);
        let members = object.value.as_object().expect("an object");
        for (member, value) in members.iter().filter(|(member, _)| !CHANGES.contains(&member.as_str())) {
            let Some(other) = known.value.get(member) else { continue };
            compared += 1;
            if other != value {
                broken.push(format!("{}/{member} is not that of {}", object.place, known.place));
            }
        }
    }
    // An object that was created from a quote has the quote's amounts.
    for object in &told.objects {
        let quote = object.text("quoteId").and_then(|id| {
            let quotes = told.objects.iter();
            quotes
                .into_iter()
                .find(|other| other.schema.ends_with("Quote") && other.own_id() == Some(id))
        });
        let Some(quote) = quote else { continue };
        for member in [
            "amount",
            "fee",
            "estimatedReceivable",
            "currency",
            "asset",
            "network",
            "bankAccountId",
            "walletBeneficiaryId",
            "sourceAmount",
            "destinationAmount",
            "rate",
        ] {
            let (Some(one), Some(other)) = (object.value.get(member), quote.value.get(member)) else {
                continue;
            };
            compared += 1;
            if one != other {
                broken.push(format!("{}/{member} is not that of its quote", object.place));
            }
        }
    }
    none(&broken);
    assert!(compared > 300, "{compared}");
}

#[test]
fn times_follow_each_other() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let order = [
        "createdAt",
        "submittedAt",
        "confirmedAt",
        "paidAt",
        "syncedAt",
        "closedAt",
        "deactivatedAt",
        "completedAt",
        "updatedAt",
    ];
    let instant = |text: &str| {
        if text.len() == 20 {
            format!("{}.000Z", &text[..19])
        } else {
            text.to_owned()
        }
    };
    let mut broken = Vec::new();
    let customers = told.of_schema("PartnerCustomer");
    let born = customers
        .iter()
        .filter_map(|object| object.text("createdAt"))
        .min()
        .expect("a customer");
    let approved = customers
        .iter()
        .filter(|object| object.text("status") == Some("APPROVED"))
        .filter_map(|object| object.text("updatedAt"))
        .min()
        .expect("an approved customer");
    for object in &told.objects {
        let times: Vec<(&str, String)> = order
            .iter()
            .filter_map(|member| Some((*member, instant(object.text(member)?))))
            .collect();
        for pair in times.windows(2) {
            if pair[0].1 > pair[1].1 {
                broken.push(format!("{}: {} is after {}", object.place, pair[0].0, pair[1].0));
            }
        }
        if let (Some(created), Some(expires)) = (object.text("createdAt"), object.text("expiresAt"))
            && instant(created) >= instant(expires)
        {
            broken.push(format!("{}: expires before it is created", object.place));
        }
        let early = ["PartnerCustomer", "PartnerCustomerFile"].contains(&object.schema.as_str());
        if let Some(created) = object.text("createdAt")
            && instant(created) < instant(if early { born } else { approved })
        {
            broken.push(format!("{}: created before the customer was", object.place));
        }
        if let Some(created) = object.text("createdAt")
            && let Some(quote) = object.text("quoteId").filter(|_| !object.schema.ends_with("Quote"))
        {
            let quotes = told
                .objects
                .iter()
                .filter(|other| other.schema.ends_with("Quote") && other.own_id() == Some(quote));
            for quote in quotes {
                let (from, to) = (
                    quote.text("createdAt").unwrap_or_default(),
                    quote.text("expiresAt").unwrap_or_default(),
                );
                if instant(created) < instant(from) || instant(created) > instant(to) {
                    broken.push(format!("{}: created outside of the time of its quote", object.place));
                }
            }
        }
    }
    none(&broken);
}

#[test]
fn a_webhook_tells_of_a_moment_of_the_resource() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut broken = Vec::new();
    let mut ids = BTreeSet::new();
    let events = told.of_schema("PartnerWebhookEvent");
    for event in events.iter().filter(|event| event.place.contains("/x-webhooks/")) {
        if !ids.insert(event.text("eventId").expect("an id")) {
            broken.push(format!("{}: the id of another event", event.place));
        }
        let id = event.value.pointer("/resource/resourceId").and_then(Value::as_str);
        let at = event.text("occurredAt").expect("a time");
        let of = told.objects.iter().filter(|object| {
            object.own_id() == id || (object.schema == "PartnerOnboardingSubmission" && object.text("customerId") == id)
        });
        let times = ["createdAt", "submittedAt", "updatedAt"];
        if !of
            .into_iter()
            .any(|object| times.iter().any(|member| object.text(member) == Some(at)))
        {
            broken.push(format!("{}: nothing happened to {id:?} at {at}", event.place));
        }
    }
    none(&broken);
    assert_eq!(ids.len(), 7);
}

#[test]
fn one_file_asset_is_one_document() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut kind: BTreeMap<&str, (String, &str)> = BTreeMap::new();
    let mut broken = Vec::new();
    for object in &told.objects {
        let Some(id) = object.text("fileAssetId") else { continue };
        let Some(what) = object.text("documentType").or(object.text("fileType")) else {
            continue;
        };
        let what = match object.text("documentNumber") {
            Some(number) => format!("{what} {number}"),
            None => what.to_owned(),
        };
        let known = kind.entry(id).or_insert_with(|| (what.clone(), &object.place));
        let same = known.0.starts_with(&what) || what.starts_with(&known.0);
        if !same {
            broken.push(format!(
                "{}: {id} is {what}, and {} at {}",
                object.place, known.0, known.1
            ));
        } else if what.len() > known.0.len() {
            known.0 = what;
        }
    }
    none(&broken);
    assert!(kind.len() > 5, "{kind:?}");
}

#[test]
fn an_account_and_an_address_belong_to_one_holder() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut holders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for object in &told.objects {
        for (account, holder) in [
            ("iban", "accountHolderName"),
            ("payerAccount", "payerName"),
            ("accountNumber", "accountHolderName"),
        ] {
            if let (Some(account), Some(holder)) = (object.text(account), object.text(holder)) {
                holders.entry(account).or_default().insert(holder);
            }
        }
        if [
            "PartnerCheckoutPosPaymentRequest",
            "PartnerCollectionWalletAddress",
            "PartnerCryptoDepositWallet",
        ]
        .contains(&object.schema.as_str())
            && let Some(address) = object.text("address")
        {
            holders.entry(address).or_default().insert(&object.schema);
        }
        if object.text("relationship") == Some("SAME_NAME")
            && let Some(holder) = object.text("accountHolderName")
        {
            holders.entry("the customer").or_default().insert(holder);
        }
    }
    let broken: Vec<String> = holders
        .iter()
        .filter(|(_, of)| of.len() > 1)
        .map(|(account, of)| format!("{account} belongs to {of:?}"))
        .collect();
    none(&broken);
    assert!(holders.len() > 5, "{holders:?}");
}

#[test]
fn the_requirement_that_is_asked_is_the_one_that_is_answered() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    // The resources that show the requirements which each request answers.
    let asked_by = |request: &str| match request {
        "SubmitPartnerFiatAccountAdditionalInfoRequest" => {
            vec!["PartnerFiatAccountApplication", "PartnerFiatCapabilityRoute"]
        }
        "SubmitPartnerFiatWithdrawalCapabilityAdditionalInfoRequest" => {
            vec![
                "PartnerFiatWithdrawalCapabilityActivation",
                "PartnerFiatWithdrawalCapabilityRoute",
            ]
        }
        "SubmitPartnerFiatWithdrawalAdditionalInfoRequest" => vec!["PartnerFiatWithdrawal"],
        other => panic!("{other} answers something"),
    };
    let mut broken = Vec::new();
    let mut checked = 0;
    for request in told
        .objects
        .iter()
        .filter(|object| object.value.get("answers").is_some())
    {
        let from = asked_by(&request.schema);
        let asked: BTreeMap<&str, &Value> = told
            .objects
            .iter()
            .filter(|object| from.contains(&object.schema.as_str()))
            .filter_map(|object| object.value.get("requirements")?.as_array())
            .flatten()
            .filter_map(|requirement| Some((requirement["code"].as_str()?, requirement)))
            .collect();
        for answer in request.value["answers"].as_array().expect("answers") {
            checked += 1;
            let code = answer["code"].as_str().expect("a code");
            let Some(requirement) = asked.get(code) else {
                broken.push(format!("{}: nothing asks for {code}", request.place));
                continue;
            };
            let given = answer.pointer("/supportingDocuments/0/documentType");
            if requirement.get("documentType").is_some_and(|kind| given != Some(kind)) {
                broken.push(format!("{}: {code} asks for another document", request.place));
            }
        }
    }
    none(&broken);
    assert!(checked >= 6, "{checked}");
}

#[test]
fn a_payment_uri_names_its_address_and_its_amount() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut broken = Vec::new();
    let mut checked = 0;
    for object in &told.objects {
        let Some(uri) = object.text("paymentUri") else { continue };
        checked += 1;
        // ERC-681: a transfer of the token USDC, which has six decimals.
        let address = object.text("address").expect("an address");
        let mut parts = vec![format!("/transfer?address={address}")];
        if let Some(amount) = object.text("amount") {
            parts.push(format!("&uint256={}", examples::scaled(amount, 6)));
        }
        for part in parts.iter().filter(|part| !uri.contains(part.as_str())) {
            broken.push(format!("{}: {uri} does not have {part}", object.place));
        }
    }
    none(&broken);
    assert!(checked >= 10, "{checked}");
}

#[test]
fn one_approval_is_for_one_operation_and_its_hash_is_that_of_the_payload() {
    let told = Examples::from_contract("openapi/partner-api.yaml");
    let mut hashes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut broken = Vec::new();
    for evidence in told.of_schema("PartnerOperationAuthorizationEvidence") {
        let reference = evidence.text("approvalReference").expect("a reference");
        hashes
            .entry(reference)
            .or_default()
            .insert(evidence.text("operationHash").expect("a hash"));
    }
    let used: usize = hashes.values().map(BTreeSet::len).sum();
    let distinct: BTreeSet<&str> = hashes.values().flatten().copied().collect();
    if used != distinct.len() || hashes.len() != used {
        broken.push(format!("an approval is for more than one operation: {hashes:?}"));
    }
    for (operation, object) in told.requests() {
        let Some(evidence) = object.value.get("operationAuthorization") else {
            continue;
        };
        let Some(payload) = told.payload(operation, object) else {
            continue;
        };
        if evidence["operationHash"] != examples::sha256(&payload) {
            broken.push(format!("{}: the hash is {}", object.place, examples::sha256(&payload)));
        }
    }
    none(&broken);
    assert_eq!(hashes.len(), 4, "{hashes:?}");
}
