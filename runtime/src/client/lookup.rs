//! Lookups of actions: while one is in progress, every call of its client travels over a new connection.

use std::sync::atomic::Ordering;

use super::core::Core;
use crate::request::Request;

/// A lookup of an action. Until its drop, every call of its client and of the clones travels over a new connection.
#[derive(Debug)]
#[must_use = "the lookup ends when it is dropped"]
pub struct LookupGuard(Core);

impl Drop for LookupGuard {
    fn drop(&mut self) {
        self.0.shared().lookups.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Core {
    /// Begins a lookup of an action: its reads must not receive a late response from an earlier connection.
    pub fn begin_lookup(&self) -> LookupGuard {
        self.shared().lookups.fetch_add(1, Ordering::Relaxed);
        LookupGuard(self.clone())
    }

    /// Returns `true` if a list may leave out unreadable items: not if it can decide about an action.
    pub(crate) fn reads_leniently(&self, request: &Request) -> bool {
        let decides = request.options.fresh || self.sends_fresh() || !request.endpoint().is_safe();
        self.shared().is_lenient && !decides
    }

    /// Returns `true` if a lookup is in progress.
    pub(crate) fn sends_fresh(&self) -> bool {
        self.shared().lookups.load(Ordering::Relaxed) > 0
    }
}
