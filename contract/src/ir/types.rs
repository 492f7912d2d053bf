//! One type of the API: shape, origin, reachability.

use super::{node::Documentation, shape::Shape};
use crate::source::Origin;

/// Name of a type, and how binding it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameHint {
    /// Pinned by the contract's author or an override (`x-newtype`, `contracts.yaml`): this name or an error.
    Pinned(String),
    /// A component name: kept unless two collide.
    Given(String),
    /// A schema with a name in another file: kept like that of a component, which is stronger. `around` is a word for the file,
    /// which tells it from another one of the name.
    #[allow(missing_docs)]
    Elsewhere { name: String, around: String },
    /// An inline type: named after its place, parent first (`CreateOrder`, `items`, `item`).
    Derived(Vec<String>),
    /// Without a name (plain strings, arrays, maps, options).
    Anonymous,
}

impl NameHint {
    /// Returns the name in the contract; `None` for an inline type.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Pinned(name) | Self::Given(name) | Self::Elsewhere { name, .. } => Some(name),
            Self::Derived(_) | Self::Anonymous => None,
        }
    }
}

/// A place where the contract writes an inline type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePlace {
    /// Its words, parent first, as in [`NameHint::Derived`].
    pub path: Vec<String>,
    /// Its title there.
    pub title: Option<String>,
    /// JSON Pointer, by which an override names it.
    pub pointer: String,
}

/// Directions that reach a type; set by the pass `reach`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Directions {
    /// Sent by the SDK.
    pub request: bool,
    /// Received by the SDK (responses, problems, webhooks).
    pub response: bool,
}

/// A type of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Its name.
    pub name: NameHint,
    /// Its structure.
    pub shape: Shape,
    /// Its documentation.
    pub text: Documentation,
    /// True if redacted wherever it is printed.
    pub sensitive: bool,
    /// Example values as JSON text, in contract order.
    pub examples: Vec<String>,
    /// Set by the pass `reach`.
    pub directions: Directions,
    /// Location in the contract.
    pub origin: Origin,
}

impl Type {
    /// Returns a type without texts and examples, which no operation has reached yet.
    pub fn new(name: NameHint, shape: Shape, origin: Origin) -> Self {
        Self {
            name,
            shape,
            text: Documentation::default(),
            sensitive: false,
            examples: Vec::new(),
            directions: Directions::default(),
            origin,
        }
    }
}
