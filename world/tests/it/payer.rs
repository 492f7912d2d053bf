//! The payout of the guide: a draft, its submission, and what an operator does after an unknown outcome.

use oceafin_partner::operations::bank_accounts::CreatePartnerBankAccount as Account;
use oceafin_partner::operations::fiat_withdrawals::{
    CreatePartnerFiatWithdrawalApprovalDraft as Create, GetPartnerFiatWithdrawal as Get,
    ListPartnerFiatWithdrawals as List, SubmitAnApprovedPartnerFiatWithdrawalForProcessing as Submit,
};
use oceafin_partner::{
    BankAccountId, Client, ClientReference, CountryCode, CreatePartnerBankAccountRequest,
    CreatePartnerFiatWithdrawalRequest, CurrencyCode, CustomerId, FiatWithdrawalId, FiatWithdrawalQuoteId,
    IdempotencyKey, PartnerApprovalMethod, PartnerBankAccountRelationship, PartnerOperationAuthorizationEvidence,
    PartnerOperationAuthorizationEvidenceRequired, SubmitPartnerFiatWithdrawalRequest, calls::Authorized,
};
use sdkwright_journal::{Actions, Journal, Keys, Reconcile, State, StoreError};
use sdkwright_runtime::JsonValue;
use sdkwright_runtime::json::from_slice;
use sdkwright_runtime::operation::Operation;
use sdkwright_world::{Belief, Check, Error, Sample, World, WorldStore};
use std::time::Duration;

/// The operations of the service. The page of a list is not in the tables of the contract.
pub(crate) const OPERATIONS: &[Sample] = &[
    Sample::new::<Account>(),
    Sample::new::<Create>(),
    Sample::new::<Submit>(),
    Sample::new::<Get>(),
    Sample::new::<List>().body(r#"{"data":[],"pageInfo":{"limit":20,"hasMore":false}}"#),
];

/// The operation that moves the money.
pub(crate) const PAYS: &str = Submit::DESCRIPTION.id;

pub(crate) fn check() -> Check {
    Check::new(OPERATIONS, PAYS)
}

const SECRET: &str = "sentinel9f2-client-secret-0123456789abcdef";

fn approved(client: &Client, payout: &str, account: &str, purpose: Option<&str>) -> Result<Authorized<Create>, Error> {
    let mut request = CreatePartnerFiatWithdrawalRequest::new(
        ClientReference::from(payout),
        FiatWithdrawalQuoteId::from("quote-1"),
        BankAccountId::from(account),
        "250.00".parse()?,
        CurrencyCode::Eur,
    );
    request.purpose = purpose.map(str::to_owned);
    let draft = client.fiat_withdrawals().draft(&CustomerId::from("cust-1"), &request)?;
    let evidence = PartnerOperationAuthorizationEvidence::new(PartnerOperationAuthorizationEvidenceRequired {
        operation_hash: draft.hash().into(),
        approved_at: "2026-06-28T09:40:00Z".parse()?,
        approved_by: "user-4711".to_owned(),
        approval_method: PartnerApprovalMethod::Passkey,
    });
    Ok(draft.authorize(evidence)?)
}

/// One run of the service.
pub(crate) struct Run {
    client: Client,
    journal: Journal<WorldStore>,
    actions: Actions<WorldStore>,
    /// The id of the payout.
    payout: String,
    purpose: Option<&'static str>,
}

impl Run {
    /// Opens the journal, and finishes what earlier runs began.
    pub(crate) async fn start(world: &World, instance: &str, payout: String) -> Result<Self, Error> {
        let journal = Journal::new(world.store())?.instance(instance);
        let client = Client::builder()
            .base_url("https://bank.example")
            .client_id("partner-7")
            .client_secret(SECRET)
            .transport(world.clone())
            .clock(world.clone())
            .nonces(world.clone())
            .journal(journal.clone())
            .build()?;
        let actions = journal.actions(&client);
        let resumed = journal.resume(&client).await?;
        for one in &resumed.reconcile {
            look_up(world, &client, &actions, one).await?;
        }
        Ok(Self {
            client,
            journal,
            actions,
            payout,
            purpose: None,
        })
    }

    async fn key(&self, action: &str) -> Result<IdempotencyKey, Error> {
        let key = Keys::for_customer("cust-1").action(action, &self.payout)?;
        Ok(self.actions.usable_key(key).await?)
    }

    /// Performs a creation once, and returns the id.
    async fn once(
        &self,
        action: &str,
        name: &str,
        create: impl AsyncFnOnce(IdempotencyKey) -> Result<String, Error>,
    ) -> Result<String, Error> {
        let key = self.key(action).await?;
        let record = self.actions.show(key.as_str()).await?;
        match record.as_ref().and_then(|record| record.id(name)) {
            Some(id) => Ok(id.to_owned()),
            None => create(key).await,
        }
    }

    /// Pays 250.00 EUR to an account.
    pub(crate) async fn pay_to(&self, account: &str) -> Result<Belief, Error> {
        let body = approved(&self.client, &self.payout, account, self.purpose)?;
        let create = async |key| {
            let created = self.client.fiat_withdrawals().create(key, &body).await?;
            Ok(created.withdrawal_id.to_string())
        };
        let id = self.once("create", "FiatWithdrawalId", create).await?;
        let key = self.key("submit").await?;
        let record = self.actions.show(key.as_str()).await?;
        if record.is_none_or(|record| record.state != State::Executed) {
            let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&body);
            let id = FiatWithdrawalId::from(id);
            self.client.fiat_withdrawals().submit(key, &id, &submission).await?;
        }
        Ok(Belief::Executed)
    }
}

