//! Exact integers from number text: `1e3`, `1.0` and `1000` are integers, `9.3e18` exceeds signed 64 bits.
//!
//! In: the text of a JSON number. Out: integers; beyond 128 bits, the largest or smallest one. Never through a float.

use crate::limits;

/// Returns the number, if it is an integer.
pub fn whole(json: &str) -> Option<i128> {
    let number = NumberParts::read(json)?;
    (!number.has_fraction).then_some(number.truncated)
}

/// Returns the least integer that a lower bound allows.
pub fn least(bound: &str, excluded: bool) -> Option<i128> {
    let number = NumberParts::read(bound)?;
    let above = (excluded && !number.has_fraction) || (number.has_fraction && !number.is_negative);
    Some(number.truncated.saturating_add(i128::from(above)))
}

/// Returns the largest integer that an upper bound allows.
pub fn most(bound: &str, excluded: bool) -> Option<i128> {
    let number = NumberParts::read(bound)?;
    let below = (excluded && !number.has_fraction) || (number.has_fraction && number.is_negative);
    Some(number.truncated.saturating_sub(i128::from(below)))
}

/// A number in two parts.
struct NumberParts {
    is_negative: bool,
    /// Its integer part.
    truncated: i128,
    has_fraction: bool,
}

impl NumberParts {
    fn read(json: &str) -> Option<Self> {
        let (is_negative, text) = json.strip_prefix('-').map_or((false, json), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits = whole.to_owned() + part;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let count = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
        // Number of digits before the point.
        let before = shift(exponent)?.saturating_add(count(whole));
        let leading = digits.len() - digits.trim_start_matches('0').len();
        digits.drain(..leading);
        let before = before.saturating_sub(i64::try_from(leading).unwrap_or(i64::MAX));
        digits.truncate(digits.trim_end_matches('0').len());
        let split = usize::try_from(before.clamp(0, count(&digits))).unwrap_or_default();
        let (front, behind) = digits.split_at(split);
        let missing = before.saturating_sub(count(front)).max(0);
        let magnitude = match front {
            "" => Some(0),
            front => usize::try_from(missing)
                .ok()
                .filter(|zeros| *zeros < limits::BOUND_ZEROS)
                .and_then(|zeros| format!("{front}{}", "0".repeat(zeros)).parse::<i128>().ok()),
        };
        let magnitude = magnitude.unwrap_or(i128::MAX);
        Some(Self {
            is_negative,
            truncated: if is_negative { -magnitude } else { magnitude },
            has_fraction: !behind.is_empty(),
        })
    }
}

/// Parses an exponent; saturates at 64 bits.
fn shift(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX);
    Some(if is_negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_however_it_is_written() {
        for (text, value) in [
            ("3", Some(3)),
            ("3.0", Some(3)),
            ("-3.000", Some(-3)),
            ("3.5", None),
            ("1e3", Some(1000)),
            ("1E+3", Some(1000)),
            ("1000e-3", Some(1)),
            ("1e-3", None),
            ("0e-3", Some(0)),
            ("-0", Some(0)),
            ("0.00120e5", Some(120)),
            ("9.3e18", Some(9_300_000_000_000_000_000)),
            ("1.8446744073709551615e19", Some(18_446_744_073_709_551_615)),
            ("18446744073709551615.0", Some(18_446_744_073_709_551_615)),
            ("1e400", Some(i128::MAX)),
            ("-1e99999999999999999999", Some(-i128::MAX)),
            ("1e-99999999999999999999", None),
            ("0e99999999999999999999", Some(0)),
            ("1e", None),
            (".", None),
            ("-", None),
            ("ten", None),
        ] {
            assert_eq!(whole(text), value, "{text}");
        }
    }

    #[test]
    fn a_bound_of_integers_is_the_next_one_that_it_allows() {
        for (text, excluded, least_of, most_of) in [
            ("5", false, 5, 5),
            ("5", true, 6, 4),
            ("5.0", true, 6, 4),
            ("5.5", false, 6, 5),
            ("5.5", true, 6, 5),
            ("-5.5", false, -5, -6),
            ("-5.5", true, -5, -6),
            ("0.5", false, 1, 0),
            ("-0.5", false, 0, -1),
            ("1e-400", false, 1, 0),
            (
                "9223372036854775808",
                true,
                9_223_372_036_854_775_809,
                9_223_372_036_854_775_807,
            ),
        ] {
            assert_eq!(least(text, excluded), Some(least_of), "from {text}");
            assert_eq!(most(text, excluded), Some(most_of), "up to {text}");
        }
    }
}
