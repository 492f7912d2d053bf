//! Metrics: calls and attempts of a client are reported to your own [`Metrics`] hook and as `tracing` spans.
//!
//! Text of a caller or a server is never reported: no target, argument, header or body, and only problem codes that the
//! contract names. All other values have a low cardinality: method, path template, host, status, kind of failure.

use std::time::Duration;

use crate::clock::ClockSkew;
use crate::endpoint::Endpoint;
use crate::error::ErrorKind;
use crate::outcome::Outcome;
use crate::retry::Decision;

/// Receives measures. The methods run within a call, on the thread that runs or drops it: count, and return. A panic is logged,
/// and does not change the call.
pub trait Metrics: Send + Sync + 'static {
    /// Receives the end of an attempt. A dropped attempt is not reported; its call is.
    fn attempt(&self, attempt: &AttemptEnd<'_>) {
        let _ = attempt;
    }

    /// Receives the end of a call, once for each that was awaited or waited for, even if it was dropped. Each page of a list,
    /// each request of a poll and each intent that a journal sends again is a call.
    fn call(&self, call: &CallEnd<'_>) {
        let _ = call;
    }
}

/// The end of one attempt.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// The endpoint of the call.
    pub endpoint: &'a Endpoint,
    /// Number of earlier attempts of this call.
    pub resend_count: usize,
    /// Duration from signing to the end of the answer (of its head, for a stream).
    pub took: Duration,
    /// The status, if an answer came.
    pub status: Option<u16>,
    /// The problem code, if the contract names it.
    pub code: Option<&'static str>,
    /// Kind of failure; `None` for an answer of success.
    pub error: Option<ErrorKind>,
    /// The decision on the next step.
    pub decision: Decision,
    /// Remaining tokens of the retry budget.
    pub budget: u32,
    /// Offset of the server's clock.
    pub skew: ClockSkew,
}

/// The end of one call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// The endpoint of the call.
    pub endpoint: &'a Endpoint,
    /// The way it ended.
    pub end: End,
    /// Number of attempts, without those of a call that it resumed.
    pub attempts: usize,
    /// Duration of the call: checks, the journal, all attempts and waits.
    pub took: Duration,
    /// Kind of failure; `None` for an answer of success, and for a dropped call.
    pub error: Option<ErrorKind>,
    /// Outcome of the action, if the call failed or was dropped.
    pub outcome: Option<Outcome>,
}

/// The way a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// The answer's value was decoded; for a stream, its head was read.
    Answered,
    /// The call failed after bytes were sent, or because the server could not be reached.
    Failed,
    /// The call was refused before it was sent: by constraints of the contract, by a journal, or because a credential is missing.
    Refused,
    /// The future of the call was dropped before its end. `outcome` is the knowledge about the action.
    Dropped,
}

impl End {
    /// Returns the end as a word, for logs and measures.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}
