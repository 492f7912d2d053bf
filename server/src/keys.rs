//! Stores of idempotency keys and nonces. The response of the first request under a key is that of all later ones with the same bytes. A
//! client may use a nonce once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::problem::{StoreFailure, StoreFuture};
use crate::reply::Reply;

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

/// A key that a request reserves for one run of its handler.
#[derive(Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The key.
    pub key: Arc<StoredKey>,
    /// SHA-256 of method, target, body and declared headers.
    pub fingerprint: [u8; 32],
    /// Random bytes. Only the run whose bytes the store has may store a response, or free the key.
    pub run: [u8; 16],
    /// The instant until which the response is kept.
    pub until: SystemTime,
    /// The instant from which a request with the same bytes may reserve a key without a response; `None` for never.
    pub lease: Option<SystemTime>,
}

crate::opaque!(Reservation);

/// The state of a key when a request arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStatus {
    /// The key is now reserved for this run.
    New,
    /// Another run is not finished, or ended without a known result.
    InProgress,
    /// Another request was sent under the key.
    Conflict,
    /// The response of the first request.
    Stored(Reply),
}

/// The keys that were used. The implementation must be atomic: of two requests under one key, only one gets [`KeyStatus::New`].
///
/// A handler may store its response itself, in the transaction of its effect: the store then needs a function that does what `finish`
/// does over an open transaction, such as `SqliteFile::store`. It must fail if the run has lost the key.
pub trait IdempotencyStore: Send + Sync + 'static {
    /// Reserves a key, or returns its state. A key without a response does not end before its lease: the request may still run, or have
    /// had its effect.
    fn begin<'s>(&'s self, reservation: &'s Reservation, now: SystemTime) -> StoreFuture<'s, KeyStatus>;

    /// Stores the response of a run, unless it has one. Returns the stored one; `None` if the run has lost the key.
    fn finish<'s>(&'s self, reservation: &'s Reservation, response: Reply) -> StoreFuture<'s, Option<Reply>>;

    /// Ends the lease of a run, so that no other run gets its key. Returns its response, if it has stored one.
    fn keep<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, Option<Reply>>;

    /// Frees the key of a run that had no effect. Returns `false`, and frees nothing, if the run has a response or has lost the key.
    fn release<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, bool>;
}

/// Time between two removals of old keys or nonces.
const SWEEP: Duration = Duration::from_secs(60);

/// Keys in memory, of one process. A restart forgets them, so a retry could act twice: for tests and examples. The default has at most
/// 100,000 keys of callers without credentials.
#[derive(Debug)]
pub struct MemoryKeys(Mutex<Entries>, usize);

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<Arc<StoredKey>, ReservedKey>,
    swept: Option<SystemTime>,
    /// Number of keys of callers without credentials.
    anonymous: usize,
}

#[derive(Debug)]
struct ReservedKey {
    reservation: Reservation,
    response: Option<Reply>,
}

