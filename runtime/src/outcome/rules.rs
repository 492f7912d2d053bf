//! Classification of answers: status, problem code and the constant descriptions of one API come in, an [`FailureAnswer`] goes out.
//! Pure.

use super::{Ending, FailureAnswer, Role, is_refusal};
use crate::idempotency::Idempotency;
use crate::problem::{self, ProblemRow};
use crate::signing::Signing;

/// Content of the body of an answer other than 2xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureBody<'c> {
    /// Neither a problem document nor a code.
    Nothing,
    /// A code outside of a problem document of this API. It can delay the next attempt, and never proves that nothing happened.
    Stray(&'c str),
    /// A problem document of this API, and its code if it has one.
    Problem(Option<&'c str>),
}

impl<'c> FailureBody<'c> {
    fn code(self) -> Option<&'c str> {
        match self {
            Self::Nothing => None,
            Self::Stray(code) => Some(code),
            Self::Problem(code) => code,
        }
    }
}

/// The API's descriptions of its answers.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeRules {
    /// Its problem codes.
    pub registry: &'static [ProblemRow],
    /// Rules for signing.
    pub signing: Option<&'static Signing>,
    /// Rules for idempotency keys.
    pub idempotency: Option<&'static Idempotency>,
    /// The operation creates a resource.
    pub creates: bool,
}

impl OutcomeRules {
    /// Returns the ending of an attempt that was answered with this status and content.
    pub fn ending(&self, status: u16, told: FailureBody<'_>, replayed: bool) -> Ending {
        if (200..300).contains(&status) {
            return Ending::Success;
        }
        let code = told.code();
        let row = code.and_then(|code| problem::row(self.registry, code));
        Ending::Answer(FailureAnswer {
            status,
            is_problem: matches!(told, FailureBody::Problem(_)),
            code: row.map(|row| row.code),
            // A row for another status does not apply to a 5xx, a 408 or a 3xx.
            row: row.filter(|row| row.status == status || is_refusal(status)),
            role: code.map_or(Role::Plain, |code| self.heard(code)),
            replayed,
            creates: self.creates,
        })
    }

    /// Returns the role of a code that may be spelt with another case or surrounding blanks: such a code is not in the
    /// registry, but if it resembles a doubtful one, it must never prove that nothing happened.
    fn heard(&self, code: &str) -> Role {
        let is_same = |known: &str| known.eq_ignore_ascii_case(code.trim());
        let resembles = |row: &ProblemRow| {
            row.code != code && is_same(row.code) && (row.is_doubtful() || self.role(row.code).is_doubtful())
        };
        let protocol = [
            self.signing.and_then(|signing| signing.replayed_problem),
            self.idempotency.and_then(|keys| keys.conflict),
            self.idempotency.and_then(|keys| keys.in_progress),
        ];
        match self.role(code) {
            Role::Plain if problem::row(self.registry, code).is_some() => Role::Plain,
            Role::Plain if protocol.into_iter().flatten().any(is_same) || self.registry.iter().any(resembles) => {
                Role::Truncated
            }
            role => role,
        }
    }

    /// Returns the ending of an attempt with an answer other than 2xx whose code could not be read: doubtful if one of the
    /// codes of this status is.
    pub fn truncated(&self, status: u16, replayed: bool) -> Ending {
        let doubtful =
            |row: &ProblemRow| row.status == status && (row.is_doubtful() || self.role(row.code).is_doubtful());
        let role = if self.registry.iter().any(doubtful) {
            Role::Truncated
        } else {
            Role::Plain
        };
        Ending::Answer(FailureAnswer {
            status,
            is_problem: false,
            code: None,
            row: None,
            role,
            replayed,
            creates: self.creates,
        })
    }

    /// Returns the role of a code.
    pub fn role(&self, code: &str) -> Role {
        let is = |known: Option<&str>| known == Some(code);
        if self.signing.is_some_and(|signing| is(signing.signature_problem)) {
            Role::SignatureRefused
        } else if self.signing.is_some_and(|signing| is(signing.expired_problem)) {
            Role::Expired
        } else if self.signing.is_some_and(|signing| is(signing.replayed_problem)) {
            Role::NonceReplayed
        } else if self.idempotency.is_some_and(|keys| is(keys.conflict)) {
            Role::Conflict
        } else if self.idempotency.is_some_and(|keys| is(keys.in_progress)) {
            Role::InProgress
        } else {
            Role::Plain
        }
    }
}
