//! One row under its lease: its stored bytes are sent under its key, and what became of it is written.
//!
//! Nothing is sent to another place than the client's.
//!
//! Nothing is leased that is not going to be sent.

use crate::entry::{Entry, FoundRows, run_of};
use crate::error::StoreError;
use crate::journal::{Journal, Lease, Record, by_key};
use crate::store::{RowPosition, Select, State, Store};
use crate::stored;
use bytes::Bytes;
use sdkwright_runtime::client::Core;
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Claim, JournalRefusal, Seen, SendTimes, Sender, Settlement};
use sdkwright_runtime::{Error, Response};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// The reason why a key was not sent again, or the failure of sending it.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ResendError {
    /// The journal failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The intent must not be sent, and was not.
    #[error("not sent: {0}")]
    Refused(JournalRefusal),
    /// The action was not executed, and its bytes are removed: make the call again.
    #[error("not sent: it is recorded as not executed")]
    NotExecuted,
    /// The call was sent, and failed.
    #[error(transparent)]
    Call(Error),
}

/// For an error that `main` returns: a separate line has the next step.
impl std::fmt::Debug for ResendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => std::fmt::Debug::fmt(error, f),
            Self::Refused(refused) => write!(f, "{self}\nnext: {}", refused.advice()),
            Self::NotExecuted => write!(f, "{self}\nnext: Make the call again."),
            Self::Call(error) => std::fmt::Debug::fmt(error, f),
        }
    }
}

impl<S: Store> Journal<S> {
    pub(super) async fn send(
        &self,
        core: &Core,
        entry: &Entry,
        first_sent: Option<Moment>,
        mut lease: Lease,
    ) -> Result<Response<Bytes>, ResendError> {
        lease.sha256.clone_from(&entry.head.sha256);
        let read = stored::intent(entry, core.moment()).and_then(|intent| {
            let strange = || StoreError::Broken(format!("`{}`: its base URL is not the one of the client", entry.key));
            core.may_send(&intent).then_some(intent).ok_or_else(strange)
        });
        let intent = match read {
            Ok(intent) => intent,
            Err(broken) => {
                // Releases the lease: the intent is not being sent.
                let unknown = Settlement::Unknown { refused: None };
                self.close(&entry.key, &lease, unknown, SendTimes::default(), Seen::default())
                    .await?;
                return Err(broken.into());
            }
        };
        lease.made = intent.arguments.iter().map(|(_, value)| value.clone()).collect();
        lease.promise = intent.promise.clone();
        let claim = Claim::new(&entry.key, lease);
        let journal = Arc::new(self.clone());
        let replayed = core.replay(intent, first_sent, journal, claim.clone()).await;
        let lease: &Lease = claim.lease().ok_or(StoreError::NoKey)?;
        let settlement = replayed.settlement.clone();
        let seen = replayed.seen.clone();
        let booked = self.close(&entry.key, lease, settlement, replayed.sent, seen).await?;
        replayed.result(booked).map_err(ResendError::Call)
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
                let entry = match found.entry(&wanted) {
                    Ok(Some(entry)) => entry,
                    Ok(None) => return failed(StoreError::NoKey),
                    Err(error) => return failed(error),
                };
                let refused = |refused| (Vec::new(), Err(ResendError::Refused(refused)));
                if entry.is_leased(now, &holder) {
                    let until = entry.leased_until;
                    return refused(JournalRefusal::Leased { until });
                }
                match entry.state {
                    State::Executed => return refused(JournalRefusal::Executed { ids: entry.head.ids }),
                    State::Refused => return (Vec::new(), Err(ResendError::NotExecuted)),
                    State::Reconcile if entry.request.is_none() => return refused(JournalRefusal::Retention),
                    State::Flow | State::Finished => return failed(StoreError::NoKey),
                    State::Open | State::CutOff | State::Reconcile => {}
                }
                match due(entry, now, &holder.text, longest) {
                    (entry, Due::Send(first_sent)) => (vec![entry.clone()], Ok((Box::new(entry), first_sent))),
                    (entry, Due::Forgotten) => (vec![entry], Err(ResendError::Refused(JournalRefusal::Retention))),
                }
            })
            .await??;
        let (entry, first_sent) = taken;
        self.send(core, &entry, first_sent, lease).await
    }
}

/// A row that waits, and what is to be done with it.
pub(super) enum TakenRow {
    Send(Box<Entry>, Option<Moment>),
    Forgotten(Box<Entry>),
    RowResult(RowResult),
    Nothing,
}

