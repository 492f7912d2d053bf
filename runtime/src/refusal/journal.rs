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
    #[error("the journal row of `{key}` is for this action, but it cannot be trusted")]
    Broken {
        /// The key of that row.
        key: String,
    },
    /// Another key already acts on the same subject.
    #[error("the key `{key}` is already used for this action")]
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
    #[error("its outcome is unknown or it was never sent, and it is too old to be sent now")]
    Retention,
    /// The server refused the action after an attempt with an unknown outcome.
    #[error("its outcome must be looked up on the server: {}", OneLine(.code))]
    Reconcile {
        /// The problem code, or the status.
        code: String,
    },
    /// The action was executed, and is not sent again only to read its answer: its ids are known, or the server has forgotten
    /// the key since, or the action was found by another way than its key.
    #[error("it happened already, and is not retried to read its response")]
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
                "Make the request that was recorded first, or use another key if this is another action."
            }
            Self::AnotherSender => "Use the client that recorded it.",
            Self::Broken { .. } => {
                "Find out who changed the journal, and look the action up by your reference. Only then remove the row."
            }
            Self::AnotherKey { .. } => "Use the other key: a second key would execute the action again.",
            Self::Leased { .. } => "Wait for the other call, or make the call again when its lease has ended.",
            Self::Retention | Self::Reconcile { .. } => {
                "Look the action up by your reference, and record the result in the journal."
            }
            Self::Executed { .. } => "Read the created resource by its ids; do not retry.",
            Self::Failed(_) => "Nothing was sent. Repair the journal, then make the same call with the same key.",
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
