//! Links in Markdown of the contract: which are kept, and which show their target as code.

use super::marks::code_span;

fn is_url(text: &str) -> bool {
    let scheme = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    scheme.is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_url_char))
}

fn is_url_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#@!$&*+,;=%{}".contains(c)
}

/// Returns true for a mail link.
fn is_mail(target: &str) -> bool {
    let address = target.strip_prefix("mailto:");
    address.is_some_and(|address| address.contains('@') && address.chars().all(is_url_char))
}

/// Returns true for the path or fragment of a page beside the one that the text was written for.
fn is_relative(target: &str) -> bool {
    target.starts_with(['/', '#', '.']) && target.chars().all(is_url_char)
}

/// Parses `[text](target)` with plain text, code or an image as its text; returns the safe form and the length that it replaces.
pub(super) fn link(rest: &str) -> Option<(String, usize)> {
    if let Some(image) = rest.strip_prefix("[!") {
        let (image, length) = link(image)?;
        let (target, _) = rest[2 + length..].strip_prefix("](")?.split_once(')')?;
        return is_url(target).then(|| (format!("[!{image}]({target})"), length + target.len() + 5));
    }
    let (text, after) = rest[1..].split_once("](")?;
    let (target, _) = after.split_once(')')?;
    let plain = !text.is_empty() && !text.contains(['[', ']', '<', '\\']) && !text.contains("://") && is_closed(text);
    let length = text.len() + target.len() + 4;
    if plain && (is_url(target) || is_mail(target)) {
        return Some((format!("[{text}]({target})"), length));
    }
    (plain && is_relative(target)).then(|| (format!("{text} (`{target}`)"), length))
}

/// Returns true if every code span of a text ends in it.
fn is_closed(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let Some(span) = code_span(&rest[at..]) else {
            return false;
        };
        rest = &rest[at + span.len()..];
    }
    true
}

/// Returns the URL in angle brackets at the start of a text.
pub(super) fn autolink(rest: &str) -> Option<&str> {
    let url = rest[1..].split('>').next()?;
    (rest[1..].len() > url.len() && is_url(url)).then_some(url)
}

/// Returns the URL at the start of a text, without marks of the sentence around it.
pub(super) fn bare_url(rest: &str, before: Option<char>) -> Option<&str> {
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let end = rest.find(|c| !is_url_char(c)).unwrap_or(rest.len());
    let url = rest[..end].trim_end_matches(['.', ',', ':', ';', '!', '?', '*', '_']);
    let url = if url.contains('{') {
        url
    } else {
        url.trim_end_matches('}')
    };
    is_url(url).then_some(url)
}
