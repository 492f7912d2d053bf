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
    match value {
        SampleValue::Bool(_) => format == ScalarFormat::Bool,
        SampleValue::Number(text) => number::is_number(format) && number::fits(format, limits, text),
        SampleValue::Text(text) => {
            format != ScalarFormat::Bool && !number::is_number(format) && text::fits(format, limits, text)
        }
        _ => false,
    }
}
