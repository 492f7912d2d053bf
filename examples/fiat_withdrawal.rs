//! Pays 250.00 EUR out once: `cargo run -p oceafin-examples --example fiat_withdrawal [PAYOUT [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same payout it continues where it was, and nothing is done twice.

#[path = "setup/run.rs"]
mod run;

use oceafin_partner::{
    BankAccountId, ClientReference, CountryCode, CreatePartnerBankAccountRequest,
    CreatePartnerFiatWithdrawalQuoteRequest, CreatePartnerFiatWithdrawalRequest, CurrencyCode, FiatWithdrawalId,
    PartnerBankAccount, PartnerBankAccountRelationship, PartnerBankAccountStatus, PartnerFiatWithdrawalQuote,
    RefreshKey, SubmitPartnerFiatWithdrawalRequest,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("payout").await?;
    let (flow, customer, reference) = (&run.flow, run.customer().await?, ClientReference::from(run.id.as_str()));
    let (accounts, payouts) = (run.client.bank_accounts(), run.client.fiat_withdrawals());

    let (own, germany) = (PartnerBankAccountRelationship::SameName, CountryCode::from("DE"));
    let account = CreatePartnerBankAccountRequest::new(own, "Jane Partner", CurrencyCode::Eur, germany)
        .with_iban("DE89370400440532013000")
        .with_client_reference(&reference);
    let create = |key| accounts.create(key, &customer, &account).intent();
    let account: BankAccountId = flow.once("account", create).await?.id()?;
    // No call reads one account: it is found by its reference.
    let found = accounts.list(&customer).client_reference(reference.clone());
    let is_active = |one: &PartnerBankAccount| one.status == Some(PartnerBankAccountStatus::Active);
    let active = found.poll_items_until(|all| all.iter().any(is_active));
    active.await?.reached_or_err()?;

    let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&account, "250.00".parse()?, CurrencyCode::Eur);
    let quotes = run.client.fiat_withdrawal_quotes();
    let request_quote = async || Ok(quotes.create(RefreshKey::random()?, &customer, &wish).await?);
    let quote: PartnerFiatWithdrawalQuote = flow.keep("quote", request_quote).await?;
    let (id, amount, currency) = (&quote.quote_id, quote.amount, quote.currency);
    let request = CreatePartnerFiatWithdrawalRequest::new(reference, id, &account, amount, currency);
    let draft = payouts.draft(&customer, &request)?;
    let approved = run.approved(draft).await?;

    let create = |key| payouts.create(key, &approved).intent();
    let created = flow.once("create", create).await?;
    let id: FiatWithdrawalId = created.id()?;
    created
        .value()
        .inspect(|draft| println!("withdrawal {id} is {}", draft.status));

    // Only this step moves money. After an unknown outcome, the next run sends the same bytes under the same key.
    let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&approved);
    let submit = |key| payouts.submit(key, &id, &submission).intent();
    flow.once("submit", submit).await.inspect_err(run::report)?;
    let paid = payouts.get(&id).poll_until(|payout| payout.status.is_done());
    let paid = paid.await?.reached_or_err()?;
    println!("withdrawal {id} is {}", paid.status);
    Ok(flow.finish().await?)
}
