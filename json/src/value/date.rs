//! Dates and instants in the formats of RFC 3339, and days of the proleptic Gregorian calendar. Text is written unchanged, to the last
//! zero of a fraction; text that an application creates is checked. An instant is compared as an instant.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::number::{checked, kept};
use crate::error::ValueError;

const EXPECTED_DATE: &str = "a date such as `2026-01-31`";

/// A date (`full-date` of RFC 3339), kept as text.
///
/// Text of an answer that is no date is kept: [`Date::parts`] is then `None`, and every comparison is false. To sort dates,
/// sort by `parts`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Date(Box<str>);

impl Date {
    /// Creates a day of the years 0 to 9999; fails if there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, ValueError> {
        format!("{year:04}-{month:02}-{day:02}").parse()
    }

    /// Returns the text unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns year, month and day; `None` if the text is no date.
    pub fn parts(&self) -> Option<(u16, u8, u8)> {
        let CivilDate { year, month, day } = read_whole(&self.0)?;
        Some((
            u16::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        ))
    }

    /// Returns `true` if the text is a date. Always true for values that a program made; text from a server may be anything.
    pub fn is_valid(&self) -> bool {
        read_whole(&self.0).is_some()
    }
}

fn read_whole(text: &str) -> Option<CivilDate> {
    let start = read_start(text.as_bytes());
    start.filter(|_| text.len() == 10)
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (read_whole(&self.0), read_whole(&other.0)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => (self.0 == other.0).then_some(Ordering::Equal),
        }
    }
}

checked!(Date, EXPECTED_DATE, |text| read_whole(text).is_some());
kept!(Date, EXPECTED_DATE);

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct CivilDate {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl CivilDate {
    pub(super) fn new(year: u32, month: u32, day: u32) -> Self {
        let (year, month, day) = (year.into(), month.into(), day.into());
        Self { year, month, day }
    }
}

/// Reads exactly this many digits at a place.
pub(super) fn digits(text: &[u8], from: usize, count: usize) -> Option<u32> {
    text.get(from..from + count)?.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0'))
    })
}

/// Returns the number of days in a month.
fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `YYYY-MM-DD` at the start of a text, if there is such a day.
fn read_start(text: &[u8]) -> Option<CivilDate> {
    let (year, month, day) = (digits(text, 0, 4)?, digits(text, 5, 2)?, digits(text, 8, 2)?);
    let dashed = text.get(4) == Some(&b'-') && text.get(7) == Some(&b'-');
    let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    (dashed && exists).then(|| CivilDate::new(year, month, day))
}

/// Returns the days from 1970-01-01 to a date. (Years start in March, so that the leap day is the last of its year; 400 years
/// are 146,097 days.)
fn to_days(CivilDate { year, month, day }: CivilDate) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Returns the day that is a number of days after 1970-01-01.
fn from_days(days: i64) -> CivilDate {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    CivilDate { year, month, day }
}

/// Formats seconds since 1970 as RFC 3339 in UTC, such as `2026-06-28T00:00:00Z`.
pub fn rfc3339(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let CivilDate { year, month, day } = from_days(days);
    if !(0..=9999).contains(&year) {
        return rfc3339(0);
    }
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let pairs = [year / 100, year % 100, month, day, hour, minute, second % 60];
    let mut text = *b"0000-00-00T00:00:00Z";
    for (at, number) in [0, 2, 5, 8, 11, 14, 17].into_iter().zip(pairs) {
        // Each is below 100.
        let digits = [number / 10, number % 10].map(|digit| b'0' + u8::try_from(digit).unwrap_or_default());
        [text[at], text[at + 1]] = digits;
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// An instant (RFC 3339, section 5.6), kept as text. Compared as an instant: `12:00:00Z` equals `13:00:00+01:00`.
///
/// Text of an answer that is no instant is kept: [`Timestamp::unix`] is then `None`, and every comparison is false, so that
/// `expires_at > now` never holds by accident. To sort timestamps, sort by `unix`.
#[derive(Clone)]
pub struct Timestamp(Box<str>);

const EXPECTED_INSTANT: &str = "an instant such as `2026-01-31T12:00:00Z`, of the years 0 to 9999";

impl Timestamp {
    /// Creates the instant this many seconds and nanoseconds after 1970-01-01T00:00:00Z, written in UTC. Fails beyond the years
    /// 0 to 9999, and for a billion nanoseconds or more.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self, ValueError> {
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let in_range = (to_days(CivilDate::new(0, 1, 1))..=to_days(CivilDate::new(9999, 12, 31))).contains(&days);
        if !in_range || nanoseconds >= 1_000_000_000 {
            return Err(ValueError::new(EXPECTED_INSTANT));
        }
        let CivilDate { year, month, day } = from_days(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let fraction = match nanoseconds {
            0 => String::new(),
            n if n % 1_000_000 == 0 => format!(".{:03}", n / 1_000_000),
            n if n % 1_000 == 0 => format!(".{:06}", n / 1_000),
            n => format!(".{n:09}"),
        };
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z");
        Ok(Timestamp(text.into()))
    }

    /// Returns the instant in UTC without the fraction of its second. Text that is not an instant stays as it is.
    ///
    /// ```
    /// # use sdkwright_json::value::Timestamp;
    /// let exact = Timestamp::from_unix(1_782_640_080, 250_000_000)?;
    /// assert_eq!(exact.to_whole_seconds().as_str(), "2026-06-28T09:48:00Z");
    /// # Ok::<(), sdkwright_json::value::ValueError>(())
    /// ```
    #[must_use]
    pub fn to_whole_seconds(&self) -> Self {
        let whole = self.unix().and_then(|(seconds, _)| Self::from_unix(seconds, 0).ok());
        whole.unwrap_or_else(|| self.clone())
    }

    /// Returns the text unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z, negative before, and the nanoseconds after that second. `None` if the
    /// text is no instant. A leap second is the first second of the next minute; digits below a nanosecond are ignored.
    pub fn unix(&self) -> Option<(i64, u32)> {
        read(self.0.as_bytes())
    }

    /// Returns `true` if the text is an instant. Always true for values that a program made; text from a server may be
    /// anything.
    pub fn is_valid(&self) -> bool {
        self.unix().is_some()
    }

    /// Converts to the instant of the standard library; `None` if the text is no instant or the platform cannot represent it.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let (seconds, nanoseconds) = self.unix()?;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 {
            UNIX_EPOCH.checked_sub(whole)
        } else {
            UNIX_EPOCH.checked_add(whole)
        };
        second?.checked_add(Duration::from_nanos(nanoseconds.into()))
    }
}

