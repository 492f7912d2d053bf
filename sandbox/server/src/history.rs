//! In: changes of resources, what they post, and the events that tell of them. Out: the newest of them, in one order with calls and
//! deliveries. Never: a change that it makes itself.

use crate::bounded::Bounded;
use crate::clock::{Instant, ServerClock};
use crate::ledger::Ledger;
use crate::outbox::{EventOrigin, ResourceChange};

/// The reason for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeReason {
    /// The call at this place of the history.
    Call(u64),
    Time,
    /// A form of the console, or a test.
    Hand,
    /// The data at the start (`x-seed`).
    Start,
}

impl ChangeReason {
    /// The place of the call.
    pub(crate) fn call(self) -> Option<u64> {
        match self {
            Self::Call(place) => Some(place),
            _ => None,
        }
    }
}

/// A change of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Changed(ResourceChange),
    /// The posting with this number.
    Posted(u64),
    /// An event of this type.
    Event(String),
}

/// A time by both clocks, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BothClocks {
    pub(crate) clock: i64,
    /// The time in which resources live.
    pub(crate) life: i64,
}

impl BothClocks {
    pub(crate) fn new(clock: &ServerClock, life: Instant) -> Self {
        Self {
            clock: clock.now().millis(),
            life: life.millis(),
        }
    }
}

/// One entry of the history.
#[derive(Debug)]
pub(crate) struct HistoryEntry {
    pub(crate) place: u64,
    pub(crate) at: BothClocks,
    /// The number of the resource.
    pub(crate) resource: u64,
    pub(crate) cause: ChangeReason,
    pub(crate) what: What,
}

/// The changes since the server started, oldest first. Places are counted over calls and deliveries, too.
#[derive(Debug, Default)]
pub(crate) struct ChangeHistory {
    last: u64,
    /// Number of the last posting that has an entry.
    posted: u64,
    pub(crate) entries: Bounded<HistoryEntry>,
}

impl ChangeHistory {
    /// Begins behind the places of the events of an earlier server, and behind its postings.
    pub(crate) fn behind(events: u64, posted: u64) -> Self {
        Self {
            last: events,
            posted,
            ..Self::default()
        }
    }

    /// A place behind everything that happened so far.
    pub(crate) fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn add(&mut self, at: BothClocks, resource: u64, cause: ChangeReason, what: What) -> u64 {
        let place = self.next();
        let entry = HistoryEntry {
            place,
            at,
            resource,
            cause,
            what,
        };
        self.entries.push(entry, 0);
        place
    }

    /// Notes changes, and what was posted since the last ones.
    pub(crate) fn note(&mut self, happened: &[ResourceChange], ledger: &Ledger, at: BothClocks, cause: ChangeReason) {
        for happening in happened {
            self.add(at, happening.number, cause, What::Changed(happening.clone()));
        }
        for number in self.posted + 1..=ledger.postings.last() {
            if let Some(posting) = ledger.postings.get(number) {
                self.add(at, posting.resource, cause, What::Posted(number));
            }
        }
        self.posted = ledger.postings.last();
    }

    /// Notes an event.
    pub(crate) fn event(&mut self, event: &str, at: BothClocks, resource: u64, cause: ChangeReason) -> EventOrigin {
        EventOrigin {
            place: self.add(at, resource, cause, What::Event(event.to_owned())),
            resource: Some(resource),
        }
    }

    /// The state that a resource had at a place; `None` if no entry shows it.
    pub(crate) fn state_at(&self, resource: u64, place: u64) -> Option<&str> {
        let older = self.entries.all().rev().filter(|(_, entry)| entry.place < place);
        let mut states = older.filter_map(|(_, entry)| match &entry.what {
            What::Changed(change) if entry.resource == resource => change.to.as_deref(),
            _ => None,
        });
        states.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;
    use crate::ledger::Posting;

    #[test]
    fn a_posting_has_one_entry_behind_the_change_that_posts_it() {
        let (mut history, mut ledger) = (ChangeHistory::behind(7, 0), Ledger::default());
        let at = BothClocks { clock: 1, life: 2 };
        let change = |to: &str| ResourceChange {
            number: 3,
            is_new: false,
            from: None,
            to: Some(to.to_owned()),
        };
        let call = history.next();
        ledger.post(Posting {
            debit: "a".to_owned(),
            credit: "b".to_owned(),
            unit: "EUR".to_owned(),
            amount: Decimal::default(),
            resource: 3,
        });
        history.note(&[change("SENT")], &ledger, at, ChangeReason::Call(call));
        history.note(&[change("PAID")], &ledger, at, ChangeReason::Time);
        let found = history.entries.all().map(|(_, entry)| (entry.place, entry.cause));
        let by_call = ChangeReason::Call(8);
        assert_eq!(
            found.collect::<Vec<_>>(),
            [(9, by_call), (10, by_call), (11, ChangeReason::Time)]
        );
        assert_eq!((history.state_at(3, 11), history.state_at(3, 9)), (Some("SENT"), None));
    }
}
