//! Instants and nonces as their headers say them.

use base64::Engine as _;

use super::TimestampFormat;
use crate::clock::{self, NonceError, NonceSource};

/// An instant, given in seconds since 1970, as its header says it.
pub fn timestamp(seconds: i64, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Rfc3339 => clock::rfc3339(seconds),
        TimestampFormat::UnixSeconds => seconds.to_string(),
    }
}

/// The seconds since 1970 of an instant in a header; nothing if it is not one.
pub fn parse_timestamp(text: &str, format: TimestampFormat) -> Option<i64> {
    match format {
        TimestampFormat::Rfc3339 => clock::parse_rfc3339(text),
        TimestampFormat::UnixSeconds => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if plain { text.parse().ok() } else { None }
        }
    }
}

/// A new nonce of `[A-Za-z0-9_-]`: 32 characters (192 bits) where the bounds allow it.
pub fn nonce(source: &dyn NonceSource, (least, most): (u32, u32)) -> Result<String, NonceError> {
    let length = 32.max(least).min(most.max(1)) as usize;
    let mut bytes = vec![0; length.div_ceil(4) * 3];
    source.fill(&mut bytes)?;
    let mut text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&bytes);
    text.truncate(length);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemNonces;

    #[test]
    fn both_formats_go_there_and_back() {
        for format in [TimestampFormat::Rfc3339, TimestampFormat::UnixSeconds] {
            assert_eq!(
                parse_timestamp(&timestamp(1_782_604_800, format), format),
                Some(1_782_604_800)
            );
        }
        assert_eq!(timestamp(1_782_604_800, TimestampFormat::UnixSeconds), "1782604800");
        for wrong in ["", "+1", "1.5", "1e3", " 1", "2026-06-28T00:00:00Z"] {
            assert_eq!(parse_timestamp(wrong, TimestampFormat::UnixSeconds), None, "{wrong}");
        }
    }

    #[test]
    fn a_nonce_keeps_its_bounds_and_alphabet() {
        for (bounds, length) in [((16, 128), 32), ((40, 64), 40), ((1, 10), 10), ((33, 33), 33)] {
            let nonce = nonce(&SystemNonces, bounds).unwrap();
            assert_eq!(nonce.len(), length);
            assert!(
                nonce
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
            );
        }
    }

    #[test]
    fn a_nonce_is_never_reused() {
        let nonces: std::collections::HashSet<_> =
            (0..1000).map(|_| nonce(&SystemNonces, (16, 128)).unwrap()).collect();
        assert_eq!(nonces.len(), 1000);
    }

    #[test]
    fn without_random_bytes_there_is_no_nonce() {
        struct Dry;
        impl NonceSource for Dry {
            fn fill(&self, _: &mut [u8]) -> Result<(), NonceError> {
                Err(NonceError("dry".into()))
            }
        }
        assert_eq!(nonce(&Dry, (16, 128)), Err(NonceError("dry".into())));
    }
}
