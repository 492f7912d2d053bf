//! The keys that a client without a journal and its clones sent, if their calls ended early or with an unknown outcome. Each has the
//! instant of its first attempt. Also the members that its creations sent. It keeps only digests: no text goes out.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

use crate::arrived::SentMember;
use crate::clock::Moment;
use crate::exchange::KeyMark;
use crate::outcome::Outcome;

/// Largest number of remembered keys. Beyond it, any key may be one of them.
const MOST_KEYS: usize = 100_000;

/// The keys of one client and its clones.
#[derive(Debug, Default)]
pub(super) struct UnknownKeys {
    digests: RandomState,
    keys: Mutex<SentKeys>,
}

#[derive(Debug, Default)]
struct SentKeys {
    sent: HashMap<u64, SendTimes>,
    is_full: bool,
}

/// A key that was sent, with an unknown outcome.
#[derive(Debug)]
struct SendTimes {
    first: Moment,
    /// Number of calls that sent it and have not ended, or ended with an unknown outcome.
    calls: usize,
}

/// The knowledge about a key before its next call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum KeyKnowledge {
    /// An action that this client did not send, or whose outcome is known.
    Nothing,
    /// First sent at this instant, and may have acted.
    Since(Moment),
    /// Possibly sent, and may have acted: too many keys have an unknown outcome.
    Perhaps,
}

impl UnknownKeys {
    /// Looks up the key at the start of a call.
    pub(super) fn begins(&self, key: &str) -> (KeyKnowledge, KeyMark) {
        let digest = self.digests.hash_one(key);
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match keys.sent.get(&digest) {
            Some(sent) => KeyKnowledge::Since(sent.first),
            None if keys.is_full => KeyKnowledge::Perhaps,
            None => KeyKnowledge::Nothing,
        };
        (before, KeyMark { digest, left: false })
    }

    /// Records that a request of the call is sent now.
    pub(super) fn leaves(&self, mark: &mut KeyMark, now: Moment) {
        if std::mem::replace(&mut mark.left, true) {
            return;
        }
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sent) = keys.sent.get_mut(&mark.digest) {
            sent.calls = sent.calls.saturating_add(1);
        } else if keys.sent.len() < MOST_KEYS {
            keys.sent.insert(mark.digest, SendTimes { first: now, calls: 1 });
        } else {
            keys.is_full = true;
        }
    }

    /// Ends the entry of the call once its outcome is known. An outcome "not executed" holds for this call alone: another one
    /// may be in flight.
    pub(super) fn ended(&self, mark: &mut KeyMark, outcome: Outcome) {
        if outcome == Outcome::Unknown || !std::mem::replace(&mut mark.left, false) {
            return;
        }
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut sent) = keys.sent.entry(mark.digest) {
            let calls = sent.get().calls.saturating_sub(1);
            sent.get_mut().calls = calls;
            if outcome == Outcome::Executed || calls == 0 {
                sent.remove();
            }
        }
    }
}

/// Largest number of remembered creations; the oldest go first.
const MOST_CREATIONS: usize = 10_000;

/// The members that the creations of one client and its clones sent, by the id of the created resource.
#[derive(Debug, Default)]
pub(super) struct Creations {
    digests: RandomState,
    last: Mutex<LastCreations>,
}

#[derive(Debug, Default)]
struct LastCreations {
    members: HashMap<u64, Vec<SentMember>>,
    order: VecDeque<u64>,
}

impl Creations {
    /// Remembers a creation.
    pub(super) fn remember(&self, id: &str, members: Vec<SentMember>) {
        let id = self.digests.hash_one(id);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.members.insert(id, members).is_none() {
            last.order.push_back(id);
        }
        if last.order.len() > MOST_CREATIONS {
            let oldest = last.order.pop_front();
            oldest.map(|oldest| last.members.remove(&oldest));
        }
    }

    /// Returns the members of the creation of this resource; none if it is not known.
    pub(super) fn members_of(&self, id: &str) -> Vec<SentMember> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.members
            .get(&self.digests.hash_one(id))
            .cloned()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrived::Echo;
    use crate::description::Comparison;

    fn sent(keys: &UnknownKeys, key: &str, at: i64) -> KeyMark {
        let (_, mut mark) = keys.begins(key);
        keys.leaves(&mut mark, Moment::from(at));
        mark
    }

    fn before(keys: &UnknownKeys, key: &str) -> KeyKnowledge {
        keys.begins(key).0
    }

    #[test]
    fn a_key_is_in_doubt_from_when_it_leaves_until_it_is_known_what_it_did() {
        let keys = UnknownKeys::default();
        let (first, mut mark) = keys.begins("k");
        assert_eq!(
            (first, before(&keys, "k")),
            (KeyKnowledge::Nothing, KeyKnowledge::Nothing)
        );
        for at in [7, 8] {
            keys.leaves(&mut mark, Moment::from(at));
        }
        keys.ended(&mut mark, Outcome::Unknown);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Since(Moment::from(7)));
        assert_eq!(before(&keys, "other"), KeyKnowledge::Nothing);
        keys.ended(&mut mark, Outcome::NotExecuted);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Nothing);
    }

    #[test]
    fn a_call_under_way_keeps_the_doubt_that_another_one_lost() {
        let keys = UnknownKeys::default();
        let _dropped = sent(&keys, "k", 1);
        let mut refused = sent(&keys, "k", 2);
        keys.ended(&mut refused, Outcome::NotExecuted);
        keys.ended(&mut refused, Outcome::NotExecuted);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Since(Moment::from(1)));
        let mut done = sent(&keys, "k", 3);
        keys.ended(&mut done, Outcome::Executed);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Nothing);
    }

    #[test]
    fn with_more_keys_than_are_remembered_every_key_is_in_doubt() {
        let keys = UnknownKeys::default();
        for key in 0..MOST_KEYS {
            sent(&keys, &key.to_string(), 1);
        }
        assert_eq!(before(&keys, "new"), KeyKnowledge::Nothing);
        sent(&keys, "one more", 1);
        assert_eq!(before(&keys, "new"), KeyKnowledge::Perhaps);
        assert_eq!(before(&keys, "0"), KeyKnowledge::Since(Moment::from(1)));
    }

    #[test]
    fn the_last_creations_are_remembered() {
        let creations = Creations::default();
        let member = SentMember::new(&Echo::new("/amount", "250.00", Comparison::Decimal));
        for number in 0..=MOST_CREATIONS {
            creations.remember(&number.to_string(), vec![member.clone()]);
        }
        assert_eq!(
            (creations.members_of("0"), creations.members_of("1")),
            (vec![], vec![member])
        );
        assert_eq!(creations.last.lock().unwrap().order.len(), MOST_CREATIONS);
    }
}
