//! Scalars: what a kind and a format stand for. Formats nobody knows are kept as text in the limits.

use super::merge::Merged;
use crate::{
    contract::{Document, JsonType},
    ir::ScalarFormat,
};

/// What a scalar of that kind stands for.
pub(super) fn format(document: &Document, kind: JsonType, merged: &Merged<'_>) -> ScalarFormat {
    match kind {
        JsonType::Boolean => ScalarFormat::Bool,
        JsonType::Integer => integer(document, merged),
        JsonType::Number => match merged.format {
            Some("float" | "double") => ScalarFormat::Float,
            Some("int32" | "int64" | "uint64" | "uint32") => integer(document, merged),
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

/// The smallest integer that holds what the contract allows; 64 bits where it says nothing. What the contract itself shows
/// there must fit too, whatever the format says.
fn integer(document: &Document, merged: &Merged<'_>) -> ScalarFormat {
    let stated = stated_integer(merged);
    let fits = |format: ScalarFormat| shown(document, merged).all(|text| holds(format, &text));
    match stated {
        ScalarFormat::I32 if !fits(ScalarFormat::I32) && fits(ScalarFormat::I64) => ScalarFormat::I64,
        stated if fits(stated) => stated,
        _ => ScalarFormat::Integer,
    }
}

/// Integers that stand beside the schema as examples or default.
fn shown<'d>(document: &'d Document, merged: &Merged<'d>) -> impl Iterator<Item = String> {
    let nodes = merged
        .here
        .iter()
        .flat_map(|schema| schema.examples.iter().chain(&schema.default));
    let texts = nodes.filter_map(|node| document.node(*node).as_number());
    texts.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

fn holds(format: ScalarFormat, text: &str) -> bool {
    match format {
        ScalarFormat::I32 => text.parse::<i32>().is_ok(),
        ScalarFormat::I64 => text.parse::<i64>().is_ok(),
        ScalarFormat::U64 => text.parse::<u64>().is_ok(),
        _ => true,
    }
}

fn stated_integer(merged: &Merged<'_>) -> ScalarFormat {
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
    let outside = |bound: i128| i64::try_from(bound).is_err();
    let too_large = most.is_some_and(outside) || least.is_some_and(outside);
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
