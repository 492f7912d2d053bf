//! Bounds of scalars.
//!
//! In: a format, bounds and a value. Out: whether the value is within all of them.

use super::{json::SampleValue, number, text};
use sdkwright_contract::ir::{self, ScalarFormat};

/// Returns true if a scalar is within the bounds, and within those that hold besides.
pub(super) fn holds(format: ScalarFormat, limits: &ir::Constraints, value: &SampleValue) -> bool {
    let fits_one = |limits| holds(format, limits, value);
    limits.others.iter().all(fits_one)
        && (limits.either.is_empty() || limits.either.iter().any(fits_one))
        && fits(format, limits, value)
}

fn fits(format: ScalarFormat, limits: &ir::Constraints, value: &SampleValue) -> bool {
    match (format, value) {
        (ScalarFormat::Bool, SampleValue::Bool(_)) => true,
        (
            ScalarFormat::I32
            | ScalarFormat::I64
            | ScalarFormat::U64
            | ScalarFormat::Integer
            | ScalarFormat::Float
            | ScalarFormat::Number,
            SampleValue::Number(text),
        ) => number::fits(format, limits, text),
        (
            ScalarFormat::Text
            | ScalarFormat::Decimal
            | ScalarFormat::Timestamp
            | ScalarFormat::Date
            | ScalarFormat::Base64
            | ScalarFormat::Binary,
            SampleValue::Text(text),
        ) => text::fits(format, limits, text),
        _ => false,
    }
}
