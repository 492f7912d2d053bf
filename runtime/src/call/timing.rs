//! Instants of a call: when its key was first and last sent, and a tentative correction of the clock.

use std::sync::Arc;

use crate::clock::Moment;
use crate::journal::{Claim, Journal};

/// The knowledge of a call about time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timing {
    /// Instant of the first sending of the key.
    pub(crate) first: Option<Moment>,
    /// The key was first sent by another program, or before the clock of this one started.
    pub(crate) is_of_others: bool,
    /// Instant of the last sending.
    pub(crate) last: Option<Moment>,
    /// Tentative offset of the clock that the API has not accepted yet, in seconds.
    pub(crate) trial: Option<i64>,
    /// Offset with which the API accepted the last signature.
    pub(crate) taken: Option<i64>,
    /// Offset that counts as accepted once the answer is decoded as the value of the call.
    pub(crate) unread: Option<i64>,
    pub(crate) row: Option<Row>,
}

/// The journal and the claim of the call.
#[derive(Clone)]
pub(crate) struct Row(pub(crate) Arc<dyn Journal>, pub(crate) Claim);

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Row").field(&self.1).finish()
    }
}
