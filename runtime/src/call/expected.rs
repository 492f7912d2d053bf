//! The value type of a call, stored without a type parameter, for resuming the call.

use std::any::{Any, TypeId};

/// The type of a call's value, and the function that decodes it.
#[derive(Clone, Copy)]
pub(crate) struct Expected {
    /// The type.
    pub(crate) of: TypeId,
    /// Returns `true` for answers, by status and media type, that are read as a stream.
    pub(crate) streams: fn(u16, &str) -> bool,
    /// Decodes the value: a function of the client module, which downcasts it.
    pub(crate) finish: &'static (dyn Any + Send + Sync),
}

impl std::fmt::Debug for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expected").field(&self.of).finish()
    }
}
