//! Sends 25.00 USDC to a wallet: wallet beneficiary, quote, draft, approval, creation, submission, and the wait for the network.
//!
//! `cargo run -p oceafin-examples --example crypto_withdrawal [WITHDRAWAL [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same withdrawal it continues where it was, and nothing is done twice.

#[path = "setup/run.rs"]
mod run;

use oceafin_partner::{
    ClientReference, CreatePartnerCryptoWithdrawalQuoteRequest, CreatePartnerCryptoWithdrawalRequest,
    CreatePartnerWalletBeneficiaryRequest, CryptoAsset, CryptoNetwork, CryptoWithdrawalId,
    PartnerCryptoWithdrawalQuote, PartnerVirtualAssetProvider, PartnerWalletRelationship, PartnerWalletType,
    RefreshKey, SubmitPartnerCryptoWithdrawalRequest, WalletAddress, WalletBeneficiaryId,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("cwd").await?;
    let (flow, customer, reference) = (&run.flow, run.customer().await?, ClientReference::from(run.id.as_str()));
    let (wallets, withdrawals) = (run.client.wallet_beneficiaries(), run.client.crypto_withdrawals());

    let (asset, network) = (CryptoAsset::Usdc, CryptoNetwork::Ethereum);
    let request = CreatePartnerWalletBeneficiaryRequest::new(
        "Jane, exchange account",
        asset.clone(),
        network.clone(),
        WalletAddress::from("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"),
        PartnerWalletType::Hosted,
        PartnerWalletRelationship::SelfValue,
    )
    .with_provider(PartnerVirtualAssetProvider::new("Example Exchange Ltd"));
    let create = |key| wallets.create(key, &customer, &request).intent();
    let wallet: WalletBeneficiaryId = flow.once("beneficiary", create).await?.id()?;
    let checked = wallets.get(&wallet).poll_until(|wallet| wallet.status.is_done());
    checked.await?.reached_or_err()?;

    let amount = "25.00".parse()?;
    let wish = CreatePartnerCryptoWithdrawalQuoteRequest::new(&wallet, asset, network.clone(), amount);
    let quotes = run.client.crypto_withdrawal_quotes();
    let request_quote = async || Ok(quotes.create(RefreshKey::random()?, &customer, &wish).await?);
    let quote: PartnerCryptoWithdrawalQuote = flow.keep("quote", request_quote).await?;
    println!("quote {}: {} {}", quote.quote_id, quote.amount, quote.asset);
    let (id, asset, amount) = (quote.quote_id, quote.asset, quote.amount);
    let request = CreatePartnerCryptoWithdrawalRequest::new(reference, id, &wallet, asset, network, amount);
    let approved = run.approved(withdrawals.draft(&customer, &request)?).await?;

    let create = |key| withdrawals.create(key, &approved).intent();
    let id: CryptoWithdrawalId = flow.once("create", create).await?.id()?;
    let submission = SubmitPartnerCryptoWithdrawalRequest::from_authorized(&approved);
    let submit = |key| withdrawals.submit(key, &id, &submission).intent();
    flow.once("submit", submit).await.inspect_err(run::report)?;
    let sent = withdrawals
        .get(&id)
        .poll_until(|withdrawal| withdrawal.status.is_done());
    println!("withdrawal {id} is {}", sent.await?.reached_or_err()?.status);
    Ok(flow.finish().await?)
}
