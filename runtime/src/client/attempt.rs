//! One attempt: a fixed request comes in, is stamped, signed and sent, and the response or the failure goes out. It must
//! never change what was signed.

use std::borrow::Cow;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{HeaderMap, Method, StatusCode};

use super::core::Core;
use super::sent::action_digest;
use crate::arrived::Reply;
use crate::exchange::{FailureCause, Fixed, Renewal, Trail};
use crate::multipart;
use crate::refusal::Refusal;
use crate::secret::Key;
use crate::security::{self, AvailableCredentials, Grant, TimeLeft};
use crate::signing::{InvalidHeader, Parts, SignatureRules, Signed, Signer, Stamp};
use crate::transport::{
    self, Body, Cause, ChangedFile, Gathered, Incoming, ReadEnd, SendError, SendFuture, SleepFuture, within,
};

/// Number of headers that most attempts add: request id, key, signature, and two of the HTTP client.
const ATTEMPT_HEADERS: usize = 8;

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
    left: &TimeLeft,
) -> (Attempt, Duration) {
    // A request without time for its response is not sent: it would be cut off with an unknown outcome.
    if left.attempt.is_zero() && trail.history.current().is_empty() {
        return (Err(FailureCause::Refused(Refusal::Time)), Duration::ZERO);
    }
    let stamping = Stamping {
        core,
        fixed,
        secret,
        corrected: trail.timing.offset(core),
        left,
    };
    let StampedRequest {
        request,
        grant,
        id,
        signed,
    } = match stamping.stamped(given_id).await {
        Ok(stamped) => stamped,
        Err(refusal) => return (Err(FailureCause::Refused(refusal)), Duration::ZERO),
    };
    trail.timing.leaves(core);
    if let Some(mark) = &mut trail.mark {
        core.shared().unknown_keys.leaves(mark, core.moment());
    }
    trail.keep(&id);
    core.shared().request_ids.add(&id);
    (trail.sent_id, trail.signed) = (id, signed);
    let leaves = core.shared().time.clock.instant();
    let spent = leaves.saturating_duration_since(left.from);
    // A provider's time is part of the attempt; that of the token endpoint is part of the call.
    let timeout = if grant.has_asked() {
        left.attempt.saturating_sub(spent)
    } else {
        left.attempt.min(left.call.saturating_sub(spent))
    };
    let attempted = if timeout.is_zero() {
        Err(FailureCause::NotSent(
            "its timeout or deadline passed before it could be sent".into(),
        ))
    } else {
        // A request is large: the future of its response is not, and is what the attempt keeps.
        let sending = sending(core, request, fixed);
        received(core, sending, timeout, fixed).await
    };
    if matches!(&attempted, Ok((reply, _)) if reply.status == StatusCode::UNAUTHORIZED) {
        grant.reject();
        if trail.renewal == Renewal::Unused && grant.drop_tokens() {
            trail.renewal = Renewal::Due;
        }
    }
    if !matches!(attempted, Err(FailureCause::Refused(_) | FailureCause::NotSent(_))) {
        trail.timing.left();
    }
    let took = core.shared().time.clock.instant().saturating_duration_since(leaves);
    (attempted, took)
}

/// Sends a stamped request.
fn sending<'c>(core: &'c Core, request: http::Request<Body>, fixed: &Fixed) -> SendFuture<'c> {
    let transport = &core.shared().transport;
    // A kept connection may have ended: an idempotent effect without a key meets none, so it needs no second sending.
    let is_single = matches!(*fixed.endpoint.method(), Method::PUT | Method::DELETE);
    if fixed.has_effect() || is_single || fixed.options.fresh || core.sends_fresh() {
        transport.send_fresh(request)
    } else {
        transport.send(request)
    }
}

