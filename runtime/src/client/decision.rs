//! The decision after an attempt: its evaluation, the history of the call and the state of the client come in, the next step
//! goes out. Nothing is sent and nothing waits here.

use std::time::Duration;

use super::core::Core;
use super::evaluate::Evaluated;
use crate::call::{Reply, Trail};
use crate::outcome::{Ending, History};
use crate::request::Prepared;
use crate::retry::{self, Change, Decision, Policy, RetryContext, Stop};

/// Decides on the next step. `context` is read only if the policy needs it: an answer of success ends the call without
/// reading clocks, tokens or random numbers.
pub(super) fn decide(
    evaluated: &Evaluated,
    history: &History,
    policy: &Policy,
    context: impl FnOnce() -> RetryContext,
) -> Decision {
    if evaluated.is_final {
        Decision::Stop(Stop::Final)
    } else if matches!(evaluated.ending, Ending::Success) {
        Decision::Stop(Stop::Done)
    } else {
        retry::decide(history, policy, &context())
    }
}

/// Collects what the decision depends on, except for what only the call itself knows.
pub(super) fn context(
    core: &Core,
    prepared: &Prepared,
    trail: &Trail,
    reply: Option<&Reply>,
    (elapsed, took): (Duration, Duration),
) -> RetryContext {
    let api = core.api();
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let headers = reply.map(|reply| &reply.headers);
    RetryContext {
        safe: prepared.is_safe(),
        keyed: prepared.key.is_some(),
        elapsed,
        deadline: None,
        age: trail.timing.age(core),
        retention: api.idempotency.map(|keys| seconds(keys.retention)),
        retry_after: headers.and_then(|headers| retry::retry_after(headers, core.seconds())),
        took,
        freshness: api.signing.map(|signing| seconds(signing.freshness)),
        other_secret: false,
        tokens: core.shared().tokens.left(),
        random: core.random(),
    }
}

/// Returns the reason not to send again after a wait. The sleep of a machine shows only on the wall clock, and that of a wrong
/// clock only on its correction.
pub(super) fn overslept(core: &Core, prepared: &Prepared, trail: &Trail, is_over: bool) -> Option<Stop> {
    if !prepared.is_safe() && trail.timing.is_forgotten(core) {
        return Some(Stop::Retention);
    }
    is_over.then_some(Stop::Deadline)
}

/// Takes the cost of a retry out of the budget; changes other than a plain retry are free. Returns `false` if too few tokens
/// are left.
pub(super) fn afford(core: &Core, change: Change) -> bool {
    let shared = core.shared();
    change != Change::Nothing || shared.tokens.pay(shared.policy.budget)
}

/// Returns the offset of the server's clock by this answer, in seconds, and stores it as a measurement.
pub(super) fn measure(core: &Core, reply: Option<&Reply>, took: Duration) -> Option<i64> {
    let offset = retry::offset(&reply?.headers, core.local_seconds(), took)?;
    core.shared().skew.measure(offset);
    Some(offset)
}
