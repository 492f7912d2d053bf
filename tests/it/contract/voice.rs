//! One voice in the contract: equal members have equal limits and are equally sensitive, and the same thing has the same words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

fn schemas() -> BTreeMap<String, Value> {
    let contract = sdkwright_tests::contract("openapi/partner-api.yaml");
    let schemas = contract["components"]["schemas"].as_object().expect("schemas").clone();
    schemas.into_iter().collect()
}

/// Component, member, and the schema of the member, with whether it is sensitive.
fn members() -> Vec<(String, String, Value, bool)> {
    let mut found = Vec::new();
    for (name, schema) in schemas() {
        for (member, node) in schema["properties"].as_object().into_iter().flatten() {
            let is_sensitive = [&schema, node].iter().any(|node| node["x-sensitive"] == true);
            found.push((name.clone(), member.clone(), node.clone(), is_sensitive));
        }
    }
    found
}

fn none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn what_tells_of_a_person_or_a_payment_is_sensitive_wherever_it_stands() {
    let always = [
        "statusReason",
        "paymentReference",
        "successUrl",
        "cancelUrl",
        "purpose",
        "routingNumber",
        "bankAddress",
    ];
    let mut broken: Vec<String> = members()
        .into_iter()
        .filter(|(_, member, _, is_sensitive)| always.contains(&member.as_str()) && !is_sensitive)
        .map(|(name, member, ..)| format!("{name}/{member} is not sensitive"))
        .collect();
    let all = schemas();
    if all["TransactionHash"]["x-sensitive"] != true {
        broken.push("TransactionHash is not sensitive".to_owned());
    }
    if all["PartnerRequirement"]["properties"]["description"]["x-sensitive"] != true {
        broken.push("PartnerRequirement/description is not sensitive".to_owned());
    }
    none(&broken);
}

#[test]
fn equal_members_have_equal_limits() {
    // `description` has several meanings: the text of a requirement, or a few words about a file, a checkout or a wallet.
    let differ = ["description"];
    let mut limits: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (name, member, node, _) in members() {
        if node["type"] == "string" && node.get("enum").is_none() && !differ.contains(&member.as_str()) {
            let of = format!("maxLength {}, format {}", node["maxLength"], node["format"]);
            limits.entry(member).or_default().entry(of).or_default().push(name);
        }
    }
    let broken: Vec<String> = limits
        .iter()
        .filter(|(_, of)| of.len() > 1)
        .map(|(member, of)| format!("{member}: {of:?}"))
        .collect();
    none(&broken);
    assert!(limits.len() > 50, "{}", limits.len());
}

