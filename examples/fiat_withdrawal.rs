//! Pays 250.00 EUR out: bank account, quote, draft, approval, creation, submission, and the wait for the bank.
//!
//! `cargo run -p oceafin-examples --example fiat_withdrawal [PAYOUT [FOLDER]]`
//!
//! It may be killed at any moment. Started again for the same payout, with the same folder, it goes on where it was: what was
//! drafted is read back from the folder, what was created and approved from the journal, and nothing is made a second time.

#[path = "state/folder.rs"]
mod folder;

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oceafin_partner::operations::fiat_withdrawals::CreatePartnerFiatWithdrawalApprovalDraft;
use oceafin_partner::{
    BankAccountId, Client, ClientReference, CountryCode, CreatePartnerBankAccountRequest, CreatePartnerCustomerRequest,
    CreatePartnerFiatWithdrawalQuoteRequest, CreatePartnerFiatWithdrawalRequest, CurrencyCode, FiatWithdrawalId,
    Outcome, PartnerApprovalMethod, PartnerBankAccountRelationship, PartnerCustomerRef, PartnerCustomerType,
    PartnerFiatWithdrawalStatus, PartnerOperationAuthorizationEvidence, PartnerOperationAuthorizationEvidenceRequired,
    PartnerProblemCode, RefreshKey, SubmitPartnerFiatWithdrawalRequest, Timestamp, calls::Draft,
};
use sdkwright_journal::{Journal, Keys, Sqlite};

/// The draft of a withdrawal, as it is approved.
type Withdrawal = Draft<CreatePartnerFiatWithdrawalApprovalDraft>;

/// Your own name of the customer.
const CUSTOMER: &str = "cust-100001";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    // In your system this is the id of the payout's row. It is the same after a crash, so that the keys are the same, too.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let payout = arguments.next().unwrap_or_else(|| format!("wd-{}", now.as_millis()));
    let keys = Keys::of(CUSTOMER);
    let folder = folder::of(&payout, arguments.next())?;

    let journal = Journal::new(Sqlite::open(folder.join("journal.db"))?)?.instance("payouts");
    let client = Client::builder().from_env().journal(journal.clone()).build()?;
    // First finishes what an earlier run began: the same bytes are sent under the same keys.
    let resumed = journal.resume(&client).await?;
    if let Some(one) = resumed.reconcile.first() {
        return Err(format!("look {} up on the server, and tell the journal", one.record.key).into());
    }
    if !resumed.is_finished() {
        return Err("it may have been paid out: run this again when the server answers".into());
    }

    // The approval is for exactly this draft, which may be kept for days: in your system, in a column of the payout's row.
    let kept = folder.join("draft");
    if !kept.exists() {
        let draft = drafted(&client, &journal, &payout, &keys).await?;
        folder::keep(&kept, &draft.to_bytes())?;
    }
    let draft = Withdrawal::restore(&client, &std::fs::read(kept)?)?;

    // The journal shows whether it was created, and with which approval.
    let (create, submit) = (
        keys.action("withdrawal.create", &payout)?,
        keys.action("withdrawal.submit", &payout)?,
    );
    let actions = journal.of(&client);
    let created = actions.show(create.as_str()).await?;
    let id = created.as_ref().and_then(|record| record.id("FiatWithdrawalId"));
    let evidence = match actions.evidence(create.as_str()).await? {
        Some(approved) => Some(serde_json::from_slice(&approved)?),
        None if id.is_none() => Some(approval_of(draft.payload(), draft.hash())?),
        // The withdrawal was already submitted, so the approval is not needed any more.
        None => None,
    };
    let body = evidence.map(|evidence| draft.authorize(evidence)).transpose()?;
    let id = match (id, &body) {
        (Some(id), _) => {
            println!("withdrawal {id} was created before");
            FiatWithdrawalId::from(id)
        }
        (None, Some(body)) => {
            let withdrawal = client.fiat_withdrawals().create(create, body).await?;
            println!("withdrawal {} is {}", withdrawal.withdrawal_id, withdrawal.status);
            withdrawal.withdrawal_id
        }
        (None, None) => return Err("neither created nor approved".into()),
    };

    let mut withdrawal = client.fiat_withdrawals().get(&id).await?;
    if let (PartnerFiatWithdrawalStatus::Draft, Some(body)) = (&withdrawal.status, &body) {
        let submission = SubmitPartnerFiatWithdrawalRequest::of(body);
        let submit = client.fiat_withdrawals().submit(submit, &id, &submission);
        withdrawal = match submit.timeout(Duration::from_secs(5)).await {
            Ok(withdrawal) => withdrawal,
            // The action was not executed and never will be. Only now are another quote and another payout safe.
            Err(error) if error.outcome() == Outcome::NotExecuted && error.is(PartnerProblemCode::QuoteExpired) => {
                return Err("the quote expired: begin again with a new one".into());
            }
            // The action may have been executed: continue with the same key and the same bytes, never with new ones.
            Err(error) if error.outcome() == Outcome::Unknown => client.resend(error).value().await?,
            Err(error) => {
                eprintln!("{}", error.support_report());
                return Err(error.into());
            }
        };
    }

    loop {
        println!("withdrawal {} is {}", withdrawal.withdrawal_id, withdrawal.status);
        let status = &withdrawal.status;
        if status.is_done() || status.is_terminal() || status.needs_action() {
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

/// Bank account, quote and draft. Killed in here, the next run begins here: of these only the account has an effect, and the
/// journal knows it, however long ago it was made.
async fn drafted(
    client: &Client,
    journal: &Journal<Sqlite>,
    payout: &str,
    keys: &Keys,
) -> Result<Withdrawal, Box<dyn Error>> {
    let name = PartnerCustomerRef::from(CUSTOMER);
    let jane = CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "Jane Partner");
    let customer = client.customers().lookup(RefreshKey::random()?, &jane).await?;

    let key = keys.action("account.create", payout)?;
    let created = journal.of(client).show(key.as_str()).await?;
    let account = if let Some(id) = created.as_ref().and_then(|record| record.id("BankAccountId")) {
        BankAccountId::from(id)
    } else {
        let own_account = PartnerBankAccountRelationship::SameName;
        let (euro, germany) = (CurrencyCode::from("EUR"), CountryCode::from("DE"));
        let account = CreatePartnerBankAccountRequest::new(own_account, "Jane Partner", euro, germany)
            .with_iban("DE89370400440532013000");
        let accounts = client.bank_accounts();
        accounts
            .create(key, &customer.customer_id, &account)
            .await?
            .bank_account_id
            .ok_or("the account has no id")?
    };

    let euro = CurrencyCode::from("EUR");
    let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&account, "250.00".parse()?, euro);
    let quote = client
        .fiat_withdrawal_quotes()
        .create(RefreshKey::random()?, &customer.customer_id, &wish)
        .await?;
    println!("quote {}", quote.quote_id);

    let request = CreatePartnerFiatWithdrawalRequest::new(
        ClientReference::from(payout),
        &quote.quote_id,
        &account,
        quote.amount,
        quote.currency,
    );
    Ok(client.fiat_withdrawals().draft(&customer.customer_id, &request)?)
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
