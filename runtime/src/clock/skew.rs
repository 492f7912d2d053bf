//! How far the server's clock is from ours: what its answers say, and what of that is made up for.

use std::sync::atomic::{AtomicI64, Ordering};

/// How far the server's clock is ahead of the local one (negative: behind it), in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ClockSkew {
    /// By the `Date` of the last answer against the middle of its exchange; nothing before one with a plausible `Date`. Precise
    /// to the second and to half of the time that the exchange took.
    pub measured: Option<i64>,
    /// What is added to the local clock, for signatures and for whatever is compared with the server's time: nothing, until
    /// the API calls a signature expired and takes one with the corrected instant. A correction that it does not take is
    /// dropped with the call that tried it, and a `tracing` warning says so.
    pub applied: i64,
}

/// No `Date` came yet; no answer confirmed the clock yet.
const NONE: i64 = i64::MIN;

/// The same, shared by all clones of a client.
#[derive(Debug)]
pub(crate) struct Skew {
    measured: AtomicI64,
    applied: AtomicI64,
}

impl Skew {
    pub(crate) fn new() -> Self {
        Self {
            measured: AtomicI64::new(NONE),
            applied: AtomicI64::new(NONE),
        }
    }

    pub(crate) fn applied(&self) -> i64 {
        self.confirmed().unwrap_or(0)
    }

    /// The offset with which the API took a signature; nothing before that.
    pub(crate) fn confirmed(&self) -> Option<i64> {
        Some(self.applied.load(Ordering::Relaxed)).filter(|seconds| *seconds != NONE)
    }

    pub(crate) fn measured(&self) -> Option<i64> {
        Some(self.measured.load(Ordering::Relaxed)).filter(|seconds| *seconds != NONE)
    }

    pub(crate) fn measure(&self, offset: i64) {
        self.measured.store(offset, Ordering::Relaxed);
    }

    pub(crate) fn apply(&self, offset: i64) {
        self.applied.store(offset, Ordering::Relaxed);
    }

    pub(crate) fn seen(&self) -> ClockSkew {
        ClockSkew {
            measured: self.measured(),
            applied: self.applied(),
        }
    }
}
