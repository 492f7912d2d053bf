//! A request as the server gets it.

use bytes::Bytes;
use http::HeaderMap;

/// A request on the wire.
#[derive(Clone)]
pub(crate) struct WireRequest {
    pub(crate) process: usize,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The path with the query.
    pub(crate) target: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl WireRequest {
    /// Converts to a request of `http`; `None` if it is not one.
    pub(crate) fn to_http(&self) -> Option<http::Request<Bytes>> {
        let mut request = http::Request::new(self.body.clone());
        *request.method_mut() = self.method.parse().ok()?;
        *request.uri_mut() = self.target.parse().ok()?;
        *request.headers_mut() = self.headers.clone();
        Some(request)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}
