//! Streams of events that broke off: the call and the place to continue from come in, the body of another connection goes out.
//! It must never repeat a call that could act.
//!
//! The retry policy decides, as after any response that breaks off.

use std::time::Duration;

use http::StatusCode;

use super::attempts::{Bounds, attempts};
use super::core::Core;
use super::evaluate::afford;
use super::observe;
use super::send::{arriving, expected};
use crate::answer::{Arriving, Reopening, ResumePoint, StreamClient, Timer};
use crate::error::Error;
use crate::exchange::{End, Ended, FailedCall, FailureCause, FirstRun, Fixed, Trail};
use crate::json::DecodeError;
use crate::retry::{self, Change, Decision, RetryContext, Stop};

impl StreamClient for Core {
    fn limit(&self, limit: Duration) -> Timer {
        let core = self.clone();
        Box::pin(async move { core.shared().transport.limit(limit).await })
    }

    fn reopen(&self, failure: FailedCall, from: ResumePoint) -> Reopening {
        let core = self.clone();
        Box::pin(async move { reopen(&core, failure, from).await })
    }
}

/// Repeats the call, if the policy allows it.
async fn reopen(core: &Core, mut failure: FailedCall, from: ResumePoint) -> Result<Option<Arriving>, Error> {
    let Some(mut fixed) = failure.exchange.take_fixed() else {
        return Err(failure.into());
    };
    if let Some(id) = from.last_id {
        fixed = fixed.after_event(id);
    }
    let trail = &mut failure.exchange.trail;
    trail.broke_off(from.has_progress);
    trail.least_wait = from.wait;
    let wait = match decide(core, &fixed, trail) {
        Ok(wait) => wait,
        Err(stop) => {
            failure.end.stop = Some(stop);
            failure.exchange = failure.exchange.with(fixed);
            return Err(failure.into());
        }
    };
    observe::stream_broke_off(&fixed, trail.attempts(), wait);
    trail.first = FirstRun {
        request_id: None,
        already_spent: wait,
        is_paid: true,
    };
    core.sleep(wait).await;
    let ended = attempts(core, failure.exchange, fixed, None).await;
    reopened(core, ended, from.streams)
}

/// Decides on another connection, and takes its cost out of the budget. Returns the wait before it. The deadline of a call
/// applies to each continuation, because a stream may live longer.
fn decide(core: &Core, fixed: &Fixed, trail: &Trail) -> Result<Duration, Stop> {
    let bounds = Bounds::new(core, fixed, Duration::ZERO);
    let context = RetryContext {
        safe: fixed.is_safe(),
        keyed: fixed.key.is_some(),
        deadline: Some(bounds.deadline),
        retry_after: trail.least_wait,
        tokens: core.shared().tokens.left(),
        random: core.random(),
        ..RetryContext::SAFE
    };
    match retry::decide(&trail.history, &bounds.policy, &context) {
        Decision::Stop(stop) => Err(stop),
        Decision::Again { .. } if !afford(core, Change::Nothing) => Err(Stop::Budget),
        Decision::Again { wait, .. } => Ok(wait),
    }
}

/// Returns the body of the new connection. The status 204 ends the stream (WHATWG HTML, section 9.2.1).
fn reopened(core: &Core, ended: Ended, streams: fn(u16, &str) -> bool) -> Result<Option<Arriving>, Error> {
    if matches!(&ended.end, End::Answered(arrived) if arrived.reply.status == StatusCode::NO_CONTENT) {
        return Ok(None);
    }
    let mut answered = expected(ended)?;
    let reply = &answered.end.reply;
    let continues = streams(reply.status.as_u16(), reply.content_type());
    let Some(incoming) = answered.end.stream.take().filter(|_| continues) else {
        let error = DecodeError::unexpected("an event stream", "another media type");
        return Err(answered.failed(FailureCause::Unreadable(error)).into());
    };
    answered.exchange.trail.timing.was_read(core);
    Ok(Some(arriving(core, answered, incoming)))
}
