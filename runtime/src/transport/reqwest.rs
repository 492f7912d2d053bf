//! The default transport: reqwest over HTTP/1.1. It must not follow redirects, retry, keep cookies or decompress.

use std::time::Duration;

use super::{Body, Cause, Changed, Incoming, SendError, SendFuture, SleepFuture, Transport};

/// Sends with `reqwest`.
///
/// For your own settings (proxies, private certificate authorities, client certificates), pass a `reqwest::ClientBuilder`:
/// `ReqwestTransport::try_from(builder)` adds the settings that signed requests require: no redirects, no retries, no
/// `Referer`, no decompression. A built client is not accepted, because its settings cannot be checked: one that follows
/// redirects carries a signed request to another host.
///
/// ```compile_fail,E0277
/// let client = sdkwright_runtime::ReqwestTransport::try_from(reqwest::Client::new());
/// ```
///
/// It works only inside a tokio runtime.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

/// Your own settings, such as headers and proxies, may contain secrets: they never print.
impl std::fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

/// Timeout of connecting.
const CONNECT: Duration = Duration::from_secs(10);

impl ReqwestTransport {
    /// Creates a transport for any host.
    ///
    /// With the feature `tls-none` a cryptography provider of rustls must be installed for the process before.
    /// Without one `reqwest` panics here.
    pub fn new() -> Result<Self, Cause> {
        Self::try_from(reqwest::Client::builder().connect_timeout(CONNECT))
    }

    /// Creates a transport for a server on this machine, without proxies.
    pub(crate) fn loopback() -> Result<Self, Cause> {
        Self::try_from(reqwest::Client::builder().connect_timeout(CONNECT).no_proxy())
    }
}

/// Uses your own settings. Redirects, retries, `Referer` and decompression are turned off in any case.
impl TryFrom<reqwest::ClientBuilder> for ReqwestTransport {
    type Error = Cause;

    fn try_from(builder: reqwest::ClientBuilder) -> Result<Self, Cause> {
        // Decompression is turned off explicitly, because another crate may enable reqwest's features.
        let client = builder
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .http1_only()
            .build()?;
        Ok(Self { client })
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = same_target(&parts.uri)?;
            let mut outgoing = reqwest::Request::new(parts.method, url);
            *outgoing.headers_mut() = parts.headers;
            if body.length() > 0 {
                *outgoing.body_mut() = Some(match body.as_bytes() {
                    Some(bytes) => reqwest::Body::from(bytes.clone()),
                    None => reqwest::Body::wrap(body),
                });
            }
            let sent = self.client.execute(outgoing).await;
            let response = sent.map_err(failed)?;
            let (parts, body) = http::Response::from(response).into_parts();
            Ok(http::Response::from_parts(parts, Incoming::movable(body)))
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Parses the URL, unless the URL library would change the signed target.
fn same_target(uri: &http::Uri) -> Result<reqwest::Url, SendError> {
    let (scheme, authority) = (uri.scheme_str().unwrap_or_default(), uri.authority());
    let authority = authority.map_or("", http::uri::Authority::as_str);
    let target = uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str);
    let text = [scheme, "://", authority, target].concat();
    let url = reqwest::Url::parse(&text).map_err(|error| SendError::NotSent(error.into()))?;
    // After the authority, the text is path, `?` and query: unchanged or changed.
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    if target.is_empty() || (url.path(), url.query()) != (path, query) {
        return Err(SendError::NotSent("the URL library changes the signed target".into()));
    }
    Ok(url)
}

fn failed(error: reqwest::Error) -> SendError {
    // Each call is one request: without a connection, no byte of it left.
    let local = error.is_connect() || error.is_builder() || Changed::behind(&error).is_some();
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
        let headers = [(reqwest::header::COOKIE, "very-secret".parse().unwrap())];
        let builder = reqwest::Client::builder().default_headers(headers.into_iter().collect());
        let transport = ReqwestTransport::try_from(builder).unwrap();
        assert!(!format!("{transport:?}").contains("very-secret"));
    }

    #[test]
    fn a_target_that_the_library_changes_is_not_sent() {
        for changed in [
            "https://example.com/a'b?c='",
            "https://example.com/a/%2e%2e/b",
            "https://example.com/a\"b",
        ] {
            let Ok(uri) = http::Uri::try_from(changed) else {
                continue;
            };
            assert!(matches!(same_target(&uri), Err(SendError::NotSent(_))), "{changed}");
        }
        assert!(same_target(&"https://example.com/p/a%20b?c=%27".parse().unwrap()).is_ok());
        assert!(same_target(&"https://example.com/p?".parse().unwrap()).is_ok());
    }
}
