//! Text in quotes, as JSON writes it.

use super::hidden::is_hidden;
use std::fmt::Write as _;

/// Returns a text as a JSON string, with hidden characters as escapes.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote_into(text, &mut out);
    out
}

/// Writes a text as a JSON string.
pub(crate) fn quote_into(text: &str, out: &mut String) {
    out.push('"');
    // The first bytes of hidden characters beyond ASCII are not those of most letters.
    let may_be_hidden = |byte: u8| matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF);
    let escaped = |byte: u8| byte < b' ' || matches!(byte, b'"' | b'\\') || may_be_hidden(byte);
    // Most texts have nothing to escape, which is seen without a branch for each byte.
    if !text.bytes().fold(false, |found, byte| found | escaped(byte)) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(escaped).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
