//! Idempotency keys, and the advice of a server on retries.

use super::operation::{Method, StatusRange};
use super::pointer::Pointer;

/// Root `x-idempotency`, or the default of a contract whose operations declare keys without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Header of all keys; `None`: each operation declares its key.
    pub header: Option<String>,
    /// Methods whose operations take the header without an intent; empty: each unsafe operation states its intent.
    pub on: Vec<Method>,
    /// Member of the JSON body that is the key, whatever its name.
    pub member: Option<String>,
    /// Length of a key in characters: minimum, maximum; visible ASCII.
    pub key_length: (u32, u32),
    /// Time that the server remembers a key.
    pub retention: Retention,
    /// Header and value that mark a replayed response.
    pub replayed: Option<(String, String)>,
    /// Problem code of a key reused for another request.
    pub conflict: Option<String>,
    /// Problem code of a request that is still running.
    pub in_progress: Option<String>,
    /// Response to a key reused for another request, without a problem code.
    pub conflict_answer: Option<KeyAnswer>,
    /// Response while a request is still running, without a problem code.
    pub in_progress_answer: Option<KeyAnswer>,
    /// Statuses after which the server refuses the key.
    pub not_after: Vec<StatusRange>,
    /// Shortest time between two requests under one key, in seconds.
    pub minimum_delay: u32,
    /// True if the server compares the keys of all operations, so that the client writes the operation's id before each.
    pub is_of_account: bool,
}

/// A response that shows the state of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAnswer {
    /// Its status.
    pub status: StatusRange,
    /// Place and value of a text in its JSON body.
    pub text: Option<(Pointer, String)>,
}

/// Root `x-retry`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryRules {
    /// Response header with advice.
    pub advice: Option<RetryAdvice>,
    /// Statuses of a retry without advice; `None`: those of every API.
    pub statuses: Option<Vec<StatusRange>>,
    /// Response header with the wait.
    pub wait: Option<RetryWait>,
}

/// `x-retry.wait`: a response header and its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryWait {
    /// Name of the header.
    pub header: String,
    /// Unit of its value.
    pub unit: WaitUnit,
}

/// `x-retry.wait.unit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitUnit {
    /// Seconds from now.
    Seconds,
    /// Milliseconds from now.
    Milliseconds,
    /// An instant in seconds since 1970.
    UnixSeconds,
    /// An instant in milliseconds since 1970.
    UnixMillis,
}

/// `x-retry.advice`: a response header and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryAdvice {
    /// Name of the header.
    pub header: String,
    /// Value that requests a retry.
    pub again: Option<String>,
    /// Value that forbids a retry.
    pub never: Option<String>,
}

impl Default for Idempotency {
    fn default() -> Self {
        Self {
            header: None,
            on: Vec::new(),
            member: None,
            key_length: (1, 255),
            retention: Retention::Undeclared,
            replayed: None,
            conflict: None,
            in_progress: None,
            conflict_answer: None,
            in_progress_answer: None,
            not_after: Vec::new(),
            minimum_delay: 0,
            is_of_account: false,
        }
    }
}

/// Time that the server remembers an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Not in the contract: nothing is resent automatically.
    Undeclared,
    /// `unknown`: a call is only resent before its deadline.
    Unknown,
    /// Seconds.
    Seconds(u32),
}
