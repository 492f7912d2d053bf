//! In: decimal text. Out: a value of the rule language that adds, multiplies, compares and rounds exactly. Never: a float.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the rule language gives names, and arguments by reference"
)]

use crate::budget::spend_product;
use bigdecimal::{BigDecimal, RoundingMode, Zero as _};
use cel::ExecutionError;
use cel::common::traits::{Adder, Comparer, Multiplier, Negator, Subtractor};
use cel::common::types::{CelInt, CelList, CelString, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use std::any::Any;
use std::cmp::Ordering;
use std::str::FromStr as _;

static DECIMAL: Type = Type::new_unspecified_type("decimal");

/// The longest text of a decimal: what rules compute with stays small.
const LONGEST_DECIMAL: usize = 80;
/// The most digits behind the point that `round` and its like give.
pub(crate) const MOST_PLACES: i64 = 40;

/// An exact decimal number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Decimal(pub(crate) BigDecimal);

impl Decimal {
    /// Reads digits with a sign and a point, and nothing else: an exponent could stand for any number of digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() > LONGEST_DECIMAL || !plain(whole) || !plain(part) {
            return None;
        }
        BigDecimal::from_str(text).ok().map(Self)
    }

    /// Digits on the side of the point that has more of them, at most.
    pub(crate) fn digits(&self) -> u64 {
        self.0
            .digits()
            .saturating_add(self.0.fractional_digit_count().unsigned_abs())
    }

    /// The number as text, without an exponent.
    pub(crate) fn text(&self) -> String {
        self.0.to_plain_string()
    }
}

fn other(value: &dyn Val) -> Result<&Decimal, ExecutionError> {
    let wrong = || ExecutionError::UnexpectedType {
        got: value.get_type().name().to_owned(),
        want: "decimal".to_owned(),
    };
    value.downcast_ref::<Decimal>().ok_or_else(wrong)
}

impl Val for Decimal {
    fn get_type(&self) -> &Type {
        &DECIMAL
    }

    fn cel_type() -> &'static Type {
        &DECIMAL
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_comparer(&self) -> Option<&dyn Comparer> {
        Some(self)
    }

