//! Places of the signature, the instant and the nonce in the headers of a delivery. Pure, and bounded: anyone can send headers.

use super::rules::VerifyError;
use crate::message::SignedValue;
use crate::request_parts::single;
use crate::signature::decode;
use http::HeaderMap;
use sdkwright_description::{SignaturePlace, SignatureRules, ValuePlace};

/// Longest header with a list of signatures, in bytes.
const LONGEST: usize = 16 * 1024;
/// Largest number of items in a list of signatures.
const MOST: usize = 64;

/// The signatures of a delivery, and the values next to them.
#[derive(Debug, Default)]
pub(super) struct Located<'h> {
    /// Those in the encoding of the contract; others match nothing.
    pub(super) signatures: Vec<Vec<u8>>,
    pub(super) timestamp: Option<&'h str>,
    pub(super) nonce: Option<&'h str>,
}

/// Reads the signatures, the instant and the nonce. Leaves out a signature in another encoding, which matches nothing.
pub(super) fn located<'h>(rules: &SignatureRules, headers: &'h HeaderMap) -> Result<Located<'h>, VerifyError> {
    let header = rules.signature.header().unwrap_or_default();
    let refused = Err(VerifyError::Form { name: header });
    let text = only(headers, header)?;
    let mut found = Located::default();
    let mut pairs = Vec::new();
    if let SignaturePlace::List {
        separator,
        pair,
        name,
        key_name,
        ..
    } = rules.signature
    {
        if text.len() > LONGEST || text.split(separator).count() > MOST {
            return refused;
        }
        for item in text.split(separator).map(str::trim) {
            match (name, item.split_once(pair)) {
                (None, _) => found.signatures.extend(decode(item, rules.encoding)),
                (Some(_), Some((own, value))) if Some(own) == name || Some(own) == key_name => {
                    found.signatures.extend(decode(value, rules.encoding));
                }
                (Some(_), Some(pair)) => pairs.push(pair),
                (Some(_), None) => {}
            }
        }
    } else {
        found.signatures.extend(decode(text, rules.encoding));
    }
    for placed in rules.values {
        let value = match placed.place {
            ValuePlace::Header(name) => only(headers, name)?,
            ValuePlace::Pair(name) => {
                // Another part of the receiver might read a second value.
                let mut values = pairs.iter().filter(|(known, _)| *known == name);
                match (values.next(), values.next()) {
                    (Some((_, value)), None) => value,
                    _ => return refused,
                }
            }
            ValuePlace::Query(_) => continue,
        };
        match placed.value {
            SignedValue::Timestamp => found.timestamp = Some(value),
            _ => found.nonce = Some(value),
        }
    }
    Ok(found)
}

/// Returns the single value of a header. Refuses two values: another part of the receiver might read the other one.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, VerifyError> {
    single(headers, name).ok_or(VerifyError::Header { name })
}
