//! Conversions between our decimals and `rust_decimal::Decimal`, which has 96 bits and up to 28 digits after the point. They
//! never round.

use crate::value::decimal::Decimal;
use crate::value::error::ValueError;
use crate::value::plain::Plain;

const FITS: ValueError = ValueError::new("a decimal of at most 28 digits after the point and 96 bits");

/// Converts with the same digits after the point, or fails.
impl TryFrom<&Decimal> for rust_decimal::Decimal {
    type Error = ValueError;

    fn try_from(decimal: &Decimal) -> Result<Self, ValueError> {
        let text = Plain::read(decimal.as_str()).ok_or(FITS)?.to_string();
        let theirs = Self::from_str_exact(&text).map_err(|_| FITS)?;
        // A sign before zero is no part of the value.
        let kept = theirs.to_string() == text || (theirs.is_zero() && text.ends_with(&theirs.abs().to_string()));
        if kept { Ok(theirs) } else { Err(FITS) }
    }
}

impl TryFrom<Decimal> for rust_decimal::Decimal {
    type Error = ValueError;

    fn try_from(decimal: Decimal) -> Result<Self, ValueError> {
        Self::try_from(&decimal)
    }
}

/// Converts every value, with its digits after the point.
impl From<rust_decimal::Decimal> for Decimal {
    fn from(theirs: rust_decimal::Decimal) -> Self {
        Decimal::written(theirs.to_string())
    }
}