/// Reads the response of a request, no longer than `timeout`.
async fn received(core: &Core, sending: SendFuture<'_>, timeout: Duration, fixed: &Fixed) -> Attempt {
    let limit = core.shared().limits.bytes;
    let limit_of_time: SleepFuture<'_> = core.shared().transport.limit(timeout);
    let mut head = None;
    let mut body = Gathered::default();
    // Pinned here: `within` would keep it twice.
    let ended = {
        let exchanged = pin!(async {
            let (mut parts, incoming) = sending.await?.into_parts();
            let mut incoming = transport::decode(fixed.endpoint.method(), &mut parts, incoming);
            let reply = head.insert(Reply {
                status: parts.status,
                headers: parts.headers,
                body: Bytes::new(),
                limits: core.shared().limits,
            });
            if fixed.streams(reply.status, reply.content_type()) {
                return Ok(Extent::Unread(incoming));
            }
            Ok(match transport::read_body(&mut incoming, limit, &mut body).await {
                ReadEnd::Whole => Extent::Whole,
                ReadEnd::TooLarge => Extent::TooLarge,
                ReadEnd::CutOff(cause) => Extent::CutOff(cause),
            })
        });
        within(limit_of_time, exchanged).await
    };
    let extent = match ended {
        Some(Ok(extent)) => extent,
        Some(Err(SendError::NotSent(cause))) => return Err(not_sent(cause)),
        Some(Err(SendError::Unknown(cause))) => Extent::CutOff(cause),
        None => Extent::CutOff(Box::new(TimedOut(timeout))),
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
    match ChangedFile::behind(&*cause) {
        Some(changed) => FailureCause::Refused(Refusal::Changed {
            path: changed.path.display().to_string(),
        }),
        None => FailureCause::NotSent(cause),
    }
}

/// Returns the request id of the next attempt: the caller's, or a new one.
fn request_id(core: &Core, fixed: &Fixed, given: Option<String>) -> Result<String, Refusal> {
    if let Some(id) = given {
        return Ok(id);
    }
    let mut bytes = [0; 16];
    core.shared()
        .nonces
        .fill(&mut bytes)
        .map_err(|error| Refusal::Nonce(error.to_string()))?;
    Ok(core.shared().request_ids.create(bytes, action_digest(fixed)))
}

/// Chooses the credentials of a call and fetches their tokens.
async fn authorize(core: &Core, fixed: &Fixed, left: &TimeLeft) -> Result<Grant, Refusal> {
    let shared = core.shared();
    let names_client = shared.api.signing.is_some_and(SignatureRules::has_client_id);
    let own = &fixed.options.credentials;
    let merged = (!own.is_empty()).then(|| own.over(&shared.identity.credentials));
    let given = AvailableCredentials {
        schemes: shared.api.schemes,
        credentials: merged.as_ref().unwrap_or(&shared.identity.credentials),
        signs: shared.identity.has_key() && (shared.identity.client_id.is_some() || !names_client),
        signing: how_to_sign(shared.api.signing),
        anonymous: shared.identity.anonymous,
        headers: &fixed.headers,
        target: &fixed.target,
    };
    let choice = security::choose(&fixed.wanted, &given)?;
    if choice.shown.is_empty() {
        return Ok(Grant::signed(choice.is_signed));
    }
    // Boxed, so that calls without a token provider keep a small future.
    Box::pin(security::grant(choice, core, *left)).await
}

/// Returns the settings with which a client can sign.
fn how_to_sign(signing: Option<&SignatureRules>) -> &'static str {
    match signing.map(|signing| (signing.has_client_id(), signing.key_pair, signing.secret)) {
        Some((true, None, _)) => "`.client_id(..)` and `.client_secret(..)`",
        Some((false, None, _)) => "`.client_secret(..)`",
        Some((true, Some(_), None)) => "`.client_id(..)` and `.signer(..)`",
        Some((false, Some(_), None)) => "`.signer(..)`",
        Some((true, Some(_), Some(_))) => "`.client_id(..)`, and `.client_secret(..)` or `.signer(..)`",
        Some((false, Some(_), Some(_))) => "`.client_secret(..)` or `.signer(..)`",
        None => "",
    }
}

