//! The journal over any store: what the client's seam asks for, and what a program may ask.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use sdkwright_runtime::client::Core;
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{
    Booked, Claim, Intent, JournalFuture, JournalRefusal, Piece, Promise, Seen, SendTimes, Sender, Settlement, Verdict,
    offload,
};

use crate::decision::{Begun, SettledIntent, WrittenIntent, begin, follow, record, settle};
use crate::entry::{Entry, FoundRows, Holder, Live};
use crate::error::StoreError;
use crate::keys::{created, hex, random, request, short};
use crate::sealed::RowOwner;
use crate::store::{Row, RowChange, Select, State, Store};
use crate::stored::{self, Spool};

/// Keeps what a client is about to do, and what became of it. Clones are the same journal.
///
/// Give it to the client (`.journal(journal.clone())`), and call [`resume`](Self::resume) when the program starts and every
/// now and then.
pub struct Journal<S> {
    pub(crate) store: Arc<S>,
    /// Random text of this run of the program.
    run: Arc<str>,
    instance: Option<Arc<str>>,
    live: Live,
    pub(crate) spool: Option<Arc<Spool>>,
    pub(crate) concurrency: usize,
}

impl<S> Clone for Journal<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            run: self.run.clone(),
            instance: self.instance.clone(),
            live: self.live.clone(),
            spool: self.spool.clone(),
            concurrency: self.concurrency,
        }
    }
}

impl<S> std::fmt::Debug for Journal<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

/// Default number of intents that `resume` sends concurrently.
const DEFAULT_CONCURRENCY: usize = 4;

/// The journal's record of a key. Contains neither the request nor the approval.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The key.
    pub key: String,
    /// `operationId`; empty for a raw call.
    pub operation: String,
    /// State of the intent.
    pub state: State,
    /// Instant of recording, in seconds since 1970.
    pub recorded: i64,
    /// Instant of the first sending, by the server's clock as far as it was known; `None` if it was never sent.
    pub first_sent: Option<Moment>,
    /// Latest instant at which a copy was sent or may have been; `None` if it was never sent.
    pub last_sent: Option<Moment>,
    /// Latest instant at which a copy that is still on its way can act, in seconds since 1970; `None` if none was sent. A look-up
    /// that finds nothing on the server counts only after that: wait until [`Actions::moment`](crate::Actions::moment) is later,
    /// then look.
    pub acts_until: Option<i64>,
    /// End of the lease of the call that may be sending it, in seconds since 1970; 0: no call has it.
    pub leased_until: i64,
    /// Status of the answer, once it happened; 0 where it is not known.
    pub status: u16,
    /// Problem code, or status, of a refusal.
    pub code: Option<String>,
    /// Ids that the answer named, by the names of the contract.
    pub ids: Vec<(String, String)>,
    /// The target of a call that finds the action on the server; goes with the request.
    pub find: Option<String>,
}

impl Record {
    pub(crate) fn new(entry: &Entry, now: Moment) -> Self {
        let intent = entry
            .request
            .as_ref()
            .and_then(|_| stored::intent(entry, 0.into()).ok());
        Self {
            key: entry.key.clone(),
            operation: entry.head.operation.clone(),
            state: entry.state,
            recorded: entry.recorded,
            first_sent: entry.head.first_sent,
            last_sent: entry.head.last_sent,
            acts_until: entry.acts_until(now),
            leased_until: entry.leased_until,
            status: entry.head.status,
            code: entry.head.code.clone(),
            ids: entry.head.ids.clone(),
            find: intent.and_then(|intent| intent.find),
        }
    }

    /// The id of that name.
    pub fn id(&self, name: &str) -> Option<&str> {
        let found = self.ids.iter().find(|(known, _)| known == name);
        found.map(|(_, id)| id.as_str())
    }
}

/// The lease of a call. When it is dropped, this run of the program knows that the call has ended.
pub(crate) struct Lease {
    pub(crate) text: String,
    pub(crate) owner: RowOwner,
    /// Ids in the path: what an earlier answer may have named.
    pub(crate) made: Vec<String>,
    /// The answers of success of the request.
    pub(crate) promise: Promise,
    /// The digest of the request that is sent under it, in hexadecimal.
    pub(crate) sha256: String,
    live: Live,
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|text| *text != self.text);
    }
}

