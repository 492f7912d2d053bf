//! Pays once although it loses a response, and lists all transactions. Each request has a signature by the key of a seal.

use std::env::var;
use std::error::Error;
use std::fs::read_to_string;

use berlin_sdk::errors::Outcome;
use berlin_sdk::models::{AccountReference, Amount, AmountRequired, PaymentInitiationJson, PaymentInitiationRequest};
use berlin_sdk::models::{BookingStatusGenericParameter, PaymentInitiationJsonRequired};
use berlin_sdk::models::{PaymentProductParameter, PaymentServiceParameter};
use berlin_sdk::operations::account_information_service_ais::GetTransactionListRequired;
use berlin_sdk::operations::payment_initiation_service_pis::InitiatePaymentRequired;
use berlin_sdk::signing::{Certificate, LocalKey};
use berlin_sdk::{Client, auth};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let certificate = Certificate::from_pem(&read_to_string(var("BERLIN_CERTIFICATE_FILE")?)?)?;
    let key = LocalKey::from_pem(&read_to_string(var("BERLIN_PRIVATE_KEY_FILE")?)?)?;
    let client = Client::builder()
        .base_url(var("BERLIN_BASE_URL")?)
        .credential(auth::bearer_auth_oauth(var("BERLIN_TOKEN")?))
        .signer(key.with_certificate(&certificate)?)
        .build()?;

    let payment = PaymentInitiationJson::new(PaymentInitiationJsonRequired {
        debtor_account: AccountReference::new().with_iban("DE40100100103307118608"),
        instructed_amount: Amount::new(AmountRequired {
            currency: "EUR".to_owned(),
            amount: "10.50".to_owned(),
        }),
        creditor_account: AccountReference::new().with_iban("DE02100100109307118603"),
        creditor_name: "A. Klaassen".to_owned(),
    });
    let required = InitiatePaymentRequired {
        payment_service: &PaymentServiceParameter::Payments,
        payment_product: &PaymentProductParameter::SepaCreditTransfers,
        x_request_id: "99391c7e-ad88-49ec-a2ad-99ddcb1f7721",
        psu_ip_address: "192.168.8.78",
    };
    let request = PaymentInitiationRequest::PaymentInitiationJson(payment);
    let initiated = client.payment_initiation_service_pis().initiate_payment(required, &request);
    // The interface has no keys and no search for a payment: a second request could pay twice.
    match initiated.tpp_redirect_uri("https://shop.example/back").await {
        Err(error) if error.outcome() == Outcome::Unknown => println!("paid or not: ask the bank"),
        initiated => println!("paid {}", initiated?.payment_id),
    }

    let list = client.account_information_service_ais().get_transaction_list(GetTransactionListRequired {
        account_id: "account-1",
        booking_status: &BookingStatusGenericParameter::Booked,
        x_request_id: "99391c7e-ad88-49ec-a2ad-99ddcb1f7722",
        consent_id: &var("BERLIN_CONSENT_ID")?,
    });
    let (mut transactions, mut count) = (list.stream(), 0);
    while transactions.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");
    Ok(())
}
