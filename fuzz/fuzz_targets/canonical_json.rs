//! Any bytes come in. What is read as JSON must have the canonical text that another writer of RFC 8785 gives it, or be refused
//! for a number that this writer would change; canonical text is its own canonical text, and means what the bytes meant.
//!
//! Seeds: fuzz/seeds/canonical_json/*
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdkwright_runtime::draft::canonical;
use sdkwright_runtime::{JsonValue, json};
use serde_json::Value;
use std::fmt::Write as _;

fuzz_target!(|bytes: &[u8]| {
    let ours = json::from_slice::<JsonValue>(bytes);
    let theirs = serde_json::from_slice::<Value>(bytes);
    let Ok(ours) = ours else {
        assert!(
            canonical_of(theirs.as_ref().ok()).is_none() || is_refused_on_purpose(bytes),
            "{:?}",
            ours.unwrap_err()
        );
        return;
    };
    let text = match canonical(&ours) {
        Ok(text) => text,
        Err(refused) => {
            let number = ours
                .pointer(&refused.pointer)
                .and_then(JsonValue::as_number)
                .expect("a number");
            assert_ne!(Some(number.as_str()), shortest(number.as_str()).as_deref(), "{refused}");
            return;
        }
    };
    let again: JsonValue = text.parse().expect("canonical text is JSON");
    assert_eq!(again, ours, "{text}");
    assert_eq!(canonical(&again).as_deref(), Ok(text.as_str()));
    let reread: Value = serde_json::from_str(&text).expect("canonical text is JSON");
    if let Ok(theirs) = theirs {
        assert_eq!(reread, theirs, "{text}");
        assert_eq!(canonical_of(Some(&theirs)).as_deref(), Some(text.as_str()));
    }
    assert_eq!(canonical_of(Some(&reread)).as_deref(), Some(text.as_str()));
});

/// Documents that we refuse and others read: a duplicate member, and nesting beyond the limit.
fn is_refused_on_purpose(bytes: &[u8]) -> bool {
    let error = json::from_slice::<JsonValue>(bytes).expect_err("it is refused");
    let why = error.to_string();
    why.contains("twice") || why.contains("deep")
}

/// The canonical text, by another writer; nothing if a number would change.
fn canonical_of(value: Option<&Value>) -> Option<String> {
    let mut text = String::new();
    write(value?, &mut text)?;
    Some(text)
}

fn write(value: &Value, out: &mut String) -> Option<()> {
    match value {
        Value::Null | Value::Bool(_) => write!(out, "{value}").ok()?,
        Value::String(text) => string(text, out),
        Value::Number(number) => {
            let number = number.as_str();
            if shortest(number)? != number {
                return None;
            }
            out.push_str(number);
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            out.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                string(name, out);
                out.push(':');
                write(member, out)?;
            }
            out.push('}');
        }
    }
    Some(())
}

/// `serde_json` escapes what RFC 8785 (section 3.2.2.2) escapes, and in the same way.
fn string(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).expect("JSON"));
}

/// The text of a number in ECMAScript, by the implementation of a JavaScript engine.
fn shortest(text: &str) -> Option<String> {
    let value: f64 = text.parse().ok()?;
    value
        .is_finite()
        .then(|| ryu_js::Buffer::new().format_finite(value).to_owned())
}
