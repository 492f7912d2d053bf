//! Pays once although it loses a response, and lists the details of the payment. The key signs each request with a body, and the
//! assertion for access tokens (`private_key_jwt`).

use std::env::var;
use std::error::Error;

use obuk_sdk::models::*;
use obuk_sdk::signing::LocalKey;
use obuk_sdk::{Client, IdempotencyKey, auth};

fn key() -> Result<LocalKey, Box<dyn Error>> {
    let pem = std::fs::read_to_string(var("OBUK_PRIVATE_KEY_FILE")?)?;
    Ok(LocalKey::from_pem(&pem)?.with_key_id(var("OBUK_KID")?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tokens = auth::tppo_auth2_security_client(var("OBUK_CLIENT_ID")?, key()?);
    let client = Client::builder()
        .base_url(format!("{}/open-banking/v4.0/pisp", var("OBUK_BASE_URL")?))
        .credential(tokens.token_url(format!("{}/token", var("OBUK_BASE_URL")?)))
        .credential(auth::psuo_auth2_security(var("OBUK_PSU_TOKEN")?))
        .signer(key()?)
        .signing_setting("issuer", var("OBUK_ISSUER")?)
        .signing_setting("trustAnchor", var("OBUK_TRUST_ANCHOR")?)
        .without_journal()
        .build()?;

    let initiation = Initiation::new(InitiationRequired {
        instruction_identification: "invoice-9001".to_owned(),
        end_to_end_identification: "invoice-9001".to_owned(),
        instructed_amount: ObActiveOrHistoricCurrencyAndAmount::new(ObActiveOrHistoricCurrencyAndAmountRequired {
            amount: "10.50".to_owned(),
            currency: "GBP".to_owned(),
        }),
        creditor_account: InitiationCreditorAccount::new(InitiationCreditorAccountRequired {
            scheme_name: "UK.OBIE.IBAN".into(),
            identification: "GB29NWBK60161331926819".into(),
            name: "A. Klaassen".into(),
        }),
    });
    let asked = ObWriteDomesticConsent4::new(ObWriteDomesticConsent4Data::new(initiation.clone()), ObRisk1::new());
    let payments = client.domestic_payments();
    let consent = payments.create_consents(IdempotencyKey::new("invoice-9001:ask")?, &asked).await?;
    let data = ObWriteDomestic2Data::new(consent.data.consent_id.clone(), initiation);
    let payment = ObWriteDomestic2::new(data, ObRisk1::new());
    let paid = payments.create(IdempotencyKey::new("invoice-9001:pay")?, &payment).with_response().await?;
    let id = &paid.value.data.domestic_payment_id;
    println!("paid {id} in {} attempts", paid.attempts);

    let details = client.payment_details();
    let (mut details, mut count) = (details.get_domestic_payments_domestic_payment_id_payment_details(id).stream(), 0);
    while details.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");
    Ok(())
}
