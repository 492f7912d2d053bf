//! The actions of one client: keys come in, the journal's knowledge about them goes out.
//!
//! Rows of other clients in the same store are never read here, whatever their keys.

use sdkwright_runtime::IdempotencyKey;
use sdkwright_runtime::client::Core;
use sdkwright_runtime::clock::Moment;

use crate::decision::used;
use crate::entry::{BrokenRow, Entry, FoundRows, RecordedFinding};
use crate::error::StoreError;
use crate::journal::{Journal, Record, by_key};
use crate::keys::short;
use crate::sealed::RowOwner;
use crate::store::{Row, RowFilter, RowPosition, Select, State, Store, each_page};
use crate::stored;

/// The finding on the server about an action whose outcome was unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The action was executed: the ids of the created resources, by the contract's names.
    Executed {
        /// Names and ids; none where it creates nothing.
        ids: Vec<(String, String)>,
    },
    /// Nothing is there, by two reads that agree.
    Nothing(Absence),
}

/// The instants of two reads that found nothing. Only [`Actions::look_up`] creates it, because one response proves too little: a
/// kept connection can return an earlier response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    first: Moment,
    second: Moment,
}

impl Absence {
    /// The statement of a person about an instant.
    #[cfg(any(feature = "command", feature = "conformance"))]
    pub(crate) fn stated(at: Moment) -> Self {
        Self { first: at, second: at }
    }

    /// Returns the earlier instant by the present clock.
    fn known_at(self, now: Moment) -> i64 {
        self.first.as_known_at(now).min(self.second.as_known_at(now))
    }
}

/// Names and ids of resources, by the names of the contract.
pub type Ids = Vec<(String, String)>;

/// Rows of one client, oldest first, and those that stand among them and cannot be read or trusted.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Listing {
    /// Records by key.
    pub records: Vec<Record>,
    /// Keys of the others, with the reason: they hide none of these.
    pub broken: Vec<(String, StoreError)>,
}

/// The actions of one client in a journal ([`Journal::actions`]): the meaning of its keys, and what an operator reports about them.
pub struct Actions<S> {
    journal: Journal<S>,
    client: Core,
}

impl<S> Clone for Actions<S> {
    fn clone(&self) -> Self {
        Self::new(self.journal.clone(), self.client.clone())
    }
}

impl<S> std::fmt::Debug for Actions<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Actions")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl<S> Actions<S> {
    pub(crate) fn new(journal: Journal<S>, client: Core) -> Self {
        Self { journal, client }
    }

    pub(crate) fn journal(&self) -> &Journal<S> {
        &self.journal
    }

    pub(crate) fn client(&self) -> &Core {
        &self.client
    }
}

impl<S: Store> Actions<S> {
    async fn entry(&self, key: &str) -> Result<Option<Entry>, StoreError> {
        self.journal.entry(self.journal.owner(&self.client), key).await
    }

    /// Returns the record of a key.
    pub async fn show(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let now = self.moment();
        Ok(self.entry(key).await?.map(|entry| Record::new(&entry, now)))
    }

    /// Returns the key for the next attempt at an action: `key` itself, or `key:2` and so on after refusals that the server
    /// keeps and would repeat. The cause of the refusal has to be gone.
    ///
    /// After an unknown outcome it is the key of that attempt, so that nothing is done twice. A purged refusal counts as none.
    pub async fn usable_key(&self, key: IdempotencyKey) -> Result<IdempotencyKey, StoreError> {
        let (first, mut key, mut number) = (key.as_str().to_owned(), key, 1_u64);
        loop {
            let entry = self.entry(key.as_str()).await?;
            if entry.is_none_or(|entry| entry.state != State::Refused || !entry.head.spent) {
                return Ok(key);
            }
            number += 1;
            let text = format!("{first}:{number}");
            key = IdempotencyKey::new(short(&text)).map_err(|error| StoreError::Broken(error.to_string()))?;
        }
    }

    /// Ids that the answer under this key named, by the names of the contract; none as long as none is known.
    pub async fn ids(&self, key: &str) -> Result<Vec<(String, String)>, StoreError> {
        Ok(self.entry(key).await?.map(|entry| entry.head.ids).unwrap_or_default())
    }