impl<S: Store> Journal<S> {
    /// A journal over a store.
    pub fn new(store: S) -> Result<Self, StoreError> {
        Ok(Self {
            store: Arc::new(store),
            run: random()?.into(),
            instance: None,
            live: Live::default(),
            spool: None,
            concurrency: DEFAULT_CONCURRENCY,
        })
    }

    /// The same store as another run of the program sees it.
    #[cfg(feature = "conformance")]
    pub(crate) fn another_run(&self) -> Result<Self, StoreError> {
        let mut other = self.clone();
        (other.run, other.live, other.instance) = (random()?.into(), Live::default(), None);
        Ok(other)
    }

    /// Names this instance of the program, of which only one runs at a time: leases of its earlier runs are void at once.
    /// Without a name they run out.
    #[must_use]
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        // An empty name would be shared by all instances without a name.
        self.instance = Some(name.into()).filter(|name| !name.is_empty()).map(Into::into);
        self
    }

    /// Keeps uploads that are in memory as files in this folder until they are settled. Without it such a call cannot be
    /// finished by [`resume`](Self::resume): make it again under the same key.
    ///
    /// A transaction with [`record_in`](Journal::record_in) must end within a day: a file that no intent names is removed then.
    #[must_use]
    pub fn spool(mut self, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        // Absolute, because rows name files of this folder, and a later run may start in another working directory.
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        self.spool = Some(Arc::new(Spool::new(folder)));
        self
    }

    /// Sets how many intents [`resume`](Self::resume) sends concurrently (default 4, at least 1). With 1 each has its answer
    /// before the next one is sent.
    #[must_use]
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    pub(crate) fn owner(&self, client: &Core) -> RowOwner {
        RowOwner::new(client.sender(), client.seal(), self.store.name())
    }

    pub(crate) fn owner_of(&self, intent: &Intent) -> RowOwner {
        RowOwner::new(intent.sender.clone(), intent.seal.clone(), self.store.name())
    }

    pub(crate) fn lease(&self, owner: RowOwner, made: Vec<String>) -> Result<Lease, StoreError> {
        let instance = self.instance.as_deref().unwrap_or_default();
        let text = format!("{instance}/{}/{}", self.run, random()?);
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.push(text.clone());
        Ok(Lease {
            text,
            owner,
            made,
            promise: Promise::default(),
            sha256: String::new(),
            live: self.live.clone(),
        })
    }

    /// The caller, with the lease that it would take.
    pub(crate) fn holder(&self, text: &str) -> Holder {
        Holder {
            text: text.to_owned(),
            instance: self.instance.as_deref().map(str::to_owned),
            run: self.run.as_ref().to_owned(),
            live: self.live.clone(),
        }
    }

    pub(crate) fn draft(&self, mut intent: Intent) -> Result<WrittenIntent, StoreError> {
        let files = stored::keep_uploads(self.spool.as_deref(), self.store.name(), &mut intent)?;
        let request = stored::write(&intent)?;
        Ok(WrittenIntent { intent, request, files })
    }

    /// The same, where an upload is written to its file on a thread of its own.
    pub(crate) async fn drafted(&self, intent: Intent) -> Result<WrittenIntent, StoreError> {
        let is_upload = |piece: &Piece| matches!(piece, Piece::Upload { .. });
        if self.spool.is_none() || !intent.body.iter().any(is_upload) {
            return self.draft(intent);
        }
        let journal = self.clone();
        offload(move || journal.draft(intent)).await?
    }

    /// Finds rows, reads them, has it decided what to write, and writes it.
    pub(crate) async fn change<T, D>(&self, owner: RowOwner, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&FoundRows) -> (Vec<Entry>, T) + Send + 'static,
    {
        self.store.change(select, decided(owner, decide)).await?
    }

    /// Decides on the rows of an intent whether it may be sent, writes its row, and returns a claim with a lease for it.
    async fn open(&self, intent: Intent) -> Result<Verdict, StoreError> {
        let named_ids = intent.arguments.iter().map(|(_, value)| value.clone()).collect();
        let owner = self.owner_of(&intent);
        let mut lease = self.lease(owner.clone(), named_ids)?;
        lease.sha256 = hex(&intent.sha256);
        lease.promise = intent.promise.clone();
        let (holder, key) = (self.holder(&lease.text), intent.key.clone());
        let draft = self.drafted(intent).await?;
        let (select, files) = (about(&draft), draft.files.clone());
        let (begun, is_written, sent_members) = self
            .change(owner, select, move |found| {
                let (mut changed, begun) = begin(found, &draft, &holder);
                draft.note(found, &mut changed);
                let is_written = draft.is_in(&changed);
                let own = changed.iter().find(|entry| entry.key == draft.intent.key);
                let sent_members = own.map(|entry| entry.head.members.clone()).unwrap_or_default();
                (changed, (begun, is_written, sent_members))
            })
            .await?;
        // No row refers to the files of a request that was not written.
        self.forget(if is_written { Vec::new() } else { files }).await;
        let seen = Seen {
            members: sent_members,
            strange_ids: Vec::new(),
        };
        let claim = Claim::new(key, lease).with_seen(seen);
        Ok(match begun {
            Begun::Send(refused) => Verdict::Send(claim.after_refusal(refused)),
            Begun::Again(first_sent) => Verdict::Again { claim, first_sent },
            Begun::Refused(refused) => Verdict::Refused(refused),
        })
    }

    pub(crate) async fn close(
        &self,
        key: &str,
        lease: &Lease,
        settlement: Settlement,
        sent: SendTimes,
        seen: Seen,
    ) -> Result<Booked, StoreError> {
        let made = match &settlement {
            Settlement::Executed { status, ids } => lease.promise.created(*status, ids).map(str::to_owned),
            _ => None,
        };
        let found_by = lease.made.iter().map(|id| short(id).into_owned());
        let request_ids: Vec<String> = seen.strange_ids.iter().map(|id| request(id)).collect();
        let found_by = found_by.chain(made.as_deref().map(created));
        let found_by = found_by.chain(request_ids.iter().cloned()).collect();
        let said = SettledIntent {
            key: key.to_owned(),
            lease: lease.text.clone(),
            sha256: lease.sha256.clone(),
            settlement: settlement.clone(),
            created: made,
            members: seen.members,
            request_ids,
            sent,
        };
        let select = Select::About {
            sender: lease.owner.sender.clone(),
            key: key.to_owned(),
            subject: None,
            made: found_by,
        };
        let (files, is_of_another, bound_to) = self
            .change(lease.owner.clone(), select, move |found| {
                if let Err(error) = found.entry(&said.key) {
                    return (Vec::new(), Err(error));
                }
                let Some(settled) = settle(found, &said) else {
                    // Removed by an earlier attempt of this settlement, whose commit was not confirmed.
                    let is_removed = said.settlement == Settlement::NotExamined;
                    let nothing = || (Vec::new(), false, None);
                    return (Vec::new(), is_removed.then(nothing).ok_or(StoreError::NoKey));
                };
                let files = settled.changed.iter().filter(|entry| entry.request.is_none());
                let files: Vec<PathBuf> = files
                    .filter_map(|entry| found.take(&entry.key))
                    .flat_map(|entry| stored::files_of_entry(&entry))
                    .collect();
                (settled.changed, Ok((files, settled.is_of_another, settled.bound_to)))
            })
            .await??;
        if is_of_another {
            // No row records this result: the log is the only trace of it.
            tracing::error!(
                key,
                sha256 = lease.sha256,
                ?settlement,
                "a call ended after its key was used for another request; its outcome is not recorded"
            );
        }
        self.forget(files).await;
        Ok(match bound_to {
            Some(other) => {
                tracing::error!(
                    key,
                    other,
                    "the response contains the resource or the request id of another key: it belongs to another call, and the outcome stays unknown"
                );
                Booked::OfAnotherKey
            }
            None => Booked::Written,
        })
    }

    /// Writes an intent down without sending it; [`resume`](Self::resume), or the same call under the same key, sends it.
    pub async fn record(&self, intent: impl Into<Intent>) -> Result<Result<(), JournalRefusal>, StoreError> {
        let intent = intent.into();
        let (holder, owner) = (self.holder(""), self.owner_of(&intent));
        let draft = self.drafted(intent).await?;
        let (select, files) = (about(&draft), draft.files.clone());
        let (recorded, is_kept) = self
            .change(owner, select, move |found| {
                let (mut changed, recorded) = record(found, &draft, &holder);
                draft.note(found, &mut changed);
                let is_kept = draft.is_in(&changed);
                (changed, (recorded, is_kept))
            })
            .await?;
        self.forget(if is_kept { Vec::new() } else { files }).await;
        Ok(recorded)
    }

    /// Files of uploads that no row names any more.
    pub(crate) async fn forget(&self, files: Vec<PathBuf>) {
        let Some(spool) = self.spool.clone().filter(|_| !files.is_empty()) else {
            return;
        };
        let store = self.store.name().map(str::to_owned);
        let work = offload(move || spool.forget(store.as_deref(), &files));
        if let Err(error) = work.await {
            tracing::warn!(%error, "spooled uploads could not be removed");
        }
    }
}

