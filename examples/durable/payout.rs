//! The steps of a payout, without an engine: each engine calls them, and records what they return.

use std::error::Error;
use std::time::{Duration, SystemTime};

use oceafin_partner::calls::{Authorized, Draft};
use oceafin_partner::operations::fiat_withdrawals::{
    CreatePartnerFiatWithdrawalApprovalDraft as Create, SubmitAnApprovedPartnerFiatWithdrawalForProcessing as Submit,
};
use oceafin_partner::values::Base64;
use oceafin_partner::{
    Client, ClientReference, CreatePartnerCustomerRequest, CreatePartnerFiatWithdrawalQuoteRequest,
    CreatePartnerFiatWithdrawalRequest, CurrencyCode, CustomerId, FiatWithdrawalId, PartnerApprovalMethod,
    PartnerBankAccountStatus, PartnerCustomerRef, PartnerCustomerType, PartnerFiatWithdrawalStatus as Status,
    PartnerOperationAuthorizationEvidence as Evidence, PartnerOperationAuthorizationEvidenceRequired, RefreshKey,
    SubmitPartnerFiatWithdrawalRequest, Timestamp,
};
use sdkwright_durable::{Again, LookUp, Prepared, Settled, Workflow};
use serde::{Deserialize, Serialize};

pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The result of a step that acts or looks up; [`Again`] runs it again.
pub type Acted<T> = std::result::Result<Settled<T>, Again>;

#[derive(Clone, Serialize, Deserialize)]
pub struct Order {
    pub customer: String,
    pub amount: String,
}

impl Order {
    pub fn new(customer: impl Into<String>, amount: impl Into<String>) -> Self {
        Self {
            customer: customer.into(),
            amount: amount.into(),
        }
    }
}

/// The request that an approver sees.
#[derive(Clone, Serialize, Deserialize)]
pub struct Drafted {
    pub customer: CustomerId,
    pub payload: String,
    pub hash: String,
    draft: Base64,
}

impl Drafted {
    /// Approves the payload: the evidence that your approval screen records.
    pub fn approval(&self, approver: &str) -> Result<Evidence> {
        Ok(Evidence::new(PartnerOperationAuthorizationEvidenceRequired {
            operation_hash: self.hash.clone(),
            approved_at: Timestamp::try_from(SystemTime::now())?.to_whole_seconds(),
            approved_by: approver.to_owned(),
            approval_method: PartnerApprovalMethod::Passkey,
        }))
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Approved {
    pub drafted: Drafted,
    pub evidence: Evidence,
}

impl Approved {
    /// Joins a draft and its approval. One of another draft ends the payout, such as if other code of the workflow drafts again.
    pub fn new(drafted: Drafted, evidence: Evidence) -> Settled<Self> {
        if evidence.operation_hash == drafted.hash {
            Settled::Executed(Self { drafted, evidence })
        } else {
            let reason = "the approval is of another draft".to_owned();
            Settled::NotExecuted { reason }
        }
    }
}

/// A payout by its own id, which is the id of the workflow, and the reference at the API.
#[derive(Clone)]
pub struct Payout {
    pub client: Client,
    pub id: String,
}

impl Payout {
    /// Requests a quote, and drafts the request. Nothing here has an effect.
    pub async fn draft(&self, order: &Order) -> Result<Drafted> {
        let name = PartnerCustomerRef::from(order.customer.as_str());
        let jane = CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "Jane Partner");
        let customer = self
            .client
            .customers()
            .lookup(RefreshKey::random()?, &jane)
            .await?
            .customer_id;
        let mut accounts = self.client.bank_accounts().list(&customer).stream();
        let account = loop {
            let account = accounts
                .try_next()
                .await?
                .ok_or("the customer has no active bank account")?;
            if account.status == Some(PartnerBankAccountStatus::Active) {
                break account.bank_account_id.ok_or("the account has no id")?;
            }
        };
        let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&account, order.amount.parse()?, CurrencyCode::Eur);
        let quotes = self.client.fiat_withdrawal_quotes();
        let quote = quotes.create(RefreshKey::random()?, &customer, &wish).await?;
        let (reference, id) = (ClientReference::from(self.id.as_str()), &quote.quote_id);
        let request = CreatePartnerFiatWithdrawalRequest::new(reference, id, &account, quote.amount, quote.currency);
        let draft = self.client.fiat_withdrawals().draft(&customer, &request)?;
        Ok(Drafted {
            customer,
            payload: String::from_utf8_lossy(draft.payload()).into_owned(),
            hash: draft.hash().to_owned(),
            draft: Base64::new(draft.to_bytes()),
        })
    }

