//! One attempt: a fixed request comes in, is stamped, signed and sent, and the response or the failure goes out. It must
//! never change what was signed.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderValue};

use super::core::Core;
use crate::arrived::Reply;
use crate::clock;
use crate::exchange::{FailureCause, Fixed, Renewal, Trail};
use crate::multipart;
use crate::refusal::Refusal;
use crate::secret::Key;
use crate::security::{self, AvailableCredentials, Grant, TimeLeft};
use crate::signing::{InvalidHeader, Parts, Signed, Stamp};
use crate::transport::{self, Body, Cause, Changed, Gathered, Incoming, Read, SendError, SleepFuture, within};

/// The end of reading a response.
#[derive(Debug)]
pub(super) enum Extent {
    Whole,
    TooLarge,
    CutOff(Cause),
    /// The body is unread; a stream reads it.
    Unread(Incoming),
}

/// The result of one attempt: a response, or the reason why there is none.
pub(super) type Attempt = Result<(Reply, Extent), FailureCause>;

/// The timeout of an attempt passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no response within {0:?}")]
pub(super) struct TimedOut(pub(super) Duration);

/// Makes one attempt, and returns its result with the time from the signature to the response.
pub(super) async fn attempt(
    core: &Core,
    fixed: &Fixed,
    trail: &mut Trail,
    secret: Option<&Key>,
    given_id: Option<String>,
    left: TimeLeft,
) -> (Attempt, Duration) {
    // A request without time for its response is not sent: it would be cut off with an unknown outcome.
    if left.attempt.is_zero() && trail.history.current().is_empty() {
        return (Err(FailureCause::Refused(Refusal::Time)), Duration::ZERO);
    }
    let began = core.shared().time.clock.instant();
    let granted = authorize(core, fixed, left).await;
    let opened = match granted {
        Ok(grant) => open(fixed).await.map(|body| (grant, body)),
        Err(refusal) => Err(refusal),
    };
    let stamped = opened.and_then(|(grant, body)| {
        let id = request_id(core, given_id)?;
        let corrected = trail.timing.offset(core);
        let values = Values {
            grant: &grant,
            secret,
            request_id: &id,
            corrected,
        };
        let (request, signed) = stamp(core, fixed, &values, body)?;
        trail.timing.leaves(core);
        if let Some(mark) = &mut trail.mark {
            core.shared().unknown_keys.leaves(mark, core.moment());
        }
        trail.keep(&id);
        core.shared().sent_ids.add(&id);
        trail.sent_id = id;
        trail.signed = signed;
        Ok((request, grant))
    });
    match stamped {
        Err(refusal) => (Err(FailureCause::Refused(refusal)), Duration::ZERO),
        Ok((request, grant)) => {
            let signed = core.shared().time.clock.instant();
            let spent = signed.saturating_duration_since(began);
            // A provider's time is part of the attempt; that of the token endpoint is part of the call.
            let timeout = if grant.has_asked() {
                left.attempt.saturating_sub(spent)
            } else {
                left.attempt.min(left.call.saturating_sub(spent))
            };
            let attempted = send(core, request, timeout, fixed).await;
            if matches!(&attempted, Ok((reply, _)) if reply.status == StatusCode::UNAUTHORIZED) {
                grant.reject();
                if trail.renewal == Renewal::Unused && grant.drop_tokens() {
                    trail.renewal = Renewal::Due;
                }
            }
            if !matches!(attempted, Err(FailureCause::Refused(_) | FailureCause::NotSent(_))) {
                trail.timing.left();
            }
            (
                attempted,
                core.shared().time.clock.instant().saturating_duration_since(signed),
            )
        }
    }
}

/// Sends a stamped request and reads its response, no longer than `timeout`.
async fn send(core: &Core, request: http::Request<Body>, timeout: Duration, fixed: &Fixed) -> Attempt {
    if timeout.is_zero() {
        return Err(FailureCause::NotSent(
            "its timeout or deadline passed before it could be sent".into(),
        ));
    }
    let transport = &core.shared().transport;
    let limit = core.shared().limits.bytes;
    let limit_of_time: SleepFuture<'_> = transport.limit(timeout);
    let sending = if fixed.has_effect() {
        transport.send_fresh(request)
    } else {
        transport.send(request)
    };
    let mut head = None;
    let mut body = Gathered::default();
    let ended = within(limit_of_time, async {
        let response = sending.await?;
        let (mut parts, incoming) = response.into_parts();
        let mut incoming = transport::decode(fixed.endpoint.method(), &mut parts, incoming);
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            body: Bytes::new(),
            limits: core.shared().limits,
        };
        let streams = fixed.streams(reply.status, reply.content_type());
        head = Some(reply);
        if streams {
            return Ok::<_, SendError>(Err(incoming));
        }
        Ok(Ok(transport::read(&mut incoming, limit, &mut body).await))
    })
    .await;
    let extent = match ended {
        None => Extent::CutOff(Box::new(TimedOut(timeout))),
        Some(Ok(Err(incoming))) => Extent::Unread(incoming),
        Some(Ok(Ok(Read::Whole))) => Extent::Whole,
        Some(Ok(Ok(Read::TooLarge))) => Extent::TooLarge,
        Some(Err(SendError::NotSent(cause))) => return Err(not_sent(cause)),
        Some(Ok(Ok(Read::CutOff(cause))) | Err(SendError::Unknown(cause))) => Extent::CutOff(cause),
    };
    match (head, extent) {
        (Some(mut reply), extent) => {
            reply.body = body.into_bytes();
            Ok((reply, extent))
        }
        (None, Extent::CutOff(cause)) => Err(FailureCause::NoAnswer(cause)),
        (None, _) => Err(FailureCause::NoAnswer("the transport returned no response".into())),
    }
}

