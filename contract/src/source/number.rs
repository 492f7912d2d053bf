//! Exact arithmetic with number text: integers, bounds, order and multiples, never through a float.
//!
//! In: the text of JSON numbers: `1e3`, `1.0` and `1000` are the same integer, `9.3e18` exceeds signed 64 bits. Out: integers
//! (beyond 128 bits, the largest or smallest one) and comparisons of any size.

use std::cmp::Ordering;

use crate::limits;

/// Returns the number, if it is an integer.
pub fn whole(json: &str) -> Option<i128> {
    let number = NumberDigits::read(json)?;
    (!number.has_fraction()).then(|| number.truncated())
}

/// Returns the least integer that a lower bound allows.
pub fn least(bound: &str, excluded: bool) -> Option<i128> {
    let number = NumberDigits::read(bound)?;
    let has_fraction = number.has_fraction();
    let above = (excluded && !has_fraction) || (has_fraction && !number.is_negative);
    Some(number.truncated().saturating_add(i128::from(above)))
}

/// Returns the largest integer that an upper bound allows.
pub fn most(bound: &str, excluded: bool) -> Option<i128> {
    let number = NumberDigits::read(bound)?;
    let has_fraction = number.has_fraction();
    let below = (excluded && !has_fraction) || (has_fraction && number.is_negative);
    Some(number.truncated().saturating_sub(i128::from(below)))
}

/// Compares two numbers; `None` if one of them is no number.
pub fn compare(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (NumberDigits::read(one)?, NumberDigits::read(other)?);
    Some(match (one.is_negative, other.is_negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => one.magnitude(&other),
        (true, true) => other.magnitude(&one),
    })
}

/// Returns true if the number is a multiple; `None` if that takes more than 128 bits.
pub fn is_multiple(number: &str, of: &str) -> Option<bool> {
    let (number, of) = (NumberDigits::read(number)?, NumberDigits::read(of)?);
    let shift = number.decimals().max(of.decimals());
    number
        .scaled(shift)?
        .checked_rem(of.scaled(shift)?)
        .map(|rest| rest == 0)
}

/// Returns the least number that is a multiple of both; `None` if that takes more than 128 bits.
pub fn common_multiple(one: &str, other: &str) -> Option<String> {
    let (one, other) = (NumberDigits::read(one)?, NumberDigits::read(other)?);
    let shift = one.decimals().max(other.decimals());
    let (one, other) = (one.scaled(shift)?, other.scaled(shift)?);
    let (mut divisor, mut rest) = (one, other);
    while rest != 0 {
        (divisor, rest) = (rest, divisor.checked_rem(rest)?);
    }
    let multiple = one.checked_div(divisor)?.checked_mul(other)?;
    let shift = usize::try_from(shift)
        .ok()
        .filter(|shift| *shift < limits::BOUND_ZEROS)?;
    let digits = format!("{multiple:0>width$}", width = shift.saturating_add(1));
    let (whole, part) = digits.split_at_checked(digits.len().checked_sub(shift)?)?;
    let part = part.trim_end_matches('0');
    Some(if part.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{part}")
    })
}

/// Returns one text for all notations of a number.
pub fn normalized(json: &str) -> Option<String> {
    let NumberDigits {
        is_negative,
        digits,
        point,
    } = NumberDigits::read(json)?;
    Some(format!("{}{digits}e{point}", if is_negative { "-" } else { "" }))
}

/// A number: its digits without zeros at either end, and the number of digits before its point.
struct NumberDigits {
    is_negative: bool,
    digits: String,
    point: i64,
}

