//! Refusals of a journal. Every text says what to do; no text shows a body.

use crate::problem::OneLine;

/// The reason why a journal refuses to send an intent. The call sent nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalRefusal {
    /// Another request is recorded under the key.
    #[error("the key belongs to another request of `{operation}`")]
    AnotherRequest {
        /// Operation of the recorded request.
        operation: String,
    },
    /// A client with another base URL or client id recorded it.
    #[error("it belongs to another base URL or client id")]
    AnotherSender,
    /// The recorded row cannot be trusted: it cannot be read, or was not signed by a client with this secret.
    #[error("the journal's row of `{key}`, which stands for this action, cannot be trusted")]
    Broken {
        /// The key of that row.
        key: String,
    },
    /// Another key already acts on the same subject.
    #[error("the key `{key}` already stands for this action")]
    AnotherKey {
        /// The other key.
        key: String,
    },
    /// Another call, here or on another machine, may be sending it now.
    #[error("it is being sent by another call until {until} (seconds since 1970)")]
    Leased {
        /// End of its lease, in seconds since 1970.
        until: i64,
    },
    /// The outcome is unknown, and the server may have forgotten the key.
    #[error("it has an unknown outcome, or was never sent, and is too old to be sent now")]
    Retention,
    /// The server refused the action after an attempt with an unknown outcome.
    #[error("what happened has to be read from the server: {}", OneLine(.code))]
    Reconcile {
        /// The problem code, or the status.
        code: String,
    },
    /// The action was executed, and is not sent again only to read its answer: its ids are known, or the server has forgotten
    /// the key since, or the action was found by another way than its key.
    #[error("it happened already, and is not sent again to read its answer")]
    Executed {
        /// Ids in the answer.
        ids: Vec<(String, String)>,
    },
    /// The journal cannot be read or written.
    #[error("{0}")]
    Failed(JournalError),
}

impl JournalRefusal {
    /// Returns the recommended next step.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::AnotherRequest { .. } => {
                "Make the request that was written down first, or take another key if this is another action."
            }
            Self::AnotherSender => "Use the client that it was written down by.",
            Self::Broken { .. } => {
                "Find out who changed the journal, look the action up by your own reference, and only then remove the row."
            }
            Self::AnotherKey { .. } => "Use the other key: a second one would do it a second time.",
            Self::Leased { .. } => "Wait for the other call, or make it again when its lease has ended.",
            Self::Retention | Self::Reconcile { .. } => {
                "Look the action up by your own reference, and tell the journal what you found."
            }
            Self::Executed { .. } => "Read what it created by its ids; do not send it again.",
            Self::Failed(_) => "Nothing was sent. Mend the journal, then make the same call under the same key.",
        }
    }
}

/// A failure to read or write a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal failed: {why}")]
pub struct JournalError {
    /// The error of the store. Never contains a body.
    pub why: String,
    /// The journal was read and did not contain the key, so nothing was ever sent.
    pub is_unsent: bool,
}

impl JournalError {
    /// Creates a failure after which the content of the journal is unknown.
    pub fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_unsent: false,
        }
    }
}
