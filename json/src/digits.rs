//! Decimal text as digits: comparing, hashing and converting numbers exactly, without a float and without limits.
//!
//! Text comes in, an order or an integer goes out. Nothing here allocates with the size of an exponent.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// A number: `0.d1d2d3... * 10^magnitude`. The digits have no zeros at either end; zero has no digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digits<'t> {
    pub(super) negative: bool,
    pub(super) whole: &'t [u8],
    pub(super) fraction: &'t [u8],
    pub(super) magnitude: i64,
}

/// The count of leading bytes that satisfy.
fn leading(bytes: &[u8], accept: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&byte| !accept(byte)).unwrap_or(bytes.len())
}

fn trailing_zeros(bytes: &[u8]) -> usize {
    bytes.iter().rev().position(|&byte| byte != b'0').unwrap_or(bytes.len())
}

/// Splits a number as it is written into sign, digits before and after the point, and exponent (as `magnitude`).
pub(super) fn split(text: &str) -> Option<Digits<'_>> {
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    let (whole, rest) = bytes.split_at(leading(bytes, |byte| byte.is_ascii_digit()));
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => rest.split_at(leading(rest, |byte| byte.is_ascii_digit())),
        _ => (&[][..], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let magnitude = match rest {
        [] => 0,
        [b'e' | b'E', exponent @ ..] => std::str::from_utf8(exponent).ok()?.parse().ok()?,
        _ => return None,
    };
    Some(Digits {
        negative,
        whole,
        fraction,
        magnitude,
    })
}

/// Returns a text that is equal for equal numbers, whatever their zeros, sign and exponent; `None` for other text.
pub fn normal_number(text: &str) -> Option<String> {
    let number = Digits::parse(text)?;
    let sign = if number.negative { "-" } else { "" };
    let digits: String = number.bytes().map(char::from).collect();
    Some(format!("{sign}{digits}e{}", number.magnitude))
}

impl<'t> Digits<'t> {
    /// Reads a number more liberally than JSON: accepts both signs, leading zeros, `.5` and `5.`. `None` for other text, and
    /// for an exponent that is too large.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        split(text)?.normal()
    }

    fn normal(mut self) -> Option<Self> {
        let mut shift = i64::try_from(self.whole.len()).ok()?;
        let zeros = leading(self.whole, |byte| byte == b'0');
        self.whole = &self.whole[zeros..];
        shift -= i64::try_from(zeros).ok()?;
        if self.whole.is_empty() {
            let zeros = leading(self.fraction, |byte| byte == b'0');
            self.fraction = &self.fraction[zeros..];
            shift -= i64::try_from(zeros).ok()?;
        }
        self.fraction = &self.fraction[..self.fraction.len() - trailing_zeros(self.fraction)];
        if self.fraction.is_empty() {
            self.whole = &self.whole[..self.whole.len() - trailing_zeros(self.whole)];
        }
        if self.is_zero() {
            return Some(Digits {
                negative: false,
                whole: &[],
                fraction: &[],
                magnitude: 0,
            });
        }
        self.magnitude = self.magnitude.checked_add(shift)?;
        Some(self)
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    fn bytes(&self) -> impl Iterator<Item = u8> + use<'t> {
        self.whole.iter().chain(self.fraction).copied()
    }

    fn is_integral(&self) -> bool {
        i64::try_from(self.whole.len() + self.fraction.len()).is_ok_and(|count| count <= self.magnitude)
    }

    fn to_i128(self) -> Option<i128> {
        // An i128 has at most 39 digits; a larger exponent must not cost time.
        if !self.is_integral() || self.magnitude > 39 {
            return None;
        }
        let places = usize::try_from(self.magnitude).ok()?;
        self.bytes()
            .chain(std::iter::repeat(b'0'))
            .take(places)
            .try_fold(0_i128, |value, digit| {
                let digit = i128::from(digit - b'0');
                value
                    .checked_mul(10)?
                    .checked_add(if self.negative { -digit } else { digit })
            })
    }

    pub(crate) fn compare(&self, other: &Digits<'_>) -> Ordering {
        let sign = |digits: &Digits<'_>| match (digits.is_zero(), digits.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let signs = sign(self).cmp(&sign(other));
        if signs != Ordering::Equal || self.is_zero() {
            return signs;
        }
        let sizes = self
            .magnitude
            .cmp(&other.magnitude)
            .then_with(|| self.bytes().cmp(other.bytes()));
        if self.negative { sizes.reverse() } else { sizes }
    }
}

