//! Problem codes (`x-problem-registry`).

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
