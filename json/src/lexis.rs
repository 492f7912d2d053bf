//! The smallest steps of reading: runs of plain text, numbers, and hashes of names.
//!
//! Bytes and a place go in, a place comes out. Nothing here allocates.
//!
//! Escapes: half of a surrogate pair must never become a character. [`plain_text`] finds one text without reading the
//! rest of the document; faults after the text are not noticed.

use crate::error::DecodeErrorKind;

/// Bytes of the larger step.
const LARGE: usize = 16;

const ONES: u64 = u64::from_ne_bytes([1; 8]);

/// Returns a word whose lowest bit set marks the first of eight bytes that is a quote, a backslash or a control character;
/// higher bits mean nothing. Zero if there is none.
#[inline]
pub(super) fn special(chunk: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(chunk);
    let quote = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
    let control = word.wrapping_sub(ONES * 0x20);
    (quote | backslash | control) & !word & (ONES << 7)
}

/// Returns the index of the first byte from `at` on that a JSON string must escape: a quote, a backslash or a control
/// character; the length if there is none.
#[inline]
pub(super) fn plain_run(bytes: &[u8], mut at: usize) -> usize {
    let near = at + LARGE;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let hits = special(*chunk);
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += chunk.len();
        // Most names end before this; for a long text, larger steps are faster.
        while at >= near && bytes.get(at..).and_then(<[u8]>::first_chunk).is_some_and(is_plain) {
            at += LARGE;
        }
    }
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            break;
        }
        at += 1;
    }
    at
}

/// Returns `true` if the text needs no escape. Branchless, so that a compiler can compare all bytes at once.
#[inline]
fn is_plain(chunk: &[u8; LARGE]) -> bool {
    let special = |&byte: &u8| u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    chunk.iter().map(special).fold(0, |hits, hit| hits | hit) == 0
}

/// Reads a number at `at`. Returns its end and `true` if it has neither fraction nor exponent, or the place of the fault.
#[inline]
pub(super) fn number(bytes: &[u8], mut at: usize) -> Result<(usize, bool), usize> {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    match bytes.get(at) {
        Some(b'0') => at += 1,
        Some(b'1'..=b'9') => {
            at += 1;
            while digit(at) {
                at += 1;
            }
        }
        _ => return Err(at),
    }
    let mut integer = true;
    if bytes.get(at) == Some(&b'.') {
        integer = false;
        at += 1;
        if !digit(at) {
            return Err(at);
        }
        while digit(at) {
            at += 1;
        }
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        integer = false;
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        if !digit(at) {
            return Err(at);
        }
        while digit(at) {
            at += 1;
        }
    }
    Ok((at, integer))
}

/// Computes a cheap hash of a member's name from its length and its first and last eight bytes. It only saves comparisons;
/// correctness does not depend on its quality.
#[inline]
pub(super) fn hash(name: &[u8]) -> u32 {
    if let (Some(head), Some(tail)) = (name.first_chunk(), name.last_chunk()) {
        return mix(u64::from_le_bytes(*head), u64::from_le_bytes(*tail), name.len());
    }
    // The bytes of a short name as one number: from two halves that may overlap, or from three bytes that may coincide.
    let word = if let (Some(head), Some(tail)) = (name.first_chunk(), name.last_chunk()) {
        let behind = 8 * (name.len() - 4);
        u64::from(u32::from_le_bytes(*head)) | u64::from(u32::from_le_bytes(*tail)) << behind
    } else {
        let byte = |at: usize| name.get(at).map_or(0, |&byte| u64::from(byte) << (8 * at));
        byte(0) | byte(1) | byte(2)
    };
    mix(word, word, name.len())
}

/// Computes the same hash of the name between `start` and `end` of a text, without a branch on its length: the bytes after a
/// short name are loaded with it and masked out.
#[inline]
pub(super) fn hash_within(text: &[u8], start: usize, end: usize) -> u32 {
    let length = end - start;
    let short = length < 8;
    let tail_start = if short { start } else { end - 8 };
    let head = text.get(start..).and_then(<[u8]>::first_chunk);
    let tail = text.get(tail_start..).and_then(<[u8]>::first_chunk);
    let (Some(head), Some(tail)) = (head, tail) else {
        return hash(&text[start..end]);
    };
    let keep = if short { (1 << (8 * length)) - 1 } else { u64::MAX };
    mix(
        u64::from_le_bytes(*head) & keep,
        u64::from_le_bytes(*tail) & keep,
        length,
    )
}

#[inline]
fn mix(head: u64, tail: u64, length: usize) -> u32 {
    let mixed = (head ^ tail.rotate_left(23) ^ (length as u64)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// Returns the bit of a name's hash in an object's mask.
#[inline]
pub(super) fn mask_bit(hash: u32) -> u64 {
    1 << (hash >> 26)
}

/// Returns the bit of a name's length in an object's mask of lengths, which rejects most absent names.
#[inline]
pub(super) fn length_bit(length: usize) -> u32 {
    1 << (length % 32)
}

/// Returns `true` for the text of a JSON number (RFC 8259, section 6).
pub(crate) fn is_number(text: &str) -> bool {
    number(text.as_bytes(), 0).is_ok_and(|(end, _)| end == text.len())
}

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

/// Returns the text at a JSON Pointer without escapes and array indices, as it stands in the document; `None` if there is no
/// text, or one with escapes. The document after it is not read, so that a broken document may give a text, too.
pub fn plain_text<'d>(bytes: &'d [u8], pointer: &str) -> Option<&'d [u8]> {
    let tokens = pointer
        .strip_prefix('/')
        .filter(|tokens| !tokens.as_bytes().contains(&b'~'))?;
    let mut tokens = tokens.as_bytes().split(|&byte| byte == b'/');
    let place = tokens.try_fold(0, |at, token| member(bytes, at, token))?;
    string(bytes, blank(bytes, place)).map(|(own, _)| own)
}

