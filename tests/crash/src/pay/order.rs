//! Orders of payments, by number: the same today and after a crash. Never: a random text.

use oceafin_partner::{IdempotencyKey, errors::KeyError};
use sdkwright_journal::Keys;

/// An action with an effect. Each of a payment's is an intent of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Draft of a withdrawal.
    CreateWithdrawal,
    /// The submission of that draft.
    SubmitWithdrawal,
    /// A conversion, which is not submitted.
    CreateConversion,
    /// A checkout: nothing but its key and its reference keeps the server from making it twice.
    CreateCheckout,
}

impl Action {
    /// Its part of a key.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateWithdrawal => "withdrawal.create",
            Self::SubmitWithdrawal => "withdrawal.submit",
            Self::CreateConversion => "conversion.create",
            Self::CreateCheckout => "checkout.create",
        }
    }
}

/// The actions of a payment, in order.
pub const fn actions(number: u64) -> &'static [Action] {
    match number % 5 {
        2 => &[Action::CreateConversion],
        3 | 4 => &[Action::CreateCheckout],
        _ => &[Action::CreateWithdrawal, Action::SubmitWithdrawal],
    }
}

/// Returns the partner's reference of a payment.
pub fn reference(number: u64) -> String {
    format!("pay-{number}")
}

/// The key of an action, of customer, action and reference.
pub fn key(customer: &str, action: Action, number: u64) -> Result<IdempotencyKey, KeyError> {
    Keys::for_customer(customer).action(action.name(), &reference(number))
}