impl Default for MemoryKeys {
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl MemoryKeys {
    /// Creates an empty store. Callers without credentials, which nothing else limits, may use this number of keys. A further one gets status
    /// 503 until the retention of another one ends, because no stored response may be dropped before.
    pub fn new(anonymous: usize) -> Self {
        Self(Mutex::default(), anonymous)
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReservedKey {
    fn is_kept(&self, now: SystemTime) -> bool {
        self.response.is_none() || self.reservation.until >= now
    }
}

impl Entries {
    fn begin(&mut self, new: &Reservation, now: SystemTime, anonymous: usize) -> Result<KeyStatus, StoreFailure> {
        if self.swept.is_none_or(|last| now >= last + SWEEP || now < last) {
            self.by_key.retain(|_, entry| entry.is_kept(now));
            self.anonymous = self.by_key.keys().filter(|key| key.client_id.is_empty()).count();
            self.swept = Some(now);
        }
        let known = self.by_key.entry(Arc::clone(&new.key));
        if let Entry::Occupied(known) = &known
            && known.get().is_kept(now)
        {
            let ReservedKey { reservation, response } = known.get();
            match response {
                _ if reservation.fingerprint != new.fingerprint => return Ok(KeyStatus::Conflict),
                Some(response) => return Ok(KeyStatus::Stored(response.clone())),
                None if reservation.lease.is_none_or(|end| end > now) => return Ok(KeyStatus::InProgress),
                None => {}
            }
        }
        if new.key.client_id.is_empty() && matches!(known, Entry::Vacant(_)) {
            if self.anonymous >= anonymous {
                return Err(StoreFailure("callers without credentials use too many keys".to_owned()));
            }
            self.anonymous += 1;
        }
        let (reservation, response) = (new.clone(), None);
        known.insert_entry(ReservedKey { reservation, response });
        Ok(KeyStatus::New)
    }

    /// Returns the entry of a run that has not lost its key.
    fn own(&mut self, run: &Reservation) -> Option<&mut ReservedKey> {
        let entry = self.by_key.get_mut(&run.key);
        entry.filter(|entry| entry.reservation.run == run.run)
    }
}

impl IdempotencyStore for MemoryKeys {
    fn begin<'s>(&'s self, reservation: &'s Reservation, now: SystemTime) -> StoreFuture<'s, KeyStatus> {
        let begun = self.entries().begin(reservation, now, self.1);
        Box::pin(async move { begun })
    }

    fn finish<'s>(&'s self, reservation: &'s Reservation, response: Reply) -> StoreFuture<'s, Option<Reply>> {
        let mut entries = self.entries();
        let own = entries.own(reservation);
        let stored = own.map(|entry| entry.response.get_or_insert(response).clone());
        Box::pin(async move { Ok(stored) })
    }

    fn keep<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, Option<Reply>> {
        let mut entries = self.entries();
        let stored = entries.own(reservation).and_then(|entry| {
            entry.reservation.lease = None;
            entry.response.clone()
        });
        Box::pin(async move { Ok(stored) })
    }

    fn release<'s>(&'s self, reservation: &'s Reservation) -> StoreFuture<'s, bool> {
        let mut entries = self.entries();
        let is_free = entries.own(reservation).is_some_and(|entry| entry.response.is_none());
        if is_free {
            entries.by_key.remove(&reservation.key);
            entries.anonymous -= usize::from(reservation.key.client_id.is_empty());
        }
        Box::pin(async move { Ok(is_free) })
    }
}

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

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::{IdempotencyStore, KeyStatus, MemoryKeys, Reservation, StoredKey};
    use crate::reply::Reply;

    pub(crate) fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// Returns a reservation of one run: its response is kept until 100, and it has no lease.
    pub(crate) fn run(operation: &str, bytes: u8, run: u8) -> Reservation {
        Reservation {
            key: Arc::new(StoredKey {
                client_id: "c".to_owned(),
                operation: operation.to_owned(),
                key: "k".to_owned(),
            }),
            fingerprint: [bytes; 32],
            run: [run; 16],
            until: at(100),
            lease: None,
        }
    }

    /// Checks what each store must do.
    pub(crate) async fn check(store: &impl IdempotencyStore) {
        let begin = async |run: &Reservation, now| store.begin(run, at(now)).await.unwrap();
        let reply = Reply::json(201, "application/json", &"paid".to_owned()).unwrap();
        let first = run("a", 1, 1);
        assert_eq!(begin(&first, 1).await, KeyStatus::New);
        assert_eq!(begin(&run("a", 1, 2), 900).await, KeyStatus::InProgress);
        assert_eq!(begin(&run("a", 2, 2), 900).await, KeyStatus::Conflict);
        let finish = async |run: &Reservation, reply: &Reply| store.finish(run, reply.clone()).await.unwrap();
        let other = run("a", 1, 2);
        assert_eq!(finish(&other, &Reply::new(500)).await, None);
        assert_eq!(store.keep(&other).await.unwrap(), None);
        assert!(!store.release(&other).await.unwrap());
        assert_eq!(finish(&first, &reply).await, Some(reply.clone()));
        // A response that is stored stays.
        assert_eq!(finish(&first, &Reply::new(500)).await, Some(reply.clone()));
        assert_eq!(store.keep(&first).await.unwrap(), Some(reply.clone()));
        assert!(!store.release(&first).await.unwrap());
        assert_eq!(begin(&run("a", 1, 2), 100).await, KeyStatus::Stored(reply));
        assert_eq!(begin(&run("b", 2, 3), 100).await, KeyStatus::New);
        assert!(store.release(&run("b", 2, 3)).await.unwrap());
        assert_eq!(begin(&run("b", 1, 4), 100).await, KeyStatus::New);
        assert_eq!(begin(&run("a", 2, 5), 101).await, KeyStatus::New);
        // From the end of a lease, another run has the key, and the first one has lost it.
        let lease = |number, end| Reservation {
            lease: Some(at(end)),
            ..run("c", 1, number)
        };
        assert_eq!(begin(&lease(6, 50), 40).await, KeyStatus::New);
        assert_eq!(begin(&lease(7, 60), 49).await, KeyStatus::InProgress);
        assert_eq!(begin(&lease(7, 60), 50).await, KeyStatus::New);
        assert_eq!(finish(&lease(6, 50), &Reply::new(201)).await, None);
        assert!(!store.release(&lease(6, 50)).await.unwrap());
        // Without its lease, a run keeps the key.
        assert_eq!(store.keep(&lease(7, 60)).await.unwrap(), None);
        assert_eq!(begin(&lease(8, 90), 80).await, KeyStatus::InProgress);
        let accepted = Reply::new(202);
        assert_eq!(finish(&lease(7, 60), &accepted).await, Some(accepted));
        assert_eq!(begin(&lease(8, 90), 80).await, KeyStatus::Stored(Reply::new(202)));
    }

    #[tokio::test]
    async fn a_key_in_memory_is_new_once_until_its_retention_or_its_lease_ends() {
        check(&MemoryKeys::default()).await;
    }
}