/// Reads `date-time` of RFC 3339.
fn read(text: &[u8]) -> Option<(i64, u32)> {
    let day = read_start(text)?;
    let time = text.get(10..)?;
    let (hour, minute, second) = (digits(time, 1, 2)?, digits(time, 4, 2)?, digits(time, 7, 2)?);
    let marks = matches!(time.first(), Some(b'T' | b't')) && time.get(3) == Some(&b':') && time.get(6) == Some(&b':');
    if !marks || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (nanoseconds, zone) = fraction(time.get(9..)?)?;
    let offset = offset(zone)?;
    let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some((to_days(day) * 86_400 + of_day - offset, nanoseconds))
}

/// Returns the nanoseconds of a fraction, if there is one, and the text after it.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let Some((b'.', rest)) = text.split_first() else {
        return Some((0, text));
    };
    let count = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    let digits = rest[..count].iter().chain(std::iter::repeat(&b'0')).take(9);
    let nanoseconds = digits.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    (count > 0).then_some((nanoseconds, &rest[count..]))
}

/// Returns the seconds that local time is ahead of UTC.
pub(super) fn offset(zone: &[u8]) -> Option<i64> {
    let ahead = match zone {
        [b'Z' | b'z'] => return Some(0),
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    let (hours, minutes) = (digits(zone, 1, 2)?, digits(zone, 4, 2)?);
    (hours < 24 && minutes < 60).then(|| ahead * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = ValueError;

    fn try_from(time: SystemTime) -> Result<Self, ValueError> {
        let error = ValueError::new(EXPECTED_INSTANT);
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Timestamp::from_unix(i64::try_from(after.as_secs()).map_err(|_| error)?, after.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                let seconds = i64::try_from(before.as_secs()).map_err(|_| error)?;
                match before.subsec_nanos() {
                    0 => Timestamp::from_unix(-seconds, 0),
                    part => Timestamp::from_unix(-seconds - 1, 1_000_000_000 - part),
                }
            }
        }
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.unix().is_some_and(|instant| Some(instant) == other.unix())
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.unix(), other.unix()) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => (self.0 == other.0).then_some(Ordering::Equal),
        }
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.unix() {
            Some(instant) => instant.hash(state),
            None => self.0.hash(state),
        }
    }
}

checked!(Timestamp, EXPECTED_INSTANT, |text| read(text.as_bytes()).is_some());
kept!(Timestamp, EXPECTED_INSTANT);

#[cfg(test)]
mod tests {
    use super::{CivilDate, days_in_month, from_days, rfc3339, to_days};

    #[test]
    fn days_are_counted_as_another_library_counts_them() {
        let epoch = jiff::civil::date(1970, 1, 1);
        for year in (0..=9999_u32).step_by(7).chain([0, 1900, 1970, 2000, 2024, 2100, 9999]) {
            for month in 1..=12 {
                for day in [1, 28, days_in_month(year, month)] {
                    let narrow = |part: u32| i8::try_from(part).unwrap();
                    let theirs = jiff::civil::date(i16::try_from(year).unwrap(), narrow(month), narrow(day));
                    let span = theirs.since((jiff::Unit::Day, epoch)).unwrap();
                    let days = to_days(CivilDate::new(year, month, day));
                    assert_eq!(days, i64::from(span.get_days()), "{theirs}");
                    assert_eq!(from_days(days), CivilDate::new(year, month, day), "{theirs}");
                    assert_eq!(
                        days_in_month(year, month),
                        u32::from(theirs.days_in_month().unsigned_abs())
                    );
                }
            }
        }
    }

    #[test]
    fn instants_are_written_in_utc_with_whole_seconds() {
        assert_eq!(rfc3339(1_782_604_800), "2026-06-28T00:00:00Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
    }
}
