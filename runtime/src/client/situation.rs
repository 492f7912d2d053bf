//! What a decision about another attempt depends on: the call, its clocks and the last answer come in, a [`Situation`] goes out.
//! It decides nothing itself, but that what waited too long is not sent.

use std::time::Duration;

use super::core::Core;
use crate::call::{Reply, Trail};
use crate::request::Prepared;
use crate::retry::{self, Change, Situation, Stop};

/// What the decision depends on, but for what only the call itself knows.
pub(super) fn situation(
    core: &Core,
    prepared: &Prepared,
    trail: &Trail,
    reply: Option<&Reply>,
    (elapsed, took): (Duration, Duration),
) -> Situation {
    let api = core.api();
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let headers = reply.map(|reply| &reply.headers);
    Situation {
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

/// What forbids to send again after a wait; that of a machine which slept shows on the wall's clock alone, and
/// that of a clock which was wrong on its correction.
pub(super) fn overslept(core: &Core, prepared: &Prepared, trail: &Trail, is_over: bool) -> Option<Stop> {
    if !prepared.is_safe() && trail.timing.is_forgotten(core) {
        return Some(Stop::Retention);
    }
    is_over.then_some(Stop::Deadline)
}

/// Pays for an attempt that the budget is to pay for.
pub(super) fn afford(core: &Core, change: Change) -> bool {
    let shared = core.shared();
    change != Change::Nothing || shared.tokens.pay(shared.policy.budget)
}

/// How far the server's clock is from ours by this answer; kept as a measure.
pub(super) fn measure(core: &Core, reply: Option<&Reply>, took: Duration) -> Option<i64> {
    let offset = retry::offset(&reply?.headers, core.local_seconds(), took)?;
    core.shared().skew.measure(offset);
    Some(offset)
}
