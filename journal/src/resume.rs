//! Finishing what was interrupted: the same key and the same bytes, as long as the server remembers the key.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sdk_runtime::client::Core;
use sdk_runtime::clock::Moment;
use sdk_runtime::journal::{Refused, Sender, Sent, Settlement, Ticket};
use sdk_runtime::{Error, Response};

use crate::entry::{Broken, Entry, Found, State};
use crate::error::StoreError;
use crate::journal::{Journal, Lease, Record, by_key};
use crate::store::{Place, Select, Store};
use crate::stored;

/// What became of the intents that were open.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Resumed {
    /// Keys of those that happened.
    pub done: Vec<Record>,
    /// Keys of those that did not happen and will not.
    pub refused: Vec<Record>,
    /// Those whose outcome has to be read from the server. They are never sent again.
    pub reconcile: Vec<Reconcile>,
    /// Those that stay open, with the reason: the next call tries again.
    pub open: Vec<(String, Error)>,
    /// Those that another call is sending, and the end of its lease, in seconds since 1970. It is in the past, or 0, where
    /// another transaction held the row at that moment, and where it was written down meanwhile: look again soon.
    pub leased: Vec<(String, i64)>,
    /// Those whose row cannot be read, or what became of them not written, with the reason: they stay open until somebody mends
    /// it, and stand in nobody's way.
    pub broken: Vec<(String, StoreError)>,
    /// Open ones of another base URL or client id, with their keys, which this client must not send.
    pub of_others: Vec<(Sender, String)>,
}

impl Resumed {
    /// Is nothing left open, by this client or by another one that shares the journal?
    pub fn is_finished(&self) -> bool {
        self.open.is_empty() && self.leased.is_empty() && self.broken.is_empty() && self.of_others.is_empty()
    }
}

/// An action whose outcome has to be read from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconcile {
    /// What is known; `find` is the target of a call that finds the action.
    pub record: Record,
    /// Arguments of the call's path, by name.
    pub arguments: Vec<(String, String)>,
}

impl Reconcile {
    fn of(entry: &Entry, now: Moment) -> Self {
        let intent = stored::read(entry, now).ok();
        Self {
            record: Record::of(entry, now),
            arguments: intent.map(|intent| intent.arguments).unwrap_or_default(),
        }
    }

    /// Asks the server: the answer of the call that finds the action. Nothing where the contract names none.
    pub async fn read(&self, client: &impl AsRef<Core>) -> Option<Result<Response<Bytes>, Error>> {
        let target = self.record.find.clone()?;
        Some(client.as_ref().raw(sdk_runtime::http::Method::GET, target).await)
    }
}

/// Why a key was not sent again, or what came of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResendError {
    /// The journal failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It must not be sent; nothing was.
    #[error("not sent: {0}")]
    Refused(Refused),
    /// It did not happen, and its bytes are gone: make the call again.
    #[error("not sent: it is settled as not executed; make the call again")]
    NotExecuted,
    /// It was sent, and failed.
    #[error(transparent)]
    Call(Error),
}

/// How far back `resume` looks at what was settled, in seconds: twice the day that servers remember a key for.
const LATELY: i64 = 2 * 86_400;

/// A row that waits, and what is to be done with it.
enum Taken {
    Send(Box<Entry>, Option<Moment>),
    Forgotten(Box<Entry>),
    Leased(String, i64),
    Broken(String, StoreError),
    Nothing,
}

impl<S: Store> Journal<S> {
    /// Finishes every open intent of this client with its key and its stored bytes, whatever the program's code says now.
    ///
    /// What the server may have forgotten is never sent: it moves to `reconcile`. Intents of another base URL or client id are
    /// refused. Safe to call at any time and from many machines at once.
    pub async fn resume(&self, client: &impl AsRef<Core>) -> Result<Resumed, StoreError> {
        let core = client.as_ref();
        let mut resumed = Resumed::default();
        let (mut after, mut seen) = (Place::first(), BTreeSet::new());
        loop {
            let lease = self.lease(self.owner(core), Vec::new())?;
            let (place, taken) = self.take(core, after.clone(), &lease).await?;
            match taken {
                Taken::Nothing => break,
                Taken::Leased(key, until) => resumed.leased.push((key, until)),
                Taken::Broken(key, why) => resumed.broken.push((key, why)),
                Taken::Forgotten(entry) => self.sort(core, &entry, None, &mut resumed).await?,
                Taken::Send(entry, first_sent) => {
                    let error = match self.send(core, &entry, first_sent, lease).await {
                        Ok(_) | Err(ResendError::Refused(_) | ResendError::NotExecuted) => Ok(None),
                        Err(ResendError::Call(error)) => Ok(Some(error)),
                        // Where it is more than this row, the next question says so.
                        Err(ResendError::Store(error)) => Err(error),
                    };
                    match error {
                        Ok(error) => self.sort(core, &entry, error, &mut resumed).await?,
                        Err(broken) => resumed.broken.push((entry.key.clone(), broken)),
                    }
                }
            }
            seen.insert(place.clone());
            after = place;
        }
        self.list(core, seen, &mut resumed).await?;
        self.check(core, &mut resumed).await?;
        self.sign_anew(core).await?;
        if let Err(error) = self.sweep().await {
            tracing::warn!(%error, "spooled uploads that nobody names could not be swept");
        }
        Ok(resumed)
    }

