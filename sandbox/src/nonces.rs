//! In: nonces of requests whose time was checked. Out: whether one was used before. Never: a nonce that is kept for much longer than
//! a request with it is fresh.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// Nonces of requests that are still fresh, as keyed hashes of 64 bits: two of a million nonces share one in one run of
/// thirty million.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    hasher: RandomState,
    young: HashSet<u64>,
    old: HashSet<u64>,
    /// Second in which the young ones became the old ones.
    turned: Option<i64>,
}

impl Nonces {
    /// Returns `true` for a new nonce, which is then known. `fresh` is the number of seconds by which the time of a request may differ
    /// from `now`, so a nonce can come again for twice as long.
    pub(crate) fn add(&mut self, nonce: &str, now: i64, fresh: i64) -> bool {
        let turned = *self.turned.get_or_insert(now);
        if now < turned {
            // The clock was set back.
            self.turned = Some(now);
        } else if now - turned > fresh.saturating_mul(2) {
            self.old = std::mem::take(&mut self.young);
            self.turned = Some(now);
        }
        let hash = self.hasher.hash_one(nonce);
        !self.old.contains(&hash) && self.young.insert(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_known_as_long_as_a_request_with_it_is_fresh_and_forgotten_later() {
        let mut nonces = Nonces::default();
        assert!(nonces.add("a", 0, 300));
        assert!(nonces.add("b", 599, 300));
        for now in [599, 600, 601, 1199, 1200, 1201] {
            assert!(!nonces.add("b", now, 300), "{now}");
        }
        assert!(
            nonces.add("c", 1803, 300)
                && !nonces.add("c", 2403, 300)
                && nonces.add("d", 3004, 300)
                && nonces.add("c", 3610, 300)
        );
        assert!(nonces.young.len() + nonces.old.len() <= 2);
    }

    #[test]
    fn a_clock_that_is_set_back_forgets_nothing() {
        let mut nonces = Nonces::default();
        assert!(nonces.add("a", 10_000, 300));
        assert!(!nonces.add("a", 0, 300));
        assert!(!nonces.add("a", 600, 300));
    }
}
