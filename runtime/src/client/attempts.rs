//! The attempt loop of a call: a fixed request comes in, the end of the call with its history goes out. It must never send
//! again what could act twice.

use std::pin::pin;
use std::time::{Duration, Instant};

use tracing::Instrument as _;

use super::attempt::{Attempt, attempt};
use super::core::Core;
use super::evaluate::{Attempted, Evaluated, Ids, afford, context, decide, evaluate, measure, named_wait, overslept};
use super::observe::{self, Progress};
use crate::exchange::{End, Ended, Exchange, Fixed, Renewal, Trail};
use crate::outcome::Ending;
use crate::retry::{Change, Decision, Policy, RetryContext, Stop};
use crate::secret::KeyChoice;
use crate::security::TimeLeft;
use crate::transport::within;

/// Limits of one run of a call.
pub(super) struct Bounds {
    began: Instant,
    pub(super) deadline: Duration,
    timeout: Duration,
    pub(super) policy: Policy,
}

impl Bounds {
    pub(super) fn new(core: &Core, fixed: &Fixed, already_spent: Duration) -> Self {
        let now = core.instant();
        let mut policy = core.shared().policy.clone();
        policy.attempts = fixed.options.attempts.unwrap_or(policy.attempts).max(1);
        Self {
            began: now.checked_sub(already_spent).unwrap_or(now),
            deadline: fixed.options.deadline.unwrap_or(core.deadline()),
            timeout: fixed.options.timeout.unwrap_or(core.shared().timeout),
            policy,
        }
    }

    fn elapsed(&self, core: &Core) -> Duration {
        core.instant().saturating_duration_since(self.began)
    }

    /// Returns the time for the next attempt.
    fn left(&self, core: &Core) -> TimeLeft {
        let from = core.instant();
        let call = self.deadline.saturating_sub(from.saturating_duration_since(self.began));
        TimeLeft {
            from,
            attempt: self.timeout.min(call),
            call,
        }
    }
}

/// Repeats attempts until the decision is to stop, within the span of the call.
pub(super) async fn attempts(
    core: &Core,
    mut exchange: Box<Exchange>,
    fixed: Box<Fixed>,
    progress: Option<&Progress>,
) -> Ended {
    let first = std::mem::take(&mut exchange.trail.first);
    let span = observe::call_span(&fixed);
    let mut run = AttemptLoop {
        core,
        fixed: &fixed,
        bounds: Bounds::new(core, &fixed, first.already_spent),
        trail: &mut exchange.trail,
        progress,
        turn: None,
        is_paid: first.is_paid,
    };
    // Pinned, here and below: a future is large, and `instrument` would move it.
    let (end, at) = pin!(run.run(first.request_id)).instrument(span.clone()).await;
    let ended = Ended::new(exchange.with(fixed), end, at);
    observe::attempts_ended(&ended, &span);
    ended
}

/// The wait before the next attempt.
struct Wait {
    duration: Duration,
    /// Correction of the clock, in seconds.
    offset: Option<i64>,
}

/// One run of a call: what it may use, and what it changes.
struct AttemptLoop<'r> {
    core: &'r Core,
    fixed: &'r Fixed,
    bounds: Bounds,
    trail: &'r mut Trail,
    progress: Option<&'r Progress>,
    turn: Option<KeyChoice>,
    /// The last attempt was paid for from the retry budget.
    is_paid: bool,
}

