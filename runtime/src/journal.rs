//! The seam of the journal: before the first attempt of an action its intent comes in here, and in the end what became of it.
//!
//! A [`Journal`] is given to the client's settings. It decides whether an intent may be sent at all, so that one action has at
//! most one effect across crashes, restarts and machines. Nothing is kept here: what needs a database is a crate of its own.

mod intent;
mod success;

pub use crate::aside::{Aside, aside};
pub use intent::{Content, Intent, Piece, Sender};
pub use sdkwright_signing::Seal;
pub use success::Success;
pub(crate) use success::{Seen, is_foreign, is_success};

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::clock::Moment;
use crate::problem::OneLine;

/// What a journal does, as it goes on.
pub type Writing<'j, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'j>>;

/// Keeps the intents of a client, durably.
pub trait Journal: Send + Sync + 'static {
    /// Writes an intent down, or says why it must not be sent. When this is ready, the intent is durable.
    fn begin(&self, intent: Intent) -> Writing<'_, Verdict>;

    /// Writes down when it was first sent, by a clock that was corrected meanwhile ([`Ticket::sent`]). It is sent again only
    /// when this is ready.
    fn follow(&self, ticket: Ticket) -> Writing<'_, ()>;

    /// Writes down what became of it, and when it was sent ([`Ticket::sent`]).
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> Writing<'_, ()>;
}

/// May an intent be sent?
#[derive(Debug)]
pub enum Verdict {
    /// It was never sent.
    Send(Ticket),
    /// The same request was sent under this key before; the server still knows the key, and answers what it answered then.
    Again {
        /// What `settle` takes.
        ticket: Ticket,
        /// When it was first sent.
        first_sent: Moment,
    },
    /// It must not be sent.
    Refused(Refused),
}

/// The right to send an intent, until it is settled or dropped.
#[derive(Clone)]
pub struct Ticket {
    key: String,
    lease: Arc<dyn Any + Send + Sync>,
    sent: Sent,
}

/// When an intent was sent, as far as the call that sends it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// When it was first sent, where that is known better than before.
    pub first: Option<Moment>,
    /// When a copy of it was last stamped; nothing where this call sent none.
    pub last: Option<Moment>,
}

impl Ticket {
    /// A ticket for a key. The journal knows it again by what it puts into it, which is dropped with the last ticket.
    pub fn new(key: impl Into<String>, lease: impl Any + Send + Sync) -> Self {
        Self {
            key: key.into(),
            lease: Arc::new(lease),
            sent: Sent::default(),
        }
    }

    /// When it was sent.
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// The same ticket, and when it was sent.
    #[must_use]
    pub fn with(self, sent: Sent) -> Self {
        Self { sent, ..self }
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the journal put into it.
    pub fn lease<T: Any>(&self) -> Option<&T> {
        self.lease.downcast_ref()
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What became of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It happened.
    Executed {
        /// Status of the answer.
        status: u16,
        /// Ids that the answer named, by the name that the contract gives them; none where it could not be read.
        ids: Vec<(String, String)>,
    },
    /// An answer of success came, and does not say what the contract promises: it broke off, cannot be read, or is a page of
    /// something in between. Sent again under the key, the server tells it once more.
    CutOff {
        /// Status of the answer.
        status: u16,
    },
    /// It did not happen and will not.
    NotExecuted {
        /// The problem code, or the status of an answer without one; nothing where nothing was sent.
        code: Option<String>,
        /// The server keeps this answer under the key: another request needs another key.
        spent: bool,
    },
    /// Nobody knows.
    Unknown {
        /// The server refuses it now, and would again: its problem code, or the status. What happened before can only be
        /// read from the server.
        refused: Option<String>,
    },
    /// Nobody knows, and by the corrected clock the server may have forgotten the key: nothing more was sent.
    Forgotten,
}

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
