//! Stamps: an instant, a nonce and the parts of a request come in, the headers of one attempt with its signature go out. No
//! secret may print.

use base64::Engine as _;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::base::{Parts, base_string};
use crate::clock::{NonceError, NonceSource};
use crate::mac::{encode, sign};
use crate::scheme::{Signing, TimestampFormat};
use crate::secret::Key;
use sdkwright_json::value::{Timestamp, rfc3339};

/// Header names, parsed once for all calls.
#[derive(Debug, Clone, Default)]
pub struct HeaderNames(Vec<(&'static str, HeaderName)>);

impl HeaderNames {
    /// Parses the names; those that are no header names are left out.
    pub fn new(names: impl IntoIterator<Item = &'static str>) -> Self {
        let read = |name| Some((name, HeaderName::try_from(name).ok()?));
        Self(names.into_iter().filter_map(read).collect())
    }

    /// Lists the header names that signing writes.
    pub fn of(signing: &Signing) -> impl Iterator<Item = &'static str> {
        let others = [signing.client_id_header, signing.timestamp_header, signing.nonce_header];
        others.into_iter().flatten().chain([signing.signature_header])
    }

    /// Replaces a header. Fails if the name or the value cannot be written.
    pub fn put(&self, headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), InvalidHeader> {
        let known = self.0.iter().find(|(known, _)| *known == name);
        let (Some((_, known)), Ok(value)) = (known, HeaderValue::try_from(value)) else {
            return Err(InvalidHeader(name));
        };
        headers.insert(known.clone(), value);
        Ok(())
    }
}

/// Name of a header that cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidHeader(pub &'static str);

/// The values that signing adds to a request.
#[derive(Debug)]
pub struct Stamp {
    /// The instant.
    pub timestamp: String,
    /// The nonce.
    pub nonce: String,
    signature: String,
}

impl Stamp {
    /// Signs `parts`; sets their instant from `seconds` since 1970, and their nonce from the random source.
    pub fn new(
        signing: &Signing,
        key: &Key,
        seconds: i64,
        nonces: &dyn NonceSource,
        parts: &Parts<'_>,
    ) -> Result<Self, NonceError> {
        let nonce = nonce(nonces, signing.nonce_length)?;
        let timestamp = timestamp(seconds, signing.timestamp);
        let parts = Parts {
            timestamp: &timestamp,
            nonce: &nonce,
            ..*parts
        };
        let base = base_string(signing.components, signing.separator, &parts);
        let signature = encode(&sign(key, &base), signing.encoding);
        Ok(Self {
            timestamp,
            nonce,
            signature,
        })
    }

    /// Writes the headers. The signature is marked as sensitive and never prints.
    pub fn write(
        &self,
        signing: &Signing,
        client_id: &str,
        names: &HeaderNames,
        headers: &mut HeaderMap,
    ) -> Result<(), InvalidHeader> {
        let stamps = [
            (signing.client_id_header, client_id),
            (signing.timestamp_header, self.timestamp.as_str()),
            (signing.nonce_header, self.nonce.as_str()),
            (Some(signing.signature_header), self.signature.as_str()),
        ];
        for (name, value) in stamps {
            if let Some(name) = name {
                names.put(headers, name, value)?;
            }
        }
        if let Some(signature) = headers.get_mut(signing.signature_header) {
            signature.set_sensitive(true);
        }
        Ok(())
    }
}

/// Formats an instant, given in seconds since 1970, for its header.
pub fn timestamp(seconds: i64, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Rfc3339 => rfc3339(seconds),
        TimestampFormat::UnixSeconds => seconds.to_string(),
    }
}

/// Parses an instant from a header into seconds since 1970; `None` for other text.
pub fn parse_timestamp(text: &str, format: TimestampFormat) -> Option<i64> {
    match format {
        TimestampFormat::Rfc3339 => Some(text.parse::<Timestamp>().ok()?.unix()?.0),
        TimestampFormat::UnixSeconds => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if plain { text.parse().ok() } else { None }
        }
    }
}

/// Creates a nonce of `[A-Za-z0-9_-]`: 32 characters (192 bits) if the bounds allow it.
pub fn nonce(source: &dyn NonceSource, (least, most): (u32, u32)) -> Result<String, NonceError> {
    let length = 32.max(least).min(most.max(1)) as usize;
    let mut text = String::with_capacity(length.next_multiple_of(4));
    let mut bytes = [0; 24];
    while text.len() < length {
        let more = bytes.len().min((length - text.len()).div_ceil(4) * 3);
        source.fill(&mut bytes[..more])?;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode_string(&bytes[..more], &mut text);
    }
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
    fn no_more_random_bytes_are_drawn_than_the_nonce_holds() {
        struct Counted(std::sync::atomic::AtomicUsize);
        impl NonceSource for Counted {
            fn fill(&self, into: &mut [u8]) -> Result<(), NonceError> {
                self.0.fetch_add(into.len(), std::sync::atomic::Ordering::Relaxed);
                into.fill(7);
                Ok(())
            }
        }
        for (length, drawn) in [(1, 3), (10, 9), (32, 24), (33, 27), (64, 48), (70, 54)] {
            let source = Counted(0.into());
            assert_eq!(nonce(&source, (length, length)).unwrap().len(), length as usize);
            assert_eq!(source.0.into_inner(), drawn, "{length}");
        }
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

    #[test]
    fn instants_with_an_offset_are_read() {
        assert_eq!(
            parse_timestamp("2026-06-28T02:00:00+02:00", TimestampFormat::Rfc3339),
            Some(1_782_604_800)
        );
        assert_eq!(
            parse_timestamp("2026-06-28T00:00:00.9Z", TimestampFormat::Rfc3339),
            Some(1_782_604_800)
        );
        for wrong in [
            "",
            "2026-06-28",
            "20260628T000000Z",
            "2026-06-28T00Z",
            "2026-06-28T00:00:00Z[UTC]",
            "yesterday",
        ] {
            assert_eq!(parse_timestamp(wrong, TimestampFormat::Rfc3339), None, "{wrong}");
        }
    }
}
