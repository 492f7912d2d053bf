//! When a key was first and last sent, and a correction of the clock that is on trial.

use std::sync::Arc;

use crate::clock::Moment;
use crate::journal::{Journal, Ticket};

/// What a call knows of time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timing {
    /// When the key was first sent.
    pub(crate) first: Option<Moment>,
    /// It was first sent by another program, or before the clock of this one began.
    pub(crate) is_of_others: bool,
    /// When a copy was last sent.
    pub(crate) last: Option<Moment>,
    /// A correction of the clock that the API has not taken yet, in seconds.
    pub(crate) trial: Option<i64>,
    /// What the API took the last signature with.
    pub(crate) taken: Option<i64>,
    /// What it took it with if the answer can be read as the value of the call.
    pub(crate) unread: Option<i64>,
    pub(crate) row: Option<Row>,
}

/// Where the journal keeps it.
#[derive(Clone)]
pub(crate) struct Row(pub(crate) Arc<dyn Journal>, pub(crate) Ticket);

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Row").field(&self.1).finish()
    }
}
