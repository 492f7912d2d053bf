//! Exact decimals, such as amounts of money.
//!
//! A decimal is its text. It is read from a string or from the text of a number, remembers which, and is written the same way.
//! There is no conversion from or to a float. Sums and differences are exact, or `None`.

use super::error::ValueError;
use super::number::by_value;
use super::plain::Plain;
use crate::bridge::serde_bridge;
use crate::codec::{Json, debug};
use crate::digits;
use crate::lexis::is_number;
use crate::read::Value;
use crate::write::Writer;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
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
        Self::written(units.into().to_string())
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
        Self::written(text)
    }

    /// Returns the text unchanged.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the text is a number. Always true for values that a program made; text from a server may be anything.
    pub fn is_number(&self) -> bool {
        digits::Digits::read(&self.text).is_some()
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
        let digits = |text| digits::Digits::read(text).ok_or(ValueError::new("a number that can be compared"));
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
        Some(Plain::read(&self.text)?.scale())
    }

    /// Largest number of digits in a term or a result of arithmetic, written without an exponent.
    pub const MAX_DIGITS: usize = super::plain::MAX_DIGITS;

    /// Returns the exact sum, in the form of `self`, with as many digits after the point as the term that has more. Never
    /// rounds: `None` if either is no number, or if a term or the sum has more than [`MAX_DIGITS`](Self::MAX_DIGITS).
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        self.sum(&Plain::read(&other.text)?)
    }

    /// Returns the exact difference, by the rules of [`checked_add`](Self::checked_add).
    #[must_use]
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        self.sum(&Plain::read(&other.text)?.negated())
    }

    fn sum(&self, other: &Plain) -> Option<Self> {
        let sum = Plain::read(&self.text)?.sum(other)?;
        Some(Decimal {
            text: sum.to_string().into(),
            form: self.form,
        })
    }

    /// Wraps text that is known to be a plain number.
    pub(super) fn written(text: String) -> Self {
        Decimal {
            text: text.into(),
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
            Ok(Decimal {
                text: text.into(),
                form: DecimalForm::String,
            })
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
            return Decimal {
                text: text.into(),
                form: DecimalForm::String,
            };
        }
        if let Some(text) = value.number_text() {
            if value.was_float() {
                value.fail("a decimal as text; a float has lost it");
            }
            return Decimal {
                text: text.into(),
                form: DecimalForm::Number,
            };
        }
        value.mismatch("a decimal, as string or number");
        Decimal {
            text: "0".into(),
            form: DecimalForm::String,
        }
    }

    fn write(&self, w: &mut Writer) {
        match self.form {
            DecimalForm::String => w.string(&self.text),
            DecimalForm::Number => w.checked_number(&self.text),
        }
    }
}
