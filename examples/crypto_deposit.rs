//! Tells who sent a crypto deposit that waits for Travel Rule information: deposits, information, and the wait for the credit.
//!
//! `cargo run -p oceafin-examples --example crypto_deposit [RUN [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment, and started again. In the local sandbox a customer whose name ends in `-travel-rule` receives
//! such a deposit.

#[path = "setup/run.rs"]
mod run;

use oceafin_partner::{
    PartnerCryptoDepositStatus, PartnerCustomerType, PartnerTravelRuleParty, PartnerVirtualAssetProvider,
    PartnerWalletRelationship, PartnerWalletType, SubmitPartnerCryptoTravelRuleInfoRequest, calls::PollResult,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("cd").await?;
    let (client, customer) = (&run.client, run.customer().await?);

    // Oceafin opens the wallets. Show the customer asset, network and address together: they are personal data, never logged.
    let mut wallets = client.crypto_deposit_wallets().list(&customer).stream();
    while let Some(wallet) = wallets.try_next().await? {
        if let Some((asset, network)) = wallet.asset.zip(wallet.network) {
            println!("a wallet for {asset} on {network} is {}", wallet.status);
        }
    }

    let waiting = client
        .crypto_deposits()
        .list(&customer)
        .status(PartnerCryptoDepositStatus::PendingTravelRule);
    let mut waiting = waiting.stream();
    while let Some(deposit) = waiting.try_next().await? {
        let id = deposit.deposit_id;
        for missing in deposit.requirements.iter().flatten() {
            println!("deposit {id} needs {}", missing.code.as_deref().unwrap_or("more"));
        }
        // Your customer tells who the sender is.
        let sender = PartnerTravelRuleParty::new(PartnerCustomerType::Individual, "John Sender");
        let third_party = PartnerWalletRelationship::ThirdParty;
        let told = SubmitPartnerCryptoTravelRuleInfoRequest::new(PartnerWalletType::Hosted, third_party)
            .with_provider(PartnerVirtualAssetProvider::new("Example Exchange Ltd"))
            .with_originator(sender.with_date_of_birth("1988-04-17".parse()?));
        // The answer for this deposit, whichever run gives it, has one key.
        let deposits = client.crypto_deposits();
        let answer = |key| deposits.submit_travel_rule_info(key, &id, &told).intent();
        run.flow.once(&format!("travel-rule.{id}"), answer).await?;

        let credited = client.crypto_deposits().get(&id);
        match credited.poll_until(|deposit| deposit.status.is_done()).await? {
            PollResult::Reached(deposit) => println!("deposit {id} is {}", deposit.status),
            PollResult::Terminal(deposit) | PollResult::NeedsAction(deposit) | PollResult::TimedOut(deposit) => {
                return Err(format!("deposit {id} is {}", deposit.status).into());
            }
        }
    }
    println!("no deposit waits for Travel Rule information");
    Ok(run.flow.finish().await?)
}
