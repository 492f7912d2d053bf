//! In: nothing. Out: one thing that is wrong with a request, as the parts of this room and its callers tell it. Never: a value.

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    pub(crate) pointer: String,
    pub(crate) rule: String,
    pub(crate) message: String,
    /// The code that a rule asks for.
    pub(crate) code: Option<String>,
}
