//! Values that JSON writes as text: decimals, floats, large integers, instants, dates, bytes. Also conversions to and from the types of
//! `chrono`, `jiff` and `rust_decimal`, one feature each.
//!
//! A value that arrives keeps its text, even if the text does not match its format: an answer must never be refused for it, and
//! the text is written unchanged. Values that a program makes are checked. No decimal may pass through a binary float, and no
//! clock is read here. A conversion returns the same value or an error: nothing may be rounded or cut off, and values that a type cannot
//! hold (more digits, a leap second, a year) are refused.

mod date;
mod decimal;
mod number;

pub use crate::digits::{is_decimal, normal_number, order};
pub use crate::error::ValueError;
use ::base64::Engine as _;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
pub use date::{Date, Timestamp, rfc3339};
pub use decimal::{Decimal, DecimalForm, Money, MoneyError, is_multiple};
pub use number::{Float, Integer, Number};

use crate::codec::Json;
use crate::read::Value;
use crate::write::Writer;
#[cfg(feature = "chrono")]
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, TimeZone, Utc};
#[cfg(feature = "chrono")]
use date::offset;
#[cfg(feature = "rust-decimal")]
use decimal::Plain;

/// A value of type `T`, or a reference to one.
///
/// Text is not accepted, nor a conversion by `.into()`: where a call takes two ids, text would fit both, and money could go to
/// the wrong one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `{T}`: this call takes several values of that kind, which could be swapped",
    label = "expected `{T}`",
    note = "convert it: `{T}::from(..)`"
)]
pub trait Typed<T> {
    /// The value.
    fn typed(self) -> T;
}

impl<T> Typed<T> for T {
    #[inline]
    fn typed(self) -> T {
        self
    }
}

impl<T: Clone> Typed<T> for &T {
    #[inline]
    fn typed(self) -> T {
        self.clone()
    }
}

/// Writes padding, and reads with or without it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &::base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes, kept as Base64 text as in JSON. `Debug` shows their number alone.
///
/// Text of an answer that is not Base64 is kept, and [`Base64::bytes`] then fails.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Base64(Box<str>);

impl Base64 {
    /// Encodes bytes.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Base64(ENGINE.encode(bytes).into())
    }

    /// Decodes the bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, ValueError> {
        ENGINE.decode(self.0.as_bytes()).map_err(|_| ValueError::new("Base64"))
    }

    /// Returns the text unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Base64::new(bytes)
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Base64::new(bytes)
    }
}

impl Json for Base64 {
    fn read(value: Value<'_>) -> Self {
        let read = Base64(value.string().into());
        value.check_strictly("Base64", || read.bytes().is_ok());
        read
    }

    fn write(&self, w: &mut Writer) {
        if w.is_debug() {
            return w.shown(&format_args!("Base64({} characters)", self.0.len()));
        }
        w.string(&self.0);
    }
}

crate::model!(Base64);

#[cfg(any(feature = "chrono", feature = "jiff"))]
const INSTANT: ValueError =
    ValueError::new("an instant of whole nanoseconds and no leap second, of the years 0 to 9999");
#[cfg(any(feature = "chrono", feature = "jiff"))]
const DATE: ValueError = ValueError::new("a date of the years 0 to 9999");

#[cfg(any(feature = "chrono", feature = "jiff"))]
impl Timestamp {
    /// Seconds and nanoseconds since 1970, if they are all that the text says: no leap second, nothing below a nanosecond.
    fn exact_unix(&self) -> Option<(i64, u32)> {
        let text = self.as_str().as_bytes();
        let mut fraction = text.get(19..)?.iter().skip(1).take_while(|byte| byte.is_ascii_digit());
        let has_more = text[19] == b'.' && fraction.by_ref().skip(9).any(|digit| *digit != b'0');
        let is_leap = text.get(17..19) == Some(b"60");
        self.unix().filter(|_| !has_more && !is_leap)
    }
}

/// Converts to the nanosecond, or fails.
#[cfg(feature = "chrono")]
impl TryFrom<&Timestamp> for DateTime<Utc> {
    type Error = ValueError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, ValueError> {
        let (seconds, nanoseconds) = timestamp.exact_unix().ok_or(INSTANT)?;
        DateTime::from_timestamp(seconds, nanoseconds).ok_or(INSTANT)
    }
}

/// Converts and keeps the offset, or fails.
#[cfg(feature = "chrono")]
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
#[cfg(feature = "chrono")]
impl<Z: TimeZone> TryFrom<DateTime<Z>> for Timestamp {
    type Error = ValueError;

    fn try_from(theirs: DateTime<Z>) -> Result<Self, ValueError> {
        Timestamp::from_unix(theirs.timestamp(), theirs.timestamp_subsec_nanos())
    }
}

#[cfg(feature = "chrono")]
impl TryFrom<&Date> for NaiveDate {
    type Error = ValueError;

    fn try_from(date: &Date) -> Result<Self, ValueError> {
        let (year, month, day) = date.parts().ok_or(DATE)?;
        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).ok_or(DATE)
    }
}

#[cfg(feature = "chrono")]
impl TryFrom<NaiveDate> for Date {
    type Error = ValueError;

    fn try_from(theirs: NaiveDate) -> Result<Self, ValueError> {
        let year = u16::try_from(theirs.year()).map_err(|_| DATE)?;
        let part = |value: u32| u8::try_from(value).map_err(|_| DATE);
        Date::new(year, part(theirs.month())?, part(theirs.day())?)
    }
}

/// Converts to the nanosecond, or fails.
#[cfg(feature = "jiff")]
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
#[cfg(feature = "jiff")]
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

#[cfg(feature = "jiff")]
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

#[cfg(feature = "jiff")]
impl TryFrom<jiff::civil::Date> for Date {
    type Error = ValueError;

    fn try_from(theirs: jiff::civil::Date) -> Result<Self, ValueError> {
        let part = |value: i8| u8::try_from(value).map_err(|_| DATE);
        let year = u16::try_from(theirs.year()).map_err(|_| DATE)?;
        Date::new(year, part(theirs.month())?, part(theirs.day())?)
    }
}

#[cfg(feature = "rust-decimal")]
const FITS: ValueError = ValueError::new("a decimal of at most 28 digits after the point and 96 bits");

/// Converts with the same digits after the point, or fails.
#[cfg(feature = "rust-decimal")]
impl TryFrom<&Decimal> for rust_decimal::Decimal {
    type Error = ValueError;

    fn try_from(decimal: &Decimal) -> Result<Self, ValueError> {
        let text = Plain::parse(decimal.as_str()).ok_or(FITS)?.to_string();
        let theirs = Self::from_str_exact(&text).map_err(|_| FITS)?;
        // A sign before zero is no part of the value.
        let kept = theirs.to_string() == text || (theirs.is_zero() && text.ends_with(&theirs.abs().to_string()));
        if kept { Ok(theirs) } else { Err(FITS) }
    }
}

#[cfg(feature = "rust-decimal")]
impl TryFrom<Decimal> for rust_decimal::Decimal {
    type Error = ValueError;

    fn try_from(decimal: Decimal) -> Result<Self, ValueError> {
        Self::try_from(&decimal)
    }
}

/// Converts every value, with its digits after the point.
#[cfg(feature = "rust-decimal")]
impl From<rust_decimal::Decimal> for Decimal {
    fn from(theirs: rust_decimal::Decimal) -> Self {
        Decimal::written(theirs.to_string().into())
    }
}
