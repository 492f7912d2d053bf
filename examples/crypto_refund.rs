//! Pays 20.00 USDC of a crypto deposit back: draft, approval, creation, submission, confirmation, and the wait for the network.
//!
//! `cargo run -p oceafin-examples --example crypto_refund [REFUND [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same refund it continues where it was, and nothing is done twice.

#[path = "setup/run.rs"]
mod run;

use oceafin_partner::{
    ClientReference, CreatePartnerCryptoRefundRequest, CryptoRefundId, PartnerCryptoDeposit,
    PartnerCryptoDepositRefundSource, PartnerCryptoDepositStatus, PartnerCryptoRefundReason, PartnerCryptoRefundStatus,
    SubmitPartnerCryptoRefundRequest,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("rf").await?;
    let (flow, customer, refunds) = (&run.flow, run.customer().await?, run.client.crypto_refunds());

    // The latest deposit that was credited. Its refund goes back to where it came from.
    let latest = async || {
        let deposits = run.client.crypto_deposits().list(&customer);
        let deposits = deposits.status(PartnerCryptoDepositStatus::Completed);
        let deposit = deposits.stream().try_next().await?;
        deposit.ok_or("no crypto deposit was credited".into())
    };
    let deposit: PartnerCryptoDeposit = flow.keep("deposit", latest).await?;
    let (Some(asset), Some(network), Some(source)) = (deposit.asset, deposit.network, deposit.source_address) else {
        return Err("the deposit does not state asset, network and sender".into());
    };
    let request = CreatePartnerCryptoRefundRequest::new(
        ClientReference::from(run.id.as_str()),
        PartnerCryptoDepositRefundSource::new(deposit.deposit_id).into(),
        asset,
        network,
        "20.00".parse()?,
        source,
        PartnerCryptoRefundReason::Overpayment,
    );
    let approved = run.approved(refunds.draft(&customer, &request)?).await?;
    let create = |key| refunds.create(key, &approved).intent();
    let id: CryptoRefundId = flow.once("create", create).await?.id()?;

    // Submission and confirmation take the approval of the creation.
    let submission = SubmitPartnerCryptoRefundRequest::from_authorized(&approved);
    let submit = |key| refunds.submit(key, &id, &submission).intent();
    flow.once("submit", submit).await.inspect_err(run::report)?;
    let refund = refunds.get(&id).fresh().await?;
    println!("refund {id} is {}", refund.status);
    if refund.status == PartnerCryptoRefundStatus::Submitted {
        let confirm = |key| refunds.confirm(key, &id, &submission).intent();
        flow.once("confirm", confirm).await.inspect_err(run::report)?;
    }
    let sent = refunds.get(&id).poll_until(|refund| refund.status.is_done());
    println!("refund {id} is {}", sent.await?.reached_or_err()?.status);
    Ok(flow.finish().await?)
}
