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

/// Reads the signatures, the instant and the nonce. Leaves out a signature in another encoding, which matches nothing.
pub(super) fn located<'h>(keys: &Keys, headers: &'h HeaderMap) -> Result<Located<'h>, VerifyError> {
    let webhooks = keys.webhooks;
    let header = webhooks.signature.header().unwrap_or_default();
    let text = only(headers, header)?;
    let mut found = Located::default();
    if let SignatureLocation::List {
        separator, pair, name, ..
    } = webhooks.signature
    {
        if text.len() > LONGEST || text.split(separator).count() > MOST {
            return Err(VerifyError::Form { name: header });
        }
        for item in text.split(separator).map(str::trim) {
            match (name, item.split_once(pair)) {
                (None, _) => found.signatures.extend(decode(item, webhooks.encoding)),
                (Some(wanted), Some((name, value))) if keys.reads(name, wanted) => {
                    found.signatures.extend(decode(value, webhooks.encoding));
                }
                (Some(_), Some((name, value))) => found.put(webhooks, name, value)?,
                (Some(_), None) => {}
            }
        }
    } else {
        found.signatures.extend(decode(text, webhooks.encoding));
    }
    found.timestamp = value(headers, header, webhooks.timestamp_at, found.timestamp)?;
    found.nonce = value(headers, header, webhooks.nonce_at, found.nonce)?;
    Ok(found)
}

impl<'h> Located<'h> {
    /// Takes the value of an item, if it is the instant or the nonce. Refuses a second one: another part of the receiver might read
    /// it.
    fn put(&mut self, webhooks: &Webhooks, name: &str, value: &'h str) -> Result<(), VerifyError> {
        let is_at = |at: Option<ValueLocation>| matches!(at, Some(ValueLocation::Pair(known)) if known == name);
        let is_second = is_at(webhooks.timestamp_at) && self.timestamp.replace(value).is_some()
            || is_at(webhooks.nonce_at) && self.nonce.replace(value).is_some();
        if is_second {
            let name = webhooks.signature.header().unwrap_or_default();
            return Err(VerifyError::Form { name });
        }
        Ok(())
    }
}

/// Returns a value at its place: a header, or an item of the header of the signature, whose value is known.
fn value<'h>(
    headers: &'h HeaderMap,
    signature: &'static str,
    at: Option<ValueLocation>,
    item: Option<&'h str>,
) -> Result<Option<&'h str>, VerifyError> {
    match at {
        Some(ValueLocation::Header(name)) => only(headers, name).map(Some),
        Some(ValueLocation::Pair(_)) if item.is_none() => Err(VerifyError::Form { name: signature }),
        Some(ValueLocation::Pair(_)) | None => Ok(item),
    }
}

/// Returns the single value of a header. Refuses two values: another part of the receiver might read the other one.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, VerifyError> {
    single(headers, name).ok_or(VerifyError::Header { name })
}
