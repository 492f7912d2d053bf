//! The type of an operation: its description and the type of its answer, as constants of generated code.

use crate::answer::Answer;
use crate::description::Description;

/// An operation of one HTTP request and one type of answer.
pub trait Operation: 'static {
    /// The type into which a 2xx answer is decoded.
    type Output: Answer;
    /// Its description.
    const DESCRIPTION: &'static Description;
    /// The server that the contract gives to this operation.
    const SERVER: Option<&'static str> = None;
    /// The statuses of success that the contract names; if empty, every 2xx.
    const ANSWERS: &'static [u16] = &[200];
}
