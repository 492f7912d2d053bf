//! A JSON number: its text comes in and goes out unchanged. It must never pass through a float, unless asked to.

use super::error::ValueError;
use crate::bridge::serde_bridge;
use crate::codec::{Json, debug};
use crate::digits;
use crate::lexis::is_number;
use crate::read::Value;
use crate::write::Writer;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// A number exactly as JSON wrote it. Numbers are compared by value: `1.0` equals `1.00`.
///
/// Through serde, a fraction has the text that the reader gives (`serde_json` with `arbitrary_precision`), else the shortest text
/// of the float that it was read as. (A [`Decimal`](super::Decimal) refuses such a float.)
#[derive(Clone)]
pub struct Number(Box<str>);

impl Number {
    /// Wraps text that the scanner has already accepted.
    pub(crate) fn checked(text: &str) -> Self {
        Number(text.into())
    }

    /// Converts a float to the shortest number that reads back as the same; `None` if it is infinite or not a number.
    pub fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then(|| Number(format!("{value:?}").into()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` for a number without fraction in any notation.
    pub fn is_integer(&self) -> bool {
        digits::is_integral(&self.0)
    }

    /// Returns the integer, if it is one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        digits::to_i128(&self.0)?.try_into().ok()
    }

    /// Returns the integer, if it is one and fits.
    pub fn as_u64(&self) -> Option<u64> {
        digits::to_i128(&self.0)?.try_into().ok()
    }

    /// Returns the nearest float; digits may be lost. Infinite if the number is too large.
    pub fn to_f64_lossy(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl FromStr for Number {
    type Err = ValueError;

    /// Reads the text of a JSON number.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        if is_number(text) {
            Ok(Number(text.into()))
        } else {
            Err(ValueError::new("a JSON number"))
        }
    }
}

macro_rules! from_integers {
    ($target:ident: $($integer:ty)*) => {$(
        impl From<$integer> for $target {
            fn from(value: $integer) -> Self {
                $target(value.to_string().into())
            }
        }
    )*};
}
pub(super) use from_integers;

from_integers!(Number: i32 i64 i128 u32 u64 u128);

/// Implements equality and hash by value, and `Display`, `AsRef` and serde by text, for a type with its text in field 0.
macro_rules! by_value {
    ($type:ident) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                digits::equal(self.as_str(), other.as_str())
            }
        }

        impl Eq for $type {}

        impl Hash for $type {
            fn hash<H: Hasher>(&self, state: &mut H) {
                digits::hash(self.as_str(), state);
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                debug(self, f)
            }
        }

        serde_bridge!([] $type);
    };
}
pub(super) use by_value;

/// Implements the order by value, for a type whose text is always a number.
macro_rules! in_order {
    ($type:ident) => {
        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $type {
            fn cmp(&self, other: &Self) -> Ordering {
                digits::order(self.as_str(), other.as_str())
            }
        }
    };
}
pub(super) use in_order;

by_value!(Number);
in_order!(Number);

impl Json for Number {
    fn read(value: Value<'_>) -> Self {
        if let Some(text) = value.number_text() {
            return Number(text.into());
        }
        value.mismatch("a number");
        Number("0".into())
    }

    fn write(&self, w: &mut Writer) {
        w.checked_number(&self.0);
    }
}
