//! Places of the signature, the instant and the nonce in the headers of a delivery. Pure, and bounded: anyone can send headers.

use super::keys::Keys;
use super::rules::{SignatureLocation, ValueLocation, VerifyError, Webhooks};
use crate::request_parts::single;
use crate::signature::decode;
use http::HeaderMap;

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

/// Reads the header of the signature. Leaves out a signature in another encoding, which matches nothing.
pub(super) fn located<'h>(
    webhooks: &Webhooks,
    keys: &Keys,
    headers: &'h HeaderMap,
) -> Result<Located<'h>, VerifyError> {
    let mut found = Located::default();
    let (header, separator, pair, wanted) = match webhooks.signature {
        SignatureLocation::List {
            header,
            separator,
            pair,
            name,
        } => (header, separator, pair, name),
        other => {
            let signature = only(headers, other.header().unwrap_or_default())?;
            found.signatures.extend(decode(signature, webhooks.encoding));
            return Ok(found);
        }
    };
    let malformed = VerifyError::Form { name: header };
    let text = only(headers, header)?;
    if text.len() > LONGEST {
        return Err(malformed);
    }
    for (count, item) in text.split(separator).map(str::trim).enumerate() {
        if count == MOST {
            return Err(malformed);
        }
        let Some(wanted) = wanted else {
            found.signatures.extend(decode(item, webhooks.encoding));
            continue;
        };
        let Some((name, value)) = item.split_once(pair) else {
            continue;
        };
        let is_at = |at: Option<ValueLocation>| matches!(at, Some(ValueLocation::Pair(known)) if known == name);
        if keys.reads(name, wanted) {
            found.signatures.extend(decode(value, webhooks.encoding));
        } else if (is_at(webhooks.timestamp_at) && found.timestamp.replace(value).is_some())
            || (is_at(webhooks.nonce_at) && found.nonce.replace(value).is_some())
        {
            // Another part of the receiver might read the other one.
            return Err(malformed);
        }
    }
    Ok(found)
}

/// Returns the single value of a header. Refuses two values: another part of the receiver might read the other one.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, VerifyError> {
    single(headers, name).ok_or(VerifyError::Header { name })
}
