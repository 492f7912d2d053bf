//! Values that JSON writes as text: decimals, floats, large integers, instants, dates, bytes.
//!
//! A value that arrives keeps its text, even if the text does not match its format: an answer must never be refused for it, and
//! the text is written unchanged. Values that a program makes are checked. No decimal may pass through a binary float, and no
//! clock is read here.

mod base64;
pub(crate) mod civil;
mod conversions;
mod date;
mod decimal;
pub(crate) mod digits;
mod float;
mod integer;
mod money;
mod number;
mod plain;
mod timestamp;
mod typed;

pub use base64::Base64;
pub use civil::rfc3339;
pub use date::Date;
pub use decimal::{Decimal, Form};
pub use digits::{is_decimal, order};
pub use float::Float;
pub use integer::Integer;
pub use money::{Money, MoneyError};
pub use number::Number;
pub use plain::is_multiple;
pub use timestamp::Timestamp;
pub use typed::Typed;

use std::fmt;

/// A text or number of the wrong format. Does not show the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueError {
    expected: &'static str,
}

impl ValueError {
    pub(crate) const fn new(expected: &'static str) -> Self {
        ValueError { expected }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}", self.expected)
    }
}

impl std::error::Error for ValueError {}
