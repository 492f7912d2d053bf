//! Dates in the format of RFC 3339, `YYYY-MM-DD`, and days of the proleptic Gregorian calendar. Text is written
//! unchanged; text that an application creates is checked.

use crate::error::ValueError;
use crate::value::text::{checked, kept};
use std::cmp::Ordering;

const EXPECTED: &str = "a date such as `2026-01-31`";

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

checked!(Date, EXPECTED, |text| read_whole(text).is_some());
kept!(Date, EXPECTED);

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CivilDate {
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
pub(super) fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `YYYY-MM-DD` at the start of a text, if there is such a day.
pub(super) fn read_start(text: &[u8]) -> Option<CivilDate> {
    let (year, month, day) = (digits(text, 0, 4)?, digits(text, 5, 2)?, digits(text, 8, 2)?);
    let dashed = text.get(4) == Some(&b'-') && text.get(7) == Some(&b'-');
    let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    (dashed && exists).then(|| CivilDate::new(year, month, day))
}

/// Returns the days from 1970-01-01 to a date. (Years start in March, so that the leap day is the last of its year; 400 years
/// are 146,097 days.)
pub(super) fn to_days(CivilDate { year, month, day }: CivilDate) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Returns the day that is a number of days after 1970-01-01.
pub(super) fn from_days(days: i64) -> CivilDate {
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
    let pairs = [
        (year / 100, ""),
        (year % 100, "-"),
        (month, "-"),
        (day, "T"),
        (hour, ":"),
        (minute, ":"),
        (second % 60, "Z"),
    ];
    let mut text = String::with_capacity(20);
    for (number, mark) in pairs {
        // Each is below 100.
        let digits = [number / 10, number % 10].map(|digit| b'0' + u8::try_from(digit).unwrap_or_default());
        text.extend(digits.map(char::from));
        text.push_str(mark);
    }
    text
}

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
