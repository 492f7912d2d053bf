//! In: when something is due for a resource. Out: what is due, earliest first. Never: two entries for one resource.

use crate::clock::Moment;
use std::collections::{BTreeSet, HashMap};

/// The next step of each resource that time moves.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    /// Milliseconds since 1970, and the number of the resource.
    entries: BTreeSet<(i64, u64)>,
    by_number: HashMap<u64, i64>,
}

impl Agenda {
    /// Sets the time of a resource's next step, or that it has none.
    pub(crate) fn set(&mut self, number: u64, due: Option<Moment>) {
        if let Some(old) = self.by_number.remove(&number) {
            self.entries.remove(&(old, number));
        }
        if let Some(due) = due.map(Moment::millis) {
            self.entries.insert((due, number));
            self.by_number.insert(number, due);
        }
    }

    /// Returns `true` if something is due.
    pub(crate) fn is_due(&self, now: Moment) -> bool {
        self.entries.first().is_some_and(|(due, _)| *due <= now.millis())
    }

    /// Takes out the earliest entry that is due.
    pub(crate) fn take(&mut self, now: Moment) -> Option<(Moment, u64)> {
        let &(due, number) = self.entries.first().filter(|(due, _)| *due <= now.millis())?;
        self.set(number, None);
        Some((Moment::of_millis(due), number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_in_the_order_of_their_times_and_one_for_each_resource() {
        let at = Moment::of_millis;
        let mut agenda = Agenda::default();
        agenda.set(1, Some(at(500)));
        agenda.set(2, Some(at(300)));
        agenda.set(1, Some(at(200)));
        agenda.set(3, Some(at(100)));
        agenda.set(3, None);
        assert_eq!(agenda.take(at(199)), None);
        assert_eq!(agenda.take(at(400)), Some((at(200), 1)));
        assert_eq!(agenda.take(at(400)), Some((at(300), 2)));
        assert_eq!(agenda.take(at(900)), None);
    }
}
