//! Scalars: formats by kind and `format`. Unknown formats are kept as text in the limits.

use super::merge::Merged;
use crate::{
    document::{Document, JsonType},
    ir::ScalarFormat,
    source::number,
};

/// Returns the format of a scalar of that kind.
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

/// Returns the smallest integer that holds what the contract allows; 64 bits without bounds. Values in the contract
/// itself must fit too, whatever the format states.
fn integer(document: &Document, merged: &Merged<'_>) -> ScalarFormat {
    let stated = stated_integer(merged);
    let fits = |format: ScalarFormat| shown(document, merged).all(|value| holds(format, value));
    match stated {
        ScalarFormat::I32 if !fits(ScalarFormat::I32) && fits(ScalarFormat::I64) => ScalarFormat::I64,
        stated if fits(stated) => stated,
        _ => ScalarFormat::Integer,
    }
}

/// Returns integers in examples or the default of the schema.
fn shown<'d>(document: &'d Document, merged: &Merged<'d>) -> impl Iterator<Item = i128> {
    let nodes = merged
        .here
        .iter()
        .flat_map(|schema| schema.examples.iter().chain(&schema.default));
    nodes.filter_map(|node| number::whole(&document.node(*node).as_number()?))
}

fn holds(format: ScalarFormat, value: i128) -> bool {
    match format {
        ScalarFormat::I32 => i32::try_from(value).is_ok(),
        ScalarFormat::I64 => i64::try_from(value).is_ok(),
        ScalarFormat::U64 => u64::try_from(value).is_ok(),
        _ => true,
    }
}

/// Returns the integer of format and bounds. A bound outside of the format wins over the format.
fn stated_integer(merged: &Merged<'_>) -> ScalarFormat {
    let limits = &merged.limits;
    let least = limits
        .minimum
        .as_ref()
        .and_then(|(text, excluded)| number::least(text, *excluded));
    let most = limits
        .maximum
        .as_ref()
        .and_then(|(text, excluded)| number::most(text, *excluded));
    let all = |format: ScalarFormat| least.into_iter().chain(most).all(|bound| holds(format, bound));
    let unsigned = least.is_some_and(|least| least >= 0);
    if !all(ScalarFormat::I64) {
        let is_held = unsigned && most.is_some() && all(ScalarFormat::U64);
        return if is_held {
            ScalarFormat::U64
        } else {
            ScalarFormat::Integer
        };
    }
    match merged.format {
        Some("uint64" | "uint") if least.is_none_or(|least| least >= 0) => ScalarFormat::U64,
        Some("uint64" | "uint") if most.is_none() => ScalarFormat::Integer,
        Some("int8" | "int16" | "uint8" | "uint16" | "int32") if all(ScalarFormat::I32) => ScalarFormat::I32,
        _ => ScalarFormat::I64,
    }
}