    /// Puts what is open and was not seen where it belongs: rows of others, and rows that another transaction held, which a
    /// store passes over.
    async fn list(&self, core: &Core, mut seen: BTreeSet<Place>, resumed: &mut Resumed) -> Result<(), StoreError> {
        // In the order in which a row goes on, so that none slips through.
        for state in [State::Open, State::CutOff] {
            let waits = |entry: &Entry| (entry.to_place(), entry.leased_until);
            let scanned = self.scan(self.owner(core), state, Place::first(), waits).await?;
            for (place, until) in scanned.seen {
                if seen.insert(place.clone()) {
                    resumed.leased.push((place.key, until));
                }
            }
            for broken in scanned.broken {
                if seen.insert(broken.place.clone()) {
                    resumed.broken.push(broken.told());
                }
            }
            for other in scanned.others {
                if seen.insert(other.clone()) {
                    resumed.of_others.push((other.sender(), other.key));
                }
            }
        }
        Ok(())
    }

    /// Looks at what was settled lately, too: a word that somebody put there would be believed by who asks for it next.
    async fn check(&self, core: &Core, resumed: &mut Resumed) -> Result<(), StoreError> {
        let after = Place::at(core.moment().at.saturating_sub(LATELY));
        for state in [State::Executed, State::Refused, State::Reconcile] {
            let scanned = self.scan(self.owner(core), state, after.clone(), |_| ()).await?;
            resumed.broken.extend(scanned.broken.iter().map(Broken::told));
        }
        Ok(())
    }

    /// Signs with the current secret what was signed with the one before, which may be gone soon.
    async fn sign_anew(&self, core: &Core) -> Result<(), StoreError> {
        const LIMIT: u32 = 100;
        let owner = self.owner(core);
        for name in owner.seal.earlier() {
            let mut after = Place::first();
            loop {
                let select = Select::SealedBy {
                    sender: owner.sender.clone(),
                    name: name.to_owned(),
                    after: after.clone(),
                    limit: LIMIT,
                };
                let last = self
                    .change(owner.clone(), select, |found| {
                        let places = found.entries.iter().map(Entry::to_place);
                        let places = places.chain(found.broken.iter().map(|broken| broken.place.clone()));
                        (found.entries.clone(), places.max())
                    })
                    .await?;
                match last {
                    Some(last) => after = last,
                    None => break,
                }
            }
        }
        Ok(())
    }

    /// Puts what was sent where its row stands now.
    async fn sort(
        &self,
        core: &Core,
        entry: &Entry,
        error: Option<Error>,
        resumed: &mut Resumed,
    ) -> Result<(), StoreError> {
        let (owner, wanted) = (self.owner(core), entry.key.clone());
        let select = by_key(&owner.sender, &entry.key);
        let row = self
            .change(owner, select, move |found| (Vec::new(), found.read(&wanted)))
            .await?;
        let row = match row {
            Ok(row) => row.ok_or(StoreError::NoKey)?,
            Err(broken) => {
                resumed.broken.push((entry.key.clone(), broken));
                return Ok(());
            }
        };
        let now = core.moment();
        match (row.state, error) {
            (State::Executed, _) => resumed.done.push(Record::of(&row, now)),
            (State::Refused, _) => resumed.refused.push(Record::of(&row, now)),
            (State::Reconcile, _) => resumed.reconcile.push(Reconcile::of(&row, now)),
            // Our own lease has ended. This is another's: it ran out on the way, or another was quick, and goes on with it.
            (State::Open | State::CutOff, Some(error)) if row.leased_until <= now.at => {
                resumed.open.push((row.key, error));
            }
            (State::Open | State::CutOff, _) => resumed.leased.push((row.key, row.leased_until)),
        }
        Ok(())
    }