/// Opens the body before the request is stamped, so that a slow disk does not use up the freshness of the signature.
async fn open(fixed: &Fixed) -> Result<Body, Refusal> {
    let opened = fixed.payload.source.open().await;
    opened.map_err(|error| multipart::refused(&error))
}

/// A complete request.
struct StampedRequest {
    request: http::Request<Body>,
    grant: Grant,
    /// The request id.
    id: String,
    signed: Option<Signed>,
}

/// The inputs of one attempt.
struct Stamping<'a> {
    core: &'a Core,
    fixed: &'a Fixed,
    secret: Option<&'a Key>,
    /// Offset that is added to the local clock, in seconds.
    corrected: i64,
    left: &'a TimeLeft,
}

impl Stamping<'_> {
    /// Authorizes, opens, stamps and signs the request, in this order. After that, nothing of it may change.
    async fn stamped(&self, given_id: Option<String>) -> Result<StampedRequest, Refusal> {
        let (core, fixed) = (self.core, self.fixed);
        let grant = authorize(core, fixed, self.left).await?;
        let body = open(fixed).await?;
        let id = request_id(core, fixed, given_id)?;
        let mut head = Head::new(core, fixed, &grant, &id, body.length())?;
        let mut signed = None;
        if let (Some(signing), true) = (core.api().signing, grant.is_signed) {
            let stamp = self.sign(signing, &head).await?;
            signed = Some(head.signed(self, signing, stamp)?);
        }
        let uri = [&fixed.origin, &*head.target].concat();
        let uri = http::Uri::try_from(uri).map_err(|_| Refusal::Target("it is not a URI"))?;
        if uri
            .path_and_query()
            .is_none_or(|written| written.as_str() != &*head.target)
        {
            return Err(Refusal::Target("an HTTP library would change it"));
        }
        let mut request = http::Request::new(body);
        *request.method_mut() = fixed.endpoint.method().clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = head.headers;
        Ok(StampedRequest {
            request,
            grant,
            id,
            signed,
        })
    }

    /// Returns the instant of a signature, in seconds since 1970.
    fn seconds(&self) -> i64 {
        self.core.local_seconds().saturating_add(self.corrected)
    }

    /// Signs a request with the signer of the client, or with its secret.
    async fn sign(&self, signing: &'static SignatureRules, head: &Head<'_>) -> Result<Stamp, Refusal> {
        let (fixed, shared) = (self.fixed, self.core.shared());
        let key = key_text(self.core, fixed);
        let parts = Parts {
            body: body_bytes(signing, fixed)?,
            idempotency_key: key.as_deref(),
            client_id: self.core.client_id(),
            origin: &fixed.origin,
            headers: Some(&head.headers),
            settings: &shared.identity.signing_settings,
            ..Parts::new(fixed.endpoint.method().as_str(), &head.target, &fixed.payload.sha256)
        };
        if let Some(signer) = &shared.identity.signer {
            // Boxed, so that calls without a signer keep a small future.
            return Box::pin(self.by_signer(signing, &**signer, &parts)).await;
        }
        let secret = self
            .secret
            .ok_or_else(|| Refusal::Signature("the client has no key".to_owned()))?;
        let stamp = Stamp::new(signing, secret, self.seconds(), &*shared.nonces, &parts);
        stamp.map_err(|error| Refusal::Nonce(error.to_string()))
    }

    /// Signs with a signer. One that takes longer than half of the freshness signs once more, with a new instant.
    async fn by_signer(
        &self,
        signing: &'static SignatureRules,
        signer: &dyn Signer,
        parts: &Parts<'_>,
    ) -> Result<Stamp, Refusal> {
        let shared = self.core.shared();
        let valid = signing.freshness.age().unwrap_or(Duration::MAX);
        let (mut left, mut took) = (self.left.attempt, Duration::ZERO);
        for _ in 0..2 {
            let began = self.core.instant();
            let operation = self.fixed.endpoint.operation();
            let stamp = Stamp::by_signer(signing, signer, operation, self.seconds(), &*shared.nonces, parts);
            let stamp = within(shared.transport.limit(left), stamp)
                .await
                .ok_or_else(|| Refusal::Signature(format!("the signer gave no signature within {left:?}")))?
                .map_err(|error| Refusal::Signature(error.to_string()))?;
            took = self.core.instant().saturating_duration_since(began);
            if took <= valid / 2 {
                return Ok(stamp);
            }
            left = left.saturating_sub(took);
        }
        Err(Refusal::Signature(format!(
            "the signer took {took:?}, but a signature is valid for {} s",
            valid.as_secs()
        )))
    }
}