impl AttemptLoop<'_> {
    /// Returns the end of the call, and the local time at which its last attempt began.
    async fn run(&mut self, mut given_id: Option<String>) -> (End, i64) {
        self.trail.timing.starts();
        self.trail.renewal = Renewal::Unused;
        if self.fixed.key.is_some() {
            let early = self.trail.timing.early(self.core);
            if !early.is_zero() {
                self.core.sleep(early).await;
            }
        }
        loop {
            let at = self.core.local_seconds();
            let attempted = self.attempt(given_id.take()).await;
            if let Some(end) = self.settle(attempted).await {
                return (end, at);
            }
        }
    }

    /// Waits until the next attempt may begin; returns the end of the call if there is none. Apart from the loop, so that its future has no
    /// room for an attempt and its result at once.
    async fn settle(&mut self, attempted: Attempted) -> Option<End> {
        let other_secret = self.has_other_secret(attempted.evaluated.ending).await;
        let stop = match self.decide(&attempted, other_secret) {
            Ok(wait) => self.wait(wait).await,
            Err(stop) => Some(stop),
        }?;
        self.ended(&attempted, stop);
        Some(attempted.evaluated.stopped(stop))
    }

    /// Makes one attempt, and notes what it showed.
    async fn attempt(&mut self, given_id: Option<String>) -> Attempted {
        let (core, fixed) = (self.core, self.fixed);
        core.renew(&mut self.turn).await;
        let left = self.bounds.left(core);
        let secret = self.turn.as_ref().and_then(KeyChoice::key);
        let resend_count = self.trail.history.current().len();
        if let Some(progress) = self.progress {
            progress.begins(fixed.is_safe());
        }
        let span = observe::attempt_span(fixed, resend_count);
        let (attempted, took) = pin!(attempt(core, fixed, self.trail, secret, given_id, &left))
            .instrument(span.clone())
            .await;
        if let Some(id) = self.trail.request_ids.last() {
            span.record("sdk.request_id", id.as_str());
        }
        let evaluated = self.evaluate(attempted);
        let skew = measure(core, evaluated.end.reply(), took);
        if let Some(signed) = &mut self.trail.signed {
            (signed.took, signed.skew) = (took, skew);
        }
        Attempted {
            evaluated,
            resend_count,
            took,
            skew,
            span,
        }
    }

    /// Evaluates an attempt. The trail keeps its ending and the request ids of the server; the outcome so far is known to all.
    fn evaluate(&mut self, attempted: Attempt) -> Evaluated {
        let (core, trail) = (self.core, &mut *self.trail);
        let ids = Ids {
            last: &trail.sent_id,
            own: &trail.request_ids,
            all: &core.shared().request_ids,
            members: &trail.members,
        };
        let mut evaluated = evaluate(core.api(), self.fixed, attempted, &ids, core.shared().limits.bytes);
        evaluated.confirm(&mut trail.undeclared);
        let failed = evaluated.end.reply().filter(|_| evaluated.ending != Ending::Success);
        trail.named_wait = failed.and_then(|reply| named_wait(core, reply));
        for id in evaluated.request_ids(core.api()) {
            trail.keep(id);
        }
        trail.history.push(evaluated.ending);
        let outcome = trail.history.outcome(self.fixed.is_safe());
        if let Some(mark) = &mut trail.mark {
            core.shared().unknown_keys.ended(mark, outcome);
        }
        if let Some(progress) = self.progress {
            progress.knows(Some(evaluated.ending), outcome);
        }
        evaluated
    }

    /// Returns `true` if the signature was refused, and another secret can be tried.
    async fn has_other_secret(&self, ending: Ending) -> bool {
        ending.refuses_signature() && self.core.has_other_secret(self.turn.as_ref()).await
    }

    /// Decides on the next step, and takes its cost out of the budget. Returns the reason not to send again, or the wait.
    fn decide(&mut self, attempted: &Attempted, other_secret: bool) -> Result<Wait, Stop> {
        let evaluated = &attempted.evaluated;
        let decision = decide(evaluated, &self.trail.history, &self.bounds.policy, || {
            let context = context(self.core, self.fixed, self.trail, attempted);
            RetryContext {
                elapsed: self.bounds.elapsed(self.core),
                deadline: Some(self.bounds.deadline),
                other: other_secret.then_some(Change::Secret).or(context.other),
                ..context
            }
        });
        observe::attempt_ended(self.core, &self.fixed.endpoint, attempted, decision);
        let (duration, change) = match decision {
            Decision::Stop(stop) => return Err(stop),
            Decision::Again { change, .. } if !afford(self.core, change) => return Err(Stop::Budget),
            Decision::Again { wait, change } => (wait, change),
        };
        self.is_paid = change == Change::Nothing;
        observe::sent_again(attempted, duration, change);
        if let (Change::Secret, Some(turn)) = (change, &mut self.turn) {
            turn.take_other();
        }
        if change == Change::Token {
            self.trail.renewal = Renewal::Used;
        }
        let offset = attempted.skew.filter(|_| change == Change::Clock);
        Ok(Wait { duration, offset })
    }

    /// Waits before the next attempt, after the correction of the clock if there is one. Returns the reason not to send again.
    async fn wait(&mut self, wait: Wait) -> Option<Stop> {
        let mut is_kept = true;
        if let Some(offset) = wait.offset {
            let outcome = self.trail.history.outcome(self.fixed.is_safe());
            let limit = self.core.shared().transport.limit(self.bounds.left(self.core).call);
            let kept = within(limit, self.trail.timing.correct(offset, outcome)).await;
            is_kept = kept.unwrap_or_else(|| {
                tracing::error!("the journal did not record a corrected clock in time; nothing more is sent");
                false
            });
        }
        if !wait.duration.is_zero() {
            self.core.sleep(wait.duration).await;
        }
        // A wait may take longer than planned. An attempt without remaining time would be cut off, and after a machine slept
        // for a day the server may treat the key as new.
        let is_over = self.bounds.elapsed(self.core) >= self.bounds.deadline;
        overslept(self.core, self.fixed, self.trail, is_over).or((!is_kept).then_some(Stop::Final))
    }

    /// Notes the end of the call: what its last response proves of budget, clock and secret.
    fn ended(&mut self, attempted: &Attempted, stop: Stop) {
        let evaluated = &attempted.evaluated;
        if matches!(stop, Stop::Done | Stop::Final) && evaluated.end.reply().is_some() {
            self.core.shared().tokens.earn(self.bounds.policy.budget, self.is_paid);
        }
        let is_promised = || evaluated.is_promised(self.fixed);
        let is_signed = self.trail.signed.is_some();
        self.trail
            .timing
            .ended(self.core, &evaluated.ending, is_promised, is_signed);
        if let (Stop::Done, Some(turn)) = (stop, &self.turn) {
            turn.accepted();
        }
    }
}
