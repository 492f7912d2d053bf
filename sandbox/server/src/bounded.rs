//! In: calls, deliveries, effects and postings, each with the bytes that it takes. Out: the newest of them, under numbers that never change.
//! Never: more of them, or more bytes, than the limits allow, unless all are to be kept.

use std::collections::VecDeque;
use std::sync::Arc;

/// Most entries of a log.
const ENTRIES: usize = 10_000;
/// Most bytes of a log: 10,000 calls with bodies of 12 KiB.
const BYTES: usize = 128 << 20;

/// The newest entries of a log. The first entry that was ever added has the number 1.
#[derive(Debug)]
pub(crate) struct Bounded<T, const MOST: usize = ENTRIES> {
    entries: VecDeque<(usize, Arc<T>)>,
    bytes: usize,
    /// Number of entries that are gone.
    gone: u64,
    keeps_all: bool,
}

impl<T, const MOST: usize> Default for Bounded<T, MOST> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            bytes: 0,
            gone: 0,
            keeps_all: false,
        }
    }
}

impl<T, const MOST: usize> Bounded<T, MOST> {
    /// Lifts the limits.
    pub(crate) fn keep_all(&mut self) {
        self.keeps_all = true;
    }

    /// The number of entries that are gone.
    pub(crate) fn gone(&self) -> u64 {
        self.gone
    }

    /// Adds an entry, and drops the oldest until the limits hold. The newest one always stays.
    pub(crate) fn push(&mut self, entry: T, bytes: usize) {
        self.entries.push_back((bytes, Arc::new(entry)));
        self.bytes += bytes;
        let is_over = |log: &Self| log.entries.len() > MOST || log.bytes > BYTES;
        while !self.keeps_all && self.entries.len() > 1 && is_over(self) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some((bytes, _)) = self.entries.pop_front() {
            self.bytes -= bytes;
            self.gone += 1;
        }
    }

    pub(crate) fn clear(&mut self) {
        while !self.entries.is_empty() {
            self.drop_first();
        }
    }

    /// Number of the newest entry; 0 before the first.
    pub(crate) fn last(&self) -> u64 {
        self.gone + self.entries.len() as u64
    }

    pub(crate) fn get(&self, number: u64) -> Option<Arc<T>> {
        let place = usize::try_from(number.checked_sub(self.gone + 1)?).ok()?;
        self.entries.get(place).map(|(_, entry)| Arc::clone(entry))
    }

    /// Entries with their numbers, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = (u64, &Arc<T>)> {
        let numbered = self.entries.iter().enumerate();
        numbered.map(|(place, (_, entry))| (self.gone + 1 + place as u64, entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_entries_stay_under_their_numbers() {
        let mut log = <Bounded<_>>::default();
        for number in 1..=25_000_u64 {
            log.push(number, 100);
            assert!(log.entries.len() <= ENTRIES);
        }
        assert_eq!(log.last(), 25_000);
        assert_eq!(log.get(25_000).as_deref(), Some(&25_000));
        assert_eq!(log.get(15_001).as_deref(), Some(&15_001));
        assert_eq!(log.get(15_000), None);
        assert_eq!(log.get(0), None);
        assert_eq!(log.get(25_001), None);
        assert!(log.all().all(|(number, entry)| number == **entry));
    }

    #[test]
    fn large_entries_leave_room_for_fewer_and_the_newest_stays() {
        let mut log = <Bounded<_>>::default();
        for number in 0..10 {
            log.push(number, BYTES / 4);
        }
        assert_eq!(log.entries.len(), 4);
        log.push(10, BYTES * 2);
        assert_eq!((log.entries.len(), log.bytes), (1, BYTES * 2));
        log.push(11, 1);
        assert_eq!((log.entries.len(), log.bytes), (1, 1));
    }

    #[test]
    fn a_log_that_keeps_all_drops_nothing() {
        let mut log = <Bounded<_>>::default();
        log.keep_all();
        for number in 1..=ENTRIES + 1 {
            log.push(number, BYTES);
        }
        assert_eq!((log.entries.len(), log.gone()), (ENTRIES + 1, 0));
    }

    #[test]
    fn numbers_go_on_after_the_log_was_cleared() {
        let mut log = <Bounded<_>>::default();
        log.push('a', 1);
        log.clear();
        log.push('b', 1);
        assert_eq!(log.get(2).as_deref(), Some(&'b'));
        assert_eq!(log.all().count(), 1);
    }
}
