//! One call from its start to its end: a request comes in, is prepared and sent, and a delivered answer or a failure goes out.

use super::core::Core;
use super::delivered::Delivered;
use super::guard::Watch;
use super::journaled::exchange;
use super::prepare::prepare;
use super::unsettled::Before;
use crate::call::{Carried, Trail};
use crate::endpoint::Endpoint;
use crate::error::{Error, Failure};
use crate::idempotency::IdempotencyKey;
use crate::outcome::{History, Outcome};
use crate::refusal::Refusal;
use crate::request::{Prepared, Request};

/// Prepares a request and sends it with retries.
pub(crate) async fn send_request(core: Core, request: Box<Request>) -> Result<Delivered, Error> {
    let start = Start::new(&core, request.endpoint(), request.key.as_ref(), !request.refreshes);
    let prepared = prepare(&core, request).await;
    match start.begin(&core, prepared) {
        Ok((watch, carried)) => Delivered::watched(exchange(core, carried).await, watch),
        Err(error) => Err(error),
    }
}

/// The start of a call, before its request is prepared.
pub(super) struct Start {
    endpoint: Endpoint,
    trail: Trail,
    outcome: Outcome,
    watch: Watch,
}

impl Start {
    /// Starts a call with the knowledge about its key, if it has one. `acts` is `false` for a call without an effect.
    pub(super) fn new(core: &Core, endpoint: Endpoint, key: Option<&IdempotencyKey>, acts: bool) -> Self {
        let trail = trail(core, key, acts);
        let outcome = trail.history.outcome(endpoint.is_safe());
        let watch = Watch::new(core, &endpoint, outcome);
        Self {
            endpoint,
            trail,
            outcome,
            watch,
        }
    }

    /// Returns the state of the prepared call with its guard, or reports the refusal of its request.
    pub(super) fn begin(
        mut self,
        core: &Core,
        prepared: Result<Prepared, Refusal>,
    ) -> Result<(Watch, Box<Carried>), Error> {
        match prepared {
            Ok(prepared) => {
                self.trail.progress = self.watch.progress();
                Ok((self.watch, Carried::new(core.account(), prepared, self.trail)))
            }
            Err(refusal) => {
                let failure = Failure::refused(self.endpoint, refusal, self.outcome, core.local_seconds());
                Err(self.watch.failed(failure.into()))
            }
        }
    }
}

/// Starts the trail of a call with the knowledge about its key, if it has one. `acts` is `false` for a call without an effect.
/// A journal knows more, and adds it later.
fn trail(core: &Core, key: Option<&IdempotencyKey>, acts: bool) -> Trail {
    let mut trail = Trail::default();
    let Some(key) = key else { return trail };
    if key.is_used() {
        trail.history = History::after_unseen_attempts();
    }
    if !acts || core.shared().journal.is_some() {
        return trail;
    }
    let (before, mark) = core.shared().unsettled.begins(key.as_str());
    trail.mark = Some(mark);
    if before != Before::Nothing {
        trail.history = History::after_unseen_attempts();
    }
    if let Before::Since(first) = before {
        trail.timing.was_sent(first);
    }
    trail
}