    /// The approval that was sent under this key, as JSON text, as long as something on what it created needs it.
    pub async fn evidence(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.entry(key).await?.and_then(|entry| entry.evidence))
    }

    /// Everything that [`resume`](Journal::resume) would send, those that were cut off behind those that are open.
    pub async fn pending(&self) -> Result<Listing, StoreError> {
        let mut listed = self.all(State::Open).await?;
        let cut_off = self.all(State::CutOff).await?;
        listed.records.extend(cut_off.records);
        listed.broken.extend(cut_off.broken);
        Ok(listed)
    }

    /// Everything that has to be looked up on the server.
    pub async fn to_reconcile(&self) -> Result<Listing, StoreError> {
        self.all(State::Reconcile).await
    }

    async fn all(&self, state: State) -> Result<Listing, StoreError> {
        let (owner, now) = (self.journal.owner(&self.client), self.moment());
        let record = move |entry: &Entry| Record::new(entry, now);
        let scanned = self
            .journal
            .scan(owner, Some(state), RowPosition::first(), record)
            .await?;
        Ok(Listing {
            records: scanned.seen,
            broken: scanned.broken.iter().map(BrokenRow::told).collect(),
        })
    }

    /// Looks at every row of this client, settled or not: those that cannot be read or trusted, by their keys. Rows that were
    /// removed are not seen.
    pub async fn verify(&self) -> Result<Vec<(String, StoreError)>, StoreError> {
        let mut broken = Vec::new();
        for state in State::ALL.map(Some).into_iter().chain([None]) {
            let owner = self.journal.owner(&self.client);
            let scanned = self.journal.scan(owner, state, RowPosition::first(), |_| ()).await?;
            broken.extend(scanned.broken.iter().map(BrokenRow::told));
        }
        Ok(broken)
    }

    /// Looks an action up. `read` returns the ids of what it found, or `None`. It runs twice if it finds nothing, and only two
    /// reads that agree are [`Finding::Nothing`].
    ///
    /// Until then, every call of this client and its clones travels over a new connection, as with `.fresh()`. Another client
    /// needs `.fresh()`. An error of `read` ends the lookup without a finding.
    ///
    /// ```no_run
    /// # use sdkwright_journal::{Actions, Finding, Store};
    /// # use sdkwright_runtime::{Error, client::Core, http::Method};
    /// # async fn reconcile<S: Store>(client: &Core, actions: &Actions<S>) -> Result<(), Box<dyn std::error::Error>> {
    /// let found = actions
    ///     .look_up(async || {
    ///         let body = client.raw(Method::GET, "/v1/payments?reference=wd-9001").await?.value;
    ///         let is_there = body.windows(7).any(|text| text == b"wd-9001");
    ///         Ok::<_, Error>(is_there.then(|| vec![("PaymentId".to_owned(), "wd-9001".to_owned())]))
    ///     })
    ///     .await?;
    /// actions.reconciled("payout:wd-9001", found).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn look_up<E, F>(&self, read: impl Fn() -> F) -> Result<Finding, E>
    where
        // The bound `AsyncFn` would keep a lookup that borrows out of spawned tasks: its futures are not known to be `Send`.
        F: Future<Output = Result<Option<Ids>, E>>,
    {
        let _new_connections = self.client.begin_lookup();
        let first = self.moment();
        if let Some(ids) = read().await? {
            return Ok(Finding::Executed { ids });
        }
        let second = self.moment();
        Ok(match read().await? {
            Some(ids) => Finding::Executed { ids },
            None => Finding::Nothing(Absence { first, second }),
        })
    }

    /// Now, by the best estimate of the server's clock: once it is later than [`Record::acts_until`], a lookup that finds nothing
    /// counts.
    pub fn moment(&self) -> Moment {
        self.client.moment()
    }

    /// Tells what was found on the server about an intent to be reconciled. After [`Finding::Nothing`] the same action may be
    /// sent under another key.
    ///
    /// That nothing is there is believed only if it was looked up after the last instant at which a copy of the request that is
    /// still on its way could act ([`Record::acts_until`]); else [`StoreError::UnderWay`] says that instant, and it has to be
    /// looked up again after it. [`StoreError::NotToReconcile`] where the intent does not stand there (any more): somebody else
    /// told it, or sent it again.
    pub async fn reconciled(&self, key: &str, found: Finding) -> Result<(), StoreError> {
        let owner = self.journal.owner(&self.client);
        self.journal
            .record_finding(owner, self.moment(), key, found, None)
            .await
    }

    /// Records that the created resource has reached its end: its approval is no longer needed, and its reference may be used again.
    pub async fn finish(&self, key: &str) -> Result<(), StoreError> {
        let owner = self.journal.owner(&self.client);
        let edited = self.journal.edit(owner, key, Vec::new(), |entry| {
            if entry.state == State::Executed {
                entry.evidence = None;
                entry.head.later.clear();
                entry.subject = None;
            }
            Ok(())
        });
        edited.await
    }
}

/// All rows in a state, as read.
#[derive(Debug)]
pub(crate) struct ScanResult<T> {
    pub(crate) seen: Vec<T>,
    pub(crate) broken: Vec<BrokenRow>,
    pub(crate) others: Vec<RowPosition>,
}

