//! Conversions between our instants and dates and `jiff::Timestamp` and `jiff::civil::Date`. They never round.

use crate::value::date::Date;
use crate::value::error::ValueError;
use crate::value::timestamp::Timestamp;

const INSTANT: ValueError =
    ValueError::new("an instant of whole nanoseconds and no leap second, of the years 0 to 9999");
const DATE: ValueError = ValueError::new("a date of the years 0 to 9999");

/// Converts to the nanosecond, or fails.
impl TryFrom<&Timestamp> for jiff::Timestamp {
    type Error = ValueError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, ValueError> {
        let (seconds, nanoseconds) = timestamp.exact_unix().ok_or(INSTANT)?;
        let nanoseconds = i64::from(nanoseconds);
        let second = Self::from_second(seconds).map_err(|_| INSTANT)?;
        second
            .checked_add(jiff::SignedDuration::from_nanos(nanoseconds))
            .map_err(|_| INSTANT)
    }
}

/// Converts to UTC; fails beyond the years 0 to 9999.
impl TryFrom<jiff::Timestamp> for Timestamp {
    type Error = ValueError;

    fn try_from(theirs: jiff::Timestamp) -> Result<Self, ValueError> {
        let nanoseconds = theirs.as_nanosecond();
        let part = |value: i128| i64::try_from(value).map_err(|_| INSTANT);
        let seconds = part(nanoseconds.div_euclid(1_000_000_000))?;
        let rest = part(nanoseconds.rem_euclid(1_000_000_000))?;
        Timestamp::from_unix(seconds, u32::try_from(rest).map_err(|_| INSTANT)?)
    }
}

impl TryFrom<&Date> for jiff::civil::Date {
    type Error = ValueError;

    fn try_from(date: &Date) -> Result<Self, ValueError> {
        let (year, month, day) = date.parts().ok_or(DATE)?;
        let year = i16::try_from(year).map_err(|_| DATE)?;
        let (month, day) = (
            i8::try_from(month).map_err(|_| DATE)?,
            i8::try_from(day).map_err(|_| DATE)?,
        );
        Self::new(year, month, day).map_err(|_| DATE)
    }
}

impl TryFrom<jiff::civil::Date> for Date {
    type Error = ValueError;

    fn try_from(theirs: jiff::civil::Date) -> Result<Self, ValueError> {
        let part = |value: i8| u8::try_from(value).map_err(|_| DATE);
        let year = u16::try_from(theirs.year()).map_err(|_| DATE)?;
        Date::new(year, part(theirs.month())?, part(theirs.day())?)
    }
}
