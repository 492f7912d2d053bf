//! The state of a call: its prepared request and the knowledge from its attempts so far. A failed call owns this state, so that
//! it can be resumed.
//!
//! Plain data: nothing here decides or sends.

mod expected;
#[cfg(feature = "streams")]
mod origin;
mod progress;
mod reply;
mod timing;

pub(crate) use expected::Expected;
#[cfg(feature = "streams")]
pub(crate) use origin::Origin;
pub(crate) use progress::Progress;
pub(crate) use reply::Reply;
pub(crate) use timing::{Row, Timing};

use std::sync::Arc;

use crate::outcome::History;
use crate::request::Prepared;
use crate::security::Credentials;
use crate::signing::Signed;

/// All that is needed to resume a call.
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) prepared: Prepared,
    pub(crate) trail: Trail,
    pub(crate) account: Arc<Account>,
    /// The type of the call's value.
    pub(crate) answer: Option<Expected>,
}

impl Carried {
    /// Creates the state of a call that starts, or resumes, with this history. Boxed, because the futures that own it are
    /// moved.
    pub(crate) fn new(account: Arc<Account>, prepared: Prepared, trail: Trail) -> Box<Self> {
        Box::new(Self {
            prepared,
            trail,
            account,
            answer: None,
        })
    }
}

/// The traces that a call has left so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    pub(crate) history: History,
    pub(crate) request_ids: Vec<String>,
    /// Instants of the first and last sending of the key.
    pub(crate) timing: Timing,
    /// The last request id that was sent.
    pub(crate) sent_id: String,
    /// Digest of the last answer that the contract does not declare: another one that agrees with it proves both.
    pub(crate) undeclared: Option<[u8; 32]>,
    /// Mark of the key, for clients without a journal.
    pub(crate) mark: Option<Mark>,
    /// The last signed attempt.
    pub(crate) signed: Option<Signed>,
    /// Receiver of the progress, if measures are taken.
    pub(crate) progress: Option<Arc<Progress>>,
}

impl Trail {
    pub(crate) fn keep(&mut self, id: &str) {
        if !id.is_empty() && !self.request_ids.iter().any(|known| known == id) {
            self.request_ids.push(id.to_owned());
        }
    }
}

/// Account and server of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    base: String,
    client_id: Option<String>,
    credentials: [u8; 32],
}

impl Account {
    pub(crate) fn new(base: String, client_id: Option<&str>, credentials: &Credentials) -> Arc<Self> {
        Arc::new(Self {
            base,
            client_id: client_id.map(str::to_owned),
            credentials: credentials.digest(),
        })
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }
}

/// Mark of the key of one call.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub(crate) digest: u64,
    /// The key was sent at least once.
    pub(crate) left: bool,
}