impl<S: Store> Journal<S> {
    /// The actions of a client: settled, open, and about to be sent.
    pub fn actions(&self, client: &impl AsRef<Core>) -> Actions<S> {
        Actions::new(self.clone(), client.as_ref().clone())
    }

    pub(crate) async fn entry(&self, owner: RowOwner, key: &str) -> Result<Option<Entry>, StoreError> {
        let (wanted, select) = (key.to_owned(), by_key(&owner.sender, key));
        self.change(owner, select, move |found| (Vec::new(), found.entry(&wanted)))
            .await?
    }

    /// Records the finding of a lookup, and who it is from if a person records it.
    pub(crate) async fn record_finding(
        &self,
        owner: RowOwner,
        now: Moment,
        key: &str,
        found: Finding,
        by: Option<String>,
    ) -> Result<(), StoreError> {
        // The resource that it acted on may hold an approval for it.
        let made = match self.entry(owner.clone(), key).await? {
            Some(entry) if entry.request.is_some() => stored::intent(&entry, now)?.arguments,
            _ => Vec::new(),
        };
        let made = made.iter().map(|(_, id)| short(id).into_owned()).collect();
        // The clock of a person counts as right.
        let (is_confirmed, run) = match by {
            Some(_) => (true, "a person".to_owned()),
            None => (now.offset.is_some(), self.holder("").run),
        };
        let edited = self.edit(owner, key, made, move |entry| {
            if entry.state != State::Reconcile {
                return Err(StoreError::NotToReconcile(entry.state.as_str()));
            }
            let by = by.clone().map(|by| RecordedFinding { by, at: now.at });
            let looked_up = match &found {
                Finding::Executed { ids } => {
                    crate::decision::untold(entry, 0, ids);
                    entry.head.reconciled = by;
                    return Ok(None);
                }
                Finding::Nothing(absence) => absence.known_at(now),
            };
            let until = entry.absent_after(now, is_confirmed, &run);
            if until.is_some_and(|until| looked_up < until) {
                return Ok(until);
            }
            entry.state = State::Refused;
            entry.head.spent = true;
            entry.head.reconciled = by;
            entry.subject = None;
            entry.request = None;
            entry.evidence = None;
            entry.release();
            Ok(None)
        });
        match edited.await? {
            Some(until) => Err(StoreError::UnderWay { until }),
            None => Ok(()),
        }
    }

    async fn edit<T: Send + 'static>(
        &self,
        owner: RowOwner,
        key: &str,
        made: Vec<String>,
        change: impl Fn(&mut Entry) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let wanted = key.to_owned();
        let select = Select::About {
            sender: owner.sender.clone(),
            key: key.to_owned(),
            subject: None,
            made,
        };
        let (files, changed) = self
            .change(owner, select, move |found| {
                let before = match found.entry(&wanted) {
                    Ok(Some(before)) => before,
                    Ok(None) => return (Vec::new(), Err(StoreError::NoKey)),
                    Err(error) => return (Vec::new(), Err(error)),
                };
                let mut entry = before.clone();
                let result = match change(&mut entry) {
                    Ok(result) => result,
                    Err(why) => return (Vec::new(), Err(why)),
                };
                let is_gone = entry.request.is_none();
                let files = is_gone.then(|| stored::files_of_entry(&before));
                let is_executed = entry.state == State::Executed;
                let others = found.others(&wanted).filter(|_| is_executed);
                let mut changed: Vec<Entry> = others.filter_map(|other| used(other, &entry)).collect();
                changed.push(entry);
                (changed, Ok((files.unwrap_or_default(), result)))
            })
            .await??;
        self.forget(files).await;
        Ok(changed)
    }

    /// Looks at all rows in a state after a position, oldest first; `None`: at those whose state is not a word of [`State`].
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        owner: RowOwner,
        state: Option<State>,
        after: RowPosition,
        look: impl Fn(&Entry) -> T + Clone + Send + 'static,
    ) -> Result<ScanResult<T>, StoreError> {
        const LIMIT: u32 = 500;
        let look = move |rows: &[Row]| {
            let found = FoundRows::new(rows, &owner);
            let seen: Vec<T> = found.entries.iter().map(&look).collect();
            (Vec::new(), (seen, found.broken, found.others))
        };
        let pages = each_page(&*self.store, RowFilter::InState(state), after, LIMIT, look).await?;
        let (mut seen, mut broken, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for page in pages {
            seen.extend(page.0);
            broken.extend(page.1);
            others.extend(page.2);
        }
        Ok(ScanResult { seen, broken, others })
    }
}

#[cfg(test)]
mod tests;
