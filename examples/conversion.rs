//! Converts 1000.00 EUR: quote, draft, approval, creation, and the wait until both sides are booked.
//!
//! `cargo run -p oceafin-examples --example conversion [CONVERSION [FOLDER]]`
//!
//! It may be killed at any moment. Started again for the same conversion, with the same folder, it goes on where it was, and
//! nothing is converted a second time.

#[path = "state/folder.rs"]
mod folder;

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oceafin_partner::operations::conversions::CreatePartnerConversionApprovalDraft;
use oceafin_partner::{
    Client, ConversionId, CreatePartnerConversionQuoteRequest, CreatePartnerConversionQuoteRequestRequired,
    CreatePartnerConversionRequest, CreatePartnerConversionRequestRequired, CreatePartnerCustomerRequest,
    PartnerApprovalMethod, PartnerConversionStatus, PartnerCustomerRef, PartnerCustomerType,
    PartnerOperationAuthorizationEvidence, PartnerOperationAuthorizationEvidenceRequired, RefreshKey, Timestamp,
    calls::Draft,
};
use sdkwright_journal::{Journal, Keys, Sqlite};

/// The draft of a conversion, as it is approved.
type Conversion = Draft<CreatePartnerConversionApprovalDraft>;

/// Your own name of the customer.
const CUSTOMER: &str = "cust-100001";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    // In your system this is the id of the conversion's row. It is the same after a crash, so that the key is the same, too.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let reference = arguments.next().unwrap_or_else(|| format!("cv-{}", now.as_millis()));
    let folder = folder::of(&reference, arguments.next())?;

    let journal = Journal::new(Sqlite::open(folder.join("journal.db"))?)?.instance("conversions");
    let client = Client::builder().from_env().journal(journal.clone()).build()?;
    // First finishes what an earlier run began: the same bytes are sent under the same key.
    let resumed = journal.resume(&client).await?;
    if let Some(one) = resumed.reconcile.first() {
        return Err(format!("look {} up on the server, and tell the journal", one.record.key).into());
    }
    if !resumed.is_finished() {
        return Err("it may have been converted: run this again when the server answers".into());
    }

    // No submission of a conversion is documented, so its creation can move money. The journal shows whether it was made.
    let key = Keys::of(CUSTOMER).action("conversion.create", &reference)?;
    let created = journal.of(&client).show(key.as_str()).await?;
    let id = if let Some(id) = created.as_ref().and_then(|record| record.id("ConversionId")) {
        ConversionId::from(id)
    } else {
        // The approval is for exactly this draft, which may be kept for days: in your system, in a column of the conversion's row.
        let kept = folder.join("draft");
        if !kept.exists() {
            folder::keep(&kept, &drafted(&client, &reference).await?.to_bytes())?;
        }
        let draft = Conversion::restore(&client, &std::fs::read(kept)?)?;
        let evidence = approval_of(draft.payload(), draft.hash())?;
        let body = draft.authorize(evidence)?;
        client.conversions().create(key, &body).await?.conversion_id
    };

    let conversion = loop {
        let conversion = client.conversions().get(&id).await?;
        println!("conversion {} is {}", conversion.conversion_id, conversion.status);
        let status = &conversion.status;
        if status.is_done() || status.is_terminal() || status.needs_action() {
            break conversion;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    match conversion.status {
        PartnerConversionStatus::Completed => Ok(()),
        status => Err(format!("not converted: {status}").into()),
    }
}

/// Quote and draft: nothing in here has an effect. Killed in here, the next run begins here with a new quote.
async fn drafted(client: &Client, reference: &str) -> Result<Conversion, Box<dyn Error>> {
    let name = PartnerCustomerRef::from(CUSTOMER);
    let jane = CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "Jane Partner");
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
    let (Some((source_asset, source_amount)), Some((destination_asset, destination_amount))) = (
        quote.source_asset.zip(quote.source_amount),
        quote.destination_asset.zip(quote.destination_amount),
    ) else {
        return Err("the quote does not say what is given and received".into());
    };
    println!(
        "quote {}: {source_amount} {source_asset} for {destination_amount} {destination_asset}",
        quote.quote_id
    );

    let request = CreatePartnerConversionRequest::new(CreatePartnerConversionRequestRequired {
        client_reference: reference.into(),
        quote_id: quote.quote_id,
        source_asset,
        source_amount,
        destination_asset,
        destination_amount,
    });
    Ok(client.conversions().draft(&customer.customer_id, &request)?)
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
