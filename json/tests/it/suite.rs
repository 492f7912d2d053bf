//! The public JSON parsing test suite (nst/JSONTestSuite), from the folder that the environment variable `JSON_SUITE` names.

use sdkwright_json as json;
use sdkwright_json::{DecodeErrorKind, JsonValue};
use std::path::PathBuf;

/// The suite wants these to be accepted; a name that occurs twice is refused here on purpose.
const REFUSED_ON_PURPOSE: [&str; 2] = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

/// The same value as `serde_json` has it, each number read by `serde_json` from the text that we kept.
fn as_serde(value: &JsonValue) -> serde_json::Result<serde_json::Value> {
    Ok(match value {
        JsonValue::Null => serde_json::Value::Null,
        JsonValue::Bool(value) => (*value).into(),
        JsonValue::Number(number) => serde_json::from_str(number.as_str())?,
        JsonValue::String(text) => text.as_str().into(),
        JsonValue::Array(list) => list.iter().map(as_serde).collect::<serde_json::Result<_>>()?,
        JsonValue::Object(object) => {
            let members = object
                .iter()
                .map(|(name, value)| Ok((name.to_owned(), as_serde(value)?)));
            serde_json::Value::Object(members.collect::<serde_json::Result<_>>()?)
        }
    })
}

#[test]
fn every_file_of_the_suite_is_accepted_or_refused_as_it_says_and_read_as_serde_json_reads_it() {
    let Some(folder) = std::env::var_os("JSON_SUITE").map(PathBuf::from) else {
        // skipped without $JSON_SUITE
        return;
    };
    let (mut wanted, mut unwanted, mut either, mut compared) = (0, 0, 0, 0);
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let ours = json::from_slice::<JsonValue>(&bytes);
        match name.as_bytes() {
            [b'y', b'_', ..] if REFUSED_ON_PURPOSE.contains(&name.as_str()) => {
                wanted += 1;
                assert_eq!(
                    ours.as_ref().map_err(json::DecodeError::kind),
                    Err(DecodeErrorKind::Duplicate),
                    "{name}"
                );
            }
            [b'y', b'_', ..] => {
                wanted += 1;
                assert!(ours.is_ok(), "{name} must be accepted: {ours:?}");
            }
            [b'n', b'_', ..] => {
                unwanted += 1;
                assert!(ours.is_err(), "{name} must be refused");
            }
            [b'i', b'_', ..] => either += 1,
            _ => continue,
        }
        if let (Ok(ours), Ok(theirs)) = (ours, serde_json::from_slice::<serde_json::Value>(&bytes)) {
            compared += 1;
            assert_eq!(as_serde(&ours).unwrap(), theirs, "{name}");
            let again: JsonValue = json::from_slice(&json::to_vec(&ours).unwrap()).unwrap();
            assert_eq!(again, ours, "{name}");
        }
    }
    println!("JSON suite: {wanted} y_, {unwanted} n_, {either} i_; {compared} compared with serde_json");
    assert!(
        wanted > 90 && unwanted > 180 && either > 30 && compared > 90,
        "the folder does not hold the suite"
    );
}
