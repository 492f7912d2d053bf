//! One attempt: a prepared request comes in, is stamped, signed and sent, and the answer or the failure goes out.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::core::Core;
use super::stamp;
use crate::call::{Reply, Trail};
use crate::refusal::Refusal;
use crate::request::Prepared;
use crate::secret::Key;
use crate::transport::{self, Body, Cause, Changed, Gathered, Incoming, Read, SendError, SleepFuture, within};

/// The end of reading an answer.
#[derive(Debug)]
pub(super) enum Extent {
    Whole,
    TooLarge,
    CutOff(Cause),
    /// The body is unread; a stream reads it.
    Arriving(Incoming),
}

/// The result of one attempt.
pub(super) enum Attempt {
    Refused(Refusal),
    NotSent(Cause),
    NoAnswer(Cause),
    Answered(Reply, Extent),
}

/// The timeout of an attempt passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no response within {0:?}")]
pub(super) struct TimedOut(pub(super) Duration);

/// Makes one attempt, and returns its result with the time from the signature to the answer.
pub(super) async fn attempt(
    core: &Core,
    prepared: &Prepared,
    trail: &mut Trail,
    secret: Option<&Key>,
    given_id: Option<String>,
    timeout: Duration,
) -> (Attempt, Duration) {
    // A request without time for its answer is not sent: it would be cut off with an unknown outcome.
    if timeout.is_zero() && trail.history.current().is_empty() {
        return (Attempt::Refused(Refusal::Time), Duration::ZERO);
    }
    let began = core.shared().clock.instant();
    let granted = stamp::authorize(core, prepared, timeout).await;
    let opened = match granted {
        Ok(grant) => stamp::open(prepared).await.map(|body| (grant, body)),
        Err(refusal) => Err(refusal),
    };
    let stamped = opened.and_then(|(grant, body)| {
        let id = stamp::request_id(core, given_id)?;
        let corrected = trail.timing.offset(core);
        let (request, signed) = stamp::stamp(core, prepared, &grant, secret, &id, body, corrected)?;
        trail.timing.leaves(core);
        if let Some(mark) = &mut trail.mark {
            core.shared().unsettled.leaves(mark, core.moment());
        }
        trail.keep(&id);
        core.shared().sent_ids.add(&id);
        trail.sent_id = id;
        trail.signed = signed;
        Ok((request, grant))
    });
    match stamped {
        Err(refusal) => (Attempt::Refused(refusal), Duration::ZERO),
        Ok((request, grant)) => {
            let signed = core.shared().clock.instant();
            // Fetching a token is part of the attempt.
            let asked = if grant.has_asked() {
                signed.saturating_duration_since(began)
            } else {
                Duration::ZERO
            };
            let attempted = send(core, request, timeout.saturating_sub(asked), prepared).await;
            if matches!(&attempted, Attempt::Answered(reply, _) if reply.status == StatusCode::UNAUTHORIZED) {
                grant.reject();
            }
            if !matches!(attempted, Attempt::Refused(_) | Attempt::NotSent(_)) {
                trail.timing.left();
            }
            (
                attempted,
                core.shared().clock.instant().saturating_duration_since(signed),
            )
        }
    }
}

/// Sends a stamped request and reads its answer, no longer than `timeout`.
async fn send(core: &Core, request: http::Request<Body>, timeout: Duration, prepared: &Prepared) -> Attempt {
    if timeout.is_zero() {
        return Attempt::NotSent("its timeout or deadline passed before it could be sent".into());
    }
    let transport = &core.shared().transport;
    let limit = core.limits().bytes;
    let limit_of_time: SleepFuture<'_> = transport.limit(timeout);
    let sending = if prepared.has_effect() {
        transport.send_fresh(request)
    } else {
        transport.send(request)
    };
    let mut head = None;
    let mut body = Gathered::default();
    let ended = within(limit_of_time, async {
        let response = sending.await?;
        let (parts, mut incoming) = response.into_parts();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            body: Bytes::new(),
            limits: core.limits(),
        };
        let streams = prepared.options.streams(reply.status, reply.content_type());
        head = Some(reply);
        if streams {
            return Ok::<_, SendError>(Err(incoming));
        }
        Ok(Ok(transport::read(&mut incoming, limit, &mut body).await))
    })
    .await;
    let extent = match ended {
        None => Extent::CutOff(Box::new(TimedOut(timeout))),
        Some(Ok(Err(incoming))) => Extent::Arriving(incoming),
        Some(Ok(Ok(Read::Whole))) => Extent::Whole,
        Some(Ok(Ok(Read::TooLarge))) => Extent::TooLarge,
        Some(Err(SendError::NotSent(cause))) => return not_sent(cause),
        Some(Ok(Ok(Read::CutOff(cause))) | Err(SendError::Unknown(cause))) => Extent::CutOff(cause),
    };
    match (head, extent) {
        (Some(mut reply), extent) => {
            reply.body = body.into_bytes();
            Attempt::Answered(reply, extent)
        }
        (None, Extent::CutOff(cause)) => Attempt::NoAnswer(cause),
        (None, _) => Attempt::NoAnswer("the transport returned no response".into()),
    }
}

/// Returns the attempt of a request of which no byte left. A file that changed is final; a missing connection is not.
fn not_sent(cause: Cause) -> Attempt {
    match Changed::behind(&*cause) {
        Some(changed) => Attempt::Refused(Refusal::Changed {
            path: changed.path.display().to_string(),
        }),
        None => Attempt::NotSent(cause),
    }
}
