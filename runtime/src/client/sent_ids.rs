//! The request ids that a client sent: an id goes in with its call, and an answer that names the id of another call is known by it.
//! The texts are not kept.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

/// Largest number of remembered ids; the oldest go first.
const MOST: usize = 65_536;

/// The ids of one client and its clones.
#[derive(Debug, Default)]
pub(super) struct SentIds {
    digests: RandomState,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl SentIds {
    /// Remembers an id that is sent now.
    pub(super) fn add(&self, id: &str) {
        let digest = self.digest(id);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.known.insert(digest) {
            last.order.push_back(digest);
        }
        if last.order.len() > MOST {
            let oldest = last.order.pop_front();
            oldest.map(|oldest| last.known.remove(&oldest));
        }
    }

    /// Returns `true` if the client sent this id with a call other than the one that sent `own`. Case and surrounding blanks are
    /// ignored.
    pub(super) fn is_of_another(&self, id: &str, own: &[String]) -> bool {
        let is_own = own.iter().any(|own| own.trim().eq_ignore_ascii_case(id.trim()));
        let digest = self.digest(id);
        !is_own
            && self
                .last
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .known
                .contains(&digest)
    }

    fn digest(&self, id: &str) -> u64 {
        self.digests.hash_one(id.trim().to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_another_call_is_known_until_many_others_were_sent() {
        let sent = SentIds::default();
        sent.add("Mine");
        sent.add("theirs");
        let own = ["Mine".to_owned()];
        assert!(sent.is_of_another(" THEIRS ", &own) && !sent.is_of_another("mine", &own));
        assert!(!sent.is_of_another("of the server", &own));
        for number in 0..MOST {
            sent.add(&number.to_string());
        }
        assert!(!sent.is_of_another("theirs", &own) && sent.is_of_another("0", &own));
        let last = sent.last.lock().unwrap();
        assert_eq!((last.known.len(), last.order.len()), (MOST, MOST));
    }
}
