//! The interface of a journal: the intent of an action comes in before its first attempt, and its settlement in the end.
//!
//! The client's settings take a [`Journal`]. It decides whether an intent may be sent, so that one action has at most one
//! effect across crashes, restarts and machines. This module stores nothing: a journal with a database is a crate of its own.

mod intent;
mod values;

pub use crate::arrived::{Echo, Promise, Success};
pub use crate::offload::{Offload, offload};
pub(crate) use intent::lease;
pub use intent::{Content, Intent, Piece, Sender};
pub use sdkwright_signing::Seal;
pub(crate) use values::{Values, digest_of_request, own_headers};

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::clock::Moment;
pub use crate::refusal::{JournalError, JournalRefusal};

/// The future of a journal's operation.
pub type JournalFuture<'j, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'j>>;

/// Stores the intents of a client durably.
pub trait Journal: Send + Sync + 'static {
    /// Records an intent, or returns why it must not be sent. Once this resolves, the intent is durable.
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Verdict>;

    /// Records the first sending by a corrected clock ([`Claim::sent`]). Nothing is sent again before this resolves.
    fn follow(&self, claim: Claim) -> JournalFuture<'_, ()>;

    /// Records the settlement, with the instants of sending ([`Claim::sent`]), or returns why it proves nothing.
    fn settle(&self, claim: Claim, settlement: Settlement) -> JournalFuture<'_, Booked>;
}

/// The settlement of an intent: the result that the journal records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The action happened.
    Executed {
        /// Status of the response.
        status: u16,
        /// Ids in the response, by their names in the contract; empty if the response could not be read.
        ids: Vec<(String, String)>,
    },
    /// The action happened, but its response does not match the contract: it was cut off, cannot be read, or comes from an
    /// intermediary. The same request under the same key gets the response once more.
    CutOff {
        /// Status of the response.
        status: u16,
    },
    /// The action did not happen and will not.
    NotExecuted {
        /// The problem code, or the status of a response without one; `None` if nothing was sent.
        code: Option<String>,
        /// The server stores this response under the key: another request needs another key.
        spent: bool,
    },
    /// The outcome is unknown.
    Unknown {
        /// Problem code or status of a server that refuses the request now and would refuse it again. The outcome can only be
        /// read from the server.
        refused: Option<String>,
    },
    /// The outcome is unknown, and by the corrected clock the server may have forgotten the key: nothing more was sent.
    Forgotten,
}

/// The result of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// It is recorded.
    Written,
    /// The response names a resource that another key created: it is that of another call, and the intent stays open.
    OfAnotherKey,
}

/// The decision of a journal on an intent.
#[derive(Debug)]
pub enum Verdict {
    /// Never sent: send it.
    Send(Claim),
    /// The same request was sent under this key before. Send it again: the server still knows the key, and repeats its
    /// response.
    Again {
        /// The claim for `settle`.
        claim: Claim,
        /// Instant of the first sending.
        first_sent: Moment,
    },
    /// A refusal: the intent must not be sent.
    Refused(JournalRefusal),
}

/// The claim on an intent, until it is settled or dropped.
#[derive(Clone)]
pub struct Claim {
    key: String,
    lease: Arc<dyn Any + Send + Sync>,
    sent: SendTimes,
    refused: Option<String>,
}

/// The instants at which an intent was sent, as far as the sending call knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SendTimes {
    /// Instant of the first sending, if better known than before.
    pub first: Option<Moment>,
    /// Instant of the last stamp; `None` if this call sent nothing.
    pub last: Option<Moment>,
}

impl Claim {
    /// Creates a claim for a key. The journal identifies it by its lease, which is dropped with the last clone.
    pub fn new(key: impl Into<String>, lease: impl Any + Send + Sync) -> Self {
        Self {
            key: key.into(),
            lease: Arc::new(lease),
            sent: SendTimes::default(),
            refused: None,
        }
    }

    /// Returns the claim on an intent that the server refused earlier under the same key, with this code, so that nothing
    /// happened. If the server repeats its response, still nothing has happened.
    #[must_use]
    pub fn after_refusal(self, code: Option<String>) -> Self {
        Self { refused: code, ..self }
    }

    /// Returns the code of the earlier refusal.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Returns the instants of sending.
    pub fn sent(&self) -> SendTimes {
        self.sent
    }

    /// Returns the claim with these instants of sending.
    #[must_use]
    pub fn with(self, sent: SendTimes) -> Self {
        Self { sent, ..self }
    }

    /// Returns the idempotency key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the lease that the journal put into the claim.
    pub fn lease<T: Any>(&self) -> Option<&T> {
        self.lease.downcast_ref()
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claim").field("key", &self.key).finish_non_exhaustive()
    }
}
