//! In: an operation and the `Accept` of a request (RFC 9110, section 12.5.1). Out: why no response of it is accepted. Never: a choice
//! between media types, of which the server has one for each response.

use crate::operation::Operation;
use crate::request::Request;

/// Why the request accepts no successful response of the operation; `None` if it accepts one, or if they have no content.
pub(super) fn refusal(operation: &Operation, request: &Request) -> Option<String> {
    let accept = request.header("accept")?;
    let media: Vec<&str> = operation
        .answers
        .iter()
        .filter_map(|answer| answer.media.as_deref())
        .collect();
    if media.is_empty() || media.iter().any(|media| accepts(accept, media)) {
        return None;
    }
    Some(format!(
        "the response is {}, and the request accepts {accept}",
        media.join(" or ")
    ))
}

/// The most specific range that includes the media type decides.
fn accepts(accept: &str, media: &str) -> bool {
    let media = essence(media);
    let kind = media.split('/').next().unwrap_or_default();
    let ranges = accept.split(',').filter_map(|range| {
        let name = essence(range);
        let specific = match name.split_once('/')? {
            ("*", "*") => 0,
            (own, "*") if own == kind => 1,
            _ if name == media => 2,
            _ => return None,
        };
        let weight = range.split(';').skip(1).find_map(|part| part.trim().strip_prefix("q="));
        let is_none = weight.is_some_and(|weight| weight.trim().trim_end_matches(['0', '.']).is_empty());
        Some((specific, !is_none))
    });
    ranges.max().is_some_and(|(_, is_wanted)| is_wanted)
}

fn essence(range: &str) -> String {
    range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn the_most_specific_range_decides() {
        for (accept, wanted) in [
            ("application/json", true),
            ("APPLICATION/JSON; charset=utf-8", true),
            ("text/html, application/*;q=0.5", true),
            ("*/*", true),
            ("text/html", false),
            ("application/json;q=0, */*", false),
            ("application/json; q=0.0", false),
            ("application/xml", false),
        ] {
            assert_eq!(accepts(accept, "application/json"), wanted, "{accept}");
        }
    }
}
