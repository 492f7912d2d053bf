//! Converts 1000.00 EUR: quote, draft, approval, creation, and the wait until both sides are booked.
//!
//! `cargo run -p oceafin-examples --example conversion`

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oceafin_partner::{
    Client, CreatePartnerConversionQuoteRequest, CreatePartnerConversionQuoteRequestRequired,
    CreatePartnerConversionRequest, CreatePartnerConversionRequestRequired, CreatePartnerCustomerRequest,
    IdempotencyKey, PartnerApprovalMethod, PartnerConversionStatus, PartnerCustomerType,
    PartnerOperationAuthorizationEvidence, PartnerOperationAuthorizationEvidenceRequired, RefreshKey, Timestamp,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    // In your system this is the id of the conversion's row: the same after a crash, so that the key below is too.
    let reference = format!("cv-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis());

    let jane = CreatePartnerCustomerRequest::new("cust-100001", PartnerCustomerType::Individual, "Jane Partner");
    let customer = client.customers().lookup(RefreshKey::random()?, &jane).await?;

    let wish = CreatePartnerConversionQuoteRequest::new(CreatePartnerConversionQuoteRequestRequired {
        source_asset: "EUR".into(),
        destination_asset: "USDC".into(),
        amount: "1000.00".parse()?,
    });
    let quote = client
        .conversion_quotes()
        .create(RefreshKey::random()?, &customer.customer_id, &wish)
        .await?;
    println!(
        "quote {}: {} {} for {} {}",
        quote.quote_id, quote.source_amount, quote.source_asset, quote.destination_amount, quote.destination_asset
    );

    let request = CreatePartnerConversionRequest::new(CreatePartnerConversionRequestRequired {
        client_reference: reference.as_str().into(),
        quote_id: quote.quote_id,
        source_asset: quote.source_asset,
        source_amount: quote.source_amount,
        destination_asset: quote.destination_asset,
        destination_amount: quote.destination_amount,
    });
    let draft = client.conversions().draft(&customer.customer_id, &request)?;
    let evidence = approval_of(draft.payload(), draft.hash())?;
    let body = draft.authorize(evidence)?;

    // There is no submission: Oceafin carries the approved draft out.
    let key = IdempotencyKey::new(format!("{reference}:create"))?;
    let mut conversion = client.conversions().create(key, &body).await?;
    loop {
        println!("conversion {} is {}", conversion.conversion_id, conversion.status);
        let status = &conversion.status;
        if status.is_done() || status.is_terminal() || status.needs_partner() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        conversion = client.conversions().get(&conversion.conversion_id).await?;
    }
    match conversion.status {
        PartnerConversionStatus::Completed => Ok(()),
        status => Err(format!("not converted: {status}").into()),
    }
}

/// Stands for your approval screen: it shows the payload, and records who approved exactly this hash, when and how.
fn approval_of(payload: &[u8], hash: &str) -> Result<PartnerOperationAuthorizationEvidence, Box<dyn Error>> {
    println!("to be approved: {}", String::from_utf8_lossy(payload));
    Ok(PartnerOperationAuthorizationEvidence::new(
        PartnerOperationAuthorizationEvidenceRequired {
            operation_hash: hash.to_owned(),
            approved_at: Timestamp::try_from(SystemTime::now())?,
            approved_by: "user-4711".to_owned(),
            approval_method: PartnerApprovalMethod::Passkey,
        },
    ))
}
