//! Nonces, each of which a client may use once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::store::StoreFuture;

/// The nonces that were used.
pub trait NonceStore: Send + Sync + 'static {
    /// Records a nonce of a client until an instant. Returns `false` if it is recorded already.
    fn record<'s>(
        &'s self,
        client_id: &'s str,
        nonce: &'s str,
        now: SystemTime,
        until: SystemTime,
    ) -> StoreFuture<'s, bool>;
}

/// Time between two removals of old nonces.
const SWEEP: Duration = Duration::from_secs(60);

/// Nonces in memory, of one process. A restart forgets them: a copied request could then be accepted once more while it is fresh.
#[derive(Debug, Default)]
pub struct MemoryNonces(Mutex<Recorded>);

#[derive(Debug, Default)]
struct Recorded {
    until: HashMap<(String, String), SystemTime>,
    swept: Option<SystemTime>,
}

impl NonceStore for MemoryNonces {
    fn record<'s>(
        &'s self,
        client_id: &'s str,
        nonce: &'s str,
        now: SystemTime,
        until: SystemTime,
    ) -> StoreFuture<'s, bool> {
        let mut recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if recorded.swept.is_none_or(|last| now >= last + SWEEP || now < last) {
            recorded.until.retain(|_, until| *until >= now);
            recorded.swept = Some(now);
        }
        let known = recorded.until.entry((client_id.to_owned(), nonce.to_owned()));
        let is_new = !matches!(&known, Entry::Occupied(known) if *known.get() >= now);
        if is_new {
            known.insert_entry(until);
        }
        Box::pin(async move { Ok(is_new) })
    }
}
