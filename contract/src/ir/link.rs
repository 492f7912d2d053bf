//! Links of responses: follow-up calls.

use super::node::OperationId;
use super::pointer::Pointer;
use crate::source::Origin;

/// A link of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Link {
    pub name: String,
    pub description: Option<String>,
    /// The operation with the response.
    pub source: OperationId,
    /// Index of the response.
    pub response: usize,
    /// The operation of the follow-up call.
    pub target: OperationId,
    /// Values by the index of the parameter of the target.
    pub parameters: Vec<(usize, LinkValue)>,
    /// Value of the body of the target.
    pub body: Option<LinkValue>,
    pub origin: Origin,
}

/// A value of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkValue {
    /// A member of the body of the response; empty for the whole body.
    Response(Pointer),
    /// An expression whose value the caller has.
    Given(String),
    /// A constant.
    Constant(crate::source::Scalar),
}
