//! Percent-encoding (RFC 3986, section 2.1): a text comes in, what stands for it in a path or query goes out.
//!
//! The result is a fixed point: no URL library behind us finds anything to change.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters (RFC 3986, section 2.3): for values.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What URL libraries change in a path or query that is given as a whole.
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

/// A value as it stands in a path or query.
pub(crate) fn encode(value: &str) -> String {
    Cow::from(utf8_percent_encode(value, VALUE)).into_owned()
}

/// A value in which reserved characters stand as they are (`allowReserved`; RFC 6570, section 3.2.3), but for those that a
/// query would read as something else: `&` and `+`, and `#`, which ends it.
pub(crate) fn encode_reserved(value: &str) -> String {
    whole(value).replace('&', "%26").replace('+', "%2B")
}

/// Text of a path or query as a whole: what is encoded stays, what must be is, a stray `%` becomes `%25`.
pub(crate) fn whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_whole(&mut out, text);
    out
}

pub(crate) fn push_whole(out: &mut String, text: &str) {
    // The usual case, a piece of a template, has nothing to be changed.
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
