//! The states of an intent: the words of a store come in and go out.

use serde::{Deserialize, Serialize};

/// The state of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not sent yet, or sent with an unknown outcome.
    Open,
    /// A success was answered, but its body was cut off; sending again under the same key may read it.
    CutOff,
    /// The server executed the action.
    Executed,
    /// The server refused the action: it was not executed, and never will be.
    Refused,
    /// Never sent again: the outcome has to be looked up at the server.
    Reconcile,
}

impl State {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Open, Self::CutOff, Self::Executed, Self::Refused, Self::Reconcile];

    /// Returns `true` if `resume` may send it again.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Open | Self::CutOff)
    }

    /// SQL condition for rows whose state is none of the words: the ranges before, between and behind the words, which an index finds.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) const NONE: &str = "(state < 'cut-off' OR state > 'cut-off' AND state < 'executed' \
         OR state > 'executed' AND state < 'open' OR state > 'open' AND state < 'reconcile' \
         OR state > 'reconcile' AND state < 'refused' OR state > 'refused')";

    /// Its word in a store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CutOff => "cut-off",
            Self::Executed => "executed",
            Self::Refused => "refused",
            Self::Reconcile => "reconcile",
        }
    }

    /// The state of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
