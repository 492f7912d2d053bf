//! Collects crypto of a buyer: buyer, screening, collection wallet, and the payments to it.
//!
//! `cargo run -p oceafin-examples --example collection [COLLECTION [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same collection it continues where it was, and opens no second wallet. In
//! the local sandbox a wallet receives a payment if the id of the collection ends in `-payment`.

#[path = "setup/run.rs"]
mod run;

use std::time::Duration;

use oceafin_partner::{
    BuyerId, CollectionWalletId, CreatePartnerBuyerRequest, CreatePartnerCollectionWalletRequest, CryptoAsset,
    CryptoNetwork, PartnerCollectionPayment, PartnerCryptoAssetOption, PartnerCustomerType, PartnerOnboardingAddress,
    PartnerOnboardingAddressRequired, calls::PollResult,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("co").await?;
    let (client, flow, customer) = (&run.client, &run.flow, run.customer().await?);

    let request = CreatePartnerBuyerRequest::new(PartnerCustomerType::Individual, "John Sender")
        .with_email("john.sender@example.com")
        .with_address(PartnerOnboardingAddress::new(PartnerOnboardingAddressRequired {
            line1: "10 High Street".to_owned(),
            city: "London".to_owned(),
            country: "GB".into(),
        }))
        .with_date_of_birth("1988-04-17".parse()?)
        .with_nationality("GB");
    let buyers = client.buyers();
    let create = |key| buyers.create(key, &customer, &request).intent();
    let buyer: BuyerId = flow.once("buyer", create).await?.id()?;
    let screened = client.buyers().get(&buyer);
    let screened = screened
        .poll_until(|buyer| buyer.status.is_done())
        .await?
        .reached_or_err()?;
    println!("buyer {buyer} is {}", screened.status);

    let asset = PartnerCryptoAssetOption::new(CryptoAsset::Usdc, CryptoNetwork::Ethereum);
    let request = CreatePartnerCollectionWalletRequest::new(&buyer, vec![asset])
        .with_client_reference(format!("{}-payment", run.id));
    let wallets = client.collection_wallets();
    let open = |key| wallets.create(key, &customer, &request).intent();
    let wallet: CollectionWalletId = flow.once("wallet", open).await?.id()?;
    // Show the buyer all of an address: asset, network, address and tag.
    let opened = wallets.get(&wallet).await?;
    let count = opened.addresses.as_ref().map_or(0, Vec::len);
    println!("wallet {wallet} is {}, with {count} addresses", opened.status);

    let is_own = |payment: &&PartnerCollectionPayment| payment.wallet_id.as_ref() == Some(&wallet);
    let is_paid = |payments: &[PartnerCollectionPayment]| {
        let mut own = payments.iter().filter(is_own);
        own.any(|payment| payment.status.is_done())
    };
    let payments = client.collection_payments().list(&customer).poll_items_until(is_paid);
    match payments.deadline(Duration::from_secs(10)).await? {
        PollResult::Reached(payments) => {
            for payment in payments.iter().filter(is_own) {
                let payment = client.collection_payments().get(&payment.payment_id).await?;
                println!("payment {} is {}", payment.payment_id, payment.status);
            }
            flow.finish().await?;
        }
        // A buyer may take weeks: in your system a webhook or a job looks again.
        PollResult::Terminal(_) | PollResult::NeedsAction(_) | PollResult::TimedOut(_) => {
            println!("nothing was paid yet");
        }
    }
    Ok(())
}
