//! Canonical JSON (RFC 8785): a value in, the one text of it out.
//!
//! Members are sorted by UTF-16 code units. A number whose text the canonical form would change must be refused with its place:
//! otherwise nobody could tell later which number was approved.

use std::fmt::Write as _;

use crate::document::JsonValue;

/// A number whose canonical text would differ from its own text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the number at `{pointer}` would be written in another way in canonical JSON (RFC 8785): send it as a string, or in its shortest form"
)]
pub struct NotCanonical {
    /// JSON Pointer (RFC 6901).
    pub pointer: String,
}

/// Returns the canonical text of a value.
pub fn canonical(value: &JsonValue) -> Result<String, NotCanonical> {
    let mut text = String::new();
    write(value, &mut text, &mut String::new())?;
    Ok(text)
}

fn write(value: &JsonValue, out: &mut String, pointer: &mut String) -> Result<(), NotCanonical> {
    match value {
        JsonValue::Null => out.push_str("null"),
        JsonValue::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        JsonValue::Number(number) => {
            if shortest(number.as_str()).as_deref() != Some(number.as_str()) {
                return Err(NotCanonical {
                    pointer: pointer.clone(),
                });
            }
            out.push_str(number.as_str());
        }
        JsonValue::String(text) => string(text, out),
        JsonValue::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                below(pointer, &index.to_string(), |pointer| write(item, out, pointer))?;
            }
            out.push(']');
        }
        JsonValue::Object(object) => {
            let mut members: Vec<(&str, &JsonValue)> = object.iter().collect();
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            out.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(name, out);
                out.push(':');
                below(pointer, name, |pointer| write(member, out, pointer))?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn below<T>(pointer: &mut String, token: &str, inner: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    let result = inner(pointer);
    pointer.truncate(length);
    result
}

/// Writes a string (RFC 8785, section 3.2.2.2).
fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                out.push_str("\\u00");
                let _ = write!(out, "{:02x}", control as u8);
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Returns the text that ECMAScript gives a number (ECMA-262, Number::toString); `None` if no double holds it.
fn shortest(text: &str) -> Option<String> {
    let value: f64 = text.parse().ok()?;
    if !value.is_finite() {
        return None;
    }
    if value == 0.0 {
        return Some("0".to_owned());
    }
    // Rust's `{:e}` gives the shortest digits that read back as the same double, as ECMAScript does.
    let written = format!("{:e}", value.abs());
    let (mantissa, exponent) = written.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = even_of_two(value, digits);
    let count = i32::try_from(digits.len()).ok()?;
    let sign = if value < 0.0 { "-" } else { "" };
    let point = exponent + 1;
    let zeros = |many: i32| "0".repeat(usize::try_from(many).unwrap_or(0));
    let split = |at: i32| digits.split_at(usize::try_from(at).unwrap_or(0).min(digits.len()));
    Some(if count <= point && point <= 21 {
        format!("{sign}{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = split(point);
        format!("{sign}{whole}.{fraction}")
    } else if -6 < point && point <= 0 {
        format!("{sign}0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = split(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let plus = if exponent < 0 { "-" } else { "+" };
        format!("{sign}{first}{dot}{rest}e{plus}{}", exponent.abs())
    })
}

/// Chooses the even one of two shortest texts that are equally near, as ECMAScript does.
fn even_of_two(value: f64, mut digits: String) -> String {
    // A double has at most 767 significant digits, so that this text is exact.
    let exact = format!("{:.770e}", value.abs());
    let exact: String = exact
        .split('e')
        .take(1)
        .flat_map(str::chars)
        .filter(char::is_ascii_digit)
        .collect();
    let Some(lower) = exact.trim_end_matches('0').strip_suffix('5') else {
        return digits;
    };
    let last = digits
        .chars()
        .last()
        .and_then(|digit| digit.to_digit(10))
        .unwrap_or_default();
    if lower.len() == digits.len() && last % 2 == 1 && last < 9 {
        let even = if digits == lower { last + 1 } else { last - 1 };
        digits.pop();
        digits.extend(char::from_digit(even, 10));
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> Result<String, NotCanonical> {
        canonical(&json.parse().unwrap())
    }

    #[test]
    fn of_two_shortest_numbers_the_even_one_is_canonical() {
        for (even, odd) in [
            ("1083919220303714.2", "1083919220303714.3"),
            ("-1083919220303714.2", "-1083919220303714.3"),
            ("1083919220303714.8", "1083919220303714.7"),
        ] {
            assert_eq!(text(even).as_deref(), Ok(even));
            assert!(text(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn members_are_sorted_by_utf_16_code_units() {
        // RFC 8785, section 3.2.3.
        let json = "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\
                    \"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\
                    \"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}";
        let canonical = text(json).unwrap();
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let places: Vec<_> = order.iter().map(|word| canonical.find(word).unwrap()).collect();
        assert!(places.is_sorted(), "{canonical}");
    }

    #[test]
    fn strings_are_escaped_as_the_rfc_says() {
        assert_eq!(
            text("{\"s\":\"\\u20ac$\\u000f\\nA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"}").unwrap(),
            "{\"s\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        assert_eq!(
            text("\"\\b\\f\\t\\r\\u0001\\u007f\"").unwrap(),
            "\"\\b\\f\\t\\r\\u0001\u{7f}\""
        );
    }

    #[test]
    fn white_space_goes_and_values_stay() {
        assert_eq!(
            text(" { \"b\" : [ 1 , null ] , \"a\" : true } ").unwrap(),
            "{\"a\":true,\"b\":[1,null]}"
        );
    }

    #[test]
    fn a_number_in_its_canonical_form_passes() {
        for number in [
            "0",
            "1",
            "-1",
            "1.5",
            "333333333.3333333",
            "1e+30",
            "4.5",
            "0.002",
            "1e-27",
            "100000000000000000000",
            "1e+21",
            "0.000001",
            "1e-7",
            "9007199254740992",
        ] {
            assert_eq!(text(number).as_deref(), Ok(number));
        }
    }

    #[test]
    fn a_number_that_would_change_is_refused_with_its_place() {
        for number in [
            "1.0",
            "1E30",
            "4.50",
            "2e-3",
            "-0",
            "1e0",
            "10e-1",
            "0.0000001",
            "9007199254740993",
            "1e400",
            "1.10000000000000000001",
            "333333333.33333329",
        ] {
            let error = text(&format!("{{\"a/b\":[0,{{\"~\":{number}}}]}}")).unwrap_err();
            assert_eq!(error.pointer, "/a~1b/1/~0", "{number}");
        }
    }
}
