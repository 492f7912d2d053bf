//! The reasons of a journal that refuses to let an action be sent. Every text says what to do.

use crate::problem::OneLine;

/// Why a journal refuses to send an intent. Nothing was sent by the call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Another request was written down under the key.
    #[error("the key belongs to another request of `{operation}`")]
    AnotherRequest {
        /// Its operation.
        operation: String,
    },
    /// It was written down by a client of another base URL or client id.
    #[error("it belongs to another base URL or client id")]
    AnotherSender,
    /// The row that stands for it cannot be trusted: it cannot be read, or is not as a client of this secret wrote it.
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
    /// Another call, here or on another machine, may be sending it at this moment.
    #[error("it is being sent by another call until {until} (seconds since 1970)")]
    Leased {
        /// The end of its lease, in seconds since 1970.
        until: i64,
    },
    /// What happened is not known, and the server may have forgotten the key.
    #[error("it has an unknown outcome, or was never sent, and is too old to be sent now")]
    Retention,
    /// It was refused after an attempt whose outcome nobody knows.
    #[error("what happened has to be read from the server: {}", OneLine(.code))]
    Reconcile {
        /// The problem code, or the status.
        code: String,
    },
    /// It happened, and is not sent again only to read its answer: its ids are known, it was longer ago than the server remembers
    /// keys, or it was found there otherwise than by its key.
    #[error("it happened already, and is not sent again to read its answer")]
    Executed {
        /// Ids that the answer named.
        ids: Vec<(String, String)>,
    },
    /// The journal cannot be read or written.
    #[error("{0}")]
    Failed(JournalError),
}

impl Refused {
    /// What to do.
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

/// A journal could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal failed: {why}")]
pub struct JournalError {
    /// What its store said. Never a body.
    pub why: String,
    /// The journal had been read: the key was not in it, so nothing was ever sent.
    pub is_unsent: bool,
}

impl JournalError {
    /// A failure after which nobody knows what the journal holds.
    pub fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_unsent: false,
        }
    }
}
