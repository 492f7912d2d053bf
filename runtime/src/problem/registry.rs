//! What the contract says about each problem code (`x-problem-registry`), as constant rows.

/// One row: what an answer with this code means for the caller.
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemRow {
    /// The code as it arrives.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// A few words.
    pub title: &'static str,
    /// What a live answer says about the action.
    pub outcome: RowOutcome,
    /// When the request may be sent again.
    pub retry: RetryClass,
    /// Does the changed request need a new key?
    pub new_key: bool,
    /// Is the clock to be corrected before signing again?
    pub correct_clock: bool,
    /// Does the server keep this answer under the idempotency key?
    pub stored: bool,
    /// Who must act.
    pub actor: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// What a live answer says about the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOutcome {
    /// It did not happen.
    NotExecuted,
    /// It may have happened.
    Unknown,
}

/// When a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryClass {
    /// Same key and body after a wait; timestamp, nonce and signature are new.
    Again,
    /// The same once, at once.
    ResignOnce,
    /// Not as it is: somebody changes the request.
    AfterChange,
    /// Not at all.
    Never,
}

/// The row of a code; nothing for a code that the contract does not know.
pub fn row(registry: &'static [ProblemRow], code: &str) -> Option<&'static ProblemRow> {
    registry.iter().find(|row| row.code == code)
}
