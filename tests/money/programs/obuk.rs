//! Pays once although it loses a response, and lists the details of the payment. Each request with a body has a detached signature.

use std::env::var;
use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use obuk_sdk::models::*;
use obuk_sdk::settings::Secret;
use obuk_sdk::signing::{LocalKey, UnsignedJws};
use obuk_sdk::values::{JsonValue, Object};
use obuk_sdk::{Client, IdempotencyKey, auth, reqwest};

type Failure = Box<dyn Error + Send + Sync>;

fn key() -> Result<LocalKey, Failure> {
    let pem = std::fs::read_to_string(var("OBUK_PRIVATE_KEY_FILE")?)?;
    Ok(LocalKey::from_pem(&pem)?.with_key_id(var("OBUK_KID")?))
}

/// Requests an access token with an assertion that the key signs (`private_key_jwt`).
async fn token() -> Result<Secret, Failure> {
    let (client, url) = (var("OBUK_CLIENT_ID")?, format!("{}/token", var("OBUK_BASE_URL")?));
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let header = Object::from_iter([("alg".to_owned(), "PS256".into()), ("kid".to_owned(), var("OBUK_KID")?.into())]);
    let (id, expires) = (now.as_nanos(), now.as_secs() + 60);
    let claims = format!(r#"{{"iss":"{client}","sub":"{client}","aud":"{url}","jti":"{id}","exp":{expires}}}"#);
    let assertion = UnsignedJws::new(&header, claims.as_bytes())?;
    let assertion = assertion.compact(&assertion.sign(&key()?, "token").await?)?;
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let form = format!("grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}");
    let request = reqwest::Client::new().post(url).header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(form).send().await?;
    let response: JsonValue = response.text().await?.parse()?;
    let token = response.get("access_token").and_then(JsonValue::as_str);
    Ok(Secret::new(token.ok_or("no token")?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder()
        .base_url(format!("{}/open-banking/v4.0/pisp", var("OBUK_BASE_URL")?))
        .credential(auth::tppo_auth2_security(token))
        .credential(auth::psuo_auth2_security(var("OBUK_PSU_TOKEN")?))
        .signer(key().map_err(|error| error.to_string())?)
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
