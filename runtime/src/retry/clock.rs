//! Clock offsets: the `Date` of an answer and the local clock come in, the offset of the server's clock goes out. Pure.

use std::time::Duration;

use crate::clock;

/// Largest difference in seconds by which a server's `Date` may correct the clock.
const MOST: u64 = 24 * 60 * 60;

/// Returns the seconds to add to the local clock to get the server's: its `Date` against the middle of the exchange, which
/// ended at `now` and lasted `took`. `None` if there is no `Date`, or if it is not plausible.
pub(crate) fn offset(headers: &http::HeaderMap, now: i64, took: Duration) -> Option<i64> {
    let date = clock::parse_http_date(headers.get(http::header::DATE)?.to_str().ok()?)?;
    let half = i64::try_from(took.as_secs() / 2).unwrap_or(i64::MAX);
    let offset = date.checked_sub(now.saturating_sub(half))?;
    (offset.unsigned_abs() <= MOST).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str) -> http::HeaderMap {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::DATE, value.parse().unwrap());
        headers
    }

    #[test]
    fn only_a_plausible_date_says_something_of_the_clock() {
        let headers = with("Sun, 06 Nov 1994 08:49:37 GMT");
        let at_once = |now| offset(&headers, now, Duration::ZERO);
        assert_eq!(at_once(784_111_777 - 600), Some(600));
        assert_eq!(at_once(784_111_777 + 600), Some(-600));
        assert_eq!(at_once(784_111_777 - 86_400), Some(86_400));
        assert_eq!(at_once(784_111_777 - 86_401), None);
        assert_eq!(at_once(i64::MIN), None);
        assert_eq!(offset(&with("now"), 0, Duration::ZERO), None);
        assert_eq!(offset(&http::HeaderMap::new(), 0, Duration::ZERO), None);
    }

    #[test]
    fn the_date_is_compared_with_the_middle_of_the_exchange() {
        let headers = with("Sun, 06 Nov 1994 08:49:37 GMT");
        // The exchange took 40 s, and a server with the right clock answered in the middle of it.
        assert_eq!(offset(&headers, 784_111_777 + 20, Duration::from_secs(40)), Some(0));
        assert_eq!(offset(&headers, 784_111_777, Duration::from_secs(41)), Some(20));
        assert_eq!(offset(&headers, 784_111_777, Duration::MAX), None);
    }
}
