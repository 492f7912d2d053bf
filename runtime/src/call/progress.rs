//! Progress of a call, for measures: attempts write it, and the end or the drop of the call reads it. It must never hold text
//! of a call.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::outcome::{Ending, Outcome};

/// The progress of a call.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) attempts: AtomicUsize,
    /// Bytes of the call left, or may have left.
    pub(crate) sent: AtomicBool,
    /// The action may have happened.
    doubtful: AtomicBool,
    executed: AtomicBool,
}

impl Progress {
    /// Records the start of an attempt: until it ends, its outcome is unknown.
    pub(crate) fn begins(&self, safe: bool) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.doubtful.fetch_or(!safe, Ordering::Relaxed);
    }

    /// Records the knowledge after an attempt, or before the first one.
    pub(crate) fn knows(&self, last: Option<Ending>, outcome: Outcome) {
        let sent = last.is_some_and(|ending| ending != Ending::NotSent);
        self.sent.fetch_or(sent, Ordering::Relaxed);
        self.doubtful.store(outcome == Outcome::Unknown, Ordering::Relaxed);
        self.executed.store(outcome == Outcome::Executed, Ordering::Relaxed);
    }

    pub(crate) fn outcome(&self) -> Outcome {
        if self.executed.load(Ordering::Relaxed) {
            Outcome::Executed
        } else if self.doubtful.load(Ordering::Relaxed) {
            Outcome::Unknown
        } else {
            Outcome::NotExecuted
        }
    }
}
