//! Clock skew: the `Date` headers of answers and accepted corrections come in, the offset of the server's clock goes out. An
//! unconfirmed correction must never reach other calls.

use std::sync::atomic::{AtomicI64, Ordering};

/// Offset of the server's clock from the local one, in seconds; negative if it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ClockSkew {
    /// Measured from the `Date` of the last answer and the middle of its exchange; `None` before a plausible `Date`. Precise to
    /// one second plus half the duration of the exchange.
    pub measured: Option<i64>,
    /// Added to the local clock for signatures and for comparisons with the server's time: 0 until the API rejects a signature
    /// as expired and accepts one with the corrected instant. A correction that it does not accept is dropped with the call
    /// that tried it, and logged as a `tracing` warning.
    pub applied: i64,
}

/// No `Date` was received yet; no answer confirmed the clock yet.
const NONE: i64 = i64::MIN;

/// The clock skew that all clones of a client share.
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

    /// Returns the offset with which the API accepted a signature, or `None` before.
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
