//! What a client tells while it works: to measures of your own ([`Metrics`]) and to `tracing` spans.
//!
//! Nothing that a caller or a server says goes out here: no target, argument, header or body, and of the problem codes only
//! those that the contract names. Everything else has few values: method, path template, host, status, kind of failure.

use std::time::Duration;

use crate::client::ClockSkew;
use crate::error::ErrorKind;
use crate::outcome::Outcome;
use crate::request::Endpoint;
use crate::retry::Decision;

/// Takes measures. Called within a call, on the thread that runs it: count, and return.
pub trait Metrics: Send + Sync + 'static {
    /// An attempt is over.
    fn attempt(&self, attempt: &AttemptEnd<'_>) {
        let _ = attempt;
    }

    /// A call is over. One that is dropped before, or that was refused before it was ready to be sent, is not told.
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
    /// How many attempts it made.
    pub attempts: usize,
    /// All attempts and waits.
    pub took: Duration,
    /// The kind of failure; nothing for an answer of success.
    pub error: Option<ErrorKind>,
    /// What happened to the action, if the call failed.
    pub outcome: Option<Outcome>,
}
