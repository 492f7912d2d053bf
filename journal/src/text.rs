//! Texts that rows are made of and found by: hexadecimal, digests of what is too long, and random names.

use std::borrow::Cow;

use crate::error::StoreError;
use sdkwright_runtime::signing::sha256;

pub(crate) use sdkwright_runtime::signing::hex;

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
    format!("sha256:{}", hex(&sha256(text))).into()
}

/// The text by which the row is found that created a resource of this id. A later call that names the resource does not find, and so
/// does not lock, this row.
pub(crate) fn created(id: &str) -> String {
    short(&format!("created:{id}")).into_owned()
}

/// The 32 bytes of hexadecimal text; nothing where it is none.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        // `from_str_radix` also takes a sign.
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hexadecimal_digits_are_read() {
        let text = hex(&[0xa0; 32]);
        assert_eq!(unhex(&text), Some([0xa0; 32]));
        for wrong in [&text[2..], &text.replacen("a0", "+0", 1), &text.replacen("a0", " 0", 1)] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
