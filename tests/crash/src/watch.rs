//! Progress watchdog. In: a word for each payment that ends and each process that is killed. Out: whether the last one is
//! too long ago. Never: an end of its own; both are finite, so that a trial is, too.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(crate) struct Watch {
    moved: Mutex<Instant>,
    limit: Duration,
}

impl Watch {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            moved: Mutex::new(Instant::now()),
            limit,
        }
    }

    /// Something moved.
    pub(crate) fn moved(&self) {
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Returns `true` if there was no progress for too long.
    pub(crate) fn is_over(&self) -> bool {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > self.limit
    }
}
