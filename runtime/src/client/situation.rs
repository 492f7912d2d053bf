//! What a decision about another attempt depends on: the call, its clocks and the last answer come in, a [`Situation`] goes out.
//! It decides nothing itself, but that what waited too long is not sent.

use std::time::Duration;

use super::attempt::Reply;
use super::core::Core;
use super::exchange::Trail;
use crate::request::Prepared;
use crate::retry::{self, Situation, Stop};

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
        age: age(core.local_seconds(), trail),
        retention: api.idempotency.map(|keys| seconds(keys.retention)),
        retry_after: headers.and_then(|headers| retry::retry_after(headers, core.seconds())),
        took,
        freshness: api.signing.map(|signing| seconds(signing.freshness)),
        other_secret: false,
        tokens: core.shared().tokens.left(),
        random: core.random(),
    }
}

/// What forbids to send again after a wait; that of a machine which slept shows on the wall's clock alone.
pub(super) fn overslept(core: &Core, prepared: &Prepared, trail: &Trail, is_over: bool) -> Option<Stop> {
    let retention = core
        .api()
        .idempotency
        .map(|keys| Duration::from_secs(keys.retention.into()));
    let is_forgotten = |retention| age(core.local_seconds(), trail) >= retention;
    if !prepared.is_safe() && retention.is_some_and(is_forgotten) {
        return Some(Stop::Retention);
    }
    is_over.then_some(Stop::Deadline)
}

/// How long ago the key was first sent.
pub(super) fn age(now: i64, trail: &Trail) -> Duration {
    let since = trail.first_sent.map_or(0, |first| now.saturating_sub(first));
    Duration::from_secs(u64::try_from(since).unwrap_or(0))
}
