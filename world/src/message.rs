//! A request as the server gets it, and edits of JSON documents by JSON Pointer.

use bytes::Bytes;
use http::HeaderMap;
use sdkwright_runtime::json::{from_slice, to_vec};
use sdkwright_runtime::{JsonValue, Object};

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

pub(crate) fn parse(bytes: &[u8]) -> Option<JsonValue> {
    from_slice(bytes).ok()
}

pub(crate) fn bytes(document: &JsonValue) -> Vec<u8> {
    to_vec(document).unwrap_or_default()
}

/// Returns a text or number as text.
pub(crate) fn text(value: &JsonValue) -> Option<String> {
    match value {
        JsonValue::String(text) => Some(text.clone()),
        JsonValue::Number(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

/// Sets a value at a JSON Pointer, and creates missing objects on the way. Without a value the member is removed.
pub(crate) fn set_member(document: &mut JsonValue, pointer: &str, value: Option<JsonValue>) {
    let Some(path) = pointer.strip_prefix('/') else {
        *document = value.unwrap_or_default();
        return;
    };
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    let name = name.replace("~1", "/").replace("~0", "~");
    if !matches!(document, JsonValue::Object(_)) {
        *document = JsonValue::Object(Object::new());
    }
    let JsonValue::Object(object) = document else { return };
    let mut inner = object.remove(&name);
    if rest.is_empty() {
        inner = value;
    } else {
        set_member(inner.get_or_insert_default(), &format!("/{rest}"), value);
    }
    if let Some(inner) = inner {
        object.insert(name, inner);
    }
}
