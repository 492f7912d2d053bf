//! One run of an example: its arguments, its client with a journal, its flow, and stand-ins for parts of your system.

#![allow(dead_code, reason = "not every example needs all of it")]

#[path = "folder.rs"]
mod folder;

use std::time::SystemTime;

use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, PartnerApprovalMethod, PartnerCustomerRef, PartnerCustomerStatus,
    PartnerCustomerType, PartnerOperationAuthorizationEvidence, PartnerOperationAuthorizationEvidenceRequired,
    RefreshKey, Timestamp,
    calls::{Approval, Authorized, Draft},
};
use sdkwright_journal::{Flow, FlowError, Journal, Sqlite, StepError};

pub type Result<T> = std::result::Result<T, StepError>;

pub struct Run {
    pub client: Client,
    pub flow: Flow<Sqlite>,
    /// The id of the business action, such as that of a payout's row.
    pub id: String,
    customer: String,
}

impl Run {
    /// Starts `EXAMPLE [ID [CUSTOMER [FOLDER]]]`.
    pub async fn start(kind: &str) -> Result<Self> {
        let customer = argument(2).unwrap_or_else(|| "cust-100001".to_owned());
        Self::open(kind, id(kind)?, customer, argument(3)).await
    }

    /// Opens the journal, and finishes what earlier runs began.
    pub async fn open(kind: &str, id: String, customer: String, folder: Option<String>) -> Result<Self> {
        let folder = folder::open(folder)?;
        let journal = Journal::new(Sqlite::open(folder.join("journal.db"))?)?
            .instance(id.as_str())
            .spool(folder.join("uploads"));
        let client = Client::builder().from_env().journal(journal.clone()).build()?;
        // The actions of all earlier runs end, and not only those of this flow.
        for one in &journal.resume(&client).await?.reconcile {
            let key = &one.record.key;
            eprintln!("look {key} up: `sdkwright-journal show {key}`");
        }
        Ok(Self {
            flow: journal.flow(&client, format!("{kind}:{id}")),
            client,
            id,
            customer,
        })
    }

    /// Looks the customer up by your own name of it, once.
    pub async fn customer(&self) -> Result<CustomerId> {
        let name = &self.customer;
        let look_up = async || {
            let reference = PartnerCustomerRef::from(name.as_str());
            let jane = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, "Jane Partner");
            // No call only reads a customer: this one returns the customer that exists.
            let found = self.client.customers().lookup(RefreshKey::random()?, &jane).await?;
            if found.status == PartnerCustomerStatus::Approved {
                return Ok(found.customer_id);
            }
            Err(format!(
                "{name} is {}: run the example `onboard_individual {name}` first",
                found.status
            )
            .into())
        };
        Ok(self.flow.keep("customer", look_up).await?)
    }

    /// The body of a draft with its approval. Stands for your approval screen, which shows the payload and calls
    /// `flow.signal("approval", &evidence)`: your service waits for it with `flow.until("approval", ..)`.
    pub async fn approved<O>(&self, draft: Draft<O>) -> Result<Authorized<O>>
    where
        O: Approval<Evidence = PartnerOperationAuthorizationEvidence>,
    {
        let approve = async || {
            println!("to be approved: {}", String::from_utf8_lossy(draft.payload()));
            let evidence = PartnerOperationAuthorizationEvidenceRequired {
                operation_hash: draft.hash().to_owned(),
                approved_at: Timestamp::try_from(SystemTime::now())?.to_whole_seconds(),
                approved_by: "user-4711".to_owned(),
                approval_method: PartnerApprovalMethod::Passkey,
            };
            Ok(PartnerOperationAuthorizationEvidence::new(evidence))
        };
        let evidence = self.flow.keep("approval", approve).await?;
        Ok(draft.authorize(evidence)?)
    }
}

pub fn argument(number: usize) -> Option<String> {
    std::env::args().nth(number)
}

/// The id of the business action: the first argument, or a new one for a first try. In your system it comes with its row.
pub fn id(kind: &str) -> Result<String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let id = argument(1).unwrap_or_else(|| format!("{kind}-{}", now.as_millis()));
    println!("the id is {id}");
    Ok(id)
}

/// Prints what to send to support. It has no secret and no personal data.
pub fn report(error: &FlowError) {
    if let Some(call) = error.call() {
        eprintln!("{}", call.support_report());
    }
}
