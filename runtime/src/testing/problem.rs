//! Scripted problem documents: the contract's form, a status and a code come in, media type and body go out.

use bytes::Bytes;
use http::HeaderValue;

use crate::description::Api;
use crate::json::{JsonValue, Object, to_vec};
use crate::problem::{Members, ProblemBody, ProblemPlaces};

/// Builds the problem document for this code.
pub(super) fn written(api: Option<&'static Api>, status: u16, code: &str) -> (HeaderValue, Bytes) {
    let place = api.map_or(ProblemPlaces::RFC_9457.code, |api| api.problems.code);
    let of_status = |body: &&ProblemBody| (body.statuses.0..=body.statuses.1).contains(&status);
    let declared = api.and_then(|api| api.problem_bodies.iter().find(of_status));
    let declared = declared.unwrap_or(&ProblemBody::RFC_9457[0]);
    let mut document = JsonValue::Object(Object::new());
    let others = match declared.members {
        Members::Code => &[][..],
        Members::All(members) => members,
        Members::Any(members) => members.get(..1).unwrap_or_default(),
    };
    for pointer in others {
        put(&mut document, pointer, JsonValue::from("x"));
    }
    put(&mut document, place, JsonValue::from(code));
    let media_type = match declared.media_type {
        "*/*" | "application/*" => "application/json",
        media_type => media_type,
    };
    let media_type = HeaderValue::from_str(media_type);
    (
        media_type.unwrap_or(HeaderValue::from_static("application/problem+json")),
        to_vec(&document).unwrap_or_default().into(),
    )
}

/// Sets a value at a JSON Pointer, and creates missing objects on the way.
fn put(document: &mut JsonValue, pointer: &str, value: JsonValue) {
    let mut at = document;
    for token in pointer.split('/').skip(1) {
        if !matches!(at, JsonValue::Object(_)) {
            *at = JsonValue::Object(Object::new());
        }
        let JsonValue::Object(object) = at else { return };
        let name = token.replace("~1", "/").replace("~0", "~");
        if !object.contains_key(&name) {
            object.insert(name.clone(), JsonValue::Null);
        }
        let Some(next) = object.get_mut(&name) else { return };
        at = next;
    }
    *at = value;
}
