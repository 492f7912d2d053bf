//! From a status and a code to an [`Answer`]: the constant descriptions of one API, asked about one answer.

use super::{Answer, Ending, is_refusal};
use crate::idempotency::Idempotency;
use crate::problem::{self, ProblemRow, RowOutcome};
use crate::signing::Signing;

/// What a problem code stands for in the protocol of keys and nonces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing special.
    Plain,
    /// The signature is not the client's.
    SignatureRefused,
    /// The timestamp is outside the server's window.
    Expired,
    /// The nonce came before: a copy of the request arrived.
    NonceReplayed,
    /// Another request came under this key.
    Conflict,
    /// The request under this key is still running.
    InProgress,
    /// The answer broke off or cannot be read, or its code is spelt in another way, and could have said one of these.
    Truncated,
}

impl Role {
    /// Says that a request of ours, or another under our key, was there before.
    pub(super) fn is_doubtful(self) -> bool {
        matches!(
            self,
            Self::NonceReplayed | Self::Conflict | Self::InProgress | Self::Truncated
        )
    }
}

/// What the body of an answer that is no 2xx tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told<'c> {
    /// Neither a problem document nor a code.
    Nothing,
    /// A code, in what is no problem document of this API. It says when to send again, and never that nothing happened.
    Stray(&'c str),
    /// A problem document of this API, and its code if it has one.
    Problem(Option<&'c str>),
}

impl<'c> Told<'c> {
    fn code(self) -> Option<&'c str> {
        match self {
            Self::Nothing => None,
            Self::Stray(code) => Some(code),
            Self::Problem(code) => code,
        }
    }
}

/// What one API says about its answers.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Its problem codes.
    pub registry: &'static [ProblemRow],
    /// How it is signed.
    pub signing: Option<&'static Signing>,
    /// How its keys work.
    pub idempotency: Option<&'static Idempotency>,
}

impl Rules {
    /// The ending of an attempt that was answered with this status, and told this.
    pub fn ending(&self, status: u16, told: Told<'_>, replayed: bool) -> Ending {
        if (200..300).contains(&status) {
            return Ending::Success;
        }
        let code = told.code();
        let row = code.and_then(|code| problem::row(self.registry, code));
        Ending::Answer(Answer {
            status,
            is_problem: matches!(told, Told::Problem(_)),
            code: row.map(|row| row.code),
            // A 5xx, a 408 or a 3xx with a code of another status promises nothing, and asks for nothing.
            row: row.filter(|row| row.status == status || is_refusal(status)),
            role: code.map_or(Role::Plain, |code| self.heard(code)),
            replayed,
        })
    }

    /// What a code stands for that may be spelt in another case or with blanks around it: such a code is none of the
    /// registry, but where it resembles a doubtful one, it never says that nothing happened.
    fn heard(&self, code: &str) -> Role {
        let is_same = |known: &str| known.eq_ignore_ascii_case(code.trim());
        let resembles = |row: &ProblemRow| {
            row.code != code
                && is_same(row.code)
                && (row.outcome == RowOutcome::Unknown || self.role(row.code).is_doubtful())
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

    /// The ending of an attempt whose answer, no 2xx, broke off or is broken, so that its code is not known: doubtful where one of the
    /// codes that come with this status is.
    pub fn truncated(&self, status: u16, replayed: bool) -> Ending {
        let doubtful = |row: &ProblemRow| {
            row.status == status && (row.outcome == RowOutcome::Unknown || self.role(row.code).is_doubtful())
        };
        let role = if self.registry.iter().any(doubtful) {
            Role::Truncated
        } else {
            Role::Plain
        };
        Ending::Answer(Answer {
            status,
            is_problem: false,
            code: None,
            row: None,
            role,
            replayed,
        })
    }

    /// What a code stands for.
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
