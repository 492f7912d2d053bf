//! Work on both sides of a comparison at once.

use std::thread::{Builder, scope};

/// Bytes of the stack of a thread: that of a main thread, for deeply nested schemas.
const STACK: usize = 8 << 20;

/// Runs two pieces of work, on two threads if there can be a second one. The result does not depend on the schedule.
pub(super) fn both<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| {
        let other = Builder::new().stack_size(STACK).spawn_scoped(scope, &first);
        let second = second();
        let first = match other.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(first)) => first,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => first(),
        };
        (first, second)
    })
}