impl<S: Store> Journal<S> {
    /// The next open row behind a place, with a lease if it may be sent and does not go to an origin that is down.
    pub(super) async fn take(
        &self,
        core: &Core,
        after: RowPosition,
        down: BTreeSet<String>,
        lease: &Lease,
    ) -> Result<(RowPosition, TakenRow), StoreError> {
        let owner = lease.owner.clone();
        let select = Select::Due {
            sender: owner.sender.clone(),
            after: after.clone(),
        };
        let (now, longest) = (core.moment(), core.longest_call());
        let holder = self.holder(&lease.text);
        self.change(owner, select, move |found: &FoundRows| {
            if let Some(broken) = found.broken.first() {
                let (key, error) = broken.told();
                let told = TakenRow::RowResult(RowResult::Broken(key, error));
                return (Vec::new(), (broken.place.clone(), told));
            }
            let Some(entry) = found.entries.first() else {
                return (Vec::new(), (after.clone(), TakenRow::Nothing));
            };
            let (place, key) = (entry.to_place(), entry.key.clone());
            if entry.is_leased(now, &holder) {
                let leased = RowResult::Leased(key, entry.leased_until);
                return (Vec::new(), (place, TakenRow::RowResult(leased)));
            }
            let (entry, due) = due(entry.clone(), now, &holder.text, longest);
            let kept = Box::new(entry.clone());
            let taken = match due {
                Due::Send(_) if stored::origin(&entry).is_some_and(|origin| down.contains(&origin)) => {
                    return (Vec::new(), (place, TakenRow::RowResult(RowResult::NotTried(key))));
                }
                Due::Send(first_sent) => TakenRow::Send(kept, first_sent),
                Due::Forgotten => TakenRow::Forgotten(kept),
            };
            (vec![entry], (place, taken))
        })
        .await
    }
}

/// Returns `true` if the row may still be sent.
pub(super) enum Due {
    /// Yes; it was first sent then, or never.
    Send(Option<Moment>),
    /// The server may have forgotten its key.
    Forgotten,
}

/// The row as it is to be written before it is sent again, or instead.
pub(super) fn due(mut entry: Entry, now: Moment, lease: &str, longest: Duration) -> (Entry, Due) {
    let first_sent = entry.head.first_sent;
    if entry.is_forgotten(now) {
        entry.reconcile(now, run_of(lease));
        return (entry, Due::Forgotten);
    }
    if entry.state == State::Reconcile {
        entry.state = State::Open;
    }
    entry.head.first_sent = first_sent.or(Some(now));
    entry.head.last_sent = Some(now);
    run_of(lease).clone_into(&mut entry.head.sent_by);
    entry.head.lease = longest.as_secs();
    entry.leased_until = now
        .at
        .saturating_add(i64::try_from(longest.as_secs()).unwrap_or(i64::MAX));
    lease.clone_into(&mut entry.leased_by);
    (entry, Due::Send(first_sent))
}

/// The results of the intents that were open.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Resumed {
    /// Keys of those that happened.
    pub done: Vec<Record>,
    /// Keys of those that did not happen and will not.
    pub refused: Vec<Record>,
    /// All those whose outcome has to be read from the server, whenever they came to that. They are never sent again.
    pub reconcile: Vec<Reconcile>,
    /// Intents that stay open, with the reason: the next call of `resume` tries them again.
    pub open: Vec<(String, Error)>,
    /// Intents that another call is sending, with the end of its lease in seconds since 1970. The end is in the past, or 0,
    /// if another transaction held the row, or the intent was recorded meanwhile: try again soon.
    pub leased: Vec<(String, i64)>,
    /// Intents whose row cannot be read, or whose result cannot be written or read, with the reason: they stay open until the
    /// row is repaired, and do not block others.
    pub broken: Vec<(String, StoreError)>,
    /// Keys of those that were not sent, as their server could not be reached: they stay open, and the next call tries them.
    pub not_tried: Vec<String>,
    /// Open ones of another base URL or client id, with their keys, which this client must not send.
    pub of_others: Vec<(Sender, String)>,
    /// The error that stopped the run, if any: all further intents are unchanged, and may be missing here.
    pub failed: Option<StoreError>,
}

impl Resumed {
    /// Returns `true` if nothing is open, for this client or another one that shares the journal, and nothing of this client
    /// must be looked up.
    pub fn is_finished(&self) -> bool {
        let is_settled = self.reconcile.is_empty() && self.broken.is_empty() && self.failed.is_none();
        let is_sent = self.open.is_empty() && self.leased.is_empty() && self.not_tried.is_empty();
        is_settled && is_sent && self.of_others.is_empty()
    }