    fn as_multiplier<'b, 'v>(&'b self) -> Option<&'b (dyn Multiplier + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_negator<'b, 'v>(&'b self) -> Option<&'b (dyn Negator + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_subtractor<'b, 'v>(&'b self) -> Option<&'b (dyn Subtractor + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn equals(&self, value: &dyn Val) -> bool {
        other(value).is_ok_and(|other| other.0 == self.0)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Decimal {}

impl Adder for Decimal {
    fn add<'b, 'v>(&'b self, value: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Ok(CowVal::owned(Self(&self.0 + &other(value)?.0)))
    }
}

impl Subtractor for Decimal {
    fn sub<'b, 'v>(&'b self, value: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Ok(CowVal::owned(Self(&self.0 - &other(value)?.0)))
    }
}

impl Multiplier for Decimal {
    fn mul<'b, 'v>(&'b self, value: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let by = other(value)?;
        spend_product(self.digits(), by.digits())?;
        Ok(CowVal::owned(Self(&self.0 * &by.0)))
    }
}

impl Negator for Decimal {
    fn negate<'b, 'v>(&'b self) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Ok(Box::new(Self(-&self.0)))
    }
}

impl Comparer for Decimal {
    fn compare(&self, value: &dyn Val) -> Result<Ordering, ExecutionError> {
        Ok(self.0.cmp(&other(value)?.0))
    }
}

/// `decimal('0.01')`.
pub(crate) fn decimal(text: &CelString<'_>) -> Result<Decimal, ExecutionError> {
    let wrong = || ExecutionError::function_error("decimal", format!("`{}` is not a decimal number", text.inner()));
    Decimal::parse(text.inner()).ok_or_else(wrong)
}

/// `string(number)`, with the digits that it was written with.
pub(crate) fn string(number: &Decimal) -> CelString<'static> {
    CelString::from(number.text())
}

/// `round(number, places)`, a half to the even neighbour.
pub(crate) fn round(number: &Decimal, places: &CelInt) -> Result<Decimal, ExecutionError> {
    scaled("round", number, *places.inner(), RoundingMode::HalfEven)
}

/// `floor(number, places)`, the next one below.
pub(crate) fn floor(number: &Decimal, places: &CelInt) -> Result<Decimal, ExecutionError> {
    scaled("floor", number, *places.inner(), RoundingMode::Floor)
}

/// `ceil(number, places)`, the next one above.
pub(crate) fn ceil(number: &Decimal, places: &CelInt) -> Result<Decimal, ExecutionError> {
    scaled("ceil", number, *places.inner(), RoundingMode::Ceiling)
}

/// `divide(number, by, places)`, a half to the even neighbour.
pub(crate) fn divide(number: &Decimal, by: &Decimal, places: &CelInt) -> Result<Decimal, ExecutionError> {
    let places = checked("divide", *places.inner())?;
    if by.0.is_zero() {
        return Err(ExecutionError::function_error("divide", "nothing is divided by zero"));
    }
    spend_product(number.digits(), by.digits())?;
    // The quotient has a hundred digits at first.
    let quotient = &number.0 / &by.0;
    Ok(Decimal(quotient.with_scale_round(places, RoundingMode::HalfEven)))
}

fn checked(name: &str, places: i64) -> Result<i64, ExecutionError> {
    if (0..=MOST_PLACES).contains(&places) {
        return Ok(places);
    }
    let why = format!("{places} is not a number of digits from 0 to {MOST_PLACES}");
    Err(ExecutionError::function_error(name, why))
}

fn scaled(name: &str, number: &Decimal, places: i64, mode: RoundingMode) -> Result<Decimal, ExecutionError> {
    let places = checked(name, places)?;
    Ok(Decimal(number.0.with_scale_round(places, mode)))
}

/// `sum(numbers)`; of nothing it is 0.
pub(crate) fn sum(numbers: &CelList<'_>) -> Result<Decimal, ExecutionError> {
    let mut total = BigDecimal::zero();
    for number in numbers.inner() {
        total += &other(number.as_ref())?.0;
    }
    Ok(Decimal(total))
}

/// Separates the thousands before the point: `-1,234,567.8901`.
pub(crate) fn thousands(decimal: &str) -> String {
    let whole = decimal.split('.').next().unwrap_or_default();
    let digits = whole.trim_start_matches('-').len();
    let mut out = String::with_capacity(decimal.len() + digits / 3);
    for (at, letter) in decimal.char_indices() {
        let place = at.saturating_sub(whole.len() - digits);
        if at < whole.len() && place > 0 && letter.is_ascii_digit() && (digits - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_digits_are_a_decimal() {
        for text in ["", "-", ".5", "5.", "1e9", "+1", "1,0", "١", &"9".repeat(81)] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("-0.10").unwrap().text(), "-0.10");
    }

    #[test]
    fn quotients_and_roundings_are_those_of_python() {
        let number = |text: &str| Decimal::parse(text).unwrap();
        // (number, divided by, places): the quotient of Python's `fractions`, rounded by `decimal` with ROUND_HALF_EVEN.
        for (above, below, places, wanted) in [
            ("1", "3", 4, "0.3333"),
            ("2", "3", 4, "0.6667"),
            ("-2", "3", 4, "-0.6667"),
            ("1", "8", 2, "0.12"),
            ("3", "8", 2, "0.38"),
            ("0.25000000000000000000000000000000000000000000000001", "2", 2, "0.13"),
            ("-0.25000000000000000000000000000000000000000000000001", "2", 2, "-0.13"),
            ("1082.10", "1.0821", 3, "1000.000"),
            ("100", "0.001", 0, "100000"),
            ("0", "7", 2, "0.00"),
            ("1.0821", "65100", 10, "0.0000166221"),
        ] {
            let found = divide(&number(above), &number(below), &CelInt::from(places)).unwrap();
            assert_eq!(found.text(), wanted, "{above} / {below}");
        }
        assert!(divide(&number("1"), &number("0.00"), &CelInt::from(2)).is_err());
        assert!(divide(&number("1"), &number("3"), &CelInt::from(41)).is_err());
        for (text, down, up) in [
            ("0.019", "0.01", "0.02"),
            ("-0.019", "-0.02", "-0.01"),
            ("5", "5.00", "5.00"),
        ] {
            let two = CelInt::from(2);
            assert_eq!(floor(&number(text), &two).unwrap().text(), down);
            assert_eq!(ceil(&number(text), &two).unwrap().text(), up);
        }
    }

    #[test]
    fn products_of_long_numbers_are_exact() {
        let long = Decimal::parse("123456789012345678.123456789012345678").unwrap();
        let product = long.mul(&long).unwrap();
        let product = product.downcast_ref::<Decimal>().unwrap();
        // Python's `decimal` says so.
        assert_eq!(
            product.text(),
            "15241578753238836558451457271757357.071178178283798204527968299765279684"
        );
    }

    #[test]
    fn thousands_are_separated_before_the_point_alone() {
        for (decimal, expected) in [
            ("0", "0"),
            ("-250.00", "-250.00"),
            ("1000", "1,000"),
            ("-123456.123456", "-123,456.123456"),
            ("1234567.8901", "1,234,567.8901"),
        ] {
            assert_eq!(thousands(decimal), expected);
        }
    }
}
