//! Amounts with their unit: a currency, an asset, an asset on a network.
//!
//! Two amounts come in, and their sum, difference or order goes out, but only if they have the same unit. The caller chooses
//! the type of the unit; no unit is known here, and nothing may be converted or rounded.

use super::decimal::Decimal;
use std::cmp::Ordering;
use std::fmt;

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
