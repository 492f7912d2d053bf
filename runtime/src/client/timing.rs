//! Instants of a call: its sendings and responses come in, when its key was first and last sent and a tentative correction of
//! the clock go out to the journal.
//!
//! A correction holds for the call that tries it; it holds for the client only once the API accepted a signature with it.

use std::sync::Arc;
use std::time::Duration;

use super::core::Core;
use crate::clock::Moment;
use crate::exchange::{Row, Timing};
use crate::journal::{Claim, Journal, SendTimes};
use crate::outcome::{Ending, Outcome, Role};

impl Timing {
    /// Creates the timing of a call whose key was first sent at `first`, by another application.
    pub(super) fn after(first: Moment) -> Self {
        Self {
            first: Some(first),
            is_of_others: true,
            ..Self::default()
        }
    }

    /// Creates the timing of a call that is recorded as first sent now.
    pub(super) fn at(now: Moment) -> Self {
        Self {
            first: Some(now),
            ..Self::default()
        }
    }

    /// Stores the journal row of the call.
    pub(super) fn kept(&mut self, journal: Arc<dyn Journal>, claim: Claim) {
        self.row = Some(Row(journal, claim));
    }

    /// Records that an earlier call first sent the key at `first`. Of this instant and a recorded one, the earlier counts.
    pub(super) fn was_sent(&mut self, first: Moment) {
        let known = self.first.filter(|known| known.at < first.at);
        self.first = Some(known.unwrap_or(first));
        self.is_of_others = true;
    }

    pub(super) fn begins(&mut self, now: Moment) {
        self.first.get_or_insert(now);
    }

    /// Starts a new run of the call, and drops the corrections that an earlier one tried.
    pub(super) fn starts(&mut self) {
        (self.trial, self.taken, self.unread) = (None, None, None);
    }

    /// Returns the offset that this call adds to the local clock, in seconds.
    pub(super) fn offset(&self, core: &Core) -> i64 {
        self.trial.unwrap_or_else(|| core.clock_skew().applied)
    }

    fn now(&self, core: &Core) -> Moment {
        let now = core.moment();
        self.trial.map_or(now, |offset| now.corrected(offset))
    }

    /// Records that a request is sent now.
    pub(super) fn leaves(&mut self, core: &Core) {
        self.last = Some(self.now(core));
    }

    /// Records that the request was sent, or may have been, at the instant of its stamp.
    pub(super) fn left(&mut self) {
        if let Some(last) = self.last {
            self.first.get_or_insert(last);
        }
    }

    /// Returns the time since the key was first sent. Within one application, the offset of its clock does not matter.
    pub(super) fn age(&self, core: &Core) -> Duration {
        let since = match self.first {
            None => 0,
            Some(first) if self.is_of_others => self.now(core).at.saturating_sub(first.at),
            Some(first) => core.local_seconds().saturating_sub(first.local()),
        };
        Duration::from_secs(u64::try_from(since).unwrap_or(0))
    }

    /// Returns `true` if the server may have forgotten the key.
    pub(super) fn is_forgotten(&self, core: &Core) -> bool {
        let (Some(first), Some(keys)) = (self.first, core.api().idempotency) else {
            return false;
        };
        let retention = u64::from(keys.retention);
        if self.is_of_others {
            self.now(core).is_past(first, retention)
        } else {
            Moment::from(core.local_seconds()).is_past(first.local().into(), retention)
        }
    }

    /// Tries a correction of the clock, and records it before anything is sent with it.
    ///
    /// Returns `false` if the journal could not record it. If no attempt can have acted yet, the key counts as first sent with
    /// the corrected clock; otherwise the earlier instant stays.
    pub(super) async fn correct(&mut self, offset: i64, outcome: Outcome) -> bool {
        self.trial = Some(offset);
        let (Some(first), Some(Row(journal, claim)), false) = (self.first, &self.row, self.is_of_others) else {
            return true;
        };
        let corrected = first.corrected(offset);
        let first = match outcome {
            Outcome::NotExecuted => corrected,
            Outcome::Unknown | Outcome::Executed if corrected.at < first.at => corrected,
            Outcome::Unknown | Outcome::Executed => return true,
        };
        let sent = SendTimes {
            first: Some(first),
            last: self.last,
        };
        let followed = journal.follow(claim.clone().with(sent)).await;
        if let Err(error) = &followed {
            tracing::error!(%error, "the journal could not use a corrected clock; nothing more is sent");
        }
        followed.is_ok()
    }

    /// Updates the clock from the last response, which accepted or rejected the instant of the signature.
    ///
    /// A status of success alone proves nothing, since an intermediary may answer with one, too. If the contract describes no
    /// success for the call (`is_promised` returns `None`), only decoding the value proves it.
    pub(super) fn ended(
        &mut self,
        core: &Core,
        ending: &Ending,
        is_promised: impl FnOnce() -> Option<bool>,
        is_signed: bool,
    ) {
        // A finished call keeps no lease.
        let is_recorded = self.row.take().is_some();
        if !is_signed {
            return;
        }
        // The usual case: no new information about an offset that the API accepted before.
        let is_known = self.trial.is_none() && core.shared().skew.confirmed() == Some(self.offset(core));
        if is_known && !is_recorded && *ending == Ending::Success {
            return;
        }
        // The server checks the signature before it looks up an idempotency key.
        let is_taken = match ending {
            Ending::Success => {
                let Some(is_promised) = is_promised() else {
                    self.unread = Some(self.offset(core));
                    return;
                };
                is_promised
            }
            Ending::Answer(answer) => answer.role == Role::Plain && answer.row.is_some_and(|row| row.stored),
            Ending::NotSent | Ending::NoAnswer | Ending::CutOff | Ending::Mismatched | Ending::Unproven => false,
        };
        if is_taken {
            self.takes(core, self.offset(core));
        } else if let Some(seconds) = self.trial {
            let kept = core.shared().skew.applied();
            tracing::warn!(
                seconds,
                kept,
                "the API rejected a corrected clock; the correction is dropped"
            );
        }
    }

    /// Records that the response was decoded as the value of the call.
    pub(super) fn was_read(&mut self, core: &Core) {
        if let Some(offset) = self.unread.take() {
            self.takes(core, offset);
        }
    }

    /// Records that the API accepted a signature with this offset.
    fn takes(&mut self, core: &Core, offset: i64) {
        if let Some(seconds) = self.trial {
            tracing::info!(seconds, "the clock is corrected: the API accepted a signature with it");
        }
        self.taken = Some(offset);
        core.shared().skew.apply(offset);
    }

    /// Returns the instants that the journal stores at the end.
    pub(super) fn sent(&self) -> SendTimes {
        let own = self.first.filter(|_| !self.is_of_others);
        SendTimes {
            first: own.zip(self.taken).map(|(first, offset)| first.corrected(offset)),
            last: self.last,
        }
    }
}
