//! Pays 250.00 EUR out: bank account, quote, draft, approval, creation, submission, and the wait for the bank.
//!
//! `cargo run -p oceafin-examples --example fiat_withdrawal [PAYOUT [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same payout it continues where it was, and nothing is done twice.

#[path = "state/session.rs"]
mod session;

use std::time::Duration;

use oceafin_partner::operations::fiat_withdrawals::CreatePartnerFiatWithdrawalApprovalDraft as Withdrawal;
use oceafin_partner::{
    BankAccountId, ClientReference, CountryCode, CreatePartnerBankAccountRequest,
    CreatePartnerFiatWithdrawalQuoteRequest, CreatePartnerFiatWithdrawalRequest, CurrencyCode, Outcome,
    PartnerBankAccountRelationship, PartnerBankAccountStatus, PartnerFiatWithdrawalStatus, PartnerProblemCode,
    RefreshKey, SubmitPartnerFiatWithdrawalRequest,
    calls::{Authorized, Draft, PollResult},
};
use session::{Result, Session};

const CREATE: &str = "fiat-withdrawal.create";

#[tokio::main]
async fn main() -> Result<()> {
    let session = Session::start("wd").await?;
    let client = &session.client;

    let create = async |key| {
        let body = approved(&session).await?;
        let withdrawal = client.fiat_withdrawals().create(key, &body).await?;
        println!("withdrawal {} is {}", withdrawal.withdrawal_id, withdrawal.status);
        Ok(withdrawal.withdrawal_id)
    };
    let found = async || {
        let (customer, reference) = (session.customer().await?, ClientReference::from(session.id.as_str()));
        let list = client.fiat_withdrawals().list(&customer).client_reference(reference);
        let found = list.await?.data.into_iter().next();
        Ok(found.map(|found| vec![("FiatWithdrawalId".to_owned(), found.withdrawal_id.to_string())]))
    };
    session.reconcile(CREATE, found).await?;
    let id = session.once(CREATE, "FiatWithdrawalId", create).await?;

    // This read decides about money, so it must not take a late response from a connection that was used before.
    let withdrawal = client.fiat_withdrawals().get(&id).fresh().await?;
    if withdrawal.status == PartnerFiatWithdrawalStatus::Draft {
        let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&approved(&session).await?);
        let key = session.key("fiat-withdrawal.submit").await?;
        let submit = client.fiat_withdrawals().submit(key, &id, &submission);
        let submitted = match submit.timeout(Duration::from_secs(5)).await {
            Ok(withdrawal) => withdrawal,
            // The action was not executed and never will be. Only now are another quote and another payout safe.
            Err(error) if error.outcome() == Outcome::NotExecuted && error.is(PartnerProblemCode::QuoteExpired) => {
                return Err("the quote expired: pay it out under another id".into());
            }
            // The action may have been executed: continue with the same key and the same bytes, never with new ones.
            Err(error) if error.outcome() == Outcome::Unknown => client.resend(error).value().await?,
            Err(error) => {
                eprintln!("{}", error.support_report());
                return Err(error.into());
            }
        };
        println!("withdrawal {id} is {}", submitted.status);
    }

    let paid = client.fiat_withdrawals().get(&id);
    match paid.poll_until(|withdrawal| withdrawal.status.is_done()).await? {
        PollResult::Reached(withdrawal) => println!("withdrawal {id} is {}", withdrawal.status),
        PollResult::NeedsAction(withdrawal) => {
            for missing in withdrawal.requirements.into_iter().flatten() {
                println!("missing: {}", missing.code.as_deref().unwrap_or("not named"));
            }
            return Err("answer with `submit_additional_info`, and wait again".into());
        }
        PollResult::Terminal(withdrawal) | PollResult::TimedOut(withdrawal) => {
            return Err(format!("not paid out: {}", withdrawal.status).into());
        }
    }
    Ok(())
}

/// The body that was approved. The draft is kept, in your system in a column of the payout's row: its approval may take days.
async fn approved(session: &Session) -> Result<Authorized<Withdrawal>> {
    let draft = if let Some(draft) = session.kept(CREATE).await? {
        Draft::restore(&session.client, &draft)?
    } else {
        let draft = drafted(session).await?;
        session.keep(CREATE, &draft.to_bytes()).await?;
        draft
    };
    let evidence = session.approval(CREATE, draft.payload(), draft.hash()).await?;
    Ok(draft.authorize(evidence)?)
}

/// Bank account, quote and draft. Of these only the account has an effect, and the journal knows it.
async fn drafted(session: &Session) -> Result<Draft<Withdrawal>> {
    let (client, customer) = (&session.client, session.customer().await?);
    let reference = ClientReference::from(session.id.as_str());
    let (euro, germany) = (CurrencyCode::Eur, CountryCode::from("DE"));
    let own = PartnerBankAccountRelationship::SameName;
    let request = CreatePartnerBankAccountRequest::new(own, "Jane Partner", euro.clone(), germany)
        .with_iban("DE89370400440532013000")
        .with_client_reference(&reference);
    let create = async |key| {
        let account = client.bank_accounts().create(key, &customer, &request).await?;
        account.bank_account_id.ok_or("the account has no id".into())
    };
    let account: BankAccountId = session.once("bank-account.create", "BankAccountId", create).await?;
    // No call reads one account: it is found by its reference.
    let accounts = || {
        client
            .bank_accounts()
            .list(&customer)
            .client_reference(reference.clone())
    };
    loop {
        let found = accounts().stream().try_next().await?;
        match found.and_then(|account| account.status) {
            Some(PartnerBankAccountStatus::Active) => break,
            Some(PartnerBankAccountStatus::Rejected) => return Err("the account was rejected".into()),
            _ => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }

    let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&account, "250.00".parse()?, euro);
    let quotes = client.fiat_withdrawal_quotes();
    let quote = quotes.create(RefreshKey::random()?, &customer, &wish).await?;

    let request =
        CreatePartnerFiatWithdrawalRequest::new(reference, &quote.quote_id, &account, quote.amount, quote.currency);
    Ok(client.fiat_withdrawals().draft(&customer, &request)?)
}
