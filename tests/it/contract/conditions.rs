//! Conditions that the prose of a request states are in its schema: the examples fit, and a request without the member is refused.

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
    let contract = sdkwright_tests::contract("openapi/partner-api.yaml");
    let party = json!({ "partyType": "CORPORATE", "name": "A" });
    let holder = json!({
        "beneficiaryType": "INDIVIDUAL", "name": "A", "address": { "line1": "1", "city": "B", "country": "DE" },
    });
    let wallet = json!({ "label": "a", "asset": "USDC", "network": "ETHEREUM", "address": "0x1" });
    let bank = json!({ "accountHolderName": "A", "currency": "EUR", "bankCountry": "DE" });
    let evidence = json!({
        "operationHash": "0".repeat(64), "approvedAt": "2026-01-01T00:00:00Z", "approvedBy": "a", "approvalMethod": "OTP",
    });
    let refund = json!({
        "clientReference": "a", "asset": "USDC", "network": "ETHEREUM", "amount": "1", "destinationAddress": "0x1",
        "source": { "sourceType": "CHECKOUT", "checkoutId": "1" }, "operationAuthorization": evidence,
    });
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
        (
            "PartnerTravelRuleParty",
            &Value::Null,
            json!({ "partyType": "INDIVIDUAL", "name": "A" }),
            json!({ "dateOfBirth": "1990-01-01" }),
        ),
        (
            "PartnerTravelRuleParty",
            &Value::Null,
            json!({ "partyType": "INDIVIDUAL", "name": "A" }),
            json!({ "identificationNumber": "1" }),
        ),
        (
            "PartnerRequirementAnswer",
            &Value::Null,
            json!({ "code": "A" }),
            json!({ "value": "1" }),
        ),
        (
            "PartnerRequirementAnswer",
            &Value::Null,
            json!({ "code": "A" }),
            json!({ "supportingDocuments": [{ "documentType": "PASSPORT", "fileAssetId": "1" }] }),
        ),
        (
            "CreatePartnerCryptoRefundRequest",
            &refund,
            json!({ "reason": "OTHER" }),
            json!({ "note": "a" }),
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
    // An unknown value requires no further member.
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

#[test]
fn an_amount_that_is_asked_for_is_more_than_nothing_and_a_share_is_no_more_than_all() {
    let contract = sdkwright_tests::contract("openapi/partner-api.yaml");
    let schemas = contract["components"]["schemas"].as_object().expect("schemas");
    let (mut broken, mut checked) = (Vec::new(), 0);
    let mut look = |name: &str, member: &str, fit: &[&str], refused: &[&str]| {
        checked += 1;
        let schema = json!({
            "allOf": [{ "$ref": format!("#/components/schemas/{name}/properties/{member}") }],
            "components": { "schemas": contract["components"]["schemas"] },
        });
        let schema = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .build(&schema)
            .expect("a schema");
        let wrong = fit.iter().filter(|text| !schema.is_valid(&json!(text)));
        broken.extend(wrong.map(|text| format!("{name}/{member}: {text} does not fit")));
        let wrong = refused.iter().filter(|text| schema.is_valid(&json!(text)));
        broken.extend(wrong.map(|text| format!("{name}/{member}: {text} fits")));
    };
    for (name, schema) in schemas {
        for (member, node) in schema["properties"].as_object().into_iter().flatten() {
            if node["description"]
                .as_str()
                .is_some_and(|text| text.contains("Greater than zero"))
            {
                look(name, member, &["0.01", "10", "1.50"], &["0", "0.00", "000", "-1", ""]);
            }
        }
    }
    look(
        "PartnerOnboardingKeyPerson",
        "ownershipPercentage",
        &["0", "60.5", "99.99", "100", "100.00"],
        &["100.01", "101", "1000"],
    );
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    assert!(checked >= 6, "{checked}");
}
