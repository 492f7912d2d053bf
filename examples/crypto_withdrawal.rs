//! Sends 25.00 USDC to a wallet: wallet beneficiary, quote, draft, approval, creation, submission, and the wait for the network.
//!
//! `cargo run -p oceafin-examples --example crypto_withdrawal [WITHDRAWAL [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same withdrawal it continues where it was, and nothing is done twice.

#[path = "state/session.rs"]
mod session;

use oceafin_partner::operations::crypto_withdrawals::CreatePartnerCryptoWithdrawalApprovalDraft as Withdrawal;
use oceafin_partner::{
    ClientReference, CreatePartnerCryptoWithdrawalQuoteRequest, CreatePartnerCryptoWithdrawalRequest,
    CreatePartnerWalletBeneficiaryRequest, CryptoAsset, CryptoNetwork, PartnerCryptoWithdrawalStatus,
    PartnerVirtualAssetProvider, PartnerWalletRelationship, PartnerWalletType, RefreshKey,
    SubmitPartnerCryptoWithdrawalRequest, WalletAddress,
    calls::{Authorized, Draft, PollResult},
};
use session::{Result, Session};

#[tokio::main]
async fn main() -> Result<()> {
    let session = Session::start("cwd").await?;
    let client = &session.client;

    let create = async |key| {
        let body = approved(&session).await?;
        Ok(client.crypto_withdrawals().create(key, &body).await?.withdrawal_id)
    };
    let id = session
        .once("crypto-withdrawal.create", "CryptoWithdrawalId", create)
        .await?;

    let withdrawal = client.crypto_withdrawals().get(&id).await?;
    println!("withdrawal {id} is {}", withdrawal.status);
    if withdrawal.status == PartnerCryptoWithdrawalStatus::Draft {
        let submission = SubmitPartnerCryptoWithdrawalRequest::from_authorized(&approved(&session).await?);
        let key = session.key("crypto-withdrawal.submit").await?;
        client.crypto_withdrawals().submit(key, &id, &submission).await?;
    }

    let sent = client.crypto_withdrawals().get(&id);
    match sent.poll_until(|withdrawal| withdrawal.status.is_done()).await? {
        PollResult::Reached(withdrawal) => println!("withdrawal {id} is {}", withdrawal.status),
        PollResult::Terminal(withdrawal) | PollResult::NeedsAction(withdrawal) | PollResult::TimedOut(withdrawal) => {
            return Err(format!("not sent: {}", withdrawal.status).into());
        }
    }
    Ok(())
}

/// The body that was approved. The draft is kept, in your system in a column of the withdrawal's row.
async fn approved(session: &Session) -> Result<Authorized<Withdrawal>> {
    let draft = if let Some(draft) = session.kept("crypto-withdrawal.create").await? {
        Draft::restore(&session.client, &draft)?
    } else {
        let draft = drafted(session).await?;
        session.keep("crypto-withdrawal.create", &draft.to_bytes()).await?;
        draft
    };
    let evidence = session
        .approval("crypto-withdrawal.create", draft.payload(), draft.hash())
        .await?;
    Ok(draft.authorize(evidence)?)
}

/// Wallet beneficiary, quote and draft. Of these only the beneficiary has an effect, and the journal knows it.
async fn drafted(session: &Session) -> Result<Draft<Withdrawal>> {
    let (client, customer) = (&session.client, session.customer().await?);
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
    let create = async |key| {
        let beneficiary = client.wallet_beneficiaries().create(key, &customer, &request).await?;
        Ok(beneficiary.wallet_beneficiary_id)
    };
    let wallet = session
        .once("beneficiary.create", "WalletBeneficiaryId", create)
        .await?;
    let beneficiary = client.wallet_beneficiaries().get(&wallet);
    beneficiary
        .poll_until(|beneficiary| beneficiary.status.is_done())
        .await?
        .reached_or_err()?;

    let amount = "25.00".parse()?;
    let wish = CreatePartnerCryptoWithdrawalQuoteRequest::new(&wallet, asset, network.clone(), amount);
    let quotes = client.crypto_withdrawal_quotes();
    let quote = quotes.create(RefreshKey::random()?, &customer, &wish).await?;
    println!("quote {}: {} {}", quote.quote_id, quote.amount, quote.asset);

    let reference = ClientReference::from(session.id.as_str());
    let (id, asset, amount) = (quote.quote_id, quote.asset, quote.amount);
    let request = CreatePartnerCryptoWithdrawalRequest::new(reference, id, &wallet, asset, network, amount);
    Ok(client.crypto_withdrawals().draft(&customer, &request)?)
}
