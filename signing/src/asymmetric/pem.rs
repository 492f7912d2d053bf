//! PEM (RFC 7468): a text comes in, the bytes of one block go out. Decodes in constant time, and wipes each copy of a private key.

use super::kinds::KeyError;
use super::library::decode_base64;
use zeroize::Zeroizing;

/// Returns the bytes of the first block with one of the labels, and its label.
pub(crate) fn block(text: &str, labels: &[&'static str]) -> Result<(&'static str, Zeroizing<Vec<u8>>), KeyError> {
    let starts = labels
        .iter()
        .filter_map(|label| Some((text.find(&format!("-----BEGIN {label}-----"))?, *label)));
    let (start, label) = starts.min().ok_or(KeyError::Pem)?;
    let end = format!("-----END {label}-----");
    let start = start + "-----BEGIN -----".len() + label.len();
    let (body, _) = text[start..].split_once(&end).ok_or(KeyError::Pem)?;
    let mut digits = Zeroizing::new(Vec::with_capacity(body.len()));
    digits.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; digits.len()]);
    let length = decode_base64(&digits, &mut der)?;
    der.truncate(length);
    Ok((label, der))
}
