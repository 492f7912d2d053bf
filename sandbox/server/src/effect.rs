//! In: an operation that was carried out. Out: what a person would count: which action happened, to what. Never: an
//! answer that was only repeated.

use crate::operation::Operation;
use crate::validate::ParsedRequest;
use serde::{Deserialize, Serialize};

/// An action that was really carried out, once for each time that it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Effect {
    /// The operation.
    pub operation: String,
    /// The key under which it was carried out.
    pub key: Option<String>,
    /// The values that the contract calls its subject (`x-idempotency.subject`), such as owner and reference; none where it
    /// names none.
    pub subject: Vec<String>,
    /// The id of the resource that it made or changed.
    pub resource: Option<String>,
}

/// The subject of a request, value by value; one that lacks a value has none.
pub(crate) fn subject(operation: &Operation, input: &ParsedRequest) -> Vec<String> {
    let value = |part: &String| match part.strip_prefix("path.") {
        Some(name) => input.path.get(name).cloned(),
        None => input.body.as_ref()?.pointer(part)?.as_str().map(str::to_owned),
    };
    let values: Option<Vec<String>> = operation.subject.iter().map(value).collect();
    values.unwrap_or_default()
}
