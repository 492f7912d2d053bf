//! One intent as it is kept.

use std::sync::{Arc, Mutex, PoisonError};

use sdk_runtime::journal::Sender;
use serde::{Deserialize, Serialize};

/// Where an intent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody knows yet what became of it, or it was never sent.
    Open,
    /// An answer of success came and could not be read: it is still to be read.
    CutOff,
    /// It happened.
    Executed,
    /// It did not happen and will not.
    Refused,
    /// What happened has to be read from the server: it is never sent again.
    Reconcile,
}

impl State {
    /// May it still be sent again by `resume`?
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Open | Self::CutOff)
    }

    /// Its word in a store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CutOff => "cut-off",
            Self::Executed => "executed",
            Self::Refused => "refused",
            Self::Reconcile => "reconcile",
        }
    }

    /// The state of that word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Open, Self::CutOff, Self::Executed, Self::Refused, Self::Reconcile]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// An intent as a store keeps it: a row. What a store has to find rows by is a field, the rest is in `head`.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The idempotency key.
    pub key: String,
    /// Whose it is.
    pub sender: Sender,
    /// What may be acted on once only; nothing once it did not happen.
    pub subject: Option<String>,
    /// Where it stands.
    pub state: State,
    /// When it was written down, in seconds since 1970.
    pub recorded: i64,
    /// Until when one call may send it, in seconds since 1970; 0: nobody is sending it.
    pub leased_until: i64,
    /// The call that may send it.
    pub leased_by: String,
    /// What stays.
    pub head: Head,
    /// The request; goes when it is settled.
    pub request: Option<Vec<u8>>,
    /// The approval; goes when nobody needs it any more.
    pub evidence: Option<Vec<u8>>,
}

/// What stays of an intent when it is settled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// `operationId`; empty for a raw call.
    pub operation: String,
    /// Digest of the request, in hexadecimal.
    pub sha256: String,
    /// When it was first sent, in seconds since 1970; nothing where it never was.
    pub first_sent: Option<i64>,
    /// For how many seconds the server remembers the key.
    pub retention: Option<u64>,
    /// Status of the answer; 0 without one.
    pub status: u16,
    /// Problem code, or status, of a refusal.
    pub code: Option<String>,
    /// The server keeps a refusal under the key, or no answer: it never tells there that it happened.
    pub spent: bool,
    /// What the answer named.
    pub ids: Vec<(String, String)>,
    /// Operations that still need the approval.
    pub later: Vec<String>,
}

impl Entry {
    /// May the server have forgotten the key, or is a clock so wrong that nobody can tell?
    ///
    /// A day of retention is used up to its last hour.
    pub fn is_forgotten(&self, now: i64) -> bool {
        let (Some(first), Some(retention)) = (self.head.first_sent, self.head.retention) else {
            return false;
        };
        let retention = i64::try_from(retention).unwrap_or(i64::MAX);
        let margin = retention / 24;
        now >= first.saturating_add(retention - margin) || now < first.saturating_sub(margin)
    }

    /// Is another call sending it?
    ///
    /// A lease ends with the retention at the latest, however long it was taken for and by whatever clock: nothing is sent then.
    pub(crate) fn is_leased(&self, now: i64, holder: &Holder) -> bool {
        self.leased_until > now && !self.is_forgotten(now) && !holder.may_take(&self.leased_by)
    }

    pub(crate) fn release(&mut self) {
        self.leased_until = 0;
        self.leased_by.clear();
    }
}

/// Request and approval never print.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("key", &self.key)
            .field("state", &self.state)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The calls of this run that are still going on.
pub(crate) type Live = Arc<Mutex<Vec<String>>>;

/// Who asks for a lease.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    /// What is written down: instance, run of the program, and call.
    pub(crate) text: String,
    /// The instance, if it has a name: only one program runs under it at a time.
    pub(crate) instance: Option<String>,
    /// The run of the program.
    pub(crate) run: String,
    /// Calls of this run that are still going on, at the moment of the decision: a call enters before its row is written, so a
    /// row of this run whose call is not here has lost it.
    pub(crate) live: Live,
}

impl Holder {
    /// A lease is void if its call is known to have ended: it was dropped in this run, or belongs to an earlier run of the same
    /// instance.
    fn may_take(&self, leased_by: &str) -> bool {
        let mut parts = leased_by.rsplitn(3, '/');
        let (Some(_call), Some(run), Some(instance)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        if run == self.run {
            let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
            return !live.iter().any(|call| call == leased_by);
        }
        self.instance.as_deref().is_some_and(|own| own == instance)
    }
}

#[cfg(test)]
pub(crate) mod tests;
