//! In: numbers of JSON as they are written, and texts with a format. Out: order and equality of the numbers, exactly, and whether a text has
//! its format. Never: a float.

use crate::clock::Instant;
use crate::encode::is_uuid;
use bigdecimal::{BigDecimal, Zero as _};
use serde_json::Value;
use std::cmp::Ordering;
use std::net::{Ipv4Addr, Ipv6Addr};

fn decimal(value: &Value) -> Option<BigDecimal> {
    value.as_number()?.to_string().parse().ok()
}

/// The order of two numbers.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    Some(decimal(left)?.cmp(&decimal(right)?))
}

/// Returns true for a multiple.
pub(super) fn is_multiple(value: &Value, of: &Value) -> bool {
    let numbers = decimal(value).zip(decimal(of));
    numbers.is_none_or(|(value, of)| !of.is_zero() && (value % of).is_zero())
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
        Value::Number(number) => decimal(value).map_or_else(
            || number.to_string(),
            |number| number.normalized().to_scientific_notation(),
        ),
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

pub(super) fn fits(name: &str, text: &str, is_30: bool) -> bool {
    match name {
        "date-time" => Instant::parse(text).is_some(),
        "date" => text.len() == 10 && Instant::parse(&format!("{text}T00:00:00Z")).is_some(),
        "email" => is_email(text),
        "uri" => is_uri(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        // Draft 4 does not know it.
        "uuid" if !is_30 => is_uuid(text),
        _ => true,
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    let is_word = |word: &str| {
        let fits = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter);
        !word.is_empty() && word.chars().all(fits)
    };
    local.split('.').all(is_word) && domain.split('.').all(is_label)
}

/// A scheme, a colon, and characters that RFC 3986 allows.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let of_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(of_scheme)
        && rest.bytes().all(of_rest)
}
