//! In: numbers of JSON as they are written. Out: their order and equality, exactly. Never: a float.

use serde_json::Value;
use std::cmp::Ordering;

/// A decimal number: digits times a power of ten.
type Decimal = (i128, i32);

fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    let (digits, power) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = format!("{whole}{part}").parse().ok()?;
    let power: i32 = power.trim_start_matches('+').parse().ok()?;
    Some((digits, power.checked_sub(i32::try_from(part.len()).ok()?)?))
}

/// Two numbers with the same power of ten; `None` where one has too many digits for it.
fn aligned(left: &Value, right: &Value) -> Option<(i128, i128)> {
    let ((left, of_left), (right, of_right)) = (decimal(left)?, decimal(right)?);
    let power = of_left.min(of_right);
    let scaled = |digits: i128, of: i32| digits.checked_mul(10_i128.checked_pow(of.abs_diff(power))?);
    Some((scaled(left, of_left)?, scaled(right, of_right)?))
}

/// The order of two numbers; of those that differ by more than 38 digits, that of their floats.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match aligned(left, right) {
        Some((left, right)) => Some(left.cmp(&right)),
        None => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// Returns true for a multiple; also where the digits are too many to tell.
pub(super) fn is_multiple(value: &Value, of: &Value) -> bool {
    aligned(value, of).is_none_or(|(value, of)| of != 0 && value % of == 0)
}

/// Returns true for a number without a fraction, however it is written.
pub(super) fn is_whole(value: &Value) -> bool {
    value.is_number() && is_multiple(value, &Value::from(1))
}

/// Equality of JSON Schema: `1` is `1.0`.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => compare(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, one)| right.get(name).is_some_and(|other| same(one, other)))
        }
        _ => left == right,
    }
}

/// A text that two values have in common where they are the same.
pub(super) fn key(value: &Value) -> String {
    match value {
        Value::Number(number) => match decimal(value) {
            Some((0, _)) => "0".to_owned(),
            Some((mut digits, mut power)) => {
                while digits % 10 == 0 {
                    (digits, power) = (digits / 10, power.saturating_add(1));
                }
                format!("{digits}e{power}")
            }
            None => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(key).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let mut keys: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{name:?}:{}", key(member)))
                .collect();
            keys.sort_unstable();
            format!("{{{}}}", keys.join(","))
        }
        other => other.to_string(),
    }
}
