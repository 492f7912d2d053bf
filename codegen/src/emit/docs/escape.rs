//! One line of prose of a contract: its Markdown comes in, a line in which nothing else is a link, an element or a quotation goes out.

use super::links::{SafePart, Targets, autolink, bare_url, image, link};
use super::marks::{CodeSpans, ticks};

/// Escapes one line of prose: code spans and web links stay, images become links; everything else that Markdown or rustdoc
/// reads as a link, an image, an element or a quotation is escaped. Takes time in proportion to the length.
pub(super) fn escaped(text: &str, targets: &Targets<'_>) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let spans = CodeSpans::new(text);
    let mut at = 0;
    if text.starts_with('>') {
        out.push('\\');
    }
    loop {
        let bytes = &text.as_bytes()[at..];
        let may_matter = |(at, byte): (usize, u8)| match byte {
            b'`' | b'[' | b']' | b'<' | b'\\' => true,
            b'!' => bytes[at + 1..].starts_with(b"["),
            b'h' => bytes[at..].starts_with(b"http"),
            _ => false,
        };
        let plain = bytes.iter().copied().enumerate().position(may_matter);
        let plain = plain.unwrap_or(bytes.len());
        out.push_str(&text[at..at + plain]);
        at += plain;
        let rest = &text[at..];
        let Some(next) = rest.chars().next() else { break };
        let url = |url: &str, length: usize| SafePart {
            safe: format!("<{url}>"),
            length,
        };
        let taken = match next {
            '`' => {
                let (safe, length) = match spans.end(text, at) {
                    Some(end) => (text[at..end].to_owned(), end - at),
                    None => ("\\`".repeat(ticks(rest)), ticks(rest)),
                };
                Some(SafePart { safe, length })
            }
            '[' => link(rest, targets),
            '!' => image(rest),
            '<' => autolink(rest).map(|address| url(address, address.len() + 2)),
            'h' => bare_url(rest, out.chars().last()).map(|address| url(address, address.len())),
            '\\' => {
                let escape = rest[1..].chars().next().filter(char::is_ascii_punctuation);
                escape.map(|c| SafePart {
                    safe: format!("\\{c}"),
                    length: 2,
                })
            }
            _ => None,
        };
        if let Some(part) = taken {
            out.push_str(&part.safe);
            at += part.length;
            continue;
        }
        if matches!(next, '`' | '[' | ']' | '<' | '\\') {
            out.push('\\');
        }
        out.push(next);
        at += next.len_utf8();
    }
    out
}