/// Returns `true` for the text of a number, in the liberal sense of this module: a sign of either kind, leading zeros, `.5`, `5.`.
pub fn is_decimal(text: &str) -> bool {
    Digits::parse(text).is_some()
}

/// Compares two texts: numbers by value, and before other texts, which are compared as text.
pub fn order(left: &str, right: &str) -> Ordering {
    match (Digits::parse(left), Digits::parse(right)) {
        (Some(one), Some(other)) => one.compare(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// Returns `true` if both are the same number, or the same text.
pub(crate) fn equal(left: &str, right: &str) -> bool {
    left == right || order(left, right) == Ordering::Equal
}

/// Equal texts (see [`equal`]) have equal hashes.
pub(crate) fn hash<H: Hasher>(text: &str, state: &mut H) {
    match Digits::parse(text) {
        Some(digits) => {
            (digits.negative, digits.magnitude).hash(state);
            for digit in digits.bytes() {
                digit.hash(state);
            }
        }
        None => text.hash(state),
    }
}

/// Returns `true` for a number without fraction in any notation: `1.0`, `1e2`.
pub(crate) fn is_integral(text: &str) -> bool {
    Digits::parse(text).is_some_and(|digits| digits.is_zero() || digits.is_integral())
}

/// The integer, if it is one and fits.
pub(crate) fn to_i128(text: &str) -> Option<i128> {
    let digits = Digits::parse(text)?;
    if digits.is_zero() { Some(0) } else { digits.to_i128() }
}

#[cfg(test)]
mod tests {
    use super::{equal, is_integral, order, to_i128};
    use std::cmp::Ordering;

    #[test]
    fn numbers_are_compared_by_value_however_they_are_written() {
        for (left, right) in [
            ("1.0", "1.00"),
            ("100", "1e2"),
            ("0.001", "1E-3"),
            ("-0", "0.000"),
            ("0e999", "0"),
            ("+.5", "0.50"),
            ("007", "7."),
        ] {
            assert!(equal(left, right), "{left} = {right}");
        }
        for (left, right) in [
            ("1.10", "1.1000000000000000000001"),
            ("-2", "-1"),
            ("-1", "0"),
            ("9", "10"),
            ("0.09", "0.1"),
            ("1e400", "1e401"),
            ("12", "12.5"),
        ] {
            assert_eq!(order(left, right), Ordering::Less, "{left} < {right}");
            assert_eq!(order(right, left), Ordering::Greater, "{right} > {left}");
        }
    }

    #[test]
    fn what_is_no_number_comes_after_numbers_and_equals_its_own_text_only() {
        assert_eq!(order("999999", "1,000"), Ordering::Less);
        assert!(equal("n/a", "n/a"));
        assert!(!equal("n/a", "N/A"));
        for text in [
            "",
            ".",
            "-",
            "1e",
            "1e99999999999999999999",
            "0x10",
            " 1",
            "1 ",
            "--1",
            "1.2.3",
            "\u{661}",
        ] {
            assert!(super::Digits::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn an_integer_is_recognized_by_value_and_never_by_unrolling_its_exponent() {
        for (text, value) in [
            ("1.0", 1),
            ("1e2", 100),
            ("-10e-1", -1),
            ("0.0", 0),
            ("1200", 1200),
            ("12.5e1", 125),
        ] {
            assert_eq!(to_i128(text), Some(value), "{text}");
        }
        assert_eq!(to_i128("170141183460469231731687303715884105727"), Some(i128::MAX));
        assert_eq!(to_i128("-170141183460469231731687303715884105728"), Some(i128::MIN));
        assert_eq!(to_i128("170141183460469231731687303715884105728"), None);
        assert!(is_integral("1e1000000000000"));
        assert_eq!(to_i128("1e1000000000000"), None);
        assert!(!is_integral("1.5") && !is_integral("1e-1"));
    }
}
