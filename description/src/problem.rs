//! Problem codes (`x-problem-registry`) and retries (`x-retry`).

use crate::{Statuses, is_among};

/// One row: the meaning of an answer with this code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct ProblemRow {
    /// The problem code.
    pub code: &'static str,
    /// The HTTP status of the code.
    pub status: u16,
    /// Title.
    pub title: &'static str,
    /// Outcome of the action after a direct answer.
    pub outcome: RowOutcome,
    /// The same for an action that creates a resource, if no earlier attempt may have arrived.
    pub creating: RowOutcome,
    /// Condition for sending the request again.
    pub retry: RetryClass,
    /// `true` if the changed request needs a new key.
    pub new_key: bool,
    /// `true` if the clock has to be corrected before signing again.
    pub correct_clock: bool,
    /// `true` if the server stores this answer under the idempotency key.
    pub stored: bool,
    /// Role that has to act.
    pub actor: &'static str,
    /// Recommended next step.
    pub advice: &'static str,
}

impl ProblemRow {
    /// Returns `true` if the answer never proves anything, or not for each action.
    pub fn is_doubtful(&self) -> bool {
        self.outcome == RowOutcome::Unknown || self.creating == RowOutcome::Unknown
    }
}

/// Outcome of the action after a direct answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum RowOutcome {
    /// The action did not happen.
    NotExecuted,
    /// The action may have happened.
    Unknown,
}

/// Condition for sending a request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum RetryClass {
    /// Same key and body after a wait; timestamp, nonce and signature are new.
    Again,
    /// Same key and body once, immediately.
    ResignOnce,
    /// Only after a change of the request.
    AfterChange,
    /// Never.
    Never,
}

/// The contract's rules for retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct RetryRules {
    /// Header of a response with advice.
    pub advice: Option<RetryHeader>,
    /// Statuses of a retry without advice; `None`: those of every API.
    pub statuses: Option<&'static [Statuses]>,
    /// Header of a response with the wait before the next attempt.
    pub wait: Option<RetryWait>,
}

impl RetryRules {
    /// Rules without any statement.
    pub const NONE: Self = Self {
        advice: None,
        statuses: None,
        wait: None,
    };

    /// Returns whether the contract lists a status; `None` if it has no list.
    pub fn lists(&self, status: u16) -> Option<bool> {
        Some(is_among(self.statuses?, status))
    }

    /// Returns the header with the wait that counts for a status. Many APIs show the end of a time window in every response, so
    /// other failures ignore it.
    pub fn wait_after(&self, status: u16) -> Option<RetryWait> {
        let counts = matches!(status, 429 | 503) || self.lists(status) == Some(true);
        self.wait.filter(|_| counts)
    }
}

/// A response header with the wait before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct RetryWait {
    /// Its name.
    pub name: &'static str,
    /// The unit of its value.
    pub unit: WaitUnit,
}

/// Unit of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
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

/// A response header with advice on another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct RetryHeader {
    /// Its name.
    pub name: &'static str,
    /// Its value for another attempt.
    pub again: Option<&'static str>,
    /// Its value against one.
    pub never: Option<&'static str>,
}
