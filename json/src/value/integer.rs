//! An integer of any size: its text comes in and goes out unchanged. It must never pass through a float.

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

impl FromStr for Integer {
    type Err = ValueError;

    /// Reads the digits of an integer, with a minus sign if it is negative.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let plain = is_number(text) && !text.contains(['.', 'e', 'E']);
        if plain {
            Ok(Integer(text.into()))
        } else {
            Err(ValueError::new("an integer"))
        }
    }
}

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