    /// Fixes the creation. A withdrawal that is there already is one of an earlier workflow with this id: it must not be paid again.
    pub async fn prepare_creation(&self, approved: &Approved) -> Result<Prepared> {
        if let Some(id) = self.find(&approved.drafted.customer).await? {
            return Err(format!("the payout exists as withdrawal {id}").into());
        }
        let step = Workflow::new(&self.id).step("create");
        let create = self
            .client
            .fiat_withdrawals()
            .create(step.key()?, &self.authorized(approved)?);
        Ok(step.prepared(&create.intent().await?)?)
    }

    pub async fn create(&self, prepared: &Prepared, customer: &CustomerId) -> Acted<FiatWithdrawalId> {
        let step = Workflow::new(&self.id).step("create");
        match step.execute::<Create>(&self.client, prepared).await {
            Ok(settled) => Ok(settled.map(|withdrawal| withdrawal.withdrawal_id)),
            Err(again) => again.unless_found(&self.client, || self.find(customer)).await,
        }
    }

    pub async fn look_creation_up(&self, look_up: &LookUp, customer: &CustomerId) -> Acted<FiatWithdrawalId> {
        look_up.read(&self.client, || self.find(customer)).await
    }

    /// Fixes the submission, which moves the money.
    pub async fn prepare_submission(&self, id: &FiatWithdrawalId, approved: &Approved) -> Result<Prepared> {
        let step = Workflow::new(&self.id).step("submit");
        let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&self.authorized(approved)?);
        let submit = self.client.fiat_withdrawals().submit(step.key()?, id, &submission);
        Ok(step.prepared(&submit.intent().await?)?)
    }

    pub async fn submit(&self, prepared: &Prepared, id: &FiatWithdrawalId) -> Acted<Status> {
        let step = Workflow::new(&self.id).step("submit");
        match step.execute::<Submit>(&self.client, prepared).await {
            Ok(settled) => Ok(settled.map(|withdrawal| withdrawal.status)),
            Err(again) => again.unless_found(&self.client, || self.submitted(id)).await,
        }
    }

    pub async fn look_submission_up(&self, look_up: &LookUp, id: &FiatWithdrawalId) -> Acted<Status> {
        look_up.read(&self.client, || self.submitted(id)).await
    }

    /// Returns the state of a withdrawal that was submitted.
    async fn submitted(&self, id: &FiatWithdrawalId) -> Result<Option<Status>> {
        match self.status(id).await? {
            Status::Draft | Status::Expired => Ok(None),
            Status::Unknown(other) => Err(format!("a state of a newer contract: {other}").into()),
            submitted => Ok(Some(submitted)),
        }
    }

    pub async fn status(&self, id: &FiatWithdrawalId) -> Result<Status> {
        Ok(self.client.fiat_withdrawals().get(id).fresh().await?.status)
    }

    /// Returns the final state, and until then the error that runs the step again.
    pub async fn paid(&self, id: &FiatWithdrawalId) -> std::result::Result<Status, Again> {
        let reason = match self.status(id).await {
            Ok(status) if status.is_done() || status.is_terminal() => return Ok(status),
            Ok(status) => format!("the withdrawal is {status}"),
            Err(error) => error.to_string(),
        };
        let after = Duration::from_secs(2);
        Err(Again { after, reason })
    }

    async fn find(&self, customer: &CustomerId) -> Result<Option<FiatWithdrawalId>> {
        let reference = ClientReference::from(self.id.as_str());
        let list = self
            .client
            .fiat_withdrawals()
            .list(customer)
            .client_reference(reference);
        let found = list.fresh().await?.data.into_iter().next();
        Ok(found.map(|withdrawal| withdrawal.withdrawal_id))
    }

    /// Refuses evidence for another payload.
    fn authorized(&self, approved: &Approved) -> Result<Authorized<Create>> {
        let draft = Draft::restore(&self.client, &approved.drafted.draft.bytes()?)?;
        Ok(draft.authorize(approved.evidence.clone())?)
    }
}
