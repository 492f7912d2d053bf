//! The header `Accept`: the ranges of a request and the media types of an operation come in, a refusal comes out.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use sdkwright_runtime::glue::Description;

use crate::input::media_type;
use crate::problem::Problem;

/// Refuses a request that accepts no media type of the operation's responses (RFC 9110, section 12.5.1).
pub(crate) fn check_accept(headers: &HeaderMap, description: &Description) -> Result<(), Problem> {
    // An operation without these succeeds without a body.
    let is_success = |media_type: &&str| !media_type.is_empty() && *media_type != "application/problem+json";
    let mut declared = description.accept.split(',').map(str::trim).filter(is_success);
    // The usual case: one of them alone.
    if headers
        .get(ACCEPT)
        .is_some_and(|sent| declared.clone().any(|media_type| sent == media_type))
    {
        return Ok(());
    }
    let ranges: Vec<&str> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .collect();
    let has_none = ranges.is_empty() || declared.clone().next().is_none();
    if has_none || declared.any(|media_type| accepts(&ranges, media_type)) {
        return Ok(());
    }
    let detail = format!("The responses are {}.", description.accept);
    Err(Problem::from_status(StatusCode::NOT_ACCEPTABLE).with_detail(detail))
}

/// Returns `true` if the most specific range that includes a media type does not exclude it.
fn accepts(ranges: &[&str], declared: &str) -> bool {
    let (kind, subtype) = media_type(declared).split_once('/').unwrap_or_default();
    let specific = |range: &&str| match media_type(range).split_once('/')? {
        ("*", "*") => Some(0),
        (own, "*") if own.eq_ignore_ascii_case(kind) => Some(1),
        // A declared range includes what is accepted of it.
        (own, of_own) => {
            let is_kind = kind == "*" || own.eq_ignore_ascii_case(kind);
            (is_kind && (subtype == "*" || of_own.eq_ignore_ascii_case(subtype))).then_some(2)
        }
    };
    let is_excluded = |range: &str| {
        let mut parameters = range.split(';').skip(1);
        let weight = parameters.find_map(|part| part.trim().to_ascii_lowercase().strip_prefix("q=").map(str::to_owned));
        weight.is_some_and(|weight| weight.trim().bytes().all(|byte| matches!(byte, b'0' | b'.')))
    };
    let fitting = ranges
        .iter()
        .filter_map(|range| Some((specific(range)?, !is_excluded(range))));
    fitting.max().is_some_and(|(_, is_accepted)| is_accepted)
}
