//! Instants of the caller as the store has them.
//!
//! In: an instant. Out: seconds since 1970. Reads no clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the whole seconds since 1970; negative before it.
pub(crate) fn seconds(at: SystemTime) -> i64 {
    let whole = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    match at.duration_since(UNIX_EPOCH) {
        Ok(after) => whole(after.as_secs()),
        Err(before) => -whole(before.duration().as_secs()),
    }
}
