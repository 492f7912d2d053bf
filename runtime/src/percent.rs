//! Percent-encoding (RFC 3986, section 2.1): a text comes in, its encoded form for a path or query goes out.
//!
//! The result is a fixed point: a URL library must find nothing to change.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// All characters except the unreserved ones (RFC 3986, section 2.3), for values.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Characters that URL libraries encode in a whole path or query.
const WHOLE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\'')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'^')
    .add(b'|')
    .add(b'\\');

/// Encodes a value for a path or query.
pub(crate) fn encode(value: &str) -> String {
    Cow::from(utf8_percent_encode(value, VALUE)).into_owned()
}

/// Encodes a value, but keeps reserved characters (`allowReserved`; RFC 6570, section 3.2.3), except for those that a query
/// would misread: `&` and `+`, and `#`, which ends it.
pub(crate) fn encode_reserved(value: &str) -> String {
    whole(value).replace('&', "%26").replace('+', "%2B")
}

/// Encodes a value, but keeps reserved characters (RFC 6570, section 3.2.3), except for those that end a path: `?` and `#`.
pub(crate) fn encode_reserved_in_path(value: &str) -> String {
    whole(value).replace('?', "%3F")
}

/// Encodes the text of a whole path or query: encoded characters stay, others are encoded as needed, and a stray `%` becomes
/// `%25`.
pub(crate) fn whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_whole(&mut out, text);
    out
}

pub(crate) fn push_whole(out: &mut String, text: &str) {
    // The usual case, a piece of a template, needs no change.
    if text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte))
    {
        return out.push_str(text);
    }
    for (index, piece) in text.split('%').enumerate() {
        if index > 0 {
            let escape = piece
                .as_bytes()
                .iter()
                .take(2)
                .filter(|byte| byte.is_ascii_hexdigit())
                .count()
                == 2;
            out.push_str(if escape { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(piece, WHOLE));
    }
}
