//! One run of an example: its arguments, its client with a journal, and what it leaves for the next run.
//!
//! In your system rows of your database take the place of the arguments and of the folder.

#![allow(dead_code, reason = "not every example needs all of it")]

#[path = "folder.rs"]
mod folder;

use std::error::Error;
use std::path::PathBuf;
use std::time::SystemTime;

use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, IdempotencyKey, PartnerApprovalMethod, PartnerCustomerRef,
    PartnerCustomerStatus, PartnerCustomerType, PartnerOperationAuthorizationEvidence,
    PartnerOperationAuthorizationEvidenceRequired, RefreshKey, Timestamp,
};
use sdkwright_journal::{Actions, Ids, Journal, Keys, Sqlite, State};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub struct Session {
    pub client: Client,
    /// The id of the business action, such as that of a payout's row.
    pub id: String,
    actions: Actions<Sqlite>,
    keys: Keys,
    customer: String,
    folder: PathBuf,
}

impl Session {
    /// Starts `EXAMPLE [ID [CUSTOMER [FOLDER]]]`. Without an id it takes a new one that begins with `kind`.
    pub async fn start(kind: &str) -> Result<Self> {
        let id = argument(1).map_or_else(|| new_id(kind), Ok)?;
        let customer = argument(2).unwrap_or_else(|| "cust-100001".to_owned());
        Self::open(id, customer, argument(3)).await
    }

    /// Opens the journal, and finishes what earlier runs began.
    pub async fn open(id: String, customer: String, folder: Option<String>) -> Result<Self> {
        let folder = folder::open(folder)?;
        let journal = Journal::new(Sqlite::open(folder.join("journal.db"))?)?
            .instance(id.as_str())
            .spool(folder.join("uploads"));
        let client = Client::builder().from_env().journal(journal.clone()).build()?;
        // The same bytes are sent under the same keys. What cannot be finished now stops no other action.
        let resumed = journal.resume(&client).await?;
        for one in &resumed.reconcile {
            let key = &one.record.key;
            eprintln!("look {key} up: `sdkwright-journal show {key}`");
        }
        for (key, error) in &resumed.open {
            eprintln!("{key} is still open: {error}");
        }
        for (key, error) in &resumed.broken {
            eprintln!("{key} is blocked: {error:?}");
        }
        Ok(Self {
            actions: journal.actions(&client),
            keys: Keys::for_customer(customer.as_str()),
            client,
            id,
            customer,
            folder,
        })
    }

    /// Looks the customer up by your own name of it.
    pub async fn customer(&self) -> Result<CustomerId> {
        let name = PartnerCustomerRef::from(self.customer.as_str());
        let jane = CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "Jane Partner");
        // No call only reads a customer: this one returns the customer that exists.
        let customer = self.client.customers().lookup(RefreshKey::random()?, &jane).await?;
        if customer.status == PartnerCustomerStatus::Approved {
            return Ok(customer.customer_id);
        }
        let (name, status) = (&self.customer, customer.status);
        Err(format!("{name} is {status}: run the example `onboard_individual {name}` first").into())
    }

    /// The key of an action, the same after a crash. After a refusal it is the key of the next attempt.
    pub async fn key(&self, action: &str) -> Result<IdempotencyKey> {
        Ok(self.actions.usable_key(self.keys.action(action, &self.id)?).await?)
    }

    /// Performs a creation once and returns the id, which comes from the journal if an earlier run performed it.
    pub async fn once<T: From<String>>(
        &self,
        action: &str,
        name: &str,
        act: impl AsyncFnOnce(IdempotencyKey) -> Result<T>,
    ) -> Result<T> {
        let key = self.key(action).await?;
        let record = self.actions.show(key.as_str()).await?;
        match record.as_ref().and_then(|record| record.id(name)) {
            Some(id) => Ok(id.to_owned().into()),
            None => act(key).await,
        }
    }

    /// Looks up an action that allows no retry any more: only the server knows whether it happened. `read` returns the ids of
    /// what it found. "Nothing" counts only after two reads, over new connections.
    pub async fn reconcile<F>(&self, action: &str, read: impl Fn() -> F) -> Result<()>
    where
        F: Future<Output = Result<Option<Ids>>>,
    {
        let key = self.key(action).await?;
        let record = self.actions.show(key.as_str()).await?;
        if record.is_some_and(|record| record.state == State::Reconcile) {
            let found = self.actions.look_up(read).await?;
            self.actions.reconciled(key.as_str(), found).await?;
        }
        Ok(())
    }

    pub async fn is_done(&self, action: &str) -> Result<bool> {
        let record = self.actions.show(self.key(action).await?.as_str()).await?;
        Ok(record.is_some_and(|record| record.state == State::Executed))
    }

    /// The draft that an earlier run kept for this attempt of an action.
    pub async fn kept(&self, action: &str) -> Result<Option<Vec<u8>>> {
        let file = self.file(action).await?;
        file.exists()
            .then(|| std::fs::read(&file))
            .transpose()
            .map_err(Into::into)
    }

    pub async fn keep(&self, action: &str, draft: &[u8]) -> Result<()> {
        Ok(folder::keep(&self.file(action).await?, draft)?)
    }

    async fn file(&self, action: &str) -> Result<PathBuf> {
        let key = self.key(action).await?.as_str().replace([':', '/', '\\'], "_");
        Ok(self.folder.join(format!("{key}.draft")))
    }

    /// The approval of a draft: that of an earlier run, or a new one. Stands for your approval screen, which shows the payload,
    /// and records who approved exactly this hash, when and how.
    pub async fn approval(
        &self,
        action: &str,
        payload: &[u8],
        hash: &str,
    ) -> Result<PartnerOperationAuthorizationEvidence> {
        if let Some(approved) = self.actions.evidence(self.key(action).await?.as_str()).await? {
            return Ok(serde_json::from_slice(&approved)?);
        }
        println!("to be approved: {}", String::from_utf8_lossy(payload));
        Ok(PartnerOperationAuthorizationEvidence::new(
            PartnerOperationAuthorizationEvidenceRequired {
                operation_hash: hash.to_owned(),
                approved_at: Timestamp::try_from(SystemTime::now())?.to_whole_seconds(),
                approved_by: "user-4711".to_owned(),
                approval_method: PartnerApprovalMethod::Passkey,
            },
        ))
    }
}

pub fn argument(number: usize) -> Option<String> {
    std::env::args().nth(number)
}

/// A new id, for a first try. In your system it comes with the row of the action.
pub fn new_id(kind: &str) -> Result<String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let id = format!("{kind}-{}", now.as_millis());
    println!("the id is {id}");
    Ok(id)
}
