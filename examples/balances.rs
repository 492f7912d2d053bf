//! Reads what a customer has and what moved: balances, the latest transactions, and the first of them again by its id.
//!
//! `cargo run -p oceafin-examples --example balances [CUSTOMER]`

use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, PartnerAssetType, PartnerCustomerRef, PartnerCustomerType, RefreshKey,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // It only reads, so it needs no journal.
    let client = Client::builder().from_env().without_journal().build()?;
    let name = std::env::args().nth(1).unwrap_or_else(|| "cust-100001".to_owned());
    let name = PartnerCustomerRef::from(name);
    let jane = CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "Jane Partner");
    let customer = client
        .customers()
        .lookup(RefreshKey::random()?, &jane)
        .await?
        .customer_id;

    // A stream reads all pages, one after the other.
    let mut balances = client.balances().list(&customer).stream();
    while let Some(balance) = balances.try_next().await? {
        let unit = match balance.asset_type {
            Some(PartnerAssetType::Fiat) => balance.currency.map(|currency| currency.to_string()),
            _ => balance.asset.map(|asset| asset.to_string()),
        };
        if let Some((unit, available)) = unit.zip(balance.available) {
            println!("{available} {unit}");
        }
    }

    // A page has at most 100 items.
    let page = client.transactions().list(&customer).limit(20).await?;
    println!("the latest {} transactions:", page.data.len());
    for transaction in &page {
        println!("transaction {} is {}", transaction.transaction_id, transaction.status);
    }
    if let Some(latest) = page.data.first() {
        let latest = client.transactions().get(&latest.transaction_id).await?;
        println!("the latest is {}", latest.status);
    }
    Ok(())
}