/// The components that a request reaches, by its own members and through references.
fn sent() -> BTreeSet<String> {
    let contract = sdkwright_tests::contract("openapi/partner-api.yaml");
    let mut open = Vec::new();
    for (_, item) in contract["paths"].as_object().expect("paths") {
        for (_, operation) in item.as_object().expect("operations") {
            let content = operation["requestBody"]["content"].as_object();
            open.extend(content.into_iter().flatten().map(|(_, media)| media["schema"].clone()));
        }
    }
    let mut found = BTreeSet::new();
    while let Some(node) = open.pop() {
        match &node {
            Value::Object(members) => open.extend(members.values().cloned()),
            Value::Array(items) => open.extend(items.iter().cloned()),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix("#/components/schemas/")
                    && found.insert(name.to_owned())
                {
                    let mut schema = contract["components"]["schemas"][name].clone();
                    let words = schema.as_object_mut().expect("a schema");
                    words.retain(|word, _| !["example", "x-lifecycle", "x-payload-hash"].contains(&word.as_str()));
                    open.push(schema);
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn equal_members_that_are_sent_have_equal_limits() {
    let differ = [
        ("description", "a file and a checkout have one"),
        ("value", "an answer in words may be long"),
        ("number", "a telephone number has a form"),
        ("documents", "a buyer has few documents"),
        ("code", "an answer repeats the code of a requirement"),
    ];
    let sent = sent();
    let mut limits: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    let (mut empty, mut checked) = (Vec::new(), 0);
    for (name, member, node, _) in members().into_iter().filter(|(name, ..)| sent.contains(name)) {
        let is_text = node["type"] == "string" && node.get("enum").is_none();
        if is_text && node.get("format").is_none() && node.get("pattern").is_none() && node["minLength"] != 1 {
            empty.push(format!("{name}/{member} may be empty, and an empty text says nothing"));
        }
        if (is_text || node["type"] == "array") && !differ.iter().any(|(known, _)| *known == member) {
            checked += 1;
            let words = ["minLength", "maxLength", "pattern", "format", "maxItems"];
            let of: Vec<String> = words.map(|word| format!("{word} {}", node[word])).to_vec();
            limits
                .entry(member)
                .or_default()
                .entry(of.join(", "))
                .or_default()
                .push(name);
        }
    }
    let two = limits.iter().filter(|(_, of)| of.len() > 1);
    empty.extend(two.map(|(member, of)| format!("{member}: {of:?}")));
    none(&empty);
    assert!(checked > 80, "{checked}");
}

/// Members of one name and one type that are not one thing, and why.
const OTHER_THINGS: &[(&str, &str)] = &[
    (
        "amount",
        "what is moved, taken, paid or seen is told apart by its words",
    ),
    (
        "asset",
        "what is held, arrived, sent or accepted is told apart by its words",
    ),
    ("checkoutId", "a link leads to a checkout, a refund gives it back"),
    ("code", "a requirement and a field error have codes of their own"),
    ("completedAt", "each kind of money is complete at another moment"),
    ("country", "of an address, of a route or of a licence"),
    ("currency", "of an account, a price, a payout or an amount"),
    ("depositId", "a receipt names a deposit, a refund gives it back"),
    ("description", "of a file, of a checkout and of a requirement"),
    ("documentType", "what a document is, or which one is asked for"),
    ("estimatedReceivable", "money in is credited, money out arrives"),
    ("evidenceType", "each variant names itself"),
    ("expiresAt", "quotes, drafts, links, checkouts and wallets end"),
    ("fiatAccountId", "an application names the account that it opened"),
    ("fileAssetId", "a file is linked, returned or referred to"),
    ("name", "a provider may be known by a trading name"),
    ("network", "an address lives on one, a transfer takes one"),
    ("resource", "an event is about a resource, a movement has a cause"),
    ("status", "the answer to an action has the status after it"),
    ("supportingDocuments", "each set proves something else"),
];

/// The words that a member shows: its own, or those of the type it refers to. What follows the first sentence or a semicolon
/// says what else holds at this place.
fn shown(all: &BTreeMap<String, Value>, node: &Value) -> (String, String) {
    let target = node["$ref"].as_str().or_else(|| node["allOf"][0]["$ref"].as_str());
    let of = target.and_then(|target| target.strip_prefix("#/components/schemas/"));
    let kind = of.map_or_else(
        || format!("{} {} {}", node["type"], node["format"], node["items"]),
        str::to_owned,
    );
    let own = node["description"].as_str();
    let text = own.or_else(|| all[of?]["description"].as_str()).unwrap_or_default();
    let first = text.split(';').next().unwrap_or_default();
    let first = first.split(". ").next().unwrap_or_default();
    (
        kind,
        first
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .trim_end_matches('.')
            .to_owned(),
    )
}

#[test]
fn members_of_one_name_and_one_type_have_one_description() {
    let all = schemas();
    let mut words: BTreeMap<(String, String), BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (name, member, node, _) in members() {
        let (kind, text) = shown(&all, &node);
        // An id without a description of its own belongs to the object itself.
        if node.get("$ref").is_some() && kind.ends_with("Id") {
            continue;
        }
        let of = words.entry((member, kind)).or_default();
        of.entry(text).or_default().push(name);
    }
    let several = words.iter().filter(|(_, of)| of.len() > 1);
    let mut broken = Vec::new();
    let mut used = BTreeSet::new();
    for ((member, kind), of) in several {
        match OTHER_THINGS.iter().find(|(known, _)| known == member) {
            Some((known, _)) => {
                used.insert(*known);
            }
            None => broken.push(format!("{member} ({kind}): {of:?}")),
        }
    }
    let idle = OTHER_THINGS.iter().filter(|(known, _)| !used.contains(known));
    broken.extend(idle.map(|(member, why)| format!("{member} has one description, and is excepted: {why}")));
    none(&broken);
    assert!(words.len() > 250, "{}", words.len());
}

/// Two components that say the same of a fiat and of a crypto payout.
const ALIKE: &[(&str, &str)] = &[
    (
        "CreatePartnerFiatWithdrawalQuoteRequest",
        "CreatePartnerCryptoWithdrawalQuoteRequest",
    ),
    ("PartnerFiatWithdrawalQuote", "PartnerCryptoWithdrawalQuote"),
    (
        "CreatePartnerFiatWithdrawalRequest",
        "CreatePartnerCryptoWithdrawalRequest",
    ),
    ("PartnerFiatWithdrawal", "PartnerCryptoWithdrawal"),
];

#[test]
fn fiat_and_crypto_payouts_speak_alike() {
    let all = schemas();
    let (mut broken, mut checked) = (Vec::new(), 0);
    for (fiat, crypto) in ALIKE {
        for (member, one) in all[*fiat]["properties"].as_object().expect("members") {
            let Some(other) = all[*crypto]["properties"].get(member) else {
                continue;
            };
            // These members differ on purpose: money arrives at a bank or at a wallet, and ids and statuses have types of their own.
            if [
                "estimatedReceivable",
                "completedAt",
                "status",
                "quoteId",
                "withdrawalId",
            ]
            .contains(&member.as_str())
            {
                continue;
            }
            checked += 1;
            let (one, other) = (shown(&all, one).1, shown(&all, other).1);
            if one != other {
                broken.push(format!("{member} of {fiat}: {one:?}, of {crypto}: {other:?}"));
            }
        }
    }
    none(&broken);
    assert!(checked > 20, "{checked}");
}

#[test]
fn lists_and_their_filters_have_one_form_of_words() {
    let contract = sdkwright_tests::contract("openapi/partner-api.yaml");
    let (mut broken, mut checked) = (Vec::new(), 0);
    for (path, item) in contract["paths"].as_object().expect("paths") {
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            if parameter["name"] == "status" {
                checked += 1;
                let text = parameter["description"].as_str().unwrap_or_default();
                if !(text.starts_with("Only ") && text.ends_with(" in this status.")) {
                    broken.push(format!("{path}: {text}"));
                }
            }
        }
    }
    for (name, schema) in schemas().into_iter().filter(|(name, _)| name.ends_with("Page")) {
        checked += 1;
        let text = schema["description"].as_str().unwrap_or_default();
        if !text.starts_with("One page of ") {
            broken.push(format!("{name}: {text}"));
        }
    }
    none(&broken);
    assert!(checked > 30, "{checked}");
}

#[test]
fn the_same_thing_has_the_same_words() {
    let mut broken = Vec::new();
    for (name, member, node, _) in members() {
        let text = node["description"].as_str().unwrap_or_default();
        for (word, instead) in [
            ("company", "corporation"),
            ("Email", "E-mail"),
            ("email address", "e-mail address"),
        ] {
            if text.contains(word) {
                broken.push(format!("{name}/{member}: {instead}, not {word}: {text}"));
            }
        }
        let said = match member.as_str() {
            "statusReason" => "Reason for the status, in words for an operator.",
            "createdAt" => "Time at which Oceafin recorded it.",
            "updatedAt" => "Time of the last change.",
            "data" if name.ends_with("Page") && !text.ends_with("; empty when there are none.") => {
                "..; empty when there are none."
            }
            _ => continue,
        };
        if text != said && !(member == "data" && text.ends_with("; empty when there are none.")) {
            broken.push(format!("{name}/{member}: {said:?}, not {text:?}"));
        }
    }
    none(&broken);
}

#[test]
fn a_payment_has_the_members_that_any_such_api_has() {
    let all = schemas();
    let asked: &[(&str, &[&str])] = &[
        (
            "PartnerFiatWithdrawal",
            &[
                "purpose",
                "routeCode",
                "submittedAt",
                "completedAt",
                "endToEndId",
                "uetr",
            ],
        ),
        ("PartnerBankAccount", &["routingNumber", "bankAddress"]),
        ("PartnerFiatAccountBankDetails", &["routingNumber", "bankAddress"]),
        ("PartnerFiatDeposit", &["rail", "completedAt"]),
        ("PartnerCheckout", &["outstandingAmount", "excessAmount"]),
        ("PartnerCryptoRefund", &["processingReference"]),
    ];
    let mut broken = Vec::new();
    for (name, wanted) in asked {
        let has: BTreeSet<&str> = all[*name]["properties"]
            .as_object()
            .expect("members")
            .keys()
            .map(String::as_str)
            .collect();
        let required = all[*name]["required"].as_array().cloned().unwrap_or_default();
        for member in *wanted {
            if !has.contains(member) {
                broken.push(format!("{name} has no {member}"));
            }
            if required.contains(&Value::from(*member)) {
                broken.push(format!("{name}/{member} is our reading and is required"));
            }
        }
    }
    none(&broken);
}
