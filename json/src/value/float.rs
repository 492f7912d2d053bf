//! A binary floating-point number that keeps the text it arrived with.
//!
//! Floats and JSON text come in, either goes out. `120000` and `0.00003` go out unchanged, not as `120000.0` and `3e-5`. It
//! must never refuse a number for its size.

use super::error::ValueError;
use super::number::{Number, by_value, from_integers, in_order};
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

impl FromStr for Float {
    type Err = ValueError;

    /// Reads the text of a JSON number.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        if is_number(text) {
            Ok(Float(text.into()))
        } else {
            Err(ValueError::new("a JSON number"))
        }
    }
}

from_integers!(Float: i32 u32);
by_value!(Float);
in_order!(Float);

impl Json for Float {
    fn read(value: Value<'_>) -> Self {
        if let Some(text) = value.number_text() {
            return Float(text.into());
        }
        value.mismatch("a number");
        Float("0".into())
    }

    fn write(&self, w: &mut Writer) {
        w.number_text(&self.0);
    }
}
