//! The call that a stream belongs to, with what the errors of the stream show of it. Plain data.

use crate::endpoint::Endpoint;
use crate::outcome::Outcome;

/// A call whose answer is still arriving, for the errors of its stream.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) endpoint: Endpoint,
    pub(crate) outcome: Outcome,
    pub(crate) request_ids: Vec<String>,
    pub(crate) attempts: usize,
    pub(crate) at: i64,
    pub(crate) support: &'static [&'static str],
}
