//! In: bytes and text. Out: hex, base64, percent and canonical forms of them, the pairs of queries, forms and cookies, and
//! random bytes. Never: anything about a contract.

use data_encoding::{BASE64, Encoding, HEXLOWER, HEXLOWER_PERMISSIVE, Specification};
use serde_json::Value;
use std::sync::LazyLock;

/// Base64 in both alphabets, without padding, and with any bits behind the last byte.
static ANY_BASE64: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut any: Specification = data_encoding::BASE64_NOPAD.specification();
    any.check_trailing_bits = false;
    any.translate.from.push_str("-_");
    any.translate.to.push_str("+/");
    any.encoding().ok()
});

/// Lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The bytes of hexadecimal text of either case.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}

/// The UUID of a version with these bits.
pub(crate) fn uuid(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = (bytes[6] & 0x0f) | (version << 4);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = hex(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

/// Padded base64 in the standard alphabet (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes of base64 text, padded or not, in the standard or the URL alphabet.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    ANY_BASE64.as_ref()?.decode(text.as_bytes()).ok()
}

/// The text behind percent-encoding; `None` where the escapes are broken or the bytes no UTF-8.
pub fn percent_decode(text: &str, plus_is_space: bool) -> Option<String> {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let pair = text.get(at + 1..at + 3)?;
                out.extend(unhex(pair)?);
                at += 3;
            }
            b'+' if plus_is_space => {
                out.push(b' ');
                at += 1;
            }
            byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// Percent-encodes everything but the unreserved characters of URIs.
pub(crate) fn percent_encode(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let letters = text.bytes().map(|byte| {
        if is_plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    letters.collect()
}

/// Random bytes of the system; zeros where it has none, so callers add a counter where they must not repeat.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        bytes = [0; N];
    }
    bytes
}

/// A name in lower case, without anything but letters and digits of ASCII.
pub(crate) fn plain_name(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "")
}

/// The canonical form of JSON (RFC 8785).
pub(crate) fn canonical_json(value: &Value) -> Vec<u8> {
    // Each value of this type has one.
    serde_json_canonicalizer::to_vec(value).unwrap_or_default()
}

pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A name and a value, encoded as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EncodedPair<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
}

impl<'a> EncodedPair<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        Self { name, value }
    }

    /// Returns the pairs of a query or a form.
    pub(crate) fn of_query(query: &'a str) -> impl Iterator<Item = Self> {
        query.split('&').filter(|pair| !pair.is_empty()).map(Self::new)
    }

    /// Returns the pairs of a `Cookie` header.
    pub(crate) fn of_cookies(header: &'a str) -> impl Iterator<Item = Self> {
        header
            .split(';')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .map(Self::new)
    }
}

/// The encoding of texts on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// Percent-encoding, and `+` for a space.
    Form,
    Percent,
    /// None, as in headers and in the parts of a body.
    Plain,
}

impl Escapes {
    pub(crate) fn decode(self, text: &str) -> String {
        let decoded = match self {
            Self::Plain => None,
            Self::Form => percent_decode(text, true),
            Self::Percent => percent_decode(text, false),
        };
        decoded.unwrap_or_else(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_both_alphabets_with_padding_and_without() {
        for text in ["-_8=", "+/8", "-_9"] {
            assert_eq!(unbase64(text).unwrap(), [0xfb, 0xff], "{text}");
        }
        for text in ["*", "AAAAA"] {
            assert_eq!(unbase64(text), None, "{text}");
        }
    }

    #[test]
    fn the_example_of_rfc_8785_is_as_printed_there_and_integers_are_doubles() {
        let text = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,9007199254740993,-0],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false],"\ufb33":1,"\ud83d\ude00":2}"#;
        assert_eq!(
            String::from_utf8(canonical_json(&serde_json::from_str(text).unwrap())).unwrap(),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27,9007199254740992,0],\
             \"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
    }

    #[test]
    fn broken_escapes_have_no_text() {
        assert_eq!(percent_decode("a%20b+c", false).as_deref(), Some("a b+c"));
        assert_eq!(percent_decode("a+c", true).as_deref(), Some("a c"));
        assert_eq!(percent_decode("%2", false), None);
        assert_eq!(percent_decode("%ff", false), None);
    }
}
