//! Lookups of actions: while one is in progress, every call of its client travels over a new connection.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::core::Core;
use crate::clock::copy_lifetime;
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
    /// Returns the last instant at which a request that this client sent until now can act, in seconds since 1970 by the server's clock.
    /// Until then a lookup that finds nothing proves nothing. `None` if no response has told the time yet: then no instant is known.
    ///
    /// A call may be in progress in another process: to the longest call comes [`copy_lifetime`].
    pub fn acts_until(&self) -> Option<i64> {
        let retention = self.api().idempotency.and_then(|keys| keys.retention.known());
        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs());
        let lifetime = copy_lifetime(seconds(self.freshness()), seconds(retention));
        let bound = lifetime.saturating_add(self.longest_call().as_secs());
        // A refusal may leave a corrected clock unconfirmed. The later of two instants is the safe one.
        let skew = &self.shared().time.skew;
        let offset = match (skew.confirmed(), skew.measured()) {
            (Some(confirmed), measured) => confirmed.max(measured.unwrap_or(confirmed)),
            (None, measured) => measured?.max(0),
        };
        let now = self.local_seconds().saturating_add(offset);
        Some(now.saturating_add(i64::try_from(bound).unwrap_or(i64::MAX)))
    }

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
