//! Converts 1000.00 EUR: quote, draft, approval, creation, and the wait until both sides are booked.
//!
//! `cargo run -p oceafin-examples --example conversion [CONVERSION [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same conversion it continues where it was, and nothing is done twice.

#[path = "setup/run.rs"]
mod run;

use oceafin_partner::{
    ConversionId, CreatePartnerConversionQuoteRequest, CreatePartnerConversionQuoteRequestRequired,
    CreatePartnerConversionRequest, CreatePartnerConversionRequestRequired, PartnerConversionQuote, RefreshKey,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("cv").await?;
    let (flow, customer) = (&run.flow, run.customer().await?);
    let (quotes, conversions) = (run.client.conversion_quotes(), run.client.conversions());

    let wish = CreatePartnerConversionQuoteRequest::new(CreatePartnerConversionQuoteRequestRequired {
        source_asset: "EUR".into(),
        destination_asset: "USDC".into(),
        amount: "1000.00".parse()?,
    });
    let request_quote = async || Ok(quotes.create(RefreshKey::random()?, &customer, &wish).await?);
    let quote: PartnerConversionQuote = flow.keep("quote", request_quote).await?;
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
        client_reference: run.id.as_str().into(),
        quote_id: quote.quote_id,
        source_asset,
        source_amount,
        destination_asset,
        destination_amount,
    });
    let approved = run.approved(conversions.draft(&customer, &request)?).await?;
    // No submission of a conversion is documented, so its creation can move money.
    let create = |key| conversions.create(key, &approved).intent();
    let id: ConversionId = flow.once("create", create).await.inspect_err(run::report)?.id()?;

    let booked = conversions
        .get(&id)
        .poll_until(|conversion| conversion.status.is_done());
    println!("conversion {id} is {}", booked.await?.reached_or_err()?.status);
    Ok(flow.finish().await?)
}
