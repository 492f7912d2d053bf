//! Members of a JSON body that must equal a value of the client (`x-bound`): filled in when left out, compared otherwise.

use crate::description::Bound;
use crate::json::{self, JsonValue, Limits, Object};
use crate::refusal::Refusal;

/// Returns the body with all bound members, or the refusal. Bytes that need no change stay as they are.
///
/// A bound member is not added if its enclosing object is absent (an optional part that was left out).
pub(crate) fn bind(body: &[u8], bound: &[(&str, Bound)], client_id: Option<&str>) -> Result<Option<Vec<u8>>, Refusal> {
    if bound.is_empty() {
        return Ok(None);
    }
    let place = |pointer: &str, why| Refusal::BoundPlace {
        pointer: pointer.to_owned(),
        why,
    };
    let first = bound.first().map_or("", |(pointer, _)| pointer);
    let mut document: JsonValue =
        json::from_slice_within(body, &Limits::OWN).map_err(|_| place(first, "the body is not JSON"))?;
    let mut changed = false;
    for (pointer, value) in bound {
        let Bound::ClientId = value;
        let wanted = client_id.ok_or(Refusal::Credentials("its client id"))?;
        let (parent, name) = pointer
            .rsplit_once('/')
            .ok_or_else(|| place(pointer, "it names no member"))?;
        let name = name.replace("~1", "/").replace("~0", "~");
        let Some(object) = object_at(&mut document, parent) else {
            continue;
        };
        match object.get(&name) {
            None | Some(JsonValue::Null) => {
                object.insert(name, JsonValue::from(wanted));
                changed = true;
            }
            Some(given) if given.as_str() == Some(wanted) => {}
            Some(_) => {
                return Err(Refusal::Bound {
                    pointer: (*pointer).to_owned(),
                    value: "the client id",
                });
            }
        }
    }
    if !changed {
        return Ok(None);
    }
    json::to_vec(&document).map(Some).map_err(Refusal::Encode)
}

fn object_at<'v>(document: &'v mut JsonValue, pointer: &str) -> Option<&'v mut Object> {
    let mut value = document;
    for token in pointer.split('/').skip(1) {
        let JsonValue::Object(object) = value else { return None };
        value = object.get_mut(&token.replace("~1", "/").replace("~0", "~"))?;
    }
    match value {
        JsonValue::Object(object) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: &[(&str, Bound)] = &[("/statement/madeBy", Bound::ClientId)];

    fn bound(body: &str) -> Result<Option<String>, Refusal> {
        bind(body.as_bytes(), BOUND, Some("client-1")).map(|body| body.map(|bytes| String::from_utf8(bytes).unwrap()))
    }

    #[test]
    fn a_member_that_was_left_out_is_filled_in() {
        let filled = bound(r#"{"a":1.10,"statement":{"text":"x"}}"#).unwrap();
        assert_eq!(
            filled.as_deref(),
            Some(r#"{"a":1.10,"statement":{"text":"x","madeBy":"client-1"}}"#)
        );
    }

    #[test]
    fn a_member_that_is_right_changes_no_byte() {
        assert_eq!(bound(r#"{ "statement": {"madeBy":"client-1"} }"#).unwrap(), None);
        assert_eq!(bound("{}").unwrap(), None);
    }

    #[test]
    fn another_value_is_refused() {
        assert_eq!(
            bound(r#"{"statement":{"madeBy":"client-2"}}"#),
            Err(Refusal::Bound {
                pointer: "/statement/madeBy".into(),
                value: "the client id"
            })
        );
        assert!(bound(r#"{"statement":{"madeBy":7}}"#).is_err());
    }

    #[test]
    fn a_client_without_an_id_is_refused() {
        assert!(matches!(bind(b"{}", BOUND, None), Err(Refusal::Credentials(_))));
    }
}