/// Returns the start of a member's value in the object at `at`.
fn member(bytes: &[u8], at: usize, name: &[u8]) -> Option<usize> {
    let mut at = byte(bytes, at, b'{')?;
    loop {
        let (own, behind) = string(bytes, blank(bytes, at))?;
        at = byte(bytes, behind, b':')?;
        if own == name {
            return Some(at);
        }
        at = byte(bytes, value(bytes, at)?, b',')?;
    }
}

/// Returns the index after optional white space and this byte.
fn byte(bytes: &[u8], at: usize, wanted: u8) -> Option<usize> {
    let at = blank(bytes, at);
    (bytes.get(at) == Some(&wanted)).then_some(at + 1)
}

fn blank(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Returns a string without escapes, and the index after it.
fn string(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let start = (bytes.get(at) == Some(&b'"')).then_some(at + 1)?;
    let end = plain_run(bytes, start);
    (bytes.get(end) == Some(&b'"')).then(|| (&bytes[start..end], end + 1))
}

/// Returns the index after a value.
fn value(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut depth) = (blank(bytes, at), 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => at = string(bytes, at)?.1,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' => (at, depth) = (at + 1, depth.checked_sub(1)?),
            b',' if depth == 0 => return Some(at),
            _ => at += 1,
        }
        if depth == 0
            && !matches!(
                bytes.get(at),
                Some(b'0'..=b'9' | b'a'..=b'z' | b'.' | b'+' | b'-' | b'E')
            )
        {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{hash, hash_within, plain_run, *};
    use proptest::prelude::*;

    #[test]
    fn a_run_ends_at_the_first_byte_that_needs_an_escape_wherever_it_stands() {
        for length in 0..40 {
            let plain = "\u{e9}x\u{7f}z".repeat(10)[..].as_bytes()[..length].to_vec();
            assert_eq!(plain_run(&plain, 0), length);
            for at in 0..length {
                for byte in (0..=0x1f).chain([b'"', b'\\']) {
                    let mut text = plain.clone();
                    text[at] = byte;
                    assert_eq!(plain_run(&text, 0), at);
                    assert_eq!(plain_run(&text, at + 1), length);
                }
            }
        }
    }

    #[test]
    fn a_name_has_the_same_hash_alone_and_within_a_text() {
        let text = b"abcdefghijklmnopqrstuvwxyz\":1}";
        for start in 0..text.len() {
            for end in start..=text.len() {
                assert_eq!(hash(&text[start..end]), hash_within(text, start, end), "{start}..{end}");
            }
        }
    }

    const DOCUMENT: &str = r#" { "n" : -1.5e+3, "o":{"id":"inner","b":[{"id":"x"},[1,{}]]}, "id" : "one" , "broken""#;

    #[test]
    fn a_text_is_found_by_its_pointer_alone_and_nothing_behind_it_is_read() {
        for (pointer, wanted) in [
            ("/id", Some("one")),
            ("/o/id", Some("inner")),
            ("/o/b/id", None),
            ("/n", None),
            ("/broken", None),
            ("", None),
            ("/none", None),
        ] {
            assert_eq!(
                plain_text(DOCUMENT.as_bytes(), pointer),
                wanted.map(str::as_bytes),
                "{pointer}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_whole_reading_finds(
            values in prop::collection::vec(
                prop_oneof![
                    Just("null".to_owned()), Just("[]".to_owned()), Just("{}".to_owned()), "-?[1-9][0-9]{0,3}(\\.[0-9])?",
                    r#""[a-c\\]{0,3}""#, r#"\{"id": ?"[ab]"\}"#, r#"\[ ?"[ab\\]", \{"a":\[\]\}\]"#,
                ],
                0..6,
            ),
            names in prop::collection::vec("[ab]|id|a\\\\u0062", 6),
        ) {
            let members: Vec<String> = names.iter().zip(&values).map(|(name, value)| format!("\"{name}\" : {value}")).collect();
            let document = format!("{{{}}}", members.join(" , "));
            for pointer in ["/id", "/a", "/a/id", "/id/a"] {
                let limits = crate::Limits::default();
                let is_document = crate::inspect(document.as_bytes(), &limits, 0, |_| ()).is_some();
                let whole = crate::text(document.as_bytes(), &limits, 0, pointer);
                let plain = plain_text(document.as_bytes(), pointer).map(|text| String::from_utf8(text.to_vec()).unwrap());
                // The fast search may miss a text, and may find one in a document that a full read refuses.
                if is_document && plain.is_some() {
                    prop_assert_eq!(&plain, &whole, "{} {}", document, pointer);
                }
                if is_document && !document.contains('\\') {
                    prop_assert_eq!(plain, whole, "{} {}", document, pointer);
                }
            }
        }
    }
}
