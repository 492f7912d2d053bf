//! In: nonces of requests whose time was checked. Out: whether one was used before, also by a server before this one. Never: a nonce that is
//! kept for longer than a request with it is fresh.

use crate::row::{Rows, Unwritten};
use hmac_sha256::Hash;
use std::collections::{HashSet, VecDeque};

/// Nonces of requests that are still fresh, as hashes of 64 bits: two of a million nonces share one in one run of thirty million.
#[derive(Debug, Default)]
pub(crate) struct FreshNonces {
    known: HashSet<u64>,
    /// In the order in which they came, each with the second of that.
    order: VecDeque<(i64, u64)>,
    pub(crate) unwritten: Unwritten,
}

impl FreshNonces {
    /// Begins with the nonces of a store.
    pub(crate) fn restored(rows: &mut Rows) -> Option<Self> {
        let mut nonces = Self::default();
        for (name, second) in rows.remove("nonce").unwrap_or_default() {
            let hash = u64::from_str_radix(&name, 16).ok()?;
            nonces.order.push_back((second.as_i64()?, hash));
            nonces.known.insert(hash);
        }
        nonces.order.make_contiguous().sort_unstable();
        nonces.unwritten = Unwritten::with_store();
        Some(nonces)
    }

    /// Returns `true` for a new nonce, which is then known. `fresh` is the number of seconds by which the time of a request may differ
    /// from `now`, so a nonce can come again for twice as long.
    pub(crate) fn add(&mut self, nonce: &str, now: i64, fresh: i64) -> bool {
        let oldest = now.saturating_sub(fresh.saturating_mul(2));
        while let Some((_, hash)) = self.order.pop_front_if(|(second, _)| *second < oldest) {
            self.known.remove(&hash);
            self.unwritten.put("nonce", &row_name(hash), None::<i64>);
        }
        let sum = Hash::hash(nonce.as_bytes());
        let hash = sum[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        let is_new = self.known.insert(hash);
        if is_new {
            self.order.push_back((now, hash));
            self.unwritten.put("nonce", &row_name(hash), Some(now));
        }
        is_new
    }
}

fn row_name(hash: u64) -> String {
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_known_as_long_as_a_request_with_it_is_fresh_and_forgotten_later() {
        let mut nonces = FreshNonces::default();
        assert!(nonces.add("a", 0, 300));
        assert!(nonces.add("b", 599, 300));
        for now in [599, 600, 601, 1198, 1199] {
            assert!(!nonces.add("b", now, 300), "{now}");
        }
        assert!(
            nonces.add("c", 1803, 300)
                && !nonces.add("c", 2403, 300)
                && nonces.add("d", 3004, 300)
                && nonces.add("c", 3610, 300)
        );
        assert_eq!((nonces.known.len(), nonces.order.len()), (1, 1));
    }

    #[test]
    fn a_store_has_what_is_known_and_nothing_else() {
        let mut nonces = FreshNonces::restored(&mut Rows::new()).unwrap();
        let mut rows = Vec::new();
        let mut stored = Rows::new();
        for (nonce, now) in [("a", 0), ("b", 300), ("c", 700)] {
            assert!(nonces.add(nonce, now, 300));
            rows.extend(nonces.unwritten.take());
        }
        let known = stored.entry("nonce".to_owned()).or_default();
        for row in rows {
            match row.value {
                Some(value) => drop(known.insert(row.name, value)),
                None => drop(known.remove(&row.name)),
            }
        }
        assert_eq!(known.len(), 2);
        let mut again = FreshNonces::restored(&mut stored).unwrap();
        assert!(!again.add("b", 800, 300) && !again.add("c", 800, 300) && again.add("a", 800, 300));
    }

    #[test]
    fn a_clock_that_is_set_back_forgets_nothing() {
        let mut nonces = FreshNonces::default();
        assert!(nonces.add("a", 10_000, 300));
        assert!(!nonces.add("a", 0, 300));
        assert!(!nonces.add("a", 600, 300));
    }
}
