//! Edits of JSON documents by JSON Pointer.

use sdkwright_runtime::json::{from_slice, to_vec};
use sdkwright_runtime::{JsonValue, Object};

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
pub(crate) fn set(document: &mut JsonValue, pointer: &str, value: Option<JsonValue>) {
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
        set(inner.get_or_insert_default(), &format!("/{rest}"), value);
    }
    if let Some(inner) = inner {
        object.insert(name, inner);
    }
}
