//! Pays 250.00 EUR out with the SDK, but without a journal: every key is made up when it is needed. `without_journal PAYOUT`
//!
//! It stands in no guide: certification finds that it pays twice when it is killed.

use std::error::Error;
use std::time::{Duration, SystemTime};

use oceafin_partner::{
    Client, ClientReference, CountryCode, CreatePartnerBankAccountRequest, CreatePartnerCustomerRequest,
    CreatePartnerFiatWithdrawalQuoteRequest, CreatePartnerFiatWithdrawalRequest, CurrencyCode, IdempotencyKey,
    PartnerApprovalMethod, PartnerBankAccountRelationship, PartnerCustomerRef, PartnerCustomerType,
    PartnerOperationAuthorizationEvidence, PartnerOperationAuthorizationEvidenceRequired, RefreshKey,
    SubmitPartnerFiatWithdrawalRequest, Timestamp,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let payout = std::env::args().nth(1).ok_or("the name of the payout is missing")?;
    let client = Client::builder().from_env().without_journal().build()?;
    let name = PartnerCustomerRef::from("cust-100001");
    let jane = CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "Jane Partner");
    let customer = client
        .customers()
        .lookup(RefreshKey::random()?, &jane)
        .await?
        .customer_id;

    let (euro, germany) = (CurrencyCode::Eur, CountryCode::from("DE"));
    let own = PartnerBankAccountRelationship::SameName;
    let account = CreatePartnerBankAccountRequest::new(own, "Jane Partner", euro.clone(), germany)
        .with_iban("DE89370400440532013000");
    let key = IdempotencyKey::one_off_lost_on_crash()?;
    let account = client.bank_accounts().create(key, &customer, &account).await?;
    let account = account.bank_account_id.ok_or("the account has no id")?;

    let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&account, "250.00".parse()?, euro);
    let quotes = client.fiat_withdrawal_quotes();
    let quote = quotes.create(RefreshKey::random()?, &customer, &wish).await?;
    let reference = ClientReference::from(payout);
    let request =
        CreatePartnerFiatWithdrawalRequest::new(reference, &quote.quote_id, &account, quote.amount, quote.currency);
    let draft = client.fiat_withdrawals().draft(&customer, &request)?;
    let evidence = PartnerOperationAuthorizationEvidence::new(PartnerOperationAuthorizationEvidenceRequired {
        operation_hash: draft.hash().to_owned(),
        approved_at: Timestamp::try_from(SystemTime::now())?.to_whole_seconds(),
        approved_by: "user-4711".to_owned(),
        approval_method: PartnerApprovalMethod::Passkey,
    });
    let body = draft.authorize(evidence)?;
    let key = IdempotencyKey::one_off_lost_on_crash()?;
    let id = client.fiat_withdrawals().create(key, &body).await?.withdrawal_id;
    let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&body);
    let key = IdempotencyKey::one_off_lost_on_crash()?;
    let mut withdrawal = client.fiat_withdrawals().submit(key, &id, &submission).await?;
    while !(withdrawal.status.is_done() || withdrawal.status.is_terminal()) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        withdrawal = client.fiat_withdrawals().get(&id).await?;
    }
    Ok(())
}
