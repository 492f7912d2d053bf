//! A request as the server gets it.

use bytes::Bytes;
use http::HeaderMap;

/// A request on the wire.
#[derive(Clone)]
pub(crate) struct WireRequest {
    pub(crate) process: usize,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl WireRequest {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}