    pub(super) fn add(&mut self, told: RowResult) {
        match told {
            RowResult::Done(record) => self.done.push(record),
            RowResult::Refused(record) => self.refused.push(record),
            RowResult::Reconcile(reconcile) => self.reconcile.push(reconcile),
            RowResult::Open(key, error) => self.open.push((key, error)),
            RowResult::Leased(key, until) => self.leased.push((key, until)),
            RowResult::Broken(key, why) => self.broken.push((key, why)),
            RowResult::NotTried(key) => self.not_tried.push(key),
        }
    }
}

/// An action whose outcome has to be read from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconcile {
    /// The record; `find` is the target of a call that finds the action.
    pub record: Record,
    /// Arguments of the call's path, by name.
    pub arguments: Vec<(String, String)>,
}

impl Reconcile {
    pub(super) fn new(entry: &Entry, now: Moment) -> Self {
        let intent = stored::intent(entry, now).ok();
        Self {
            record: Record::new(entry, now),
            arguments: intent.map(|intent| intent.arguments).unwrap_or_default(),
        }
    }

    /// Makes the call of the contract that finds the action, over a new connection; `None` if the contract names none.
    ///
    /// One response without the action is not a finding: call it in [`Actions::look_up`](crate::Actions::look_up).
    pub async fn fetch(&self, client: &impl AsRef<Core>) -> Option<Result<Response<Bytes>, Error>> {
        let target = self.record.find.clone()?;
        Some(
            client
                .as_ref()
                .raw(sdkwright_runtime::http::Method::GET, target)
                .fresh()
                .await,
        )
    }
}

/// The result for one row.
pub(super) enum RowResult {
    Done(Record),
    Refused(Record),
    Reconcile(Reconcile),
    Open(String, Error),
    Leased(String, i64),
    Broken(String, StoreError),
    NotTried(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::{FIRST, entry};

    const LATE: i64 = FIRST + 23 * 3600;
    const LONGEST: Duration = Duration::from_secs(120);

    fn in_state(state: State) -> Entry {
        let mut entry = entry();
        (entry.state, entry.head.status) = (state, 201);
        entry
    }

    #[test]
    fn what_is_due_is_sent_under_a_new_lease_and_only_support_reopens_what_was_closed() {
        for (before, after) in [
            (State::Open, State::Open),
            (State::CutOff, State::CutOff),
            (State::Reconcile, State::Open),
        ] {
            let (taken, due) = due(in_state(before), (FIRST + 100).into(), "two/run-2/call-7", LONGEST);
            assert!(
                matches!(due, Due::Send(Some(first)) if first == FIRST.into()),
                "{before:?}"
            );
            assert_eq!(taken.state, after, "{before:?}");
            assert_eq!(
                (taken.leased_until, &*taken.leased_by),
                (FIRST + 220, "two/run-2/call-7")
            );
        }
    }

    #[test]
    fn what_was_only_recorded_is_sent_for_the_first_time_now_unless_its_row_is_as_old_as_the_retention() {
        let recorded = |offset, now| {
            let mut recorded = in_state(State::Open);
            (recorded.head.first_sent, recorded.head.last_sent) = (None, None);
            recorded.head.recorded_offset = offset;
            recorded.release();
            due(recorded, now, "two/run-2/call-7", LONGEST)
        };
        let early = Moment::from(LATE - 1);
        let (taken, due) = recorded(None, early);
        assert!(matches!(due, Due::Send(None)));
        assert_eq!(taken.head.first_sent, Some(early));
        // In the last two rows the clock offset has changed by more than the margin.
        for (offset, now) in [
            (None, LATE.into()),
            (Some(60), early),
            (
                None,
                Moment {
                    offset: Some(3601),
                    ..FIRST.into()
                },
            ),
            (
                Some(-3601),
                Moment {
                    offset: Some(0),
                    ..FIRST.into()
                },
            ),
        ] {
            let (taken, due) = recorded(offset, now);
            assert!(matches!(due, Due::Forgotten), "{offset:?}, {now:?}");
            assert_eq!((taken.state, taken.head.first_sent), (State::Reconcile, None));
            // Before the backup was restored, it may have been sent at any time until now.
            assert_eq!(taken.head.last_sent, Some(now));
        }
    }

    #[test]
    fn past_the_retention_nothing_is_sent_and_everything_is_to_be_looked_up() {
        for before in [State::Open, State::Reconcile, State::CutOff] {
            let after = State::Reconcile;
            let (taken, due) = due(in_state(before), LATE.into(), "two/run-2/call-7", LONGEST);
            assert!(matches!(due, Due::Forgotten), "{before:?}");
            assert_eq!((taken.state, taken.leased_until, &*taken.leased_by), (after, 0, ""));
            assert_eq!((taken.head.status, taken.request.is_some()), (201, true));
        }
    }
}
