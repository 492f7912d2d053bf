//! Removing what is settled and old: rows of one client come in, those that protect nothing go, and why the others stay is told.
//!
//! Never removed is what is open or to be looked up, what a copy on its way or the server's memory of the key still speaks of, a
//! subject that nobody has finished, an approval that is still needed, and a row that does not verify. What is settled keeps no
//! request, so that no spooled file goes with it: those went before, or `sweep` removes them.
//!
//! Spooled files that no row names are removed, too, except while a row cannot be read.

use crate::actions::Actions;
use crate::entry::{Entry, FoundRows};
use crate::error::StoreError;
use crate::journal::Journal;
use crate::keys::{flow_of_action, flow_of_row};
use crate::store::{Row, RowChange, RowFilter, RowPosition, State, Store, each_page};
use crate::stored;
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::offload;
use sdkwright_runtime::signing::clock::unix_seconds;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::sync::Arc;
use std::time::SystemTime;

/// Number of removed rows, and of older rows that stay, counted by the first reason that applies.
/// Rows that another transaction held at that moment are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Purged {
    /// Rows that were removed.
    pub removed: u64,
    /// Rows that are open, cut off or to reconcile.
    pub unsettled: u64,
    /// Executed rows that protect a subject: without them it could be acted on again. [`Actions::finish`] ends the protection.
    pub subjects: u64,
    /// Rows with an approval that a later call needs.
    pub approvals: u64,
    /// Flows that are not finished, and actions of flows: an action goes after its flow.
    pub flows: u64,
    /// Rows that were sent after the given instant, whose key the server may remember, or of which a copy may still act.
    pub recent: u64,
    /// Rows that cannot be read or fail verification.
    pub broken: u64,
}

/// The decision on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowFate {
    Goes,
    Unsettled,
    Subject,
    Approval,
    Flow,
    Recent,
}

impl RowFate {
    fn of(entry: &Entry, before: i64, now: Moment) -> Self {
        let is_late = entry.head.last_sent.is_some_and(|last| last.at >= before);
        match entry.state {
            State::Open | State::CutOff | State::Reconcile => Self::Unsettled,
            State::Flow => Self::Flow,
            State::Finished if is_late => Self::Recent,
            State::Executed | State::Refused if entry.subject.is_some() => Self::Subject,
            State::Executed | State::Refused if entry.evidence.is_some() => Self::Approval,
            State::Executed | State::Refused if is_recent(entry, before, now) => Self::Recent,
            State::Executed | State::Refused | State::Finished => Self::Goes,
        }
    }
}

fn is_recent(entry: &Entry, before: i64, now: Moment) -> bool {
    const DAY: u64 = 86_400;
    let retention = entry.head.retention.unwrap_or(DAY);
    let whole = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    let sent = [entry.head.first_sent, entry.head.last_sent];
    let remembered = sent.into_iter().flatten().map(|sent| {
        let bound = retention.saturating_add(now.uncertainty(sent));
        sent.at.saturating_add(whole(bound))
    });
    let until = remembered
        .chain(entry.acts_until(now))
        .chain([entry.recorded.saturating_add(whole(retention)), entry.leased_until])
        .max();
    until.is_some_and(|until| now.at < until) || entry.head.last_sent.is_some_and(|last| last.at >= before)
}

impl Purged {
    fn count(&mut self, fate: RowFate) {
        let count = match fate {
            RowFate::Goes => &mut self.removed,
            RowFate::Unsettled => &mut self.unsettled,
            RowFate::Subject => &mut self.subjects,
            RowFate::Approval => &mut self.approvals,
            RowFate::Flow => &mut self.flows,
            RowFate::Recent => &mut self.recent,
        };
        *count += 1;
    }
}

impl<S: Store> Actions<S> {
    /// Removes rows of this client that are settled, were neither written down nor sent since an instant, and protect
    /// nothing. Safe at any time: it goes page by page, each in a transaction of its own.
    ///
    /// With a row goes what is known about its key: the same call under the same key is a new action. Take an instant before
    /// which no service repeats its calls. A flow goes if it was finished before the instant, and its actions go with a later
    /// purge.
    pub async fn purge(&self, before: SystemTime) -> Result<Purged, StoreError> {
        // A step locks a SQLite file for less than 50 ms.
        const LIMIT: u32 = 100;
        let before = unix_seconds(before);
        let (owner, now) = (self.journal().owner(self.client()), self.moment());
        let flows = self.flows().await?;
        let sender = owner.sender.clone();
        let decide = move |rows: &[Row]| {
            let found = FoundRows::new(rows, &owner);
            let fates: Vec<RowFate> = found
                .entries
                .iter()
                .map(|entry| match RowFate::of(entry, before, now) {
                    RowFate::Goes if flow_of_action(&entry.key).is_some_and(|flow| flows.contains(flow)) => {
                        RowFate::Flow
                    }
                    fate => fate,
                })
                .collect();
            let goes = found
                .entries
                .iter()
                .zip(&fates)
                .filter(|(_, fate)| **fate == RowFate::Goes);
            let goes: BTreeSet<RowPosition> = goes.map(|(entry, _)| entry.to_place()).collect();
            let removed = rows.iter().filter(|row| goes.contains(&row.position()));
            let removed = removed.cloned().map(RowChange::Remove);
            (removed.collect(), (fates, found.broken.len()))
        };
        let filter = RowFilter::RecordedBefore { sender, before };
        let pages = each_page(&*self.journal().store, filter, RowPosition::first(), LIMIT, decide).await?;
        let mut purged = Purged::default();
        for (fates, broken) in pages {
            purged.broken += u64::try_from(broken).unwrap_or(u64::MAX);
            for fate in fates {
                purged.count(fate);
            }
        }
        Ok(purged)
    }

