//! The state of a call: the prepared request, and everything that is known of it after some attempts. A failed call owns it,
//! so that it can go on.
//!
//! Plain data: nothing here decides or sends.

mod expected;
mod progress;
mod reply;
mod timing;

pub(crate) use expected::Expected;
pub(crate) use progress::Progress;
pub(crate) use reply::Reply;
pub(crate) use timing::{Row, Timing};

use std::sync::Arc;

use crate::endpoint::Endpoint;
use crate::outcome::{History, Outcome};
use crate::request::Prepared;
use crate::security::Credentials;
use crate::signing::Signed;

/// Everything that is needed to go on with a call.
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) prepared: Prepared,
    pub(crate) trail: Trail,
    pub(crate) account: Arc<Account>,
    /// What the call would have given.
    pub(crate) answer: Option<Expected>,
}

impl Carried {
    /// A call that begins, or goes on, with this history. In a place of its own: futures that own it are moved.
    pub(crate) fn new(account: Arc<Account>, prepared: Prepared, trail: Trail) -> Box<Self> {
        Box::new(Self {
            prepared,
            trail,
            account,
            answer: None,
        })
    }
}

/// What a call left behind so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    pub(crate) history: History,
    pub(crate) request_ids: Vec<String>,
    /// When the key was first and last sent.
    pub(crate) timing: Timing,
    /// The request id that was sent last.
    pub(crate) sent_id: String,
    /// Of the key, where the client has no journal to remember it.
    pub(crate) mark: Option<Mark>,
    /// What was signed last.
    pub(crate) signed: Option<Signed>,
    /// Who watches the call, if measures are taken.
    pub(crate) progress: Option<Arc<Progress>>,
}

impl Trail {
    pub(crate) fn keep(&mut self, id: &str) {
        if !id.is_empty() && !self.request_ids.iter().any(|known| known == id) {
            self.request_ids.push(id.to_owned());
        }
    }
}

/// Whose calls they are, and where they go.
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

/// The key of one call.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub(crate) digest: u64,
    /// It left at least once.
    pub(crate) left: bool,
}

/// A call whose answer still comes, for the errors of its stream.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) endpoint: Endpoint,
    pub(crate) outcome: Outcome,
    pub(crate) request_ids: Vec<String>,
    pub(crate) attempts: usize,
    pub(crate) at: i64,
    pub(crate) support: &'static [&'static str],
}