/// Returns the failure of a request of which no byte left. A file that changed is final; a missing connection is not.
fn not_sent(cause: Cause) -> FailureCause {
    match Changed::behind(&*cause) {
        Some(changed) => FailureCause::Refused(Refusal::Changed {
            path: changed.path.display().to_string(),
        }),
        None => FailureCause::NotSent(cause),
    }
}

/// Returns the request id of the next attempt: the caller's, or a new one.
fn request_id(core: &Core, given: Option<String>) -> Result<String, Refusal> {
    if let Some(id) = given {
        return Ok(id);
    }
    let mut bytes = [0; 16];
    core.shared()
        .nonces
        .fill(&mut bytes)
        .map_err(|error| Refusal::Nonce(error.to_string()))?;
    Ok(clock::uuid(bytes))
}

/// Chooses the credentials of a call and fetches their tokens.
async fn authorize(core: &Core, fixed: &Fixed, left: TimeLeft) -> Result<Grant, Refusal> {
    let shared = core.shared();
    let names_client = shared
        .api
        .signing
        .is_some_and(|signing| signing.client_id_header.is_some());
    let own = &fixed.options.credentials;
    let merged = (!own.is_empty()).then(|| own.over(&shared.identity.credentials));
    let given = AvailableCredentials {
        schemes: shared.api.schemes,
        credentials: merged.as_ref().unwrap_or(&shared.identity.credentials),
        signs: shared.identity.ring.is_some() && (shared.identity.client_id.is_some() || !names_client),
        anonymous: shared.identity.anonymous,
        headers: &fixed.headers,
        target: &fixed.target,
    };
    let choice = security::choose(&fixed.wanted, &given)?;
    if choice.shown.is_empty() {
        return Ok(Grant::signed(choice.is_signed));
    }
    // Boxed, so that calls without a token provider keep a small future.
    Box::pin(security::grant(choice, core, left)).await
}

/// Opens the body before the request is stamped, so that a slow disk does not use up the freshness of the signature.
async fn open(fixed: &Fixed) -> Result<Body, Refusal> {
    let opened = fixed.payload.source.open().await;
    opened.map_err(|error| multipart::refused(&error))
}

/// The values of one attempt.
struct Values<'a> {
    grant: &'a Grant,
    secret: Option<&'a Key>,
    request_id: &'a str,
    /// Offset that is added to the local clock, in seconds.
    corrected: i64,
}

/// Stamps and signs the request. After that, nothing of it may change.
fn stamp(
    core: &Core,
    fixed: &Fixed,
    values: &Values<'_>,
    body: Body,
) -> Result<(http::Request<Body>, Option<Signed>), Refusal> {
    let (api, names, grant) = (core.api(), &core.shared().names, values.grant);
    let mut headers = fixed.headers.clone();
    grant.stamp(&mut headers);
    transport::request_codings(&mut headers);
    let target = grant.target(&fixed.target);
    if let Some(name) = api.request_id_header {
        names.put(&mut headers, name, values.request_id).map_err(unwritable)?;
    }
    let key = fixed.key.as_ref().map(|key| {
        let prefix = api.idempotency.map(|keys| keys.prefix(fixed.endpoint.operation()));
        prefix.unwrap_or_default() + key.as_str()
    });
    let key = key.as_deref();
    if let (Some(header), Some(key)) = (api.idempotency.and_then(|keys| keys.header), key) {
        names.put(&mut headers, header, key).map_err(unwritable)?;
    }
    if body.length() == 0 && !fixed.is_safe() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let uri = [fixed.origin.as_str(), &target].concat();
    let uri = http::Uri::try_from(uri).map_err(|_| Refusal::Target("it is not a URI"))?;
    if uri.path_and_query().is_none_or(|written| written.as_str() != target) {
        return Err(Refusal::Target("an HTTP library would change it"));
    }
    let mut signed = None;
    if let (Some(scheme), Some(secret), true) = (api.signing, values.secret, grant.is_signed) {
        let local = core.local_seconds();
        let parts = Parts {
            method: fixed.endpoint.method().as_str(),
            target: &target,
            body_sha256: &fixed.payload.sha256,
            timestamp: "",
            nonce: "",
            idempotency_key: key,
            client_id: core.client_id(),
        };
        let nonces = &*core.shared().nonces;
        let stamp = Stamp::new(scheme, secret, local.saturating_add(values.corrected), nonces, &parts)
            .map_err(|error| Refusal::Nonce(error.to_string()))?;
        stamp
            .write(scheme, core.client_id().unwrap_or_default(), names, &mut headers)
            .map_err(unwritable)?;
        signed = Some(Signed {
            signing: scheme,
            timestamp: stamp.timestamp,
            nonce: stamp.nonce,
            corrected: values.corrected,
            warnings: secret.warnings(),
            has_query_key: matches!(target, std::borrow::Cow::Owned(_)),
            took: Duration::ZERO,
            skew: None,
        });
    }
    let mut request = http::Request::new(body);
    *request.method_mut() = fixed.endpoint.method().clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok((request, signed))
}

fn unwritable(InvalidHeader(name): InvalidHeader) -> Refusal {
    Refusal::Header {
        name: name.to_owned(),
        why: "it cannot be sent as a header",
    }
}
