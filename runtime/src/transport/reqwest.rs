//! The default transport: reqwest over HTTP/1.1, or HTTP/2 for safe methods. It must not follow redirects, retry, keep cookies or
//! decompress: the client does that, within its limits.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::uri::{Authority, Scheme};

use super::preconnect::{CONNECT, Connector, Limits, Store};
use super::{Body, Cause, ChangedFile, Incoming, SendError, SendFuture, SleepFuture, Transport};

/// Sends with `reqwest`.
///
/// For your own settings (proxies, private certificate authorities, client certificates), see [`with`](Self::with). An action
/// under an idempotency key, `PUT`, `DELETE`, a lookup and a call with `fresh` use a connection that has carried no request, all other calls use
/// the open ones. All use HTTP/1.1, unless you turn on the feature `http2` and call `with_http2`.
///
/// Connections for actions are opened in advance: see [`preconnect_max_per_host`](Self::preconnect_max_per_host).
///
/// It works only inside a tokio runtime.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// The same settings, without connections that are kept.
    fresh: reqwest::Client,
    /// The client for safe methods: `client`, or one that offers HTTP/2.
    safe: reqwest::Client,
    /// Connections for `fresh` that are open before it needs them.
    store: Store,
    /// Number of such connections for one host, if set.
    most: Option<usize>,
    /// Time for which such a connection is kept.
    idle: Duration,
    /// The last origin of a request, parsed.
    base: Arc<Mutex<Option<Base>>>,
}

/// Scheme and authority, and their URL.
struct Base {
    scheme: Scheme,
    authority: Authority,
    url: reqwest::Url,
}

/// Your own settings, such as headers and proxies, may contain secrets: they never print.
impl std::fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

/// Preconnected connections for one host with TLS, if not set.
const MOST: usize = 16;

/// Time for which a preconnected connection is kept: half of what the servers with the least patience wait for the first request.
const IDLE: Duration = Duration::from_secs(10);

impl ReqwestTransport {
    /// Creates a transport for any host.
    ///
    /// With the feature `tls-none` a cryptography provider of rustls must be installed for the process before.
    /// Without one `reqwest` panics here.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::with(|| reqwest::Client::builder().connect_timeout(CONNECT))
    }

    /// Creates a transport with your own settings. It requests them once for each client: one keeps its connections, one does not.
    ///
    /// The settings that signed requests require are added: no redirects, no retries, no `Referer`, no decompression by reqwest.
    /// A built client is not accepted, because its settings cannot be checked: one that follows redirects carries a signed
    /// request to another host.
    ///
    /// ```
    /// use sdkwright_runtime::ReqwestTransport;
    ///
    /// fn direct() -> Result<ReqwestTransport, Box<dyn std::error::Error>> {
    ///     Ok(ReqwestTransport::with(|| reqwest::Client::builder().no_proxy())?)
    /// }
    /// assert!(direct().is_ok());
    /// ```
    ///
    /// ```compile_fail,E0271
    /// let transport = sdkwright_runtime::ReqwestTransport::with(|| reqwest::Client::new());
    /// ```
    pub fn with(settings: impl Fn() -> reqwest::ClientBuilder) -> Result<Self, reqwest::Error> {
        let client = plain(settings()).http1_only().build()?;
        Ok(Self {
            safe: client.clone(),
            client,
            fresh: plain(settings())
                .http1_only()
                .pool_max_idle_per_host(0)
                .connector_layer(Connector(()))
                .build()?,
            store: Store::default(),
            most: None,
            idle: IDLE,
            base: Arc::default(),
        })
    }

    /// Creates a transport like [`with`](Self::with) that offers HTTP/2 for safe methods, such as `GET`. The server chooses during
    /// the TLS handshake (ALPN). All other methods use HTTP/1.1, each action under a key over its own connection.
    ///
    /// ```
    /// use sdkwright_runtime::ReqwestTransport;
    ///
    /// let transport = ReqwestTransport::with_http2(|| sdkwright_runtime::reqwest::Client::builder());
    /// assert!(transport.is_ok());
    /// ```
    #[cfg(feature = "http2")]
    pub fn with_http2(settings: impl Fn() -> reqwest::ClientBuilder) -> Result<Self, reqwest::Error> {
        let safe = plain(settings()).build()?;
        Ok(Self {
            safe,
            ..Self::with(settings)?
        })
    }

    /// Sets the largest number of preconnected connections for one host. By default 16 with TLS, and 0 without: a server that handles one
    /// connection at a time, as in some tests, would wait for their requests.
    ///
    /// A preconnected connection is open, through its TLS handshake, and has carried no request. An action takes one in place of
    /// waiting for a handshake, and the transport opens another in the background. None is opened before the first action.
    #[must_use]
    pub fn preconnect_max_per_host(mut self, connections: usize) -> Self {
        self.most = Some(connections);
        self
    }

    /// Sets the time after which a preconnected connection without an action is closed: 10 seconds by default.
    ///
    /// It also limits the time until a change of the host's address has its effect. Keep it shorter than your server waits for the
    /// first request of a connection.
    #[must_use]
    pub fn preconnect_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle = timeout;
        self
    }

    /// Opens preconnected connections to the host of `url` before the first action, up to the largest number for one host.
    ///
    /// Fails with the first connection that cannot be opened. No request is sent.
    pub async fn preconnect(&self, url: &str, connections: usize) -> Result<(), SendError> {
        let uri = http::Uri::try_from(url).map_err(|error| SendError::NotSent(error.into()))?;
        let opened = self
            .store
            .fill(&self.fresh, &origin(&uri), self.limits(&uri), connections)
            .await;
        opened.map_err(SendError::NotSent)
    }

    fn limits(&self, uri: &http::Uri) -> Limits {
        let by_default = if uri.scheme() == Some(&Scheme::HTTPS) { MOST } else { 0 };
        Limits {
            most: self.most.unwrap_or(by_default),
            idle: self.idle,
        }
    }

    /// Creates a transport for a server on this machine, without proxies.
    pub(crate) fn loopback() -> Result<Self, reqwest::Error> {
        Self::with(|| reqwest::Client::builder().connect_timeout(CONNECT).no_proxy())
    }
}

