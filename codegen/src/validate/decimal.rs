//! Compares and divides JSON numbers by their text, without a float.

use std::cmp::Ordering;

use crate::limits;

/// A number: its digits without zeros at either end, and the number of digits before its point.
struct Decimal {
    is_negative: bool,
    digits: String,
    point: i64,
}

impl Decimal {
    fn read(json: &str) -> Option<Self> {
        let (is_negative, text) = json.strip_prefix('-').map_or((false, json), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.to_owned() + part;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let exponent: i64 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
        let count = |text: &str| i64::try_from(text.len()).ok();
        let significant = digits.trim_start_matches('0');
        let point = exponent
            .checked_add(count(whole)?)?
            .checked_sub(count(&digits)? - count(significant)?)?;
        let digits = significant.trim_end_matches('0').to_owned();
        Some(Self {
            is_negative: is_negative && !digits.is_empty(),
            point: if digits.is_empty() { 0 } else { point },
            digits,
        })
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

    /// Returns its digits as an integer after moving the point by `shift` digits to the right.
    fn scaled(&self, shift: i64) -> Option<i128> {
        let zeros = self.point.checked_add(shift)? - i64::try_from(self.digits.len()).ok()?;
        let zeros = usize::try_from(zeros)
            .ok()
            .filter(|zeros| *zeros < limits::BOUND_ZEROS)?;
        format!("0{}{}", self.digits, "0".repeat(zeros)).parse().ok()
    }

    /// Returns the number of digits after its point.
    fn fraction(&self) -> i64 {
        (i64::try_from(self.digits.len()).unwrap_or(i64::MAX) - self.point).max(0)
    }
}

/// Compares two numbers; `None` if one of them is no number, or its exponent exceeds 64 bits.
pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (Decimal::read(one)?, Decimal::read(other)?);
    Some(match (one.is_negative, other.is_negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => one.magnitude(&other),
        (true, true) => other.magnitude(&one),
    })
}

/// Returns one text for all notations of a number.
pub(super) fn normalized(json: &str) -> Option<String> {
    let Decimal {
        is_negative,
        digits,
        point,
    } = Decimal::read(json)?;
    Some(format!("{}{digits}e{point}", if is_negative { "-" } else { "" }))
}

/// Returns true if the number is a multiple; `None` if that takes more than 128 bits.
pub(super) fn is_multiple(number: &str, of: &str) -> Option<bool> {
    let (number, of) = (Decimal::read(number)?, Decimal::read(of)?);
    let shift = number.fraction().max(of.fraction());
    number
        .scaled(shift)?
        .checked_rem(of.scaled(shift)?)
        .map(|rest| rest == 0)
}

#[cfg(test)]
mod tests {
    use super::{compare, is_multiple};
    use std::cmp::Ordering::{Equal, Greater, Less};

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
            ("1e99999999999999999999", "1", None),
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
