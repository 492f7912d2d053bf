//! Idempotency keys: the response of the first request under a key is that of all later ones with the same bytes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::reply::Reply;
use crate::store::StoreFuture;

/// A key as the server compares it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StoredKey {
    /// The client; empty for an operation without credentials.
    pub client_id: String,
    /// The operation; empty if the contract compares keys of all operations.
    pub operation: String,
    /// The key.
    pub key: String,
}

crate::opaque!(StoredKey);

/// The state of a key when a request arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStatus {
    /// The key is now reserved for this request.
    New,
    /// The first request under the key is still running, or ended without a known result.
    InProgress,
    /// Another request was sent under the key.
    Conflict,
    /// The response of the first request.
    Stored(Reply),
}

/// The keys that were used. The implementation must be atomic: of two requests under one key, only one gets [`KeyStatus::New`].
pub trait IdempotencyStore: Send + Sync + 'static {
    /// Reserves a key, or returns its state. Its response is kept until an instant. A key whose request has no response does not end: the
    /// request may still run, or have had its effect. `fingerprint`: the SHA-256 of method, target and body.
    fn begin<'s>(
        &'s self,
        key: &'s StoredKey,
        fingerprint: [u8; 32],
        now: SystemTime,
        until: SystemTime,
    ) -> StoreFuture<'s, KeyStatus>;

    /// Stores the response of a reserved key.
    fn finish<'s>(&'s self, key: &'s StoredKey, response: Reply) -> StoreFuture<'s, ()>;

    /// Frees a reserved key whose request had no effect.
    fn release<'s>(&'s self, key: &'s StoredKey) -> StoreFuture<'s, ()>;
}

/// Time between two removals of old keys.
const SWEEP: Duration = Duration::from_secs(60);

/// Keys in memory, of one process. A restart forgets them, so a retry could act twice: for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryKeys(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<StoredKey, ReservedKey>,
    swept: Option<SystemTime>,
}

#[derive(Debug)]
struct ReservedKey {
    fingerprint: [u8; 32],
    until: SystemTime,
    response: Option<Reply>,
}

impl MemoryKeys {
    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReservedKey {
    fn is_kept(&self, now: SystemTime) -> bool {
        self.response.is_none() || self.until >= now
    }
}

impl Entries {
    fn begin(&mut self, key: &StoredKey, fingerprint: [u8; 32], now: SystemTime, until: SystemTime) -> KeyStatus {
        if self.swept.is_none_or(|last| now >= last + SWEEP || now < last) {
            self.by_key.retain(|_, entry| entry.is_kept(now));
            self.swept = Some(now);
        }
        match self.by_key.get(key).filter(|entry| entry.is_kept(now)) {
            Some(entry) if entry.fingerprint != fingerprint => KeyStatus::Conflict,
            Some(entry) => entry.response.clone().map_or(KeyStatus::InProgress, KeyStatus::Stored),
            None => {
                let entry = ReservedKey {
                    fingerprint,
                    until,
                    response: None,
                };
                self.by_key.insert(key.clone(), entry);
                KeyStatus::New
            }
        }
    }
}

impl IdempotencyStore for MemoryKeys {
    fn begin<'s>(
        &'s self,
        key: &'s StoredKey,
        fingerprint: [u8; 32],
        now: SystemTime,
        until: SystemTime,
    ) -> StoreFuture<'s, KeyStatus> {
        let begun = self.entries().begin(key, fingerprint, now, until);
        Box::pin(async move { Ok(begun) })
    }

    fn finish<'s>(&'s self, key: &'s StoredKey, response: Reply) -> StoreFuture<'s, ()> {
        if let Some(entry) = self.entries().by_key.get_mut(key) {
            entry.response = Some(response);
        }
        Box::pin(async { Ok(()) })
    }

    fn release<'s>(&'s self, key: &'s StoredKey) -> StoreFuture<'s, ()> {
        self.entries().by_key.remove(key);
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Entries, KeyStatus, StoredKey};
    use crate::reply::Reply;

    #[test]
    fn a_key_is_new_once_until_its_retention_ends() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let key = |operation: &str| StoredKey {
            client_id: "c".to_owned(),
            operation: operation.to_owned(),
            key: "k".to_owned(),
        };
        let mut entries = Entries::default();
        let mut begin = |operation, bytes, now, reply: Option<Reply>| {
            let begun = entries.begin(&key(operation), [bytes; 32], at(now), at(now + 100));
            if let (Some(entry), Some(reply)) = (entries.by_key.get_mut(&key(operation)), reply) {
                entry.response = Some(reply);
            }
            begun
        };
        assert_eq!(begin("a", 1, 1, None), KeyStatus::New);
        assert_eq!(begin("a", 1, 2, Some(Reply::new(201))), KeyStatus::InProgress);
        assert_eq!(begin("a", 2, 3, None), KeyStatus::Conflict);
        assert_eq!(begin("a", 1, 101, None), KeyStatus::Stored(Reply::new(201)));
        assert_eq!(begin("b", 2, 101, None), KeyStatus::New);
        // A request that still runs keeps its key.
        assert_eq!(begin("b", 2, 900, None), KeyStatus::InProgress);
        assert_eq!(begin("a", 2, 102, None), KeyStatus::New);
    }
}
