//! Deliveries of which each item has a signature: every item of the body must verify.

use super::keys::ReceivedDelivery;
use super::rules::VerifyError;
use crate::hash::encoded;
use crate::message::{Message, Parts, Piece, SignedValue, compose};
use crate::secret::Key;
use crate::signature::decode;
use sdkwright_json as json;
use sdkwright_json::JsonValue;
use std::borrow::Cow;

/// Verifies each item, by the pointers of items and of the signature in an item. Refuses a body without an item, which has no
/// signature.
pub(super) fn verify(
    received: ReceivedDelivery<'_>,
    each: &'static str,
    signature: &'static str,
) -> Result<(), VerifyError> {
    let rules = received.rules();
    let document = document(received, each)?;
    let items = items(&document, each).filter(|items| !items.is_empty());
    for item in items.ok_or(VerifyError::Form { name: each })? {
        let text = item.pointer(signature).and_then(JsonValue::as_str);
        let text = text.ok_or(VerifyError::Form { name: signature })?;
        let signatures: Vec<_> = decode(text, rules.encoding).into_iter().collect();
        let message = message(rules.message, item, received.settings)?;
        received.keys.verify(&message, &signatures)?;
    }
    Ok(())
}

/// Returns the signature of each item.
pub(super) fn sign(received: ReceivedDelivery<'_>, key: &Key, each: &'static str) -> Result<Vec<String>, VerifyError> {
    let rules = received.rules();
    let document = document(received, each)?;
    let items = items(&document, each).ok_or(VerifyError::Form { name: each })?;
    let signed = items.into_iter().map(|item| {
        let message = message(rules.message, item, received.settings)?;
        Ok(encoded(rules.encoding, key.mac(&message.parts()).finish().as_ref()))
    });
    signed.collect()
}

fn document(received: ReceivedDelivery<'_>, each: &'static str) -> Result<JsonValue, VerifyError> {
    json::from_copy(received.body, received.limits, 1).map_err(|_| VerifyError::Form { name: each })
}

/// Returns the items at a pointer. `None` if one of them, or a list on the way to them, is missing.
fn items<'d>(document: &'d JsonValue, each: &str) -> Option<Vec<&'d JsonValue>> {
    let mut found = vec![document];
    for (at, part) in each.split("/*").enumerate() {
        if at > 0 {
            let lists = found.into_iter().map(JsonValue::as_array);
            found = lists.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
        }
        let below = found.into_iter().map(|value| value.pointer(part));
        found = below.collect::<Option<Vec<_>>>()?;
    }
    Some(found)
}

/// Writes the message of an item: texts, numbers and booleans unchanged, and nothing for absent ones.
fn message(
    pieces: &'static [Piece],
    item: &JsonValue,
    settings: &[(&'static str, String)],
) -> Result<Message<'static>, VerifyError> {
    let mut texts = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Piece::Value(SignedValue::Item(pointer), _) = *piece else {
            continue;
        };
        let text = match item.pointer(pointer) {
            None | Some(JsonValue::Null) => Cow::Borrowed(""),
            Some(JsonValue::String(text)) => Cow::Borrowed(text.as_str()),
            Some(value @ (JsonValue::Number(_) | JsonValue::Bool(_))) => Cow::Owned(value.to_string()),
            Some(_) => return Err(VerifyError::Form { name: pointer }),
        };
        texts.push((pointer, text));
    }
    let parts = Parts {
        settings,
        ..Parts::from_delivery(b"")
    };
    let text = |value| match value {
        SignedValue::Item(wanted) => {
            let found = texts.iter().find(|(pointer, _)| *pointer == wanted);
            found.map_or("", |(_, text)| text.as_ref())
        }
        other => parts.text(other),
    };
    Ok(compose(pieces, b"", None, text))
}
