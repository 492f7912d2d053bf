//! What a client tells while it works: to measures of your own ([`Metrics`]) and to `tracing` spans.
//!
//! Nothing that a caller or a server says goes out here: no target, argument, header or body, and of the problem codes only
//! those that the contract names. Everything else has few values: method, path template, host, status, kind of failure.

use std::time::Duration;

use crate::clock::ClockSkew;
use crate::endpoint::Endpoint;
use crate::error::ErrorKind;
use crate::outcome::Outcome;
use crate::retry::Decision;

/// Takes measures. Called within a call, on the thread that runs or drops it: count, and return. A hook that panics is logged,
/// and changes nothing about the call.
pub trait Metrics: Send + Sync + 'static {
    /// An attempt is over. One that is dropped is not told; its call is.
    fn attempt(&self, attempt: &AttemptEnd<'_>) {
        let _ = attempt;
    }

    /// A call is over: told once for each that was awaited or waited for, whatever became of it. Each page of a list, each
    /// asking of a waiting and each intent that a journal sends again is a call.
    fn call(&self, call: &CallEnd<'_>) {
        let _ = call;
    }
}

/// One attempt that is over.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// What was called.
    pub endpoint: &'a Endpoint,
    /// How many attempts this call made before.
    pub resend_count: usize,
    /// From signing to the end of the answer (of its head, where its body is read as it comes).
    pub took: Duration,
    /// The status, if an answer came.
    pub status: Option<u16>,
    /// The problem code, if the contract names it.
    pub code: Option<&'static str>,
    /// The kind of failure; nothing for an answer of success.
    pub error: Option<ErrorKind>,
    /// What follows.
    pub decision: Decision,
    /// Tokens that are left of the budget of repeated attempts.
    pub budget: u32,
    /// How far the server's clock is from ours.
    pub skew: ClockSkew,
}

/// One call that is over.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// What was called.
    pub endpoint: &'a Endpoint,
    /// How it ended.
    pub end: End,
    /// How many attempts it made; those of a call that it resumes are not counted.
    pub attempts: usize,
    /// From its beginning to its end: checks, the journal, all attempts and waits.
    pub took: Duration,
    /// The kind of failure; nothing for an answer of success, and for a call that was dropped.
    pub error: Option<ErrorKind>,
    /// What happened to the action, if the call failed or was dropped.
    pub outcome: Option<Outcome>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// Its value was read; of one that is read as it comes, the head.
    Answered,
    /// It failed after something of it was sent, or because nobody could be reached.
    Failed,
    /// It was refused before anything of it was sent: by the rules of the contract, a journal, for want of a credential.
    Refused,
    /// Its future was dropped before its end. `outcome` says what is known of the action.
    Dropped,
}

impl End {
    /// The end as a word, for logs and measures.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}
