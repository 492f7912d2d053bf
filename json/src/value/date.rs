//! Dates in the format of RFC 3339, `YYYY-MM-DD`: text comes in and goes out unchanged; text that a program makes is checked.

use super::civil;
use super::error::ValueError;
use crate::bridge::serde_bridge;
use crate::codec::{Json, debug};
use crate::read::Value;
use crate::write::Writer;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A date (`full-date` of RFC 3339), kept as text.
///
/// Text of an answer that is no date is kept: [`Date::parts`] is then `None`, and every comparison is false. To sort dates,
/// sort by `parts`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Date(Box<str>);

const EXPECTED: &str = "a date such as `2026-01-31`";

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
        let (year, month, day) = read(&self.0)?;
        Some((
            u16::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        ))
    }

    /// Returns `true` if the text is a date. Always true for values that a program made; text from a server may be anything.
    pub fn is_valid(&self) -> bool {
        read(&self.0).is_some()
    }
}

fn read(text: &str) -> Option<(u32, u32, u32)> {
    if text.len() == 10 {
        civil::read(text.as_bytes())
    } else {
        None
    }
}

impl FromStr for Date {
    type Err = ValueError;

    /// Reads `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        if read(text).is_some() {
            Ok(Date(text.into()))
        } else {
            Err(ValueError::new(EXPECTED))
        }
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (read(&self.0), read(&other.0)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => (self.0 == other.0).then_some(Ordering::Equal),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, f)
    }
}

impl AsRef<str> for Date {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Json for Date {
    fn read(value: Value<'_>) -> Self {
        Date(value.string().into())
    }

    fn write(&self, w: &mut Writer) {
        w.string(&self.0);
    }
}

serde_bridge!([] Date);
