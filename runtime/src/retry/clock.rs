//! Correcting the clock by an answer's `Date`, where that is plausible.

use crate::clock;

/// A clock that is wrong by more than this is not corrected on a server's word.
const MOST: u64 = 24 * 60 * 60;

/// Seconds to add to the local clock, by the `Date` header seen at `now`; nothing if there is none, or if it is not plausible.
pub(crate) fn correction(headers: &http::HeaderMap, now: i64) -> Option<i64> {
    let date = clock::parse_http_date(headers.get(http::header::DATE)?.to_str().ok()?)?;
    let offset = date.checked_sub(now)?;
    (offset.unsigned_abs() <= MOST).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plausible_date_corrects_the_clock() {
        let with = |value: &str| {
            let mut headers = http::HeaderMap::new();
            headers.insert(http::header::DATE, value.parse().unwrap());
            headers
        };
        let headers = with("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(correction(&headers, 784_111_777 - 600), Some(600));
        assert_eq!(correction(&headers, 784_111_777 + 600), Some(-600));
        assert_eq!(correction(&headers, 784_111_777 - 86_400), Some(86_400));
        assert_eq!(correction(&headers, 784_111_777 - 86_401), None);
        assert_eq!(correction(&headers, i64::MIN), None);
        assert_eq!(correction(&with("now"), 0), None);
        assert_eq!(correction(&http::HeaderMap::new(), 0), None);
    }
}
