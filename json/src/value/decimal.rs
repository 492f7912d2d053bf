//! Exact decimals, such as amounts of money.
//!
//! A decimal is its text. It is read from a string or from the text of a number, remembers which, and is written the same way.
//! There is no conversion from or to a float. Sums and differences are exact, or `None`.
//!
//! Two amounts of [`Money`] give a sum, a difference or an order only if they have the same unit. The caller chooses
//! the type of the unit, and nothing is converted. No exponent makes a text longer than [`MAX_DIGITS`].

use super::number::by_value;
use crate::codec::Json;
use crate::digits::{self, split};
use crate::error::ValueError;
use crate::lexis::is_number;
use crate::read::Value;
use crate::write::Writer;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The JSON form of a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecimalForm {
    /// `"1.10"`
    String,
    /// `1.10`
    Number,
}

/// An exact decimal, kept as text.
///
/// Created from text (`"12.50".parse()`), from a whole number of units ([`whole`](Self::whole)) or of the smallest units
/// ([`from_minor_units`](Self::from_minor_units)); a bare integer would not say which of both it counts.
///
/// Text of an answer that is no number is kept, and [`Decimal::is_number`] returns `false` for it. [`compare`](Self::compare)
/// orders two amounts, and fails for such a text: there is no `<`. `==` is true for the same value (`1.0` equals `1.00`, in
/// either form) and for the same text.
#[derive(Clone)]
pub struct Decimal {
    text: Box<str>,
    form: DecimalForm,
}

impl Decimal {
    /// Creates a decimal of whole units: `Decimal::whole(25)` is `25`.
    pub fn whole(units: impl Into<i128>) -> Self {
        Self::written(units.into().to_string().into())
    }

    /// Creates a decimal of the smallest units, of which ten to the power of `places` make a whole one:
    /// `Decimal::from_minor_units(25_000, 2)` is `250.00`.
    pub fn from_minor_units(units: impl Into<i128>, places: u8) -> Self {
        let (units, places) = (units.into(), usize::from(places));
        let mut text = units.unsigned_abs().to_string();
        if places > 0 {
            text = format!("{text:0>width$}", width = places + 1);
            text.insert(text.len() - places, '.');
        }
        if units < 0 {
            text.insert(0, '-');
        }
        Self::written(text.into())
    }

    /// Returns the text unchanged.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the text is a number. Always true for values that a program made; text from a server may be anything.
    pub fn is_number(&self) -> bool {
        digits::Digits::parse(&self.text).is_some()
    }

    /// Returns the JSON form.
    pub fn form(&self) -> DecimalForm {
        self.form
    }

    /// Returns the same decimal, to be written in this form. Text that is not a JSON number stays a string.
    #[must_use]
    pub fn in_form(mut self, form: DecimalForm) -> Self {
        self.form = if is_number(&self.text) {
            form
        } else {
            DecimalForm::String
        };
        self
    }

    /// Compares two amounts by value: `balance.compare(&wanted)?.is_ge()`. Fails if either is no number.
    pub fn compare(&self, other: &Self) -> Result<Ordering, ValueError> {
        let digits = |text| digits::Digits::parse(text).ok_or(ValueError::new("a number that can be compared"));
        Ok(digits(&self.text)?.compare(&digits(&other.text)?))
    }

    /// Returns `true` if the value is zero in any notation. Fails if the text is no number.
    pub fn is_zero(&self) -> Result<bool, ValueError> {
        Ok(self.sign()?.is_eq())
    }

    /// Returns `true` if the value is below zero. Fails if the text is no number.
    pub fn is_negative(&self) -> Result<bool, ValueError> {
        Ok(self.sign()?.is_lt())
    }

    fn sign(&self) -> Result<Ordering, ValueError> {
        self.compare(&Self::whole(0))
    }

    /// Returns the number of digits after the point, as written: 2 for `1.10`, 0 for `1e3`. `None` if the text is no number, or
    /// needs more than [`MAX_DIGITS`](Self::MAX_DIGITS) when written out.
    pub fn scale(&self) -> Option<usize> {
        Some(Plain::parse(&self.text)?.scale())
    }

    /// Largest number of digits in a term or a result of arithmetic, written without an exponent.
    pub const MAX_DIGITS: usize = MAX_DIGITS;

    /// Returns the exact sum, in the form of `self`, with as many digits after the point as the term that has more. Never
    /// rounds: `None` if either is no number, or if a term or the sum has more than [`MAX_DIGITS`](Self::MAX_DIGITS).
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        self.sum(&Plain::parse(&other.text)?)
    }

    /// Returns the exact difference, by the rules of [`checked_add`](Self::checked_add).
    #[must_use]
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        self.sum(&Plain::parse(&other.text)?.negated())
    }

    fn sum(&self, other: &Plain) -> Option<Self> {
        let sum = Plain::parse(&self.text)?.sum(other)?;
        Some(Decimal {
            text: sum.to_string().into(),
            form: self.form,
        })
    }

    /// Wraps text that is known to be a plain number.
    pub(super) fn written(text: Box<str>) -> Self {
        Decimal {
            text,
            form: DecimalForm::String,
        }
    }
}

