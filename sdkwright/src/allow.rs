//! The setting `allow`: findings of lints that the owner of a contract allows, each with a reason. An error has the line
//! and column of the text that is wrong.
//!
//! In: YAML. Out: codes, places and reasons.

use sdkwright_contract::diag::Code;
use sdkwright_contract::lint::Allowed;

use crate::checked::{Checked, Rule};

/// An entry of the list.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allow {
    code: Checked<Lint>,
    at: Checked<Pointer>,
    reason: Checked<Reason>,
}

impl Allow {
    /// Returns the allowance; `None` never follows a code that was read.
    pub(crate) fn allowed(&self) -> Option<Allowed> {
        Some(Allowed {
            code: Code::from_number(&self.code.text())?,
            at: self.at.text(),
            reason: self.reason.text(),
        })
    }
}

#[derive(Debug)]
struct Lint;

impl Rule for Lint {
    const ALLOWED: &'static str =
        "the code of a lint such as `C1001`, or C0512 or C0518 (examples that contradict their schema)";

    fn holds(text: &str) -> bool {
        Code::from_number(text).is_some_and(Code::is_of_lint)
    }
}

#[derive(Debug)]
struct Pointer;

impl Rule for Pointer {
    const ALLOWED: &'static str =
        "a JSON Pointer into the contract, such as `/paths/~1orders/post`; `/**` at the end includes everything below";

    fn holds(text: &str) -> bool {
        text.starts_with('/')
    }
}

#[derive(Debug)]
struct Reason;

impl Rule for Reason {
    const ALLOWED: &'static str = "a reason why the finding is acceptable, in a few words";

    fn holds(text: &str) -> bool {
        text.split_whitespace().count() > 2
    }
}
