//! One type of the API: its shape, where it came from, who can reach it.

use super::{node::Text, shape::Shape};
use crate::source::Origin;

/// What a type may be called, and how binding that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameHint {
    /// The contract's author or an override pinned it (`x-newtype`, `contracts.yaml`): it is this or an error.
    Pinned(String),
    /// A component name: kept unless two collide.
    Given(String),
    /// An inline type: named after the place it stands in, parent first (`CreateOrder`, `items`, `item`).
    Derived(Vec<String>),
    /// Never mentioned by name (plain strings, arrays, maps, options).
    Anonymous,
}

/// From which side a type can be reached; sealed by the pass `reach`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Sent by the SDK.
    pub request: bool,
    /// Received by the SDK (answers, problems, webhooks).
    pub response: bool,
}

/// A type of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// What it may be called.
    pub name: NameHint,
    /// Its structure.
    pub shape: Shape,
    /// Its documentation.
    pub text: Text,
    /// Redacted wherever it is printed.
    pub sensitive: bool,
    /// Example values as JSON text, in contract order.
    pub examples: Vec<String>,
    /// Filled by the pass `reach`.
    pub reach: Reach,
    /// Where the contract says it.
    pub origin: Origin,
}
