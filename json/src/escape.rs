//! Escapes in strings (RFC 8259, section 7).
//!
//! Bytes and the place of a backslash come in; the character and the end of the escape go out, or the fault. Half of a
//! surrogate pair must never become a character.

use crate::error::DecodeErrorKind;

/// A fault of a document, with its place.
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) kind: DecodeErrorKind,
    pub(super) what: &'static str,
}

fn syntax(at: usize, what: &'static str) -> Fault {
    Fault {
        at,
        kind: DecodeErrorKind::Syntax,
        what,
    }
}

/// Returns the character of the escape at `at`, and the end of the escape.
pub(super) fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), Fault> {
    let simple = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes, at),
        _ => return Err(syntax(at, "an escape that JSON knows")),
    };
    Ok((simple, at + 2))
}

fn unicode_escape(bytes: &[u8], at: usize) -> Result<(char, usize), Fault> {
    let lone = Fault {
        at,
        kind: DecodeErrorKind::Surrogate,
        what: "a pair of surrogates",
    };
    let first = hex(bytes, at + 2)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, at + 6));
    }
    if first >= 0xdc00 || bytes.get(at + 6..at + 8) != Some(b"\\u") {
        return Err(lone);
    }
    let second = hex(bytes, at + 8)?;
    if !(0xdc00..0xe000).contains(&second) {
        return Err(lone);
    }
    let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    char::from_u32(code).map(|character| (character, at + 12)).ok_or(lone)
}

fn hex(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    let mut code = 0;
    for place in at..at + 4 {
        let digit = bytes.get(place).and_then(|&byte| char::from(byte).to_digit(16));
        code = code * 16 + digit.ok_or_else(|| syntax(place, "four hexadecimal digits"))?;
    }
    Ok(code)
}