impl NumberDigits {
    fn read(json: &str) -> Option<Self> {
        let (is_negative, text) = json.strip_prefix('-').map_or((false, json), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits = whole.to_owned() + part;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let leading = digits.len() - digits.trim_start_matches('0').len();
        let point = shift(exponent)?
            .saturating_add(count(whole))
            .saturating_sub(i64::try_from(leading).unwrap_or(i64::MAX));
        digits.drain(..leading);
        digits.truncate(digits.trim_end_matches('0').len());
        let is_zero = digits.is_empty();
        Some(Self {
            is_negative: is_negative && !is_zero,
            digits,
            point: if is_zero { 0 } else { point },
        })
    }

    fn has_fraction(&self) -> bool {
        self.decimals() > 0
    }

    /// Returns the number of digits after its point.
    fn decimals(&self) -> i64 {
        count(&self.digits).saturating_sub(self.point).max(0)
    }

    /// Returns its integer part; beyond 128 bits, the largest or smallest integer.
    fn truncated(&self) -> i128 {
        let split = usize::try_from(self.point.clamp(0, count(&self.digits))).unwrap_or_default();
        let front = &self.digits[..split];
        let zeros = self.point.saturating_sub(count(front)).max(0);
        let magnitude = if front.is_empty() {
            Some(0)
        } else {
            integer(front, zeros)
        };
        let magnitude = magnitude.unwrap_or(i128::MAX);
        if self.is_negative { -magnitude } else { magnitude }
    }

    /// Returns its magnitude as an integer after moving the point by this number of digits to the right.
    fn scaled(&self, shift: i64) -> Option<i128> {
        let zeros = self.point.saturating_add(shift).saturating_sub(count(&self.digits));
        if self.digits.is_empty() {
            Some(0)
        } else {
            integer(&self.digits, zeros)
        }
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ => self
                .point
                .cmp(&other.point)
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

fn count(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

/// Returns the digits with this number of zeros behind them; `None` beyond 128 bits.
fn integer(digits: &str, zeros: i64) -> Option<i128> {
    let zeros = usize::try_from(zeros)
        .ok()
        .filter(|zeros| *zeros < limits::BOUND_ZEROS)?;
    format!("{digits}{}", "0".repeat(zeros)).parse().ok()
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
    use std::cmp::Ordering::{Equal, Greater, Less};

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
    fn the_common_multiple_is_exact() {
        for (one, other, common) in [
            ("2", "3", Some("6")),
            ("4", "6.0", Some("12")),
            ("0.5", "0.2", Some("1")),
            ("0.15", "0.1", Some("0.3")),
            ("1e2", "30", Some("300")),
            ("0", "0", None),
            ("1e-99999999", "1", None),
            (
                "99999999999999999999999999999999",
                "99999999999999999999999999999998",
                None,
            ),
        ] {
            assert_eq!(common_multiple(one, other).as_deref(), common, "{one} {other}");
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

    #[test]
    fn numbers_compare_by_value_however_they_are_written() {
        for (one, other, expected) in [
            ("1", "1.0", Some(Equal)),
            ("1e2", "100", Some(Equal)),
            ("0.1e1", "1", Some(Equal)),
            ("-0", "0.00", Some(Equal)),
            ("2", "10", Some(Less)),
            ("0.2", "0.10", Some(Greater)),
            ("-2", "-10", Some(Greater)),
            ("-1", "0", Some(Less)),
            ("0", "0.001", Some(Less)),
            ("1e-400", "0", Some(Greater)),
            ("9007199254740993", "9007199254740992", Some(Greater)),
            ("1e99999999999999999999", "1", Some(Greater)),
            ("ten", "1", None),
        ] {
            assert_eq!(compare(one, other), expected, "{one} and {other}");
        }
    }

    #[test]
    fn a_multiple_is_found_without_rounding() {
        for (number, of, expected) in [
            ("0.3", "0.1", Some(true)),
            ("0.35", "0.1", Some(false)),
            ("10", "2.5", Some(true)),
            ("1e3", "7", Some(false)),
            ("-6", "3", Some(true)),
            ("0", "3", Some(true)),
            ("1", "0", None),
            ("1e60", "3", None),
        ] {
            assert_eq!(is_multiple(number, of), expected, "{number} of {of}");
        }
    }
}
