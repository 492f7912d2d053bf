//! Converts 1000.00 EUR: quote, draft, approval, creation, and the wait until both sides are booked.
//!
//! `cargo run -p oceafin-examples --example conversion [CONVERSION [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same conversion it continues where it was, and nothing is done twice.

#[path = "state/session.rs"]
mod session;

use oceafin_partner::operations::conversions::CreatePartnerConversionApprovalDraft as Conversion;
use oceafin_partner::{
    CreatePartnerConversionQuoteRequest, CreatePartnerConversionQuoteRequestRequired, CreatePartnerConversionRequest,
    CreatePartnerConversionRequestRequired, RefreshKey,
    calls::{Authorized, Draft, PollResult},
};
use session::{Result, Session};

#[tokio::main]
async fn main() -> Result<()> {
    let session = Session::start("cv").await?;
    let client = &session.client;

    // No submission of a conversion is documented, so its creation can move money.
    let create = async |key| {
        let body = approved(&session).await?;
        Ok(client.conversions().create(key, &body).await?.conversion_id)
    };
    let id = session.once("conversion.create", "ConversionId", create).await?;

    let booked = client.conversions().get(&id);
    match booked.poll_until(|conversion| conversion.status.is_done()).await? {
        PollResult::Reached(conversion) => println!("conversion {id} is {}", conversion.status),
        PollResult::Terminal(conversion) | PollResult::NeedsAction(conversion) | PollResult::TimedOut(conversion) => {
            return Err(format!("not converted: {}", conversion.status).into());
        }
    }
    Ok(())
}

/// The body that was approved. The draft is kept, in your system in a column of the conversion's row.
async fn approved(session: &Session) -> Result<Authorized<Conversion>> {
    let draft = if let Some(draft) = session.kept("conversion.create").await? {
        Draft::restore(&session.client, &draft)?
    } else {
        let draft = drafted(session).await?;
        session.keep("conversion.create", &draft.to_bytes()).await?;
        draft
    };
    let evidence = session
        .approval("conversion.create", draft.payload(), draft.hash())
        .await?;
    Ok(draft.authorize(evidence)?)
}

/// Quote and draft: nothing in here has an effect. Killed in here, the next run begins here with a new quote.
async fn drafted(session: &Session) -> Result<Draft<Conversion>> {
    let (client, customer) = (&session.client, session.customer().await?);
    let wish = CreatePartnerConversionQuoteRequest::new(CreatePartnerConversionQuoteRequestRequired {
        source_asset: "EUR".into(),
        destination_asset: "USDC".into(),
        amount: "1000.00".parse()?,
    });
    let quote = client
        .conversion_quotes()
        .create(RefreshKey::random()?, &customer, &wish)
        .await?;
    let (Some((source_asset, source_amount)), Some((destination_asset, destination_amount))) = (
        quote.source_asset.zip(quote.source_amount),
        quote.destination_asset.zip(quote.destination_amount),
    ) else {
        return Err("the quote does not state what is given and received".into());
    };
    println!(
        "quote {}: {source_amount} {source_asset} for {destination_amount} {destination_asset}",
        quote.quote_id
    );
    let request = CreatePartnerConversionRequest::new(CreatePartnerConversionRequestRequired {
        client_reference: session.id.as_str().into(),
        quote_id: quote.quote_id,
        source_asset,
        source_amount,
        destination_asset,
        destination_amount,
    });
    Ok(client.conversions().draft(&customer, &request)?)
}
