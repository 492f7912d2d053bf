//! Public keys of webhook deliveries: the id of a key comes in, keys go out, fetched from a URL or by an operation of the API.
//!
//! Anyone can send an id. A fetch has no credentials of the client, unless it is a call of the API, follows no redirect, and ends
//! within 5 seconds.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, StatusCode};

use crate::client::{Core, Location, send};
use crate::json::{self, JsonValue, Object};
use crate::request::Request;
use crate::signing::{Certificate, Jwk, KeySet};
use crate::transport::{self, Body, Gathered, ReadEnd, Transport, within};
use crate::webhook::{FetchedKeys, KeySource, KeySourceError, KeysFuture};

/// Largest size of a response, in bytes.
const LARGEST: usize = 256 << 10;
/// Time limit of a fetch.
const LIMIT: Duration = Duration::from_secs(5);

/// The URL of keys is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the URL of the keys is refused: {0}")]
pub struct KeysUrlError(&'static str);

/// Fetches the JSON Web Keys of a URL (RFC 7517). Keys live as long as `Cache-Control: max-age` allows.
pub struct JwksSource {
    transport: Box<dyn Transport>,
    location: Result<Location, KeysUrlError>,
}

impl JwksSource {
    /// Creates a source of the URL in a contract. Each fetch from an invalid URL fails.
    pub fn new(transport: impl Transport, url: &'static str) -> Self {
        Self {
            transport: Box::new(transport),
            location: Location::parse(url).map_err(KeysUrlError),
        }
    }

    /// Sets another URL, such as that of a region. It must be `https`, or `http` for this machine.
    pub fn with_url(mut self, url: &str) -> Result<Self, KeysUrlError> {
        self.location = Ok(Location::parse(url).map_err(KeysUrlError)?);
        Ok(self)
    }
}

impl KeySource for JwksSource {
    fn fetch<'s>(&'s self, _id: &'s str) -> KeysFuture<'s> {
        Box::pin(async move {
            let response = get(&*self.transport, self.location.as_ref().map_err(|error| *error)?).await?;
            if response.status != StatusCode::OK {
                return Err(unexpected(response.status));
            }
            let keys = FetchedKeys::from_set(KeySet::from_json(&response.body)?);
            Ok(match max_age(&response.headers) {
                Some(life) => keys.with_life(life),
                None => keys,
            })
        })
    }
}

/// Fetches the certificate at the URL in a delivery. Checks its validity, but not who issued it: the hosts protect the keys.
///
/// A URL must be `https`, without a user name and without a port, and its host must be one of the hosts or a name below one.
pub struct CertificateSource {
    transport: Box<dyn Transport>,
    hosts: Vec<String>,
}

impl CertificateSource {
    /// Creates a source of certificates at these hosts, and at all names below them.
    pub fn new<H: Into<String>>(transport: impl Transport, hosts: impl IntoIterator<Item = H>) -> Self {
        Self {
            transport: Box::new(transport),
            hosts: hosts.into_iter().map(Into::into).collect(),
        }
    }

    /// Replaces the hosts. For tests, a host on this machine with its port, such as `127.0.0.1:8080`, also allows `http`.
    #[must_use]
    pub fn with_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the location of a URL that an unknown sender wrote; `None` for one that is not allowed.
    fn location(&self, url: &str) -> Option<Location> {
        let location = Location::parse(url).ok()?;
        let (_, authority) = location.origin.split_once("://")?;
        let is_below = |host: &str| {
            let above = authority.strip_suffix(host);
            above.is_some_and(|above| above.is_empty() || (!location.loopback && above.ends_with('.')))
        };
        let is_allowed = |host: &String| !host.is_empty() && is_below(&host.to_ascii_lowercase());
        self.hosts.iter().any(is_allowed).then_some(location)
    }
}

impl KeySource for CertificateSource {
    fn fetch<'s>(&'s self, id: &'s str) -> KeysFuture<'s> {
        Box::pin(async move {
            let Some(location) = self.location(id) else {
                return Ok(FetchedKeys::unknown());
            };
            let response = get(&*self.transport, &location).await?;
            match response.status {
                StatusCode::OK => {}
                StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(FetchedKeys::unknown()),
                status => return Err(unexpected(status)),
            }
            let certificate = match std::str::from_utf8(&response.body) {
                Ok(pem) => Certificate::from_pem(pem),
                Err(_) => Certificate::from_der(&response.body),
            };
            Ok(match certificate {
                Ok(certificate) => FetchedKeys::from_certificate(certificate),
                Err(error) => {
                    tracing::warn!(%error, "the response is not a certificate for webhook deliveries");
                    FetchedKeys::unknown()
                }
            })
        })
    }

    fn is_possible(&self, id: &str) -> bool {
        self.location(id).is_some()
    }
}

/// The place of the id in a request.
#[derive(Debug, Clone, Copy)]
pub enum KeyInput {
    /// A parameter of the path.
    Path(&'static str),
    /// A parameter of the query.
    Query(&'static str),
    /// A member of the JSON body, by a JSON Pointer.
    Body(&'static str),
}

/// The contract's rules for an operation that returns a key.
#[derive(Debug, Clone, Copy)]
pub struct KeyOperation {
    /// The place of the id in the request.
    pub id: KeyInput,
    /// JSON Pointer of the JSON Web Key in the response.
    pub key: &'static str,
    /// JSON Pointer of a member that revokes the key, unless it is absent or `null`.
    pub revoked: Option<&'static str>,
}

/// Fetches each key by an operation of the API, with the credentials of the client.
pub struct OperationSource {
    core: Core,
    request: fn(&Core) -> Request,
    rules: KeyOperation,
}

impl OperationSource {
    pub(crate) fn new(core: Core, request: fn(&Core) -> Request, rules: KeyOperation) -> Self {
        Self { core, request, rules }
    }
}

impl KeySource for OperationSource {
    fn fetch<'s>(&'s self, id: &'s str) -> KeysFuture<'s> {
        Box::pin(async move {
            let request = (self.request)(&self.core).deadline(LIMIT);
            let request = match self.rules.id {
                KeyInput::Path(name) => request.path(name, id),
                KeyInput::Query(name) => request.query(name, id),
                KeyInput::Body(pointer) => request.json(&body(pointer, id)),
            };
            let response = match send::<JsonValue>(self.core.clone(), request).await {
                Ok(response) => response.value,
                Err(error) if error.status().is_some_and(is_refusal) => return Ok(FetchedKeys::unknown()),
                Err(error) => return Err(error.into()),
            };
            let is_null = |pointer| response.pointer(pointer).is_none_or(JsonValue::is_null);
            if self.rules.revoked.is_some_and(|pointer| !is_null(pointer)) {
                return Ok(FetchedKeys::unknown());
            }
            let key = response
                .pointer(self.rules.key)
                .ok_or("the response of the API has no key")?;
            let key = Jwk::from_json(&json::to_vec(key)?)?;
            Ok(FetchedKeys::from_key(key.public_key().clone()))
        })
    }
}

/// Returns true if the API answers so for an id that it does not know, and for no other fault of the call.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 404 | 410)
}

/// Writes a body with a text at a JSON Pointer.
fn body(pointer: &str, text: &str) -> JsonValue {
    let names = pointer.split('/').skip(1).collect::<Vec<_>>().into_iter().rev();
    names.fold(JsonValue::from(text), |value, name| {
        let mut object = Object::new();
        object.insert(name.replace("~1", "/").replace("~0", "~"), value);
        JsonValue::Object(object)
    })
}

struct KeyResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

async fn get(transport: &dyn Transport, location: &Location) -> Result<KeyResponse, KeySourceError> {
    let mut request = http::Request::new(Body::from_bytes(Bytes::new()));
    *request.method_mut() = Method::GET;
    *request.uri_mut() = [location.origin.as_str(), &location.target].concat().parse()?;
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    let agent = concat!("sdkwright-runtime/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(agent));
    transport::request_codings(headers);
    let sending = async {
        let (mut parts, incoming) = transport.send(request).await?.into_parts();
        let mut incoming = transport::decode(&Method::GET, &mut parts, incoming);
        let mut body = Gathered::default();
        match transport::read_body(&mut incoming, LARGEST, &mut body).await {
            ReadEnd::Whole => Ok(KeyResponse {
                status: parts.status,
                headers: parts.headers,
                body: body.into_bytes(),
            }),
            ReadEnd::CutOff(cause) => Err(cause),
            ReadEnd::TooLarge => Err("the response has more than 256 KiB".into()),
        }
    };
    let ended = within(transport.limit(LIMIT), sending).await;
    ended.unwrap_or_else(|| Err("no response within 5 seconds".into()))
}

fn unexpected(status: StatusCode) -> KeySourceError {
    format!("the response has the status {status}").into()
}

/// Returns the time for which a cache may keep a response (RFC 9111, section 5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut directives = values.flat_map(|value| value.split(',')).map(str::trim);
    let seconds = directives.find_map(|directive| directive.strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

macro_rules! debug {
    ($($name:ident)*) => {$(
        /// Settings of transports and clients never print.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
debug!(JwksSource CertificateSource OperationSource);

#[cfg(test)]
mod tests;
