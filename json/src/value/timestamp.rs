//! Instants in the format of RFC 3339.
//!
//! A timestamp is its text, and is written unchanged, to the last zero of its fraction. It is compared as an instant.

use crate::error::ValueError;
use crate::value::date::{CivilDate, digits, from_days, read_start, to_days};
use crate::value::text::{checked, kept};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An instant (RFC 3339, section 5.6), kept as text. Compared as an instant: `12:00:00Z` equals `13:00:00+01:00`.
///
/// Text of an answer that is no instant is kept: [`Timestamp::unix`] is then `None`, and every comparison is false, so that
/// `expires_at > now` never holds by accident. To sort timestamps, sort by `unix`.
#[derive(Clone)]
pub struct Timestamp(Box<str>);

const EXPECTED: &str = "an instant such as `2026-01-31T12:00:00Z`, of the years 0 to 9999";

impl Timestamp {
    /// Creates the instant this many seconds and nanoseconds after 1970-01-01T00:00:00Z, written in UTC. Fails beyond the years
    /// 0 to 9999, and for a billion nanoseconds or more.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self, ValueError> {
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let in_range = (to_days(CivilDate::new(0, 1, 1))..=to_days(CivilDate::new(9999, 12, 31))).contains(&days);
        if !in_range || nanoseconds >= 1_000_000_000 {
            return Err(ValueError::new(EXPECTED));
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
        let error = ValueError::new(EXPECTED);
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

checked!(Timestamp, EXPECTED, |text| read(text.as_bytes()).is_some());
kept!(Timestamp, EXPECTED);
