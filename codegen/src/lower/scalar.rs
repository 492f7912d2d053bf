//! Scalars: what a kind and a format stand for. Formats nobody knows are kept as text in the limits.

use super::merge::Merged;
use crate::{contract::JsonType, ir::ScalarFormat};

/// What a scalar of that kind stands for.
pub(super) fn format(kind: JsonType, merged: &Merged<'_>) -> ScalarFormat {
    match kind {
        JsonType::Boolean => ScalarFormat::Bool,
        JsonType::Integer => integer(merged),
        JsonType::Number => match merged.format {
            Some("float" | "double") => ScalarFormat::Float,
            Some("decimal") => ScalarFormat::Decimal,
            Some("int32" | "int64" | "uint64" | "uint32") => integer(merged),
            _ => ScalarFormat::Number,
        },
        _ => match merged.format {
            Some("date-time") => ScalarFormat::Timestamp,
            Some("date") => ScalarFormat::Date,
            Some("decimal") => ScalarFormat::Decimal,
            Some("byte") => ScalarFormat::Base64,
            _ if merged
                .encoding
                .is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64")) =>
            {
                ScalarFormat::Base64
            }
            _ => ScalarFormat::Text,
        },
    }
}

/// The smallest integer that holds what the contract allows; 64 bits where it says nothing.
fn integer(merged: &Merged<'_>) -> ScalarFormat {
    let bound = |limit: &Option<(String, bool)>| limit.as_ref().and_then(|(text, _)| text.parse::<i128>().ok());
    let least = bound(&merged.limits.minimum);
    let most = bound(&merged.limits.maximum);
    let beyond = |limit: &Option<(String, bool)>, parsed: Option<i128>| {
        limit.as_ref().is_some_and(|(text, _)| {
            parsed.is_none() && text.trim_start_matches('-').len() > 30 && !text.contains(['e', 'E', '.'])
        })
    };
    if beyond(&merged.limits.minimum, least) || beyond(&merged.limits.maximum, most) {
        return ScalarFormat::Integer;
    }
    let unsigned = least.is_some_and(|least| least >= 0);
    let too_large =
        most.is_some_and(|most| most > i128::from(i64::MAX)) || least.is_some_and(|least| least < i128::from(i64::MIN));
    if too_large {
        let fits = unsigned && most.is_some_and(|most| most <= i128::from(u64::MAX));
        return if fits { ScalarFormat::U64 } else { ScalarFormat::Integer };
    }
    let narrow = |value: Option<i128>| value.is_none_or(|value| i32::try_from(value).is_ok());
    match merged.format {
        Some("uint64" | "uint") => ScalarFormat::U64,
        Some("int8" | "int16" | "uint8" | "uint16") => ScalarFormat::I32,
        // A bound that does not fit the format counts more than the format.
        Some("int32") if narrow(least) && narrow(most) => ScalarFormat::I32,
        _ => ScalarFormat::I64,
    }
}