    /// The next open row behind a place, with a lease if it may be sent.
    async fn take(&self, core: &Core, after: Place, lease: &Lease) -> Result<(Place, Taken), StoreError> {
        let owner = lease.owner.clone();
        let select = Select::Due {
            sender: owner.sender.clone(),
            after: after.clone(),
        };
        let (now, longest) = (core.moment(), core.longest_call());
        let holder = self.holder(&lease.text);
        self.change(owner, select, move |found: &Found| {
            if let Some(broken) = found.broken.first() {
                let (key, error) = broken.told();
                return (Vec::new(), (broken.place.clone(), Taken::Broken(key, error)));
            }
            let Some(entry) = found.entries.first() else {
                return (Vec::new(), (after.clone(), Taken::Nothing));
            };
            let place = entry.to_place();
            if entry.is_leased(now, &holder) {
                let leased = Taken::Leased(entry.key.clone(), entry.leased_until);
                return (Vec::new(), (place, leased));
            }
            let (entry, due) = due(entry.clone(), now, &holder.text, longest);
            let kept = Box::new(entry.clone());
            let taken = match due {
                Due::Send(first_sent) => Taken::Send(kept, first_sent),
                Due::Forgotten => Taken::Forgotten(kept),
            };
            (vec![entry], (place, taken))
        })
        .await
    }

    async fn send(
        &self,
        core: &Core,
        entry: &Entry,
        first_sent: Option<Moment>,
        mut lease: Lease,
    ) -> Result<Response<Bytes>, ResendError> {
        let read = stored::read(entry, core.moment()).and_then(|intent| {
            let strange = || StoreError::Broken(format!("`{}`: it goes to another place than the client's", entry.key));
            core.may_send(&intent).then_some(intent).ok_or_else(strange)
        });
        let intent = match read {
            Ok(intent) => intent,
            Err(broken) => {
                // Nobody is sending it.
                let unknown = Settlement::Unknown { refused: None };
                self.close(&entry.key, &lease, (unknown, Sent::default())).await?;
                return Err(broken.into());
            }
        };
        lease.made = intent.arguments.iter().map(|(_, value)| value.clone()).collect();
        let ticket = Ticket::new(&entry.key, lease);
        let row = (Arc::new(self.clone()) as Arc<dyn sdk_runtime::Journal>, ticket.clone());
        let (sent, settlement, ended) = core.replay(intent, first_sent, row).await;
        let lease: &Lease = ticket.lease().ok_or(StoreError::NoKey)?;
        self.close(&entry.key, lease, (settlement, sent)).await?;
        ended.map_err(ResendError::Call)
    }

    /// Sends an open intent, or one to be reconciled, again under its key with its stored bytes: what to do when the API's
    /// support advises to retry.
    ///
    /// Refused past the retention, and while another call may be sending it.
    pub async fn resend(&self, client: &impl AsRef<Core>, key: &str) -> Result<Response<Bytes>, ResendError> {
        let core = client.as_ref();
        let owner = self.owner(core);
        let lease = self.lease(owner.clone(), Vec::new())?;
        let (now, longest) = (core.moment(), core.longest_call());
        let holder = self.holder(&lease.text);
        let (wanted, select) = (key.to_owned(), by_key(&owner.sender, key));
        let taken = self
            .change(owner, select, move |found| {
                let failed = |error| (Vec::new(), Err(ResendError::Store(error)));
                let entry = match found.read(&wanted) {
                    Ok(Some(entry)) => entry,
                    Ok(None) => return failed(StoreError::NoKey),
                    Err(error) => return failed(error),
                };
                let refused = |refused| (Vec::new(), Err(ResendError::Refused(refused)));
                if entry.is_leased(now, &holder) {
                    let until = entry.leased_until;
                    return refused(Refused::Leased { until });
                }
                match entry.state {
                    State::Executed => return refused(Refused::Executed { ids: entry.head.ids }),
                    State::Refused => return (Vec::new(), Err(ResendError::NotExecuted)),
                    State::Reconcile if entry.request.is_none() => return refused(Refused::Retention),
                    State::Open | State::CutOff | State::Reconcile => {}
                }
                match due(entry, now, &holder.text, longest) {
                    (entry, Due::Send(first_sent)) => (vec![entry.clone()], Ok((Box::new(entry), first_sent))),
                    (entry, Due::Forgotten) => (vec![entry], Err(ResendError::Refused(Refused::Retention))),
                }
            })
            .await??;
        let (entry, first_sent) = taken;
        self.send(core, &entry, first_sent, lease).await
    }
}

/// May a row still be sent?
enum Due {
    /// Yes; it was first sent then, or never.
    Send(Option<Moment>),
    /// The server may have forgotten its key.
    Forgotten,
}

/// The row as it is to be written before it is sent again, or instead.
fn due(mut entry: Entry, now: Moment, lease: &str, longest: Duration) -> (Entry, Due) {
    let first_sent = entry.head.first_sent;
    if entry.is_forgotten(now) {
        entry.reconcile(now);
        return (entry, Due::Forgotten);
    }
    if entry.state == State::Reconcile {
        entry.state = State::Open;
    }
    entry.head.first_sent = first_sent.or(Some(now));
    entry.head.last_sent = Some(now);
    entry.leased_until = now
        .at
        .saturating_add(i64::try_from(longest.as_secs()).unwrap_or(i64::MAX));
    lease.clone_into(&mut entry.leased_by);
    (entry, Due::Send(first_sent))
}

#[cfg(test)]
mod tests;
