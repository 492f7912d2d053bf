//! The idempotency key of a request: its place, its text and its form.

use axum::http::HeaderMap;
use sdkwright_json::{Limits, push_segment, text};
use sdkwright_runtime::glue::{Api, Description, KeyRules};
use sdkwright_runtime::idempotency::KeyPlace;

use crate::problem::InvalidValue;
use crate::signature::single;

/// The idempotency key of a request.
pub(crate) struct RequestKey {
    rules: KeyRules,
    pointer: String,
    pub(crate) text: Option<String>,
    /// The place has a value that is not a single text.
    is_other: bool,
}

impl RequestKey {
    /// Reads the key; `None` for an operation that takes none.
    pub(crate) fn read(api: &Api, description: &Description, headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let takes_key = description.intent.is_some() || !is_safe(description.method);
        let of_api = || {
            let rules = api.idempotency.filter(|_| takes_key)?;
            let (place, length) = (KeyPlace::Header(rules.header?), rules.key_length);
            Some(KeyRules { place, length })
        };
        let rules = description.key.or_else(of_api)?;
        Some(match rules.place {
            KeyPlace::Header(name) => Self {
                rules,
                pointer: format!("/header/{name}"),
                text: single(headers, name).map(str::to_owned),
                is_other: headers.contains_key(name),
            },
            // The generator serves no key in a part.
            KeyPlace::Member(member) | KeyPlace::Part { member, .. } => {
                let mut pointer = String::new();
                push_segment(&mut pointer, member);
                let text = text(body, &Limits::default(), 1, &pointer);
                Self {
                    rules,
                    pointer,
                    text,
                    is_other: false,
                }
            }
        })
    }

    /// Returns the name of the header, if the key has its own.
    pub(crate) fn header(&self) -> Option<&'static str> {
        match self.rules.place {
            KeyPlace::Header(name) => Some(name),
            KeyPlace::Member(_) | KeyPlace::Part { .. } => None,
        }
    }

    /// Checks the key.
    pub(crate) fn check(&self, description: &Description) -> Result<(), InvalidValue> {
        let (least, most) = self.rules.length;
        let message = match &self.text {
            Some(key) => {
                let fits = (least as usize..=most as usize).contains(&key.len());
                if fits && key.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Ok(());
                }
                "is not a key of the length that the contract allows"
            }
            None if self.is_other => "occurs more than once, or is not ASCII",
            None if description.intent.is_some() => "is required",
            None => return Ok(()),
        };
        Err(InvalidValue {
            pointer: self.pointer.clone(),
            message: message.to_owned(),
        })
    }
}

/// Returns `true` for a request method without effects (RFC 9110, section 9.2.1).
pub(crate) fn is_safe(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"].contains(&method)
}
