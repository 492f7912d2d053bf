//! The value that a call would have given, for those who go on with it and do not say it again.

use std::any::{Any, TypeId};

/// The type of a call's value, and the end of such a call.
#[derive(Clone, Copy)]
pub(crate) struct Expected {
    /// The type.
    pub(crate) of: TypeId,
    /// Returns `true` for answers, by status and media type, whose body is read as it comes.
    pub(crate) streams: fn(u16, &str) -> bool,
    /// Reads the value: a function of the room that sends, which knows it again.
    pub(crate) finish: &'static (dyn Any + Send + Sync),
}

impl std::fmt::Debug for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expected").field(&self.of).finish()
    }
}
