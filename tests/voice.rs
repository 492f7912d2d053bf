//! One voice in the contract: equal members have equal limits and are equally sensitive, and the same thing has the same words.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

fn schemas() -> BTreeMap<String, Value> {
    let contract = sdk_tests::contract("openapi/partner-api.yaml");
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
    // Other things of the same name: a requirement in words, and a file, a checkout and a wallet in a few of them.
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
            "statusReason" => "Why it has this status, in words for an operator.",
            "createdAt" => "When Oceafin recorded it.",
            "updatedAt" => "When it last changed.",
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
