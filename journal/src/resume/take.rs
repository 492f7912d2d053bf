//! The next row that waits: a place in the order of rows comes in, and the row under a lease, or what is told of it, goes out.
//!
//! Nothing is sent here, and nothing is leased that is not going to be sent.

use std::collections::BTreeSet;
use std::time::Duration;

use sdkwright_runtime::client::Core;
use sdkwright_runtime::clock::Moment;

use super::report::RowResult;
use crate::entry::{Entry, Found};
use crate::error::StoreError;
use crate::journal::{Journal, Lease};
use crate::state::State;
use crate::store::{RowPosition, Select, Store};
use crate::stored;

/// A row that waits, and what is to be done with it.
pub(super) enum Taken {
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
    ) -> Result<(RowPosition, Taken), StoreError> {
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
                let told = Taken::RowResult(RowResult::Broken(key, error));
                return (Vec::new(), (broken.place.clone(), told));
            }
            let Some(entry) = found.entries.first() else {
                return (Vec::new(), (after.clone(), Taken::Nothing));
            };
            let (place, key) = (entry.to_place(), entry.key.clone());
            if entry.is_leased(now, &holder) {
                let leased = RowResult::Leased(key, entry.leased_until);
                return (Vec::new(), (place, Taken::RowResult(leased)));
            }
            let (entry, due) = due(entry.clone(), now, &holder.text, longest);
            let kept = Box::new(entry.clone());
            let taken = match due {
                Due::Send(_) if stored::origin(&entry).is_some_and(|origin| down.contains(&origin)) => {
                    return (Vec::new(), (place, Taken::RowResult(RowResult::NotTried(key))));
                }
                Due::Send(first_sent) => Taken::Send(kept, first_sent),
                Due::Forgotten => Taken::Forgotten(kept),
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
