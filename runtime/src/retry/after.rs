//! `Retry-After` (RFC 9110, section 10.2.3): headers come in, a wait goes out. Pure.

use std::time::Duration;

use crate::clock;

/// Returns the wait of the header; `None` if it is absent or unreadable. A date is compared with the `Date` of the same answer,
/// from the same clock, or without one with `now` in seconds since 1970.
pub(crate) fn retry_after(headers: &http::HeaderMap, now: i64) -> Option<Duration> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let theirs = || clock::parse_http_date(headers.get(http::header::DATE)?.to_str().ok()?);
    let until = clock::parse_http_date(text)?.saturating_sub(theirs().unwrap_or(now));
    Some(Duration::from_secs(u64::try_from(until).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: &str, now: i64) -> Option<Duration> {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::RETRY_AFTER, value.parse().unwrap());
        retry_after(&headers, now)
    }

    #[test]
    fn seconds_and_dates_are_read_and_the_rest_is_nothing() {
        assert_eq!(after("7", 0), Some(Duration::from_secs(7)));
        assert_eq!(after(" 0 ", 0), Some(Duration::ZERO));
        assert_eq!(after("99999999999999999999999", 0), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(
            after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_780),
            Some(Duration::ZERO)
        );
        let never = after("Fri, 31 Dec 9999 23:59:59 GMT", 0);
        assert_eq!(never, Some(Duration::from_secs(253_402_300_799)));
        for nothing in ["", "-1", "1.5", "soon"] {
            assert_eq!(after(nothing, 0), None, "{nothing}");
        }
        assert_eq!(retry_after(&http::HeaderMap::new(), 0), None);
    }

    #[test]
    fn a_date_is_seen_from_the_clock_that_wrote_it_however_wrong_ours_is() {
        let mut headers = http::HeaderMap::new();
        let mut put = |name, value: &str| headers.insert(name, value.parse().unwrap());
        put(http::header::RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT");
        put(http::header::DATE, "Sun, 06 Nov 1994 08:49:30 GMT");
        for ours in [784_111_770, 784_111_170, 784_112_370, 0] {
            assert_eq!(retry_after(&headers, ours), Some(Duration::from_secs(7)), "{ours}");
        }
        headers.insert(http::header::DATE, "today".parse().unwrap());
        assert_eq!(retry_after(&headers, 784_111_774), Some(Duration::from_secs(3)));
    }
}
