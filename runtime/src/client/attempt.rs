//! One attempt: the request is stamped, signed and sent, and everything that comes back is kept.

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::core::Core;
use crate::clock;
use crate::json;
use crate::multipart;
use crate::request::{Options, Prepared, Refusal};
use crate::secret::Key;
use crate::security::{self, Given, Grant};
use crate::signing::{self, Parts, Signed};
use crate::transport::{self, Body, Cause, Changed, Incoming, Read, SendError, Sleeping, within};

/// An answer as it arrived.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn content_type(&self) -> &str {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Does the body claim to be JSON, and cannot be read as such?
    pub(crate) fn is_broken_json(&self) -> bool {
        let claims = self.content_type().to_ascii_lowercase().contains("json");
        let looks = || self.body.trim_ascii_start().starts_with(b"{");
        !self.body.is_empty() && (claims || looks()) && json::from_slice::<()>(&self.body).is_err()
    }

    /// The text of a header, if it has one.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// How the reading of an answer ended.
#[derive(Debug)]
pub(super) enum Extent {
    Whole,
    TooLarge,
    CutOff(Cause),
    /// The body is left to be read as it comes.
    Arriving(Incoming),
}

/// What became of one attempt.
pub(super) enum Attempt {
    Refused(Refusal),
    NotSent(Cause),
    NoAnswer(Cause),
    Answered(Reply, Extent),
}

/// An attempt took longer than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {0:?}")]
pub(super) struct TimedOut(pub(super) std::time::Duration);

/// A request id for the attempt that follows: the caller's, or a new one.
pub(super) fn request_id(core: &Core, given: Option<String>) -> Result<String, Refusal> {
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

/// Chooses what the caller shows, and asks for the tokens of it.
pub(super) async fn authorize(
    core: &Core,
    prepared: &Prepared,
    timeout: std::time::Duration,
) -> Result<Grant, Refusal> {
    let shared = core.shared();
    let names_client = shared
        .api
        .signing
        .is_some_and(|signing| signing.client_id_header.is_some());
    let own = &prepared.options.credentials;
    let merged = (!own.is_empty()).then(|| own.over(&shared.credentials));
    let given = Given {
        schemes: shared.api.schemes,
        credentials: merged.as_ref().unwrap_or(&shared.credentials),
        signs: shared.ring.is_some() && (shared.client_id.is_some() || !names_client),
        anonymous: shared.anonymous,
        headers: &prepared.headers,
        target: &prepared.target,
    };
    security::grant(security::choose(prepared.wanted, &given)?, &*shared.transport, timeout).await
}

/// Stamps and signs: from here on nothing of the request may change.
pub(super) fn stamp(
    core: &Core,
    prepared: &Prepared,
    grant: &Grant,
    secret: Option<&Key>,
    request_id: &str,
) -> Result<(http::Request<Body>, Option<Signed>), Refusal> {
    let api = core.api();
    let mut headers = prepared.headers.clone();
    grant.stamp(&mut headers);
    let target = grant.target(&prepared.target);
    if let Some(name) = api.request_id_header {
        put(&mut headers, name, request_id)?;
    }
    let key = prepared.key.as_ref().map(crate::IdempotencyKey::as_str);
    if let (Some(keys), Some(key)) = (api.idempotency, key) {
        put(&mut headers, keys.header, key)?;
    }
    let body = prepared
        .payload
        .source
        .open()
        .map_err(|error| multipart::refused(&error))?;
    if body.length() == 0 && !prepared.is_safe() {
        put(&mut headers, "content-length", "0")?;
    }
    let uri = format!("{}{target}", prepared.origin);
    let uri = http::Uri::try_from(uri).map_err(|_| Refusal::Target("it is no URI"))?;
    if uri.path_and_query().is_none_or(|written| written.as_str() != target) {
        return Err(Refusal::Target("it would change on its way"));
    }
    let mut signed = None;
    if let (Some(scheme), Some(secret), true) = (api.signing, secret, grant.is_signed) {
        let nonce = signing::nonce(&*core.shared().nonces, scheme.nonce_length)
            .map_err(|error| Refusal::Nonce(error.to_string()))?;
        let (corrected, local) = (core.clock_skew().applied, core.local_seconds());
        let timestamp = signing::timestamp(local.saturating_add(corrected), scheme.timestamp);
        let base = signing::base_string(
            scheme.components,
            scheme.separator,
            &Parts {
                method: prepared.endpoint.method().as_str(),
                target: &target,
                body_sha256: &prepared.payload.sha256,
                timestamp: &timestamp,
                nonce: &nonce,
                idempotency_key: key,
                client_id: core.client_id(),
            },
        );
        let signature = signing::encode(&signing::sign(secret, &base), scheme.encoding);
        let stamps = [
            (scheme.client_id_header, core.client_id().unwrap_or_default()),
            (scheme.timestamp_header, timestamp.as_str()),
            (scheme.nonce_header, nonce.as_str()),
            (Some(scheme.signature_header), signature.as_str()),
        ];
        for (name, value) in stamps {
            if let Some(name) = name {
                put(&mut headers, name, value)?;
            }
        }
        if let Some(signature) = headers.get_mut(scheme.signature_header) {
            signature.set_sensitive(true);
        }
        signed = Some(Signed {
            signing: scheme,
            timestamp,
            nonce,
            corrected,
            oddities: secret.oddities(),
            has_query_key: matches!(target, std::borrow::Cow::Owned(_)),
            took: std::time::Duration::ZERO,
            skew: None,
        });
    }
    let mut request = http::Request::new(body);
    *request.method_mut() = prepared.endpoint.method().clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok((request, signed))
}

fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), Refusal> {
    let why = "it cannot be written as a header";
    let refused = || Refusal::Header {
        name: name.to_owned(),
        why,
    };
    let name = HeaderName::try_from(name).map_err(|_| refused())?;
    headers.insert(name, HeaderValue::try_from(value).map_err(|_| refused())?);
    Ok(())
}

/// Sends a stamped request and reads its answer, no longer than `timeout`.
pub(super) async fn send(
    core: &Core,
    request: http::Request<Body>,
    timeout: std::time::Duration,
    options: &Options,
) -> Attempt {
    let transport = &core.shared().transport;
    let limit = core.shared().limit;
    let sleeping: Sleeping<'_> = transport.limit(timeout);
    let mut head = None;
    let mut bytes = BytesMut::new();
    let ended = within(sleeping, async {
        let response = transport.send(request).await?;
        let (parts, incoming) = response.into_parts();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            body: Bytes::new(),
        };
        let streams = options.streams(reply.status, reply.content_type());
        head = Some(reply);
        if streams {
            return Ok::<_, SendError>(Err(incoming));
        }
        Ok(Ok(transport::read(incoming, limit, &mut bytes).await))
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
            reply.body = bytes.freeze();
            Attempt::Answered(reply, extent)
        }
        (None, Extent::CutOff(cause)) => Attempt::NoAnswer(cause),
        (None, _) => Attempt::NoAnswer("the transport gave no answer".into()),
    }
}

/// Not sent: for want of a connection, or because a file changed, which no further attempt mends.
fn not_sent(cause: Cause) -> Attempt {
    match Changed::behind(&*cause) {
        Some(changed) => Attempt::Refused(Refusal::Changed {
            path: changed.path.display().to_string(),
        }),
        None => Attempt::NotSent(cause),
    }
}
