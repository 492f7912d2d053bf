//! Conversions between our instants and dates and `chrono::DateTime` and `chrono::NaiveDate`. They never round.

use crate::value::date::Date;
use crate::value::error::ValueError;
use crate::value::timestamp::Timestamp;
use crate::value::timestamp::offset;
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, TimeZone, Utc};

const INSTANT: ValueError =
    ValueError::new("an instant of whole nanoseconds and no leap second, of the years 0 to 9999");
const DATE: ValueError = ValueError::new("a date of the years 0 to 9999");

/// Converts to the nanosecond, or fails.
impl TryFrom<&Timestamp> for DateTime<Utc> {
    type Error = ValueError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, ValueError> {
        let (seconds, nanoseconds) = timestamp.exact_unix().ok_or(INSTANT)?;
        DateTime::from_timestamp(seconds, nanoseconds).ok_or(INSTANT)
    }
}

/// Converts and keeps the offset, or fails.
impl TryFrom<&Timestamp> for DateTime<FixedOffset> {
    type Error = ValueError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, ValueError> {
        let utc = DateTime::<Utc>::try_from(timestamp)?;
        let zone = timestamp.as_str().as_bytes();
        let zone = zone
            .iter()
            .rposition(|byte| !byte.is_ascii_digit() && *byte != b':')
            .map(|from| &zone[from..]);
        let ahead = zone.and_then(offset).and_then(|seconds| i32::try_from(seconds).ok());
        let offset = ahead.and_then(FixedOffset::east_opt).ok_or(INSTANT)?;
        Ok(utc.with_timezone(&offset))
    }
}

/// Converts to UTC; fails for a leap second, and beyond the years 0 to 9999.
impl<Z: TimeZone> TryFrom<DateTime<Z>> for Timestamp {
    type Error = ValueError;

    fn try_from(theirs: DateTime<Z>) -> Result<Self, ValueError> {
        Timestamp::from_unix(theirs.timestamp(), theirs.timestamp_subsec_nanos())
    }
}

impl TryFrom<&Date> for NaiveDate {
    type Error = ValueError;

    fn try_from(date: &Date) -> Result<Self, ValueError> {
        let (year, month, day) = date.parts().ok_or(DATE)?;
        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).ok_or(DATE)
    }
}

impl TryFrom<NaiveDate> for Date {
    type Error = ValueError;

    fn try_from(theirs: NaiveDate) -> Result<Self, ValueError> {
        let year = u16::try_from(theirs.year()).map_err(|_| DATE)?;
        let part = |value: u32| u8::try_from(value).map_err(|_| DATE);
        Date::new(year, part(theirs.month())?, part(theirs.day())?)
    }
}