impl ReqwestTransport {
    async fn execute(
        &self,
        client: &reqwest::Client,
        request: http::Request<Body>,
    ) -> Result<http::Response<Incoming>, SendError> {
        let (parts, body) = request.into_parts();
        let url = self.same_target(&parts.uri)?;
        let mut outgoing = reqwest::Request::new(parts.method, url);
        *outgoing.headers_mut() = parts.headers;
        if body.length() > 0 {
            *outgoing.body_mut() = Some(match body.as_bytes() {
                Some(bytes) => reqwest::Body::from(bytes.clone()),
                None => reqwest::Body::wrap(body),
            });
        }
        let response = client.execute(outgoing).await.map_err(failed)?;
        let (parts, body) = http::Response::from(response).into_parts();
        Ok(http::Response::from_parts(parts, Incoming::movable(body)))
    }

    /// Returns the URL, unless the URL library would change the signed target.
    fn same_target(&self, uri: &http::Uri) -> Result<reqwest::Url, SendError> {
        let mut url = self.base_url(uri)?;
        url.set_path(uri.path());
        url.set_query(uri.query());
        // Without a path, a URI has the text of one that begins with `?`.
        let has_path = uri
            .path_and_query()
            .is_some_and(|target| target.as_str().starts_with('/'));
        if !has_path || (url.path(), url.query()) != (uri.path(), uri.query()) {
            return Err(SendError::NotSent("the URL library changes the signed target".into()));
        }
        Ok(url)
    }

    /// Returns the URL of scheme and authority. That of the last request is not parsed again.
    fn base_url(&self, uri: &http::Uri) -> Result<reqwest::Url, SendError> {
        let mut base = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        let authority = uri.authority().map(Authority::as_str);
        let is_same = |base: &&Base| uri.scheme() == Some(&base.scheme) && authority == Some(base.authority.as_str());
        if let Some(base) = base.as_ref().filter(is_same) {
            return Ok(base.url.clone());
        }
        let url = reqwest::Url::parse(&origin(uri)).map_err(|error| SendError::NotSent(error.into()))?;
        if let (Some(scheme), Some(authority)) = (uri.scheme().cloned(), uri.authority().cloned()) {
            *base = Some(Base {
                scheme,
                authority,
                url: url.clone(),
            });
        }
        Ok(url)
    }
}

/// Turns off redirects, retries, `Referer` and decompression. The last explicitly, because another crate may enable reqwest's
/// features: reqwest drops all but the first member of a `gzip` body.
fn plain(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
}

impl Transport for ReqwestTransport {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let is_safe = request.method().is_safe();
        Box::pin(self.execute(if is_safe { &self.safe } else { &self.client }, request))
    }

    fn send_fresh(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let limits = self.limits(request.uri());
        if limits.most == 0 {
            return Box::pin(self.execute(&self.fresh, request));
        }
        Box::pin(async move {
            let origin = origin(request.uri());
            let call = self.execute(&self.fresh, request);
            self.store.run(&self.fresh, &origin, limits, call).await
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Returns scheme, host and port of a target.
fn origin(uri: &http::Uri) -> String {
    let authority = uri.authority().map_or("", http::uri::Authority::as_str);
    [uri.scheme_str().unwrap_or_default(), "://", authority].concat()
}

fn failed(error: reqwest::Error) -> SendError {
    // Each call is one request: without a connection, no byte of it left.
    let local = error.is_connect() || error.is_builder() || ChangedFile::behind(&error).is_some();
    // Our own error already shows the URL, without the query.
    let cause = Cause::from(error.without_url());
    if local {
        SendError::NotSent(cause)
    } else {
        SendError::Unknown(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_ones_own_never_print() {
        let headers = || [(reqwest::header::COOKIE, "very-secret".parse().unwrap())];
        let settings = || reqwest::Client::builder().default_headers(headers().into_iter().collect());
        let transport = ReqwestTransport::with(settings).unwrap();
        assert!(!format!("{transport:?}").contains("very-secret"));
    }

    #[test]
    fn a_target_that_the_library_changes_is_not_sent() {
        let transport = ReqwestTransport::new().unwrap();
        for changed in [
            "https://example.com/a'b?c='",
            "https://example.com/a/%2e%2e/b",
            "https://example.com/a\"b",
            "https://example.com?a=b",
            "https://example.com?",
        ] {
            let Ok(uri) = http::Uri::try_from(changed) else {
                continue;
            };
            assert!(
                matches!(transport.same_target(&uri), Err(SendError::NotSent(_))),
                "{changed}"
            );
        }
        for kept in [
            "https://example.com/p/a%20b?c=%27",
            "https://example.com/p?",
            "http://[::1]:8080/p",
        ] {
            let url = transport.same_target(&kept.parse().unwrap()).unwrap();
            assert_eq!(url.as_str(), kept);
        }
    }
}