/// The decision of a store, made of a decision about rows that are read.
pub(crate) fn decided<T, D>(
    owner: RowOwner,
    decide: D,
) -> impl Fn(&[Row]) -> (Vec<RowChange>, Result<T, StoreError>) + Send + 'static
where
    D: Fn(&FoundRows) -> (Vec<Entry>, T) + Send + 'static,
{
    move |rows| {
        let (changed, decided) = decide(&FoundRows::new(rows, &owner));
        let sign = |entry: &Entry| {
            let mut row = entry.to_row()?;
            if entry.is_gone {
                return Ok(RowChange::Remove(row));
            }
            owner.sign(&mut row);
            Ok(RowChange::Write(row))
        };
        let written: Result<Vec<RowChange>, StoreError> = changed.iter().map(sign).collect();
        match written {
            Ok(written) => (written, Ok(decided)),
            Err(error) => (Vec::new(), Err(error)),
        }
    }
}

pub(crate) fn by_key(sender: &Sender, key: &str) -> Select {
    Select::About {
        sender: sender.clone(),
        key: key.to_owned(),
        subject: None,
        made: Vec::new(),
    }
}

pub(crate) fn about(draft: &WrittenIntent) -> Select {
    let resource = draft.intent.resource.iter();
    Select::About {
        sender: draft.intent.sender.clone(),
        key: draft.intent.key.clone(),
        subject: draft.intent.subject.clone(),
        made: resource.map(|resource| created(&resource.id)).collect(),
    }
}

impl<S: Store> sdkwright_runtime::journal::Journal for Journal<S> {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Verdict> {
        Box::pin(async move { Ok(self.open(intent).await?) })
    }

    fn settle(&self, claim: Claim, settlement: Settlement) -> JournalFuture<'_, Booked> {
        Box::pin(async move {
            let lease: &Lease = claim.lease().ok_or(StoreError::NoKey)?;
            Ok(self
                .close(claim.key(), lease, settlement, claim.sent(), claim.seen().clone())
                .await?)
        })
    }

    fn follow(&self, claim: Claim) -> JournalFuture<'_, ()> {
        Box::pin(async move {
            let lease: &Lease = claim.lease().ok_or(StoreError::NoKey)?;
            let (key, text, sent) = (claim.key().to_owned(), lease.text.clone(), claim.sent());
            let select = by_key(&lease.owner.sender, &key);
            let followed = self
                .change(lease.owner.clone(), select, move |found| {
                    match follow(found, &key, &text, sent) {
                        Some(changed) => (changed, Ok(())),
                        None => (Vec::new(), Err(StoreError::NoKey)),
                    }
                })
                .await?;
            Ok(followed?)
        })
    }
}
