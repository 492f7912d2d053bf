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
pub use crate::refusal::{JournalError, Refused};

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
