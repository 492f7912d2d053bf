//! In: connections as they come, and when each of them waits for a request. Out: a place for each, taken from one that waits if there
//! are too many. Never: the end of a connection whose request is handled.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The most open connections. With heads of the largest size they take less than 100 MB.
const MOST: usize = 1024;
/// Connections without any request that are closed at once for new ones.
const BATCH: usize = 16;
/// The most bytes of all bodies that are read or handled at one time.
const BYTES: usize = 256 << 20;

/// All open connections.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    waiting: Mutex<Waiting>,
    open: AtomicUsize,
    bytes: AtomicUsize,
}

/// Connections that wait for a head of a request. Those that never had one are the first to end, and of them the oldest.
#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    ends: BTreeMap<(bool, u64), Arc<Notify>>,
}

/// The place of one connection.
#[derive(Debug)]
pub(crate) struct Place {
    all: Arc<Connections>,
    end: Arc<Notify>,
    waits: Mutex<Option<(bool, u64)>>,
}

/// Bytes of a body that are counted as long as this lives.
#[derive(Debug)]
pub(crate) struct Held {
    all: Arc<Connections>,
    bytes: usize,
}

impl Connections {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place, and closes connections that wait themselves.
    pub(crate) async fn place(self: &Arc<Self>) -> Place {
        while self.open.load(Ordering::SeqCst) >= MOST {
            self.close_some();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.open.fetch_add(1, Ordering::SeqCst);
        let place = Place {
            all: Arc::clone(self),
            end: Arc::default(),
            waits: Mutex::default(),
        };
        place.wait(false);
        place
    }

    /// Closes connections that never had a request, or else one that waits for the next.
    pub(crate) fn close_some(&self) {
        let mut waiting = self.waiting();
        for closed in 0..BATCH {
            match waiting.ends.pop_first() {
                Some(((false, _), end)) => end.notify_one(),
                Some(((true, _), end)) if closed == 0 => return end.notify_one(),
                Some((key, end)) => {
                    waiting.ends.insert(key, end);
                    return;
                }
                None => return,
            }
        }
    }

    /// Begins to count the bytes of a body.
    pub(crate) fn held(self: &Arc<Self>) -> Held {
        let all = Arc::clone(self);
        Held { all, bytes: 0 }
    }
}

impl Place {
    /// Ends if the place is needed for another connection.
    pub(crate) async fn ended(&self) {
        self.end.notified().await;
    }

    /// A request is here.
    pub(crate) fn work(&self) {
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(key) = waits {
            self.all.waiting().ends.remove(&key);
        }
    }

    /// The next request is waited for.
    pub(crate) fn wait(&self, had_request: bool) {
        let mut waiting = self.all.waiting();
        waiting.last += 1;
        let key = (had_request, waiting.last);
        waiting.ends.insert(key, Arc::clone(&self.end));
        drop(waiting);
        *self.waits.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.work();
        self.all.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Held {
    /// Counts more bytes; `false` if all bodies together have too many.
    pub(crate) fn add(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.all.bytes.fetch_add(bytes, Ordering::SeqCst) + bytes <= BYTES
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.bytes.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    #[test]
    fn a_new_connection_takes_the_place_of_one_that_never_had_a_request_and_never_of_one_at_work() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.unwrap().block_on(async {
            let all = Arc::new(Connections::default());
            let has_ended = async |place: &Place| timeout(Duration::from_millis(20), place.ended()).await.is_ok();
            let (working, idle) = (all.place().await, all.place().await);
            working.work();
            idle.work();
            idle.wait(true);
            let mut silent = Vec::new();
            while all.open.load(Ordering::SeqCst) < MOST {
                silent.push(all.place().await);
            }
            assert!(timeout(Duration::from_millis(20), all.place()).await.is_err());
            assert!(has_ended(&silent[0]).await && !has_ended(&working).await && !has_ended(&idle).await);
            drop(silent.remove(0));
            let new = timeout(Duration::from_millis(20), all.place()).await;
            assert!(new.is_ok());
            silent.clear();
            // Without others, one that waits for its next request ends; one at work never does.
            all.close_some();
            all.close_some();
            all.close_some();
            assert!(has_ended(&idle).await && !has_ended(&working).await);
        });
    }

    #[test]
    fn all_bodies_together_have_a_limit_and_those_that_are_answered_count_no_more() {
        let all = Arc::new(Connections::default());
        let mut one = all.held();
        assert!(one.add(BYTES));
        assert!(!all.held().add(1));
        drop(one);
        assert!(all.held().add(1));
    }
}
