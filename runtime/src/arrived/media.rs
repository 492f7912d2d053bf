//! Media types: the one of a response and the one that the contract declares come in, `true` goes out if they agree. Pure.
//!
//! A page (HTML) or a problem document never agrees with anything but its own name or a range of media types.

/// Returns the media type without its parameters.
pub(super) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// Returns `true` if the media type is in a range of media types, or names the same format: the subtype without `x-` and what
/// stands before a `+`. So `text/json` and types with the suffix `+json` are JSON.
pub(super) fn is_in(range: &str, media: &str) -> bool {
    let range = essence(range);
    let (kind, own) = (range.strip_suffix("/*"), media.split('/').next().unwrap_or_default());
    range.eq_ignore_ascii_case(media)
        || (range == "*/*" && !media.is_empty())
        || kind.is_some_and(|kind| kind.eq_ignore_ascii_case(own))
        || (!is_page(media) && !is_problem(media) && is_of(format(media), format(range)))
}

/// Returns `true` if a response of this media type can be the file that the contract declares. `application/octet-stream` is a
/// file of any format on either side; but text, JSON and XML are how a server says something, and a file only if `is_read`.
pub(super) fn is_file(range: &str, media: &str, is_read: bool) -> bool {
    let is_said = || is_json(media) || is_of(format(media), "xml") || is_start(media, "text/");
    is_in(range, media)
        || is_any_file(media)
        || (is_any_file(essence(range)) && !is_page(media) && !is_problem(media) && (is_read || !is_said()))
}

/// Returns `true` for `application/octet-stream` and its like, with which servers make browsers save a file.
pub(crate) fn is_any_file(media: &str) -> bool {
    let formats = ["octet-stream", "force-download", "download"];
    formats.iter().any(|known| is_of(format(media), known))
}

pub(super) fn is_json(media: &str) -> bool {
    is_of(format(media), "json")
}

/// Returns `true` for a problem document (RFC 9457).
pub(super) fn is_problem(media: &str) -> bool {
    let own = subtype(media);
    is_of(own, "problem+json") || is_of(own, "problem+xml")
}

/// Returns `true` for HTML.
pub(super) fn is_page(media: &str) -> bool {
    let own = subtype(media);
    is_of(own, "html") || is_of(own, "xhtml+xml")
}

/// Returns `true` for a body that begins like HTML, after a byte order mark, comments and the declaration of XML.
pub(crate) fn begins_as_page(body: &[u8]) -> bool {
    const SKIPPED: [(&[u8], &[u8]); 2] = [(b"<!--", b"-->"), (b"<?xml", b"?>")];
    let mut body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    while let Some((_, end)) = SKIPPED.iter().find(|(start, _)| body.starts_with(start)) {
        let Some(at) = body.windows(end.len()).position(|part| part == *end) else {
            return false;
        };
        body = body[at + end.len()..].trim_ascii_start();
    }
    let begins = |with: &[u8]| body.get(..with.len()).is_some_and(|own| own.eq_ignore_ascii_case(with));
    let is_tag = |name: &[u8]| begins(name) && body.get(name.len()).is_some_and(|next| b" \t\r\n>".contains(next));
    begins(b"<!doctype html") || begins(b"<html") || is_tag(b"<head") || is_tag(b"<body")
}

fn subtype(media: &str) -> &str {
    media.split_once('/').map_or("", |(_, own)| own)
}

/// Names of formats beside the registered one.
const ALIASES: [(&str, &str); 4] = [
    ("jpg", "jpeg"),
    ("pjpeg", "jpeg"),
    ("zip-compressed", "zip"),
    ("comma-separated-values", "csv"),
];

fn format(media: &str) -> &str {
    let own = subtype(media);
    let own = own.rsplit_once('+').map_or(own, |(_, suffix)| suffix);
    let own = if is_start(own, "x-") {
        own.get(2..).unwrap_or_default()
    } else {
        own
    };
    let mut known = ALIASES.iter();
    known.find(|(alias, _)| is_of(own, alias)).map_or(own, |(_, name)| name)
}

/// Compares two names, ignoring case; no name is like none.
fn is_of(own: &str, other: &str) -> bool {
    !own.is_empty() && own.eq_ignore_ascii_case(other)
}

fn is_start(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|own| own.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_agrees_with_its_range_and_its_format_and_a_page_with_its_own_name_alone() {
        for (range, media, wanted) in [
            ("application/json; version=1", "Application/JSON", true),
            ("application/json", "text/json", true),
            ("application/vnd.thing+json", "application/json", true),
            ("application/json", "application/problem+json", false),
            ("application/problem+json", "application/problem+json", true),
            ("application/json", "application/json-seq", false),
            ("application/json", "", false),
            ("*/*", "", false),
            ("*/*", "text/html", true),
            ("image/*", "image/png", true),
            ("image/*", "imagery/png", false),
            ("application/xml", "text/xml", true),
            ("application/xml", "application/xhtml+xml", false),
            ("text/csv", "application/csv", true),
            ("text/csv", "text/comma-separated-values", true),
            ("image/jpeg", "image/jpg", true),
            ("application/zip", "application/x-zip-compressed", true),
            ("application/zip", "application/x-zip", true),
            ("text/html", "text/html", true),
            ("text/plain", "text/html", false),
            ("text/plain", "text/csv", false),
        ] {
            assert_eq!(is_in(range, media), wanted, "{range} {media}");
        }
    }

    #[test]
    fn a_file_of_any_format_is_no_page_and_is_text_only_where_it_is_read() {
        for (range, media, read, changed) in [
            ("application/pdf", "application/octet-stream", true, true),
            ("application/pdf", "binary/octet-stream", true, true),
            ("application/pdf", "application/force-download", true, true),
            ("application/pdf", "text/plain", false, false),
            ("application/octet-stream", "image/png", true, true),
            ("application/octet-stream", "text/plain", true, false),
            ("application/octet-stream", "application/json", true, false),
            ("application/octet-stream", "application/xml", true, false),
            ("application/octet-stream", "text/html", false, false),
            ("application/octet-stream", "application/problem+json", false, false),
        ] {
            let found = (is_file(range, media, true), is_file(range, media, false));
            assert_eq!(found, (read, changed), "{range} {media}");
        }
    }

    #[test]
    fn a_page_is_known_by_its_beginning() {
        for (body, wanted) in [
            ("<html>", true),
            ("\u{feff}\n<!DOCTYPE HTML><p>", true),
            ("<!-- a proxy's --> <?xml version='1.0'?>\n<!DOCTYPE html>", true),
            ("<head>", true),
            ("<header>", false),
            ("<!-- no end", false),
            ("<?xml version='1.0'?><svg/>", false),
            ("<svg/>", false),
            ("html", false),
            ("", false),
        ] {
            assert_eq!(begins_as_page(body.as_bytes()), wanted, "{body}");
        }
    }
}
