//! PEM (RFC 7468): a text comes in, the bytes of one block go out. Decodes in constant time, and wipes each copy of a private key.

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

/// Returns the bytes of the first block with one of the labels, and its label.
pub(crate) fn block(text: &str, labels: &[&'static str]) -> Option<(&'static str, Zeroizing<Vec<u8>>)> {
    let starts = labels
        .iter()
        .filter_map(|label| Some((text.find(&format!("-----BEGIN {label}-----"))?, *label)));
    let (start, label) = starts.min()?;
    let end = format!("-----END {label}-----");
    let start = start + "-----BEGIN -----".len() + label.len();
    let (body, _) = text[start..].split_once(&end)?;
    let mut digits = Zeroizing::new(Vec::with_capacity(body.len()));
    digits.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; digits.len()]);
    let length = Base64::decode(&*digits, &mut der).ok()?.len();
    der.truncate(length);
    Some((label, der))
}
