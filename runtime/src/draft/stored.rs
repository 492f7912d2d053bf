//! Stored drafts: a draft comes in, a versioned JSON document goes out, and back. The body is kept as text, so that none of its
//! bytes changes.

use bytes::Bytes;

use super::DraftError;
use crate::json::{self, JsonValue, Limits, Object};

const VERSION: u32 = 1;

type Content = (Vec<(String, String)>, Bytes, String);

pub(super) fn write(operation: &str, path: &[(String, String)], body: &[u8], hash: &str) -> Vec<u8> {
    let mut document = Object::new();
    document.insert("version", JsonValue::from(VERSION));
    document.insert("operation", JsonValue::from(operation));
    let arguments: Object = path
        .iter()
        .map(|(name, value)| (name.clone(), JsonValue::from(value.as_str())))
        .collect();
    document.insert("path", JsonValue::from(arguments));
    document.insert("body", JsonValue::from(String::from_utf8_lossy(body).into_owned()));
    document.insert("hash", JsonValue::from(hash));
    JsonValue::from(document).to_string().into_bytes()
}

pub(super) fn read(operation: &str, bytes: &[u8]) -> Result<Content, DraftError> {
    let document: JsonValue =
        json::from_slice_within(bytes, &Limits::OWN).map_err(|_| DraftError::Stored("it cannot be read"))?;
    let text = |name: &str| document.get(name).and_then(JsonValue::as_str);
    let version = document
        .get("version")
        .and_then(JsonValue::as_number)
        .and_then(crate::value::Number::as_u64);
    if version != Some(VERSION.into()) {
        return Err(DraftError::Stored("it is of another version"));
    }
    if text("operation") != Some(operation) {
        return Err(DraftError::Stored("it belongs to another operation"));
    }
    let incomplete = DraftError::Stored("it is incomplete");
    let arguments = document
        .get("path")
        .and_then(JsonValue::as_object)
        .ok_or(incomplete.clone())?;
    let mut path = Vec::with_capacity(arguments.len());
    for (name, value) in arguments.iter() {
        path.push((name.to_owned(), value.as_str().ok_or(incomplete.clone())?.to_owned()));
    }
    let body = text("body").ok_or(incomplete.clone())?;
    let hash = text("hash").ok_or(incomplete)?;
    Ok((path, Bytes::from(body.to_owned()), hash.to_owned()))
}
