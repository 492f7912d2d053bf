//! An operation of an API as a type: what it is, and what its answer is read as.

use crate::answer::Answer;
use crate::description::Description;

/// An operation of one HTTP request and one type of answer.
pub trait Operation: 'static {
    /// What a 2xx is read as.
    type Output: Answer;
    /// What it is.
    const DESCRIPTION: &'static Description;
    /// The server that the contract gives to it alone.
    const SERVER: Option<&'static str> = None;
    /// The statuses of success that the contract names; none: every 2xx is one.
    const ANSWERS: &'static [u16] = &[200];
}
