//! Texts that rows are made of and found by: hexadecimal, digests of what is too long, and random names.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::error::StoreError;

/// 24 random hexadecimal digits.
pub(crate) fn random() -> Result<String, StoreError> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Database(error.to_string()))?;
    Ok(hex(&bytes))
}

/// A text of somebody else's that a database is to find rows by: what is longer than an index takes, or has a character that a
/// database does not take, becomes a digest.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    if text.len() <= 255 && !text.contains('\0') {
        return text.into();
    }
    format!("sha256:{}", hex(&Sha256::digest(text))).into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// The 32 bytes of hexadecimal text; nothing where it is none.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(out)
}