impl Run {
    /// Pays 250.00 EUR by the flow of a name.
    pub(crate) async fn pay_by(&self, name: &str) -> Result<Belief, Error> {
        let (flow, payouts) = (self.journal.flow(&self.client, name), self.client.fiat_withdrawals());
        let purpose = async || Ok(format!("Salary of {}", self.actions.moment().at));
        let purpose: String = flow.keep("purpose", purpose).await?;
        let body = approved(&self.client, &self.payout, "account-1", Some(&purpose))?;
        let created = flow.once("create", |key| payouts.create(key, &body).intent()).await?;
        let id: FiatWithdrawalId = created.id()?;
        let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&body);
        let submit = |key| payouts.submit(key, &id, &submission).intent();
        flow.once("submit", submit).await?;
        flow.finish().await?;
        Ok(Belief::Executed)
    }
}

/// Pays 250.00 EUR once. Each run continues where the last one ended.
pub(crate) async fn pay(world: World) -> Result<Belief, Error> {
    let run = Run::start(&world, "payer", "wd-9001".to_owned()).await?;
    run.pay_to("account-1").await
}

/// Pays 250.00 EUR once, by a flow that keeps a value. Without the flow each run would create another one.
pub(crate) async fn pay_by_flow(world: World) -> Result<Belief, Error> {
    let run = Run::start(&world, "payer", "wd-9001".to_owned()).await?;
    run.pay_by("payout:wd-9001").await
}

/// Pays once, while each run can have another version of the code. The newer one sends a purpose.
pub(crate) async fn pay_with_two_versions(world: World) -> Result<Belief, Error> {
    let mut run = Run::start(&world, "payer", "wd-9001".to_owned()).await?;
    run.purpose = [None, Some("Salary")][world.version(2)];
    run.pay_to("account-1").await
}

/// Registers an account without a reference, and pays to it. Each process has its own payout.
pub(crate) async fn pay_to_a_new_account(world: World) -> Result<Belief, Error> {
    let process = world.process();
    let run = Run::start(&world, &format!("payer-{process}"), format!("wd-{process}")).await?;
    let own = PartnerBankAccountRelationship::SameName;
    let request = CreatePartnerBankAccountRequest::new(own, "Jane Partner", CurrencyCode::Eur, CountryCode::from("DE"));
    let register = async |key| {
        let accounts = run.client.bank_accounts();
        let account = accounts.create(key, &CustomerId::from("cust-1"), &request).await?;
        Ok(account.bank_account_id.ok_or("the account has no id")?.to_string())
    };
    let account = run.once("account", "BankAccountId", register).await?;
    run.pay_to(&account).await
}

/// Records what the server shows of an action whose outcome is unknown, as the page on the journal describes.
async fn look_up(world: &World, client: &Client, actions: &Actions<WorldStore>, one: &Reconcile) -> Result<(), Error> {
    let read = async || match one.fetch(client).await {
        Some(response) => Ok::<_, Error>(ids(&from_slice(&response?.value)?)),
        // An account without a reference is not found by a call.
        None => Ok(world
            .id_from_support(&one.record.key)
            .map(|id| vec![("BankAccountId".to_owned(), id)])),
    };
    loop {
        let found = actions.look_up(read).await?;
        match actions.reconciled(&one.record.key, found).await {
            Err(StoreError::UnderWay { until }) => {
                let wait = until.saturating_sub(actions.moment().at).max(1);
                world.wait(Duration::from_secs(wait.unsigned_abs())).await;
            }
            Ok(()) | Err(StoreError::NotToReconcile(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Returns the ids of what was found: the newest resource of a list, or a resource that is no draft any more.
fn ids(found: &JsonValue) -> Option<Vec<(String, String)>> {
    let found = match found.get("data").and_then(JsonValue::as_array) {
        Some(all) => all.first()?,
        None if found.get("status").and_then(JsonValue::as_str) == Some("DRAFT") => return None,
        None => found,
    };
    let names = [("FiatWithdrawalId", "withdrawalId"), ("BankAccountId", "bankAccountId")];
    let found = names.map(|(name, member)| Some((name.to_owned(), found.get(member)?.as_str()?.to_owned())));
    Some(found.into_iter().flatten().collect())
}
