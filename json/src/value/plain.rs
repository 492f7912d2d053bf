//! Decimals written out digit by digit, without an exponent, for exact sums.
//!
//! The text of a number comes in, and exact digits and the text of a sum go out. Nothing is rounded, and no exponent makes
//! anything longer than [`MAX_DIGITS`].

use crate::digits::split;
use std::cmp::Ordering;
use std::fmt;

/// The most digits of one decimal, before and after the point together.
pub(super) const MAX_DIGITS: usize = 1000;

/// Digits as numbers from 0 to 9, with the count of those after the point.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    negative: bool,
    digits: Vec<u8>,
    scale: usize,
}

impl Plain {
    /// Writes a number out; `None` for other text, and for a number that is too long.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (negative, whole, fraction, exponent) = split(text)?;
        let scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let zeros = usize::try_from(scale.min(0).unsigned_abs()).ok()?;
        let scale = usize::try_from(scale.max(0)).ok()?;
        let digits = whole.len().checked_add(fraction.len())?.checked_add(zeros)?;
        if written(digits, scale) > MAX_DIGITS {
            return None;
        }
        let digits = whole.iter().chain(fraction).map(|digit| digit - b'0');
        Some(Self {
            negative,
            digits: digits.chain(std::iter::repeat_n(0, zeros)).collect(),
            scale,
        })
    }

    pub(super) fn scale(&self) -> usize {
        self.scale
    }

    pub(super) fn negated(mut self) -> Self {
        self.negative = !self.negative;
        self
    }

    /// The exact sum; `None` if it is too long.
    pub(super) fn sum(&self, other: &Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let size = |one: &Self| one.digits.len() + (scale - one.scale);
        let size = size(self).max(size(other));
        let (left, right) = (self.laid_out(size, scale), other.laid_out(size, scale));
        let (negative, mut digits) = if self.negative == other.negative {
            (self.negative, added(&left, &right))
        } else {
            match left.cmp(&right) {
                Ordering::Less => (other.negative, subtracted(&right, &left)),
                _ => (self.negative, subtracted(&left, &right)),
            }
        };
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..zeros.min(digits.len().saturating_sub(scale)));
        let negative = negative && digits.iter().any(|digit| *digit != 0);
        (written(digits.len(), scale) <= MAX_DIGITS).then_some(Self {
            negative,
            digits,
            scale,
        })
    }

    /// Returns the digits with zeros on both sides, so that the points of two decimals are aligned.
    fn laid_out(&self, size: usize, scale: usize) -> Vec<u8> {
        let behind = scale - self.scale;
        let mut digits = vec![0; size - self.digits.len() - behind];
        digits.extend_from_slice(&self.digits);
        digits.resize(size, 0);
        digits
    }
}

/// Returns the number of digits in the text of a number: there is always one before the point.
fn written(digits: usize, scale: usize) -> usize {
    digits.saturating_sub(scale).max(1).saturating_add(scale)
}

/// Returns `true` if the number is a multiple of the other one; `None` if either cannot be written out, or the other one is zero.
pub fn is_multiple(number: &str, of: &str) -> Option<bool> {
    let (number, of) = (Plain::read(number)?, Plain::read(of)?);
    let scale = number.scale.max(of.scale);
    let shifted = |one: &Plain| {
        one.digits
            .iter()
            .copied()
            .chain(std::iter::repeat_n(0, scale - one.scale))
            .collect()
    };
    let (number, of): (Vec<u8>, Vec<u8>) = (shifted(&number), shifted(&of));
    if of.iter().all(|digit| *digit == 0) {
        return None;
    }
    // Long division that keeps only the remainder, which is one digit longer than the divisor.
    let divisor = [&[0], of.as_slice()].concat();
    let mut rest = vec![0; divisor.len()];
    for digit in number {
        rest.rotate_left(1);
        let last = rest.len() - 1;
        rest[last] = digit;
        while rest >= divisor {
            rest = subtracted(&rest, &divisor);
        }
    }
    Some(rest.iter().all(|digit| *digit == 0))
}

/// The sum of two rows of equal length, one digit longer.
fn added(left: &[u8], right: &[u8]) -> Vec<u8> {
    let mut sum = vec![0; left.len() + 1];
    let mut carry = 0;
    for (place, (left, right)) in left.iter().zip(right).enumerate().rev() {
        let digit = left + right + carry;
        sum[place + 1] = digit % 10;
        carry = digit / 10;
    }
    sum[0] = carry;
    sum
}

/// The difference of two rows of equal length, the first of which is not the smaller one.
fn subtracted(left: &[u8], right: &[u8]) -> Vec<u8> {
    let mut difference = vec![0; left.len()];
    let mut borrowed = 0;
    for (place, (left, right)) in left.iter().zip(right).enumerate().rev() {
        let taken = right + borrowed;
        borrowed = u8::from(*left < taken);
        difference[place] = left + 10 * borrowed - taken;
    }
    difference
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(self.digits.len().max(self.scale) + 3);
        if self.negative {
            text.push('-');
        }
        let whole = self.digits.len().saturating_sub(self.scale);
        let (whole, fraction) = self.digits.split_at(whole);
        let first = whole.iter().position(|digit| *digit != 0).unwrap_or(whole.len());
        let character = |digit: &u8| char::from(b'0' + digit);
        if first == whole.len() {
            text.push('0');
        }
        text.extend(whole[first..].iter().map(character));
        if self.scale > 0 {
            text.push('.');
            text.extend(std::iter::repeat_n('0', self.scale - fraction.len()));
            text.extend(fraction.iter().map(character));
        }
        f.write_str(&text)
    }
}
