//! Pays 250.00 EUR out: bank account, quote, draft, approval, creation, submission, and the wait for the bank.
//!
//! `cargo run -p oceafin-examples --example fiat_withdrawal`

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oceafin_partner::{
    Client, CreatePartnerBankAccountRequest, CreatePartnerCustomerRequest, CreatePartnerFiatWithdrawalQuoteRequest,
    CreatePartnerFiatWithdrawalRequest, IdempotencyKey, Outcome, PartnerApprovalMethod, PartnerBankAccountRelationship,
    PartnerCustomerType, PartnerFiatWithdrawalStatus, PartnerOperationAuthorizationEvidence,
    PartnerOperationAuthorizationEvidenceRequired, PartnerProblemCode, SubmitPartnerFiatWithdrawalRequest, Timestamp,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    // In your system this is the id of the payout's row: the same after a crash, so that the keys below are too.
    let payout = format!("wd-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis());

    let jane = CreatePartnerCustomerRequest::new("cust-100001", PartnerCustomerType::Individual, "Jane Partner");
    let customer = client.customers().lookup(IdempotencyKey::random()?, &jane).await?;

    let own_account = PartnerBankAccountRelationship::SameName;
    let account = CreatePartnerBankAccountRequest::new(own_account, "Jane Partner", "EUR", "DE")
        .with_iban("DE89370400440532013000");
    let account = client
        .bank_accounts()
        .create(key(&payout, "account")?, &customer.customer_id, &account)
        .await?;

    let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&account.bank_account_id, "250.00".parse()?, "EUR");
    let quote = client
        .fiat_withdrawal_quotes()
        .create(IdempotencyKey::random()?, &customer.customer_id, &wish)
        .await?;
    println!("quote {}", quote.quote_id);

    // The draft fixes what is approved. It can wait for days: `draft.to_bytes()` and `Draft::restore` keep it.
    let request = CreatePartnerFiatWithdrawalRequest::new(
        payout.as_str(),
        &quote.quote_id,
        &account.bank_account_id,
        quote.amount,
        quote.currency,
    );
    let draft = client.fiat_withdrawals().draft(&customer.customer_id, &request)?;
    let evidence = approval_of(draft.payload(), draft.hash())?;
    let body = draft.authorize(evidence)?;

    let withdrawal = client.fiat_withdrawals().create(key(&payout, "create")?, &body).await?;
    println!("withdrawal {} is {}", withdrawal.withdrawal_id, withdrawal.status);

    let submission = SubmitPartnerFiatWithdrawalRequest::of(&body);
    let submit = client
        .fiat_withdrawals()
        .submit(key(&payout, "submit")?, &withdrawal.withdrawal_id, &submission);
    let mut withdrawal = match submit.timeout(Duration::from_secs(5)).await {
        Ok(withdrawal) => withdrawal,
        // Nothing happened and nothing will. Only now are another quote and another payout safe.
        Err(error) if error.outcome() == Outcome::NotExecuted && error.is(PartnerProblemCode::QuoteExpired) => {
            return Err("the quote expired: begin again with a new one".into());
        }
        // It may have happened: go on with the same key and the same bytes, never with new ones.
        Err(error) if error.outcome() == Outcome::Unknown => client.resend(error).await?,
        Err(error) => {
            eprintln!("{}", error.support_report());
            return Err(error.into());
        }
    };

    loop {
        println!("withdrawal {} is {}", withdrawal.withdrawal_id, withdrawal.status);
        let status = &withdrawal.status;
        if status.is_done() || status.is_terminal() || status.needs_partner() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        withdrawal = client.fiat_withdrawals().get(&withdrawal.withdrawal_id).await?;
    }
    match withdrawal.status {
        PartnerFiatWithdrawalStatus::Completed => Ok(()),
        status => Err(format!("not paid out: {status}").into()),
    }
}

/// One key per business action: the payout, and what is done.
fn key(payout: &str, action: &str) -> Result<IdempotencyKey, Box<dyn Error>> {
    Ok(IdempotencyKey::new(format!("{payout}:{action}"))?)
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
