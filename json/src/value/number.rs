//! Numbers of any size: [`Number`], [`Integer`] and [`Float`] keep the text that they arrived with. `120000` and
//! `0.00003` are written unchanged, not as `120000.0` and `3e-5`. Only a float passes through a binary float, and no
//! number is refused for its size.

use crate::codec::Json;
use crate::digits;
use crate::lexis::is_number;
use crate::read::Value;
use crate::value::text::{by_value, checked, in_order, number};
use crate::write::Writer;
use std::cmp::Ordering;

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
