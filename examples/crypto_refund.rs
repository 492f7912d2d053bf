//! Pays 20.00 USDC of a crypto deposit back: draft, approval, creation, submission, confirmation, and the wait for the network.
//!
//! `cargo run -p oceafin-examples --example crypto_refund [REFUND [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same refund it continues where it was, and nothing is done twice.

#[path = "state/session.rs"]
mod session;

use oceafin_partner::operations::crypto_refunds::CreatePartnerCryptoRefundApprovalDraft as Refund;
use oceafin_partner::{
    ClientReference, CreatePartnerCryptoRefundRequest, PartnerCryptoDepositRefundSource, PartnerCryptoDepositStatus,
    PartnerCryptoRefundReason, PartnerCryptoRefundStatus, SubmitPartnerCryptoRefundRequest,
    calls::{Authorized, Draft, PollResult},
};
use session::{Result, Session};

#[tokio::main]
async fn main() -> Result<()> {
    let session = Session::start("rf").await?;
    let client = &session.client;

    let create = async |key| {
        let body = approved(&session).await?;
        Ok(client.crypto_refunds().create(key, &body).await?.refund_id)
    };
    let id = session.once("refund.create", "CryptoRefundId", create).await?;

    // Submission and confirmation take the approval of the creation.
    let mut refund = client.crypto_refunds().get(&id).await?;
    println!("refund {id} is {}", refund.status);
    if refund.status == PartnerCryptoRefundStatus::Draft {
        let submission = SubmitPartnerCryptoRefundRequest::from_authorized(&approved(&session).await?);
        let key = session.key("refund.submit").await?;
        refund = client.crypto_refunds().submit(key, &id, &submission).await?;
        println!("refund {id} is {}", refund.status);
    }
    if refund.status == PartnerCryptoRefundStatus::Submitted {
        let confirmation = SubmitPartnerCryptoRefundRequest::from_authorized(&approved(&session).await?);
        let key = session.key("refund.confirm").await?;
        client.crypto_refunds().confirm(key, &id, &confirmation).await?;
    }

    let sent = client.crypto_refunds().get(&id);
    match sent.poll_until(|refund| refund.status.is_done()).await? {
        PollResult::Reached(refund) => println!("refund {id} is {}", refund.status),
        PollResult::Terminal(refund) | PollResult::NeedsAction(refund) | PollResult::TimedOut(refund) => {
            return Err(format!("not paid back: {}", refund.status).into());
        }
    }
    Ok(())
}

/// The body that was approved. The draft is kept, in your system in a column of the refund's row.
async fn approved(session: &Session) -> Result<Authorized<Refund>> {
    let draft = if let Some(draft) = session.kept("refund.create").await? {
        Draft::restore(&session.client, &draft)?
    } else {
        let draft = drafted(session).await?;
        session.keep("refund.create", &draft.to_bytes()).await?;
        draft
    };
    let evidence = session.approval("refund.create", draft.payload(), draft.hash()).await?;
    Ok(draft.authorize(evidence)?)
}

/// The draft of a refund of the latest deposit that was credited. It goes back to where the deposit came from.
async fn drafted(session: &Session) -> Result<Draft<Refund>> {
    let (client, customer) = (&session.client, session.customer().await?);
    let deposits = client
        .crypto_deposits()
        .list(&customer)
        .status(PartnerCryptoDepositStatus::Completed);
    let deposit = deposits
        .stream()
        .try_next()
        .await?
        .ok_or("no crypto deposit was credited")?;
    let (Some(asset), Some(network), Some(source)) = (deposit.asset, deposit.network, deposit.source_address) else {
        return Err("the deposit does not state asset, network and sender".into());
    };
    let request = CreatePartnerCryptoRefundRequest::new(
        ClientReference::from(session.id.as_str()),
        PartnerCryptoDepositRefundSource::new(deposit.deposit_id).into(),
        asset,
        network,
        "20.00".parse()?,
        source,
        PartnerCryptoRefundReason::Overpayment,
    );
    Ok(client.crypto_refunds().draft(&customer, &request)?)
}