    /// Returns the names of all flows, finished or not: one that runs again must find its actions.
    async fn flows(&self) -> Result<Arc<BTreeSet<String>>, StoreError> {
        let mut names = BTreeSet::new();
        // In the order of the state transitions, so that a flow that ends meanwhile is not missed.
        for state in [State::Flow, State::Finished] {
            let owner = self.journal().owner(self.client());
            let name = |entry: &Entry| flow_of_row(&entry.key).map(str::to_owned);
            let after = RowPosition::first();
            let scanned = self.journal().scan(owner, Some(state), after, name).await?;
            let broken = scanned.broken.iter().map(|broken| broken.place.key.as_str());
            names.extend(broken.filter_map(flow_of_row).map(str::to_owned));
            names.extend(scanned.seen.into_iter().flatten());
        }
        Ok(Arc::new(names))
    }
}

impl<S: Store> Journal<S> {
    /// Removes spooled files that no intent names and that are older than a day: their transaction was rolled back, or their
    /// program died. Gives how many. [`resume`](Self::resume) does it, too.
    ///
    /// Files of other stores in the same folder are left alone, and so is everything while a row cannot be read.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        const LIMIT: u32 = 50;
        let (Some(spool), Some(name)) = (&self.spool, self.store.name()) else {
            return Ok(0);
        };
        // Files are listed before rows: the row that names an old file has been committed by now.
        let (looked, of) = (spool.clone(), name.to_owned());
        let mut left = offload(move || looked.old(&of, SystemTime::now())).await??;
        if left.is_empty() {
            return Ok(0);
        }
        let files_of = |rows: &[Row]| {
            let files = rows.iter().map(|row| stored::files(&row.key, row.request.as_deref()));
            (Vec::new(), files.collect::<Result<Vec<_>, StoreError>>())
        };
        let after = RowPosition::first();
        for files in each_page(&*self.store, RowFilter::WithRequest, after, LIMIT, files_of).await? {
            let files = files?.into_iter().flatten();
            let named: BTreeSet<_> = files.filter_map(|path| path.file_name().map(OsStr::to_owned)).collect();
            left.retain(|path| path.file_name().is_none_or(|name| !named.contains(name)));
        }
        let count = left.len();
        self.forget(left).await;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::{FIRST, entry};

    const DAY: i64 = 86_400;

    fn settled(state: State) -> Entry {
        let mut entry = entry();
        (entry.state, entry.subject, entry.evidence) = (state, None, None);
        entry.head.last_sent = entry.head.first_sent;
        entry.release();
        entry
    }

    fn fate(entry: &Entry, at: i64) -> RowFate {
        RowFate::of(entry, FIRST + 365 * DAY, at.into())
    }

    #[test]
    fn what_is_settled_goes_once_the_server_has_forgotten_its_key_and_no_copy_can_act() {
        for state in [State::Executed, State::Refused] {
            let mut entry = settled(state);
            entry.recorded = FIRST;
            assert_eq!(fate(&entry, FIRST + DAY - 1), RowFate::Recent);
            assert_eq!(fate(&entry, FIRST + 2 * DAY), RowFate::Goes);
            entry.head.last_sent = Some((FIRST + DAY).into());
            assert_eq!(fate(&entry, FIRST + 2 * DAY - 1), RowFate::Recent);
            assert_eq!(fate(&entry, FIRST + 3 * DAY), RowFate::Goes);
            // The signature is valid for longer than the server remembers the key.
            entry.head.freshness = Some(DAY.unsigned_abs());
            assert_eq!(fate(&entry, FIRST + 3 * DAY), RowFate::Recent);
            assert_eq!(
                RowFate::of(&entry, FIRST + DAY, (FIRST + 9 * DAY).into()),
                RowFate::Recent
            );
        }
    }

    #[test]
    fn what_protects_stays_however_old_it_is() {
        let old = FIRST + 300 * DAY;
        for state in [State::Open, State::CutOff, State::Reconcile] {
            assert_eq!(fate(&settled(state), old), RowFate::Unsettled);
        }
        let mut entry = settled(State::Executed);
        entry.subject = Some("s".to_owned());
        assert_eq!(fate(&entry, old), RowFate::Subject);
        (entry.subject, entry.evidence) = (None, Some(Vec::new()));
        assert_eq!(fate(&entry, old), RowFate::Approval);
        entry.evidence = None;
        assert_eq!(fate(&entry, old), RowFate::Goes);
    }
}
