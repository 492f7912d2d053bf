//! Idempotency keys: where a contract states them. Their rules are those of the runtime.

use super::operation::Method;

/// Operations that take a key, and its place (`x-idempotency`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyScope {
    /// Methods whose operations take the header without an intent; empty: each unsafe operation states its intent.
    pub on: Vec<Method>,
    /// Member of the JSON body that is the key, whatever its name.
    pub member: Option<String>,
}
