//! The request of one attempt: a prepared request, credentials and a secret come in, a stamped and signed HTTP request goes out.
//! It must never change what was signed.

use std::time::Duration;

use http::header::{CONTENT_LENGTH, HeaderValue};

use super::core::Core;
use crate::clock;
use crate::multipart;
use crate::refusal::Refusal;
use crate::request::Prepared;
use crate::secret::Key;
use crate::security::{self, Given, Grant};
use crate::signing::{InvalidHeader, Parts, Signed, Stamp};
use crate::transport::Body;

/// Returns the request id of the next attempt: the caller's, or a new one.
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

/// Chooses the credentials of a call and fetches their tokens.
pub(super) async fn authorize(core: &Core, prepared: &Prepared, timeout: Duration) -> Result<Grant, Refusal> {
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
    let choice = security::choose(&prepared.wanted, &given)?;
    if choice.shown.is_empty() {
        return Ok(Grant::signed(choice.is_signed));
    }
    // Boxed, so that calls without a token provider keep a small future.
    Box::pin(security::grant(choice, &*shared.transport, timeout)).await
}

/// Opens the body before the request is stamped, so that a slow disk does not use up the freshness of the signature.
pub(super) async fn open(prepared: &Prepared) -> Result<Body, Refusal> {
    let opened = prepared.payload.source.open().await;
    opened.map_err(|error| multipart::refused(&error))
}

/// Stamps and signs the request. After that, nothing of it may change.
pub(super) fn stamp(
    core: &Core,
    prepared: &Prepared,
    grant: &Grant,
    secret: Option<&Key>,
    request_id: &str,
    body: Body,
    corrected: i64,
) -> Result<(http::Request<Body>, Option<Signed>), Refusal> {
    let (api, names) = (core.api(), &core.shared().names);
    let mut headers = prepared.headers.clone();
    grant.stamp(&mut headers);
    let target = grant.target(&prepared.target);
    if let Some(name) = api.request_id_header {
        names.put(&mut headers, name, request_id).map_err(unwritable)?;
    }
    let key = prepared.key.as_ref().map(crate::idempotency::IdempotencyKey::as_str);
    if let (Some(keys), Some(key)) = (api.idempotency, key) {
        names.put(&mut headers, keys.header, key).map_err(unwritable)?;
    }
    if body.length() == 0 && !prepared.is_safe() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let uri = [prepared.origin.as_str(), &target].concat();
    let uri = http::Uri::try_from(uri).map_err(|_| Refusal::Target("it is not a URI"))?;
    if uri.path_and_query().is_none_or(|written| written.as_str() != target) {
        return Err(Refusal::Target("an HTTP library would change it"));
    }
    let mut signed = None;
    if let (Some(scheme), Some(secret), true) = (api.signing, secret, grant.is_signed) {
        let local = core.local_seconds();
        let parts = Parts {
            method: prepared.endpoint.method().as_str(),
            target: &target,
            body_sha256: &prepared.payload.sha256,
            timestamp: "",
            nonce: "",
            idempotency_key: key,
            client_id: core.client_id(),
        };
        let nonces = &*core.shared().nonces;
        let stamp = Stamp::new(scheme, secret, local.saturating_add(corrected), nonces, &parts)
            .map_err(|error| Refusal::Nonce(error.to_string()))?;
        stamp
            .write(scheme, core.client_id().unwrap_or_default(), names, &mut headers)
            .map_err(unwritable)?;
        signed = Some(Signed {
            signing: scheme,
            timestamp: stamp.timestamp,
            nonce: stamp.nonce,
            corrected,
            warnings: secret.warnings(),
            has_query_key: matches!(target, std::borrow::Cow::Owned(_)),
            took: Duration::ZERO,
            skew: None,
        });
    }
    let mut request = http::Request::new(body);
    *request.method_mut() = prepared.endpoint.method().clone();
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
