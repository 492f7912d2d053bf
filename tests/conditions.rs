//! What the prose says a request needs under a condition is in its schema: the examples fit, and what lacks the member is refused.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};

/// The schema of a component with all others beside it, as JSON Schema of draft 4, which OpenAPI 3.0 is closest to.
fn validator(contract: &Value, name: &str) -> jsonschema::Validator {
    let schema = json!({
        "allOf": [{ "$ref": format!("#/components/schemas/{name}") }],
        "components": { "schemas": contract["components"]["schemas"] },
    });
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .build(&schema)
        .expect("a schema")
}

#[test]
fn what_the_prose_asks_under_a_condition_is_asked_by_the_schema() {
    let contract = sdk_tests::contract("openapi/partner-api.yaml");
    let party = json!({ "partyType": "INDIVIDUAL", "name": "A" });
    let holder = json!({
        "beneficiaryType": "INDIVIDUAL", "name": "A", "address": { "line1": "1", "city": "B", "country": "DE" },
    });
    let wallet = json!({ "label": "a", "asset": "USDC", "network": "ETHEREUM", "address": "0x1" });
    let bank = json!({ "accountHolderName": "A", "currency": "EUR", "bankCountry": "DE" });
    let iban = json!({ "iban": "DE89370400440532013000" });
    let rows = [
        (
            "CreatePartnerBankAccountRequest",
            &bank,
            json!({ "relationship": "SAME_NAME" }),
            iban.clone(),
        ),
        (
            "CreatePartnerBankAccountRequest",
            &bank,
            json!({ "relationship": "SAME_NAME" }),
            json!({ "accountNumber": "1" }),
        ),
        (
            "CreatePartnerBankAccountRequest",
            &bank,
            json!({ "relationship": "THIRD_PARTY", "iban": "DE89370400440532013000" }),
            json!({ "thirdPartyBeneficiary": holder }),
        ),
        (
            "CreatePartnerWalletBeneficiaryRequest",
            &wallet,
            json!({ "walletType": "HOSTED", "relationship": "SELF" }),
            json!({ "provider": { "name": "P" } }),
        ),
        (
            "CreatePartnerWalletBeneficiaryRequest",
            &wallet,
            json!({ "walletType": "SELF_HOSTED", "relationship": "THIRD_PARTY" }),
            json!({ "beneficiary": party }),
        ),
        (
            "SubmitPartnerCryptoTravelRuleInfoRequest",
            &Value::Null,
            json!({ "walletType": "HOSTED", "relationship": "SELF" }),
            json!({ "provider": { "name": "P" } }),
        ),
        (
            "SubmitPartnerCryptoTravelRuleInfoRequest",
            &Value::Null,
            json!({ "walletType": "SELF_HOSTED", "relationship": "THIRD_PARTY" }),
            json!({ "originator": party }),
        ),
    ];
    let mut broken = Vec::new();
    for (name, always, condition, needed) in rows {
        let body = |parts: &[&Value]| {
            let members = parts.iter().filter_map(|part| part.as_object()).flatten();
            Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
        };
        let schema = validator(&contract, name);
        if schema.is_valid(&body(&[always, &condition])) {
            broken.push(format!("{name}: {condition} fits without {needed}"));
        }
        let whole = body(&[always, &condition, &needed]);
        for error in schema.iter_errors(&whole) {
            broken.push(format!("{name}: {whole} does not fit: {error}"));
        }
    }
    // A value that is not known yet asks for nothing.
    let other = json!({ "walletType": "OTHER", "relationship": "OTHER" });
    let schema = validator(&contract, "SubmitPartnerCryptoTravelRuleInfoRequest");
    assert!(
        schema
            .iter_errors(&other)
            .all(|error| error.to_string().contains("OTHER")),
        "an unknown value asks for more"
    );
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
