//! Media types as text: their parameters, and the ranges that contain them.

/// Returns a parameter of a media type, without its quotes (RFC 9110, section 5.6.6).
pub(crate) fn media_parameter<'m>(media: &'m str, name: &str) -> Option<&'m str> {
    let pairs = media.split(';').skip(1).filter_map(|one| one.split_once('='));
    let mut found = pairs.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim().trim_matches('"'))
}

/// Returns `true` if a media type is in a range (RFC 9110, section 12.5.1).
pub(crate) fn is_within(media: &str, range: &str) -> bool {
    let range = range.split(';').next().unwrap_or_default().trim();
    let is_of = |ty: &str| media.split('/').next().is_some_and(|own| own.eq_ignore_ascii_case(ty));
    range == "*/*" || range.eq_ignore_ascii_case(media) || range.strip_suffix("/*").is_some_and(is_of)
}
