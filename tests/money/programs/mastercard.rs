//! Adds a merchant once although it loses a response, and lists all matches. Each request has a signature by OAuth 1.0a.

use std::env::var;
use std::error::Error;

use mastercard_sdk::Client;
use mastercard_sdk::errors::Outcome;
use mastercard_sdk::models::*;
use mastercard_sdk::operations::termination_inquiry_request::PostFraudMerchantV3TerminationInquiryRequired;
use mastercard_sdk::signing::LocalKey;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let pem = std::fs::read_to_string(var("MASTERCARD_PRIVATE_KEY_FILE")?)?;
    let client = Client::builder()
        .base_url(var("MASTERCARD_BASE_URL")?)
        .client_id(var("MASTERCARD_CONSUMER_KEY")?)
        .signer(LocalKey::from_pem(&pem)?)
        .build()?;

    let merchant = AddMerchantMerchant::new(AddMerchantMerchantRequired {
        cat_flag: "N".to_owned(),
        country_subdivision_tax_id: "123".to_owned(),
        date_closed: "11/26/2026".to_owned(),
        date_opened: "01/01/2020".to_owned(),
        merchant_category: "5732".to_owned(),
        merchant_id: "7".to_owned(),
        name: "A. Klaassen & Söhne".to_owned(),
        phone_number: "5557770001".to_owned(),
        reason_code: "04".to_owned(),
    });
    let request = AddMerchantRequest::new("1996").with_merchant(merchant);
    let request = AddTerminatedMerchantRequestSchema::new().with_add_merchant_request(request);
    let added = client.add_terminated_merchant().post_fraud_merchant_add_merchant(&request).await;
    // MATCH has no keys: the client never repeats the request, and the inquiry below finds the merchant.
    match added {
        Err(error) if error.outcome() == Outcome::Unknown => println!("added or not: search for it"),
        added => println!("added {:?}", added?),
    }

    let inquiry = TerminationInquiryRequestSchema::new();
    let inquiry = inquiry.with_termination_inquiry_request(TerminationInquiryRequest::new("1996"));
    let (mut found, mut is_found) = (0, false);
    loop {
        let required = PostFraudMerchantV3TerminationInquiryRequired {
            page_offset: &found.to_string().parse()?,
            page_length: &"3".parse()?,
        };
        let requests = client.termination_inquiry_request();
        let page = requests.post_fraud_merchant_termination_inquiry(required, &inquiry).await?;
        let matches = page.termination_inquiry.and_then(|inquiry| inquiry.possible_merchant_matches);
        let merchants = matches.into_iter().flatten().filter_map(|matched| matched.terminated_merchant).flatten();
        let merchants: Vec<_> = merchants.collect();
        if merchants.is_empty() {
            break;
        }
        is_found |= merchants.iter().any(|one| format!("{one:?}").contains("Söhne"));
        found += merchants.len();
    }
    println!("listed {found}");
    if is_found { Ok(()) } else { Err("the merchant was not added".into()) }
}
