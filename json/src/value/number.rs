//! Numbers of any size: [`Number`], [`Integer`] and [`Float`] keep the text that they arrived with. `120000` and
//! `0.00003` are written unchanged, not as `120000.0` and `3e-5`. Only a float passes through a binary float, and no
//! number is refused for its size.
//!
//! The traits of all values that are texts are macros: how to check, read, write, show and compare them.

use std::cmp::Ordering;

use crate::codec::Json;
use crate::digits;
use crate::lexis::is_number;
use crate::read::Value;
use crate::write::Writer;

// Macros of all values that are texts.

/// Implements reading of a text that an application creates: what `$accepts` refuses is an error.
macro_rules! checked {
    ($type:ident, $expected:expr, $accepts:expr) => {
        impl std::str::FromStr for $type {
            type Err = $crate::error::ValueError;

            /// Checks the text, and keeps it.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let accepts: fn(&str) -> bool = $accepts;
                let kept = accepts(text).then(|| $type(text.into()));
                kept.ok_or($crate::error::ValueError::new($expected))
            }
        }
    };
}

/// Implements `Display`, `Debug` and serde for a type with `as_str`.
macro_rules! shown {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $crate::model!($type);
    };
}

/// Implements [`shown`], `AsRef` and a JSON string that is checked only in strict documents, for a type with its text in field 0.
macro_rules! kept {
    ($type:ident, $expected:expr) => {
        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::codec::Json for $type {
            fn read(value: $crate::read::Value<'_>) -> Self {
                let read = $type(value.string().into());
                value.check_strictly($expected, || read.is_valid());
                read
            }

            fn write(&self, w: &mut $crate::write::Writer) {
                w.string(&self.0);
            }
        }

        $crate::value::number::shown!($type);
    };
}

/// Implements equality and hash by value, and [`shown`], for a type with `as_str`.
macro_rules! by_value {
    ($type:ident) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                $crate::digits::equal(self.as_str(), other.as_str())
            }
        }

        impl Eq for $type {}

        impl std::hash::Hash for $type {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                $crate::digits::hash(self.as_str(), state);
            }
        }

        $crate::value::number::shown!($type);
    };
}
/// Implements the order by value, for a type whose text is always a number.
macro_rules! in_order {
    ($type:ident) => {
        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $type {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                $crate::digits::order(self.as_str(), other.as_str())
            }
        }
    };
}

/// Implements [`checked`], [`by_value`], [`in_order`] and a JSON number, for a type with its text in field 0.
macro_rules! number {
    ($type:ident, $write:ident) => {
        impl $crate::codec::Json for $type {
            fn read(value: $crate::read::Value<'_>) -> Self {
                if let Some(text) = value.number_text() {
                    return $type(text.into());
                }
                value.mismatch("a number");
                $type("0".into())
            }

            fn write(&self, w: &mut $crate::write::Writer) {
                w.$write(&self.0);
            }
        }

        $crate::value::number::checked!($type, "a JSON number", $crate::lexis::is_number);
        $crate::value::number::by_value!($type);
        $crate::value::number::in_order!($type);
    };
}

pub(super) use {by_value, checked, in_order, kept, shown};

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

macro_rules! from_integers {
    ($target:ident: $($integer:ty)*) => {$(
        impl From<$integer> for $target {
            fn from(value: $integer) -> Self {
                $target(value.to_string().into())
            }
        }
    )*};
}

from_integers!(Number: i32 i64 i128 u32 u64 u128);

number!(Number, checked_number);

/// A float (`format: float`, `double`) exactly as JSON wrote it. Floats are compared by value: `1.0` equals `1`.
#[derive(Clone)]
pub struct Float(Box<str>);

impl Float {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the value: the nearest float, infinite if the text exceeds the range of a float.
    pub fn get(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

/// Converts to the shortest text that reads back as the same float. Infinity and NaN become an error when written as JSON.
impl From<f64> for Float {
    fn from(value: f64) -> Self {
        Float(format!("{value:?}").into())
    }
}

/// Converts to the shortest text that reads back as the same float of 32 bits.
impl From<f32> for Float {
    fn from(value: f32) -> Self {
        Float(format!("{value:?}").into())
    }
}

impl From<Float> for f64 {
    fn from(float: Float) -> Self {
        float.get()
    }
}

impl From<Number> for Float {
    fn from(number: Number) -> Self {
        Float(number.as_str().into())
    }
}

impl PartialEq<f64> for Float {
    fn eq(&self, other: &f64) -> bool {
        self.get() == *other
    }
}

impl PartialOrd<f64> for Float {
    fn partial_cmp(&self, other: &f64) -> Option<Ordering> {
        self.get().partial_cmp(other)
    }
}

from_integers!(Float: i32 u32);
number!(Float, number_text);

/// An integer without limits, exactly as JSON wrote it. Integers are compared by value: `10` equals `1e1`.
#[derive(Clone)]
pub struct Integer(Box<str>);

impl Integer {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The integer, if it fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_i128()?.try_into().ok()
    }

    /// The integer, if it fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i128()?.try_into().ok()
    }

    /// The integer, if it fits.
    pub fn as_i128(&self) -> Option<i128> {
        digits::to_i128(&self.0)
    }
}

// Digits, with a minus sign if it is negative.
checked!(Integer, "an integer", |text| {
    is_number(text) && !text.contains(['.', 'e', 'E'])
});

impl From<Integer> for Number {
    fn from(integer: Integer) -> Self {
        Number::checked(&integer.0)
    }
}

from_integers!(Integer: i32 i64 i128 u32 u64 u128);
by_value!(Integer);
in_order!(Integer);

impl Json for Integer {
    fn read(value: Value<'_>) -> Self {
        match value.number_text() {
            Some(text) if digits::is_integral(text) => {
                // Below 2^53 a float represents every integer; above, its digits may be wrong.
                let exact = || digits::to_i128(text).is_some_and(|integer| integer.unsigned_abs() < 1 << 53);
                if value.was_float() && !exact() {
                    value.fail("the text of an integer; a float has lost it");
                }
                Integer(text.into())
            }
            _ => {
                value.mismatch("an integer");
                Integer("0".into())
            }
        }
    }

    fn write(&self, w: &mut Writer) {
        w.checked_number(&self.0);
    }
}