impl FromStr for Decimal {
    type Err = ValueError;

    /// Reads digits with an optional minus sign and an optional fraction: `0`, `12`, `-0.50`. No plus sign, no leading zero,
    /// no exponent, no separators, no spaces.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        if is_number(text) && !text.contains(['e', 'E']) {
            Ok(Decimal::written(text.into()))
        } else {
            Err(ValueError::new("a decimal such as `12.50`"))
        }
    }
}

by_value!(Decimal);

impl AsRef<str> for Decimal {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl Json for Decimal {
    fn read(value: Value<'_>) -> Self {
        if let Some(text) = value.as_str() {
            value.check_strictly("a decimal such as `12.50`", || text.parse::<Decimal>().is_ok());
            return Decimal::written(text.into());
        }
        if let Some(text) = value.number_text() {
            if value.was_float() {
                value.fail("a decimal as text; a float has lost it");
            }
            value.check_strictly("a decimal as text", || false);
            return Decimal {
                text: text.into(),
                form: DecimalForm::Number,
            };
        }
        value.mismatch("a decimal, as string or number");
        Decimal::whole(0)
    }

    fn write(&self, w: &mut Writer) {
        match self.form {
            DecimalForm::String => w.string(&self.text),
            DecimalForm::Number => w.checked_number(&self.text),
        }
    }
}

/// An exact amount of a unit: `Money::new(withdrawal.amount, withdrawal.currency)`, or with a pair of asset and network.
///
/// Amounts of two unit types cannot be added, and amounts of two units of the same type are refused.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Money<U> {
    /// The amount.
    pub amount: Decimal,
    /// The unit.
    pub unit: U,
}

/// The reason why two amounts have no sum, difference or order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The units differ.
    #[error("the amounts have different units")]
    Units,
    /// An amount is no number, or the exact result has too many digits.
    #[error("an amount is not a number, or the exact result has too many digits")]
    Amount,
}

impl<U> Money<U> {
    /// Creates an amount of this unit.
    pub fn new(amount: Decimal, unit: U) -> Self {
        Self { amount, unit }
    }
}

impl<U: PartialEq + Clone> Money<U> {
    /// Returns the exact sum (see [`Decimal::checked_add`]).
    pub fn checked_add(&self, other: &Self) -> Result<Self, MoneyError> {
        self.with(other, Decimal::checked_add)
    }

    /// Returns the exact difference (see [`Decimal::checked_sub`]).
    pub fn checked_sub(&self, other: &Self) -> Result<Self, MoneyError> {
        self.with(other, Decimal::checked_sub)
    }

    fn with(&self, other: &Self, result: fn(&Decimal, &Decimal) -> Option<Decimal>) -> Result<Self, MoneyError> {
        if self.unit != other.unit {
            return Err(MoneyError::Units);
        }
        let amount = result(&self.amount, &other.amount).ok_or(MoneyError::Amount)?;
        Ok(Self::new(amount, self.unit.clone()))
    }

    /// Returns the exact sum of all amounts; `None` without any, since the sum would have no unit.
    pub fn total<'m>(amounts: impl IntoIterator<Item = &'m Self>) -> Option<Result<Self, MoneyError>>
    where
        U: 'm,
    {
        let mut amounts = amounts.into_iter();
        let first = amounts.next()?.clone();
        Some(amounts.try_fold(first, |sum, next| sum.checked_add(next)))
    }
}

impl<U: PartialEq> Money<U> {
    /// Compares two amounts of one unit (see [`Decimal::compare`]).
    pub fn compare(&self, other: &Self) -> Result<Ordering, MoneyError> {
        if self.unit != other.unit {
            return Err(MoneyError::Units);
        }
        self.amount.compare(&other.amount).map_err(|_| MoneyError::Amount)
    }
}

impl<U: fmt::Display> fmt::Display for Money<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit)
    }
}

impl<U: fmt::Debug> fmt::Debug for Money<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.amount, self.unit)
    }
}

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
    pub(super) fn parse(text: &str) -> Option<Self> {
        let split = split(text)?;
        let (whole, fraction) = (split.whole, split.fraction);
        let scale = i64::try_from(fraction.len()).ok()?.checked_sub(split.magnitude)?;
        let zeros = usize::try_from(scale.min(0).unsigned_abs()).ok()?;
        let scale = usize::try_from(scale.max(0)).ok()?;
        let digits = whole.len().checked_add(fraction.len())?.checked_add(zeros)?;
        if written(digits, scale) > MAX_DIGITS {
            return None;
        }
        let digits = whole.iter().chain(fraction).map(|digit| digit - b'0');
        Some(Self {
            negative: split.negative,
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
    let (number, of) = (Plain::parse(number)?, Plain::parse(of)?);
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
