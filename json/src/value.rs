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
mod error;
mod float;
mod integer;
mod money;
mod number;
mod plain;
mod timestamp;
mod typed;

pub use crate::digits::{is_decimal, order};
pub use base64::Base64;
pub use civil::rfc3339;
pub use date::Date;
pub use decimal::{Decimal, DecimalForm};
pub use error::ValueError;
pub use float::Float;
pub use integer::Integer;
pub use money::{Money, MoneyError};
pub use number::Number;
pub use plain::is_multiple;
pub use timestamp::Timestamp;
pub use typed::Typed;
