//! The attempt loop of a call: a prepared request comes in, an answer of success or a failure with its history goes out. It
//! must never send again what could act twice.

use std::time::{Duration, Instant};

use tracing::{Instrument as _, Span};

use super::attempt::attempt;
use super::core::Core;
use super::decision::{afford, context, decide, measure, overslept};
use super::delivered::Delivered;
use super::evaluate::{Evaluated, evaluate};
use super::guard::Watch;
use super::mismatch::Ids;
use super::observe;
use crate::call::{Carried, Trail};
use crate::error::{Error, Failure, Trouble};
use crate::request::Prepared;
use crate::retry::{Change, Decision, Policy, RetryContext, Stop};
use crate::secret::Turn;

/// The limits of one run of a call.
struct Bounds {
    began: Instant,
    deadline: Duration,
    timeout: Duration,
    policy: Policy,
}

impl Bounds {
    fn of(core: &Core, prepared: &mut Prepared) -> Self {
        let now = core.instant();
        // A resumed call does not read its files again.
        let spent = std::mem::take(&mut prepared.options.spent);
        let mut policy = core.shared().policy.clone();
        policy.attempts = prepared.options.attempts.unwrap_or(policy.attempts).max(1);
        Self {
            began: now.checked_sub(spent).unwrap_or(now),
            deadline: prepared.options.deadline.unwrap_or(core.deadline()),
            timeout: prepared.options.timeout.unwrap_or(core.shared().timeout),
            policy,
        }
    }

    fn elapsed(&self, core: &Core) -> Duration {
        core.instant().saturating_duration_since(self.began)
    }
}

/// Repeats attempts until the decision is to stop, within the span of the call.
pub(super) async fn attempts(core: Core, carried: Box<Carried>) -> Result<Delivered, Error> {
    let span = observe::call_span(&carried.prepared);
    run(core, carried, &span).instrument(span.clone()).await
}

async fn run(core: Core, mut carried: Box<Carried>, call: &Span) -> Result<Delivered, Error> {
    let Carried { prepared, trail, .. } = &mut *carried;
    let bounds = Bounds::of(&core, prepared);
    trail.timing.starts();
    let mut given_id = prepared.options.request_id.take();
    let mut turn: Option<Turn> = None;
    let mut paid = false;
    loop {
        let at = core.local_seconds();
        core.renew(&mut turn).await;
        let left = bounds
            .timeout
            .min(bounds.deadline.saturating_sub(bounds.elapsed(&core)));
        let secret = turn.as_ref().and_then(Turn::key);
        let resends = trail.history.current().len();
        if let Some(progress) = &trail.progress {
            progress.begins(prepared.is_safe());
        }
        let span = observe::attempt_span(prepared, resends);
        let (attempted, took) = attempt(&core, prepared, trail, secret, given_id.take(), left)
            .instrument(span.clone())
            .await;
        if let Some(id) = trail.request_ids.last() {
            span.record("sdk.request_id", id.as_str());
        }
        let ids = Ids {
            last: &trail.sent_id,
            own: &trail.request_ids,
            sent: &core.shared().sent_ids,
        };
        let mut evaluated = evaluate(core.api(), prepared, attempted, &ids, core.limits().bytes);
        evaluated.confirm(&mut trail.undeclared);
        note(&core, prepared, trail, &evaluated);
        let elapsed = bounds.elapsed(&core);
        let skew = measure(&core, evaluated.reply.as_ref(), took);
        if let Some(signed) = &mut trail.signed {
            (signed.took, signed.skew) = (took, skew);
        }
        let other_secret = evaluated.ending.refuses_signature() && core.has_other_secret(turn.as_ref()).await;
        let decision = decide(&evaluated, &trail.history, &bounds.policy, || RetryContext {
            deadline: Some(bounds.deadline),
            other_secret,
            ..context(&core, prepared, trail, evaluated.reply.as_ref(), (elapsed, took))
        });
        observe::attempt_ended(&core, &prepared.endpoint, &evaluated, (resends, took, decision), &span);
        let stop = match decision {
            Decision::Stop(stop) => stop,
            Decision::Again { change, .. } if !afford(&core, change) => Stop::Budget,
            Decision::Again { wait, change } => {
                paid = change == Change::Nothing;
                observe::sent_again(&evaluated, resends, wait, change);
                if let (Change::Secret, Some(turn)) = (change, &mut turn) {
                    turn.take_other();
                }
                match pause(
                    &core,
                    prepared,
                    trail,
                    &bounds,
                    (wait, skew.filter(|_| change == Change::Clock)),
                )
                .await
                {
                    None => continue,
                    Some(stop) => stop,
                }
            }
        };
        if matches!(stop, Stop::Done | Stop::Final) && evaluated.reply.is_some() {
            core.shared().tokens.earn(bounds.policy.budget, paid);
        }
        let is_promised = || evaluated.is_promised(prepared);
        trail
            .timing
            .ended(&core, &evaluated.ending, is_promised, trail.signed.is_some());
        if let (Stop::Done, Some(turn)) = (stop, &turn) {
            turn.accepted();
        }
        let ended = end(&core, carried, evaluated, stop, at);
        observe::attempts_ended(&ended, call);
        return ended;
    }
}

/// Waits before the next attempt, after the correction of the clock if there is one. Returns the reason not to send again.
async fn pause(
    core: &Core,
    prepared: &Prepared,
    trail: &mut Trail,
    bounds: &Bounds,
    (wait, offset): (Duration, Option<i64>),
) -> Option<Stop> {
    let mut is_kept = true;
    if let Some(offset) = offset {
        let outcome = trail.history.outcome(prepared.is_safe());
        is_kept = trail.timing.correct(offset, outcome).await;
    }
    if !wait.is_zero() {
        core.sleep(wait).await;
    }
    // A wait may take longer than planned. An attempt without remaining time would be cut off, and after a machine slept for a
    // day the server may treat the key as new.
    let is_over = bounds.elapsed(core) >= bounds.deadline;
    overslept(core, prepared, trail, is_over).or((!is_kept).then_some(Stop::Final))
}

/// Notes what an attempt showed: its ending, the request ids of the server, and the outcome so far.
fn note(core: &Core, prepared: &Prepared, trail: &mut Trail, evaluated: &Evaluated) {
    for id in evaluated.request_ids(core.api()) {
        trail.keep(id);
    }
    trail.history.push(evaluated.ending);
    let outcome = trail.history.outcome(prepared.is_safe());
    if let Some(mark) = &mut trail.mark {
        core.shared().unsettled.ended(mark, outcome);
    }
    if let Some(progress) = &trail.progress {
        progress.knows(Some(evaluated.ending), outcome);
    }
}

/// Returns the end of a call: a complete 2xx answer, or a failure that owns all it needs to resume.
fn end(core: &Core, carried: Box<Carried>, evaluated: Evaluated, stop: Stop, at: i64) -> Result<Delivered, Error> {
    let support = core.api().support;
    match (evaluated.trouble, evaluated.reply) {
        (None, Some(reply)) => Ok(Delivered {
            reply,
            incoming: evaluated.incoming,
            replayed: evaluated.replayed,
            is_confirmed: evaluated.is_confirmed,
            carried,
            at,
            support,
            watch: Watch::default(),
        }),
        (trouble, reply) => {
            let trouble = trouble.unwrap_or(Trouble::Status);
            let failure = Failure::of(trouble, reply, evaluated.problem, carried, at, support);
            Err(failure.stopped(stop).into())
        }
    }
}