/// Target and headers of one attempt.
struct Head<'f> {
    target: Cow<'f, str>,
    headers: HeaderMap,
    /// The target contains a key of the caller.
    has_query_key: bool,
}

impl<'f> Head<'f> {
    /// Writes credentials, request id and idempotency key.
    fn new(core: &Core, fixed: &'f Fixed, grant: &Grant, id: &str, length: u64) -> Result<Self, Refusal> {
        let (api, names) = (core.api(), &core.shared().names);
        // With room for the headers of the attempt: the map does not grow.
        let mut headers = HeaderMap::with_capacity(fixed.headers.len() + ATTEMPT_HEADERS);
        headers.extend(fixed.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        grant.stamp(&mut headers);
        transport::request_codings(&mut headers);
        let target = grant.target(&fixed.target);
        if let Some(name) = api.request_id_header {
            names.put(&mut headers, name, id).map_err(unwritable)?;
        }
        if let (Some(header), Some(key)) = (api.idempotency.and_then(|keys| keys.header), key_text(core, fixed)) {
            names.put(&mut headers, header, &key).map_err(unwritable)?;
        }
        if length == 0 && !fixed.is_safe() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(Self {
            has_query_key: matches!(target, Cow::Owned(_)),
            target,
            headers,
        })
    }

    /// Writes the signature, and returns what an explanation of it needs.
    fn signed(
        &mut self,
        call: &Stamping<'_>,
        rules: &'static SignatureRules,
        mut stamp: Stamp,
    ) -> Result<Signed, Refusal> {
        let core = call.core;
        let client_id = core.client_id().unwrap_or_default();
        stamp
            .write(rules, client_id, &core.shared().names, &mut self.headers)
            .map_err(unwritable)?;
        if let Cow::Owned(target) = stamp.target(rules, &self.target) {
            self.target = target.into();
        }
        Ok(Signed {
            signing: rules,
            timestamp: stamp.timestamp,
            expires: stamp.expires,
            nonce: stamp.nonce,
            key_id: stamp.key_id,
            query: stamp.query,
            settings: core.shared().identity.signing_settings.clone(),
            form: stamp.form,
            corrected: call.corrected,
            warnings: call.secret.map(Key::warnings).unwrap_or_default(),
            has_query_key: self.has_query_key,
            took: Duration::ZERO,
            skew: None,
        })
    }
}

/// Returns the idempotency key as the API gets it.
fn key_text(core: &Core, fixed: &Fixed) -> Option<String> {
    let prefix = core
        .api()
        .idempotency
        .map(|keys| keys.prefix(fixed.endpoint.operation()));
    fixed.key.as_ref().map(|key| prefix.unwrap_or_default() + key.as_str())
}

/// Returns the bytes of the body; nothing if the message does not need them.
fn body_bytes<'f>(scheme: &SignatureRules, fixed: &'f Fixed) -> Result<&'f [u8], Refusal> {
    if !scheme.covers_raw_body() {
        return Ok(b"");
    }
    let bytes = fixed.payload.source.bytes().map(|bytes| &**bytes);
    bytes.ok_or_else(|| {
        Refusal::Signature(
            "its signature covers the whole body, which is not in memory: send it as bytes, not as a file".to_owned(),
        )
    })
}

fn unwritable(InvalidHeader(name): InvalidHeader) -> Refusal {
    Refusal::Header {
        name: name.to_owned(),
        why: "it cannot be sent as a header",
    }
}
